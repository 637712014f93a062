use base::{Actor, Id, Ms, Problem};
use sha2::{Digest, Sha256};
use store::Tx;

/// A buyer at the widget: by token until they wrote, or by a signed identity.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The organisation.
    pub org: Id,
    /// The shop.
    pub shop: Id,
    /// Hash of the token.
    pub token: String,
    /// The customer, once there is one: somebody who only looks leaves no row.
    pub customer: Option<Id>,
    /// Whether the shop vouched for that customer: then the token alone is not enough.
    pub vouched: bool,
}

/// A new visitor token: 32 hex digits.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge draws what verbs take as arguments"
)]
pub fn new_token() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal())?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// The hash under which a token is known; `None` for what cannot be one.
pub fn token_hash(token: &str) -> Option<String> {
    let plausible = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
    plausible.then(|| {
        Sha256::digest(token.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    })
}

impl Visitor {
    /// Looks the visitor up, without making one.
    pub fn find(tx: &mut Tx<'_>, org: Id, shop: Id, token: String) -> Result<Visitor, Problem> {
        let known = customers::known_visitor(tx, org, shop, &token)?;
        let customer = known
            .map(|(id, _)| customers::survivor(tx, org, id))
            .transpose()?;
        Ok(Visitor {
            org,
            shop,
            token,
            customer,
            vouched: known.is_some_and(|(_, vouched)| vouched),
        })
    }

    /// Somebody nobody knows, with a token (its hash) of their own.
    pub fn stranger(org: Id, shop: Id, token: String) -> Visitor {
        Visitor {
            org,
            shop,
            token,
            customer: None,
            vouched: false,
        }
    }

    /// The visitor as an actor, made a customer on the first need. Another window of theirs may have proved
    /// meanwhile who they are.
    pub fn actor(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<Actor, Problem> {
        let customer = match self.customer {
            Some(customer) => customers::survivor(tx, self.org, customer)?,
            None => customers::visitor(tx, now, self.org, self.shop, &self.token)?.id,
        };
        self.customer = Some(customer);
        Ok(Actor::buyer(self.org, self.shop, customer))
    }
}
