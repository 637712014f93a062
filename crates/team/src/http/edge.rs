use base::{Actor, Ms, Problem};
use store::{Db, Tx};

use crate::Setting;

/// What every HTTP handler of every room works with.
#[derive(Clone)]
pub struct Edge {
    /// The database.
    pub db: Db,
    /// The settings of all rooms, each room's together.
    pub settings: &'static [&'static [Setting]],
    /// The clock; rooms take the time as an argument.
    pub clock: fn() -> Ms,
    /// Whether a reverse proxy stands in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are true.
    pub proxy_trusted: bool,
}

impl Edge {
    /// The present moment.
    pub fn now(&self) -> Ms {
        (self.clock)()
    }

    /// Reads with a verb of the actor.
    pub async fn read<T, F>(&self, who: &Actor, mut verb: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, Ms, &Actor) -> Result<T, Problem> + Send + 'static,
    {
        let (now, who) = (self.now(), who.clone());
        self.db.read(move |tx| verb(tx, now, &who)).await
    }

    /// A setting of any room, by key.
    pub fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.settings
            .iter()
            .flat_map(|room| room.iter())
            .find(|setting| setting.key == key)
    }
}
