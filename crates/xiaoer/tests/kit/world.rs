//! A shop with an owner and agents, founded by the command line.

use serde_json::Value;

use super::api::Api;
use super::ground::{Ground, Server};

/// A shop.
pub(crate) struct World {
    pub(crate) ground: Ground,
    /// The shop's id and key.
    pub(crate) shop: i64,
    pub(crate) key: String,
    /// The owner's token, which lifts limits.
    pub(crate) owner: String,
    /// Cookies of its agents.
    pub(crate) agents: Vec<String>,
}

impl World {
    /// Founds it and starts its server.
    pub(crate) async fn found(ground: Ground, agents: usize) -> (World, Server) {
        let shop = ground.told(&["shop", "add", "青禾茶叶"]);
        ground.told(&["user", "add", "linyuan"]);
        let owner = ground.told(&["user", "token", "linyuan"]);
        let server = ground.serve();
        let mut cookies = Vec::new();
        for number in 0..agents {
            // From here on the commands go through the server.
            let added = ground.told(&["user", "add", &format!("agent{number}"), "--role", "pre_sale"]);
            cookies.push(sign_in(&server, &added).await);
        }
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let world = World {
            shop: shop["shop"].as_i64().expect("an id"),
            key: text(&shop["key"]),
            ground,
            owner: text(&owner["token"]),
            agents: cookies,
        };
        (world, server)
    }

    /// The API with the owner's rights.
    pub(crate) fn api(&self, server: &Server) -> Api {
        Api::new(server.address, &self.owner)
    }

    /// Looks at everything that is stored; nothing may be wrong.
    pub(crate) fn check(&self) -> Value {
        let told = self.ground.told(&["check"]);
        assert_eq!(told["findings"], serde_json::json!([]), "{told}");
        assert_eq!(told["sessions_and_rounds"]["differing"], 0, "{told}");
        told
    }
}

/// Signs somebody in with `login` and `password`; answers the cookie.
pub(crate) async fn sign_in(server: &Server, who: &Value) -> String {
    let body = serde_json::json!({"login": who["login"], "password": who["password"]});
    let reply = Api::new(server.address, "")
        .ask("POST", "/sign-in", Some(&body))
        .await
        .expect("an answer");
    reply.fine("sign in");
    let cookie = reply
        .headers
        .get("set-cookie")
        .and_then(|cookie| cookie.to_str().ok());
    cookie
        .and_then(|cookie| cookie.split(';').next())
        .expect("a cookie")
        .to_owned()
}
