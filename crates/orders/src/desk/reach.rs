use base::{Actor, Id, Problem, Shops};
use store::{Arg, Tx, pad};

/// The shops a list covers, as a condition on the column `shop_id`.
pub(crate) struct Reach {
    pub(crate) sql: String,
    pub(crate) shops: Vec<Arg<'static>>,
}

impl Reach {
    /// Those of the actor, or `shop` alone when it is in reach. The shops' arguments begin with `$first` and
    /// come last.
    pub(crate) fn of(who: &Actor, shop: Option<Id>, first: usize) -> Result<Reach, Problem> {
        let reach = match shop {
            Some(shop) => {
                who.need_shop(shop)?;
                Shops::only(vec![shop])
            }
            None => who.shops.clone(),
        };
        Ok(match &reach {
            Shops::All => Reach {
                sql: "1 = 1".to_owned(),
                shops: Vec::new(),
            },
            Shops::Only(shops) => Reach {
                sql: format!("shop_id IN {}", Tx::in_list(first, shops.len())),
                shops: pad(shops),
            },
        })
    }
}
