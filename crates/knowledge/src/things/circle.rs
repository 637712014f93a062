//! Ways along relations. Pure.

use std::collections::{HashMap, HashSet, VecDeque};

use base::Id;

/// A product and one of its SKUs; 0 stands for any.
pub(crate) type Place = (Id, Id);

/// Whether one may stand for the other: the same product, and the same SKU unless one means any.
fn meets(a: Place, b: Place) -> bool {
    a.0 == b.0 && (a.1 == b.1 || a.1 == Id::NONE || b.1 == Id::NONE)
}

/// The products of the shortest way from `from` to `to`, both included; `None` when none leads there.
pub(crate) fn way(ways: &[(Place, Place)], from: Place, to: Place) -> Option<Vec<Id>> {
    let mut by_product = HashMap::<Id, Vec<(Place, Place)>>::new();
    for (start, end) in ways {
        by_product.entry(start.0).or_default().push((*start, *end));
    }
    let mut came_from = HashMap::<Place, Place>::new();
    let mut seen = HashSet::from([from]);
    let mut next = VecDeque::from([from]);
    while let Some(here) = next.pop_front() {
        if meets(here, to) {
            return Some(back(&came_from, from, here));
        }
        for (start, end) in by_product.get(&here.0).into_iter().flatten() {
            if meets(*start, here) && seen.insert(*end) {
                came_from.insert(*end, here);
                next.push_back(*end);
            }
        }
    }
    None
}

fn back(came_from: &HashMap<Place, Place>, from: Place, mut here: Place) -> Vec<Id> {
    let mut path = vec![here.0];
    while here != from {
        let Some(before) = came_from.get(&here) else { break };
        here = *before;
        path.push(here.0);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use base::Id;
    use proptest::prelude::*;

    use super::{Place, way};

    fn at(product: i64, sku: i64) -> Place {
        (Id(product), Id(sku))
    }

    #[test]
    fn the_shortest_way_is_found_and_none_where_there_is_none() {
        let ways = [(at(1, 0), at(2, 0)), (at(2, 0), at(3, 0)), (at(1, 0), at(3, 7))];
        assert_eq!(
            way(&ways, at(1, 0), at(3, 0)),
            Some(vec![Id(1), Id(3)]),
            "any SKU of 3 is met by SKU 7"
        );
        assert_eq!(way(&ways, at(3, 0), at(1, 0)), None);
        assert_eq!(way(&[], at(1, 0), at(1, 0)), Some(vec![Id(1)]));
    }

    #[test]
    fn skus_of_one_product_are_different_places() {
        let ways = [(at(1, 256), at(1, 512))];
        assert_eq!(way(&ways, at(1, 512), at(1, 256)), None);
        assert!(way(&ways, at(1, 256), at(1, 512)).is_some());
    }

    proptest! {
        #[test]
        fn edges_added_only_when_no_way_leads_back_never_make_a_circle(edges in proptest::collection::vec((0..8_i64, 0..3_i64, 0..8_i64, 0..3_i64), 0..60)) {
            let mut ways: Vec<(Place, Place)> = Vec::new();
            for (a, x, b, y) in edges {
                let (from, to) = (at(a, x), at(b, y));
                if way(&ways, to, from).is_none() {
                    ways.push((from, to));
                }
            }
            for (from, to) in &ways {
                prop_assert!(way(&ways, *to, *from).is_none());
            }
        }
    }
}
