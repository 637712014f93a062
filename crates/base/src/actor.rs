use std::sync::Arc;

use crate::{Id, Permission, Permissions, Problem};

/// Who does something. Every verb takes one and checks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// The organisation (tenant): nothing outside it can be named.
    pub org: Id,
    /// The one who acts.
    pub who: Who,
    /// What they may do.
    pub permissions: Permissions,
    /// The shops they may do it in.
    pub shops: Shops,
}

/// The kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody of the team, by person id.
    Person(Id),
    /// A program with an API token, acting for the person who made it.
    Token {
        /// The token's id.
        token: Id,
        /// Whose token it is.
        person: Id,
    },
    /// A buyer, by customer id, on the widget.
    Buyer(Id),
    /// Xiaoer itself: clocks, jobs, the command line.
    Program,
}

/// A set of shops.
#[derive(Clone, Debug, PartialEq)]
pub enum Shops {
    /// All shops of the organisation, also those that come later.
    All,
    /// These only, sorted.
    Only(Arc<[Id]>),
}

impl Shops {
    /// These shops only.
    pub fn only(mut shops: Vec<Id>) -> Shops {
        shops.sort_unstable();
        shops.dedup();
        Shops::Only(shops.into())
    }

    /// Whether the set holds `shop`.
    pub fn has(&self, shop: Id) -> bool {
        match self {
            Shops::All => true,
            Shops::Only(shops) => shops.binary_search(&shop).is_ok(),
        }
    }

    /// Whether every shop of `other` is in this set.
    pub fn covers(&self, other: &Shops) -> bool {
        match (self, other) {
            (Shops::All, _) => true,
            (_, Shops::All) => false,
            (_, Shops::Only(shops)) => shops.iter().all(|shop| self.has(*shop)),
        }
    }
}

impl Actor {
    /// Xiaoer itself, with every right in `org`.
    pub fn program(org: Id) -> Actor {
        Actor {
            org,
            who: Who::Program,
            permissions: Permissions::all(),
            shops: Shops::All,
        }
    }

    /// A buyer of one shop: no right but those the buyer's verbs grant by themselves.
    pub fn buyer(org: Id, shop: Id, customer: Id) -> Actor {
        Actor {
            org,
            who: Who::Buyer(customer),
            permissions: Permissions::NONE,
            shops: Shops::only(vec![shop]),
        }
    }

    /// The person who acts, also through a token; `None` for buyers and the program.
    pub fn person(&self) -> Option<Id> {
        match self.who {
            Who::Person(person) | Who::Token { person, .. } => Some(person),
            Who::Buyer(_) | Who::Program => None,
        }
    }

    /// Whether the right is held (in any shop).
    pub fn may(&self, right: Permission) -> bool {
        self.permissions.has(right)
    }

    /// Refuses with `forbidden` unless the right is held.
    pub fn need(&self, right: Permission) -> Result<(), Problem> {
        if self.may(right) {
            Ok(())
        } else {
            Err(Problem::forbidden())
        }
    }

    /// Refuses with `not_found` unless `shop` is in scope: another shop's things do not exist.
    pub fn need_shop(&self, shop: Id) -> Result<(), Problem> {
        if self.shops.has(shop) {
            Ok(())
        } else {
            Err(Problem::not_found())
        }
    }
}
