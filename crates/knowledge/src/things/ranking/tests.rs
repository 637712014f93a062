use base::{Fen, Id};
use catalogue::{Product, Sku};
use proptest::prelude::*;

use super::{AlternativeReason, Candidate, Wanted, rank};

fn sku(product: i64, id: i64, spec: &str, price: i64, sellable: i64) -> Sku {
    Sku {
        id: Id(id),
        product: Id(product),
        code: format!("S{id}"),
        spec: spec.into(),
        price_fen: Fen(price),
        cost_fen: None,
        floor_fen: Fen(price),
        on_hand: sellable,
        locked: 0,
        safety: 0,
        sellable,
        active: true,
    }
}

fn product(id: i64, skus: Vec<Sku>) -> Product {
    Product {
        id: Id(id),
        code: format!("P{id}"),
        title: "四件套".into(),
        price_fen: skus.iter().map(|sku| sku.price_fen).min(),
        picture: None,
        url: None,
        selling_points: vec![],
        active: true,
        shops: None,
        skus,
    }
}

fn candidates<'a>(products: &'a [Product], chosen: &'a [i64], category: &'a [i64]) -> Vec<Candidate<'a>> {
    products
        .iter()
        .flat_map(|product| {
            product.skus.iter().map(|sku| Candidate {
                product,
                sku,
                chosen: chosen.contains(&product.id.0),
                same_category: category.contains(&product.id.0),
            })
        })
        .collect()
}

fn wanted() -> Wanted {
    Wanted {
        product: Id(1),
        sku: Id(11),
        spec: "灰色 1.8m床".into(),
        price: Fen(20_000),
        percent: 20,
    }
}

fn ids(products: &[Product], chosen: &[i64], category: &[i64]) -> Vec<i64> {
    rank(&wanted(), &candidates(products, chosen, category), 10)
        .iter()
        .map(|one| one.sku.id.0)
        .collect()
}

#[test]
fn the_right_size_in_another_colour_comes_before_the_right_colour_in_another_size() {
    let products = [product(
        1,
        vec![
            sku(1, 11, "灰色 1.8m床", 20_000, 0),
            sku(1, 12, "灰色 1.5m床", 20_000, 9),
            sku(1, 13, "白色 1.8m床", 20_000, 9),
        ],
    )];
    assert_eq!(ids(&products, &[], &[]), [13, 12]);
}

#[test]
fn what_is_out_of_stock_too_dear_or_of_another_kind_is_not_offered() {
    let products = [
        product(2, vec![sku(2, 21, "灰色 1.8m床", 20_000, 0)]),
        product(3, vec![sku(3, 31, "灰色 1.8m床", 24_001, 5)]),
        product(4, vec![sku(4, 41, "成人款", 20_000, 5)]),
        product(5, vec![sku(5, 51, "灰色 1.8m床", 24_000, 5)]),
    ];
    assert_eq!(ids(&products, &[], &[]), [51]);
    assert_eq!(
        ids(&products, &[], &[4]),
        [51, 41],
        "another size of the same category may do"
    );
}

#[test]
fn what_was_chosen_by_hand_is_first_whatever_it_costs() {
    let products = [
        product(2, vec![sku(2, 21, "灰色 1.8m床", 20_000, 5)]),
        product(3, vec![sku(3, 31, "1.8m床", 39_900, 5)]),
    ];
    assert_eq!(ids(&products, &[3], &[]), [31, 21]);
    let list = candidates(&products, &[3], &[2]);
    let ranked = rank(&wanted(), &list, 10);
    assert_eq!(
        ranked[0].why,
        [AlternativeReason::Chosen, AlternativeReason::SameSpec]
    );
    assert_eq!(
        ranked[1].why,
        [
            AlternativeReason::SameSpec,
            AlternativeReason::SameCategory,
            AlternativeReason::Price
        ]
    );
}

proptest! {
    #[test]
    fn whatever_there_is_all_offers_are_fit_ordered_and_independent_of_the_order_they_came_in(
        rows in proptest::collection::vec((1..9_i64, 0..5_usize, 10_000..30_000_i64, 0..3_i64, any::<bool>(), any::<bool>()), 0..40),
        limit in 1..8_usize,
        turn in 0..40_usize,
    ) {
        let specs = ["灰色 1.8m床", "白色 1.8m床", "灰色 1.5m床", "", "均码"];
        let products: Vec<Product> = rows.iter().enumerate()
            .map(|(at, (id, spec, price, sellable, ..))| product(*id, vec![sku(*id, 100 + at as i64, specs[*spec], *price, *sellable)]))
            .collect();
        let mut list: Vec<Candidate<'_>> = products.iter().zip(&rows)
            .map(|(product, (.., chosen, category))| Candidate { product, sku: &product.skus[0], chosen: *chosen, same_category: *category })
            .collect();
        let wanted = wanted();
        let found = rank(&wanted, &list, limit);
        prop_assert!(found.len() <= limit);
        for one in &found {
            prop_assert!(one.sku.sellable > 0 && one.sku.id != wanted.sku);
            let off = (one.sku.price_fen.0 - wanted.price.0).abs();
            prop_assert!(off <= 4_000 || one.why.contains(&AlternativeReason::Chosen));
            prop_assert_eq!(off <= 4_000, one.why.contains(&AlternativeReason::Price));
            let same = found.iter().filter(|other| other.product.id == one.product.id).count();
            let most = 1 + usize::from(one.product.id == wanted.product);
            prop_assert!(same <= most);
        }
        let before: Vec<Id> = found.iter().map(|one| one.sku.id).collect();
        if !list.is_empty() {
            let turn = turn % list.len();
            list.rotate_left(turn);
        }
        let after: Vec<Id> = rank(&wanted, &list, limit).iter().map(|one| one.sku.id).collect();
        prop_assert_eq!(before, after);
    }
}
