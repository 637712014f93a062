use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::Id;

use crate::ids::IdMaker;

/// What all transactions of a database share.
pub(crate) struct Common {
    pub(crate) ids: IdMaker,
    pub(crate) memo: Memo,
}

impl Common {
    pub(crate) fn new(ids: IdMaker) -> Common {
        Common {
            ids,
            memo: Memo::default(),
        }
    }
}

type Fact = Arc<dyn Any + Send + Sync>;

/// Facts that never change for their key.
#[derive(Default)]
pub(crate) struct Memo {
    facts: Mutex<HashMap<(TypeId, [Id; 3]), Fact>>,
}

/// Old versions of settings are asked for less and less; emptying the memo now and then is enough.
const MOST: usize = 2_000;

impl Memo {
    pub(crate) fn get<T: Send + Sync + 'static>(&self, key: [Id; 3]) -> Option<Arc<T>> {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts
            .get(&(TypeId::of::<T>(), key))
            .cloned()
            .and_then(|fact| fact.downcast().ok())
    }

    pub(crate) fn put<T: Send + Sync + 'static>(&self, key: [Id; 3], fact: &Arc<T>) {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        if facts.len() >= MOST {
            facts.clear();
        }
        facts.insert((TypeId::of::<T>(), key), Arc::clone(fact) as Fact);
    }
}
