//! Which platform, kind and generation a file is, by its headers.

use sheet::{Headers, Layouts, Match};

fn layouts() -> Layouts {
    Layouts::parse(include_str!("layouts.toml")).expect("a list")
}

fn all() -> Vec<sheet::Layout> {
    #[derive(serde::Deserialize)]
    struct File {
        layout: Vec<sheet::Layout>,
    }
    let file: File = toml::from_str(include_str!("layouts.toml")).expect("a list");
    file.layout
}

fn best<'a>(layouts: &'a Layouts, headers: &[&str]) -> Match<'a> {
    let found = layouts.recognise(&Headers::named(headers.iter().copied()));
    found.into_iter().next().expect("a match")
}

#[test]
fn every_generation_is_recognised_as_itself() {
    let layouts = layouts();
    for layout in all() {
        let headers: Vec<&str> = layout.headers.iter().map(String::as_str).collect();
        let found = best(&layouts, &headers);
        assert_eq!(found.layout, &layout);
        assert!(found.confidence > 0.999 && found.missing.is_empty() && found.extra.is_empty());
    }
}

#[test]
fn no_file_is_surely_another_platforms_or_another_kinds() {
    let layouts = layouts();
    for layout in all() {
        let headers = Headers::named(layout.headers.iter().map(String::as_str));
        let strangers = layouts
            .recognise(&headers)
            .into_iter()
            .find(|found| (&found.layout.platform, &found.layout.kind) != (&layout.platform, &layout.kind));
        if let Some(stranger) = strangers {
            assert!(stranger.confidence < Match::SURE, "{layout:?} as {stranger:?}");
        }
    }
}

#[test]
fn a_generation_nobody_has_seen_is_its_platforms() {
    // Columns taken away, added and reordered, as the next generation will have them.
    let layouts = layouts();
    for layout in all().into_iter().filter(|layout| layout.headers.len() >= 20) {
        let mut headers: Vec<&str> = layout.headers.iter().map(String::as_str).collect();
        headers.reverse();
        let kept: Vec<&str> = headers
            .iter()
            .enumerate()
            .filter(|(at, _)| at % 7 != 3)
            .map(|(_, name)| *name)
            .collect();
        let seen: Vec<&str> = kept.into_iter().chain(["小店自加", "打包人"]).collect();
        let found = best(&layouts, &seen);
        assert_eq!(
            (&found.layout.platform, &found.layout.kind),
            (&layout.platform, &layout.kind)
        );
        assert!(found.confidence >= Match::SURE, "{}", found.confidence);
        assert!(found.extra.contains(&"打包人".to_owned()) && !found.missing.is_empty());
    }
}

#[test]
fn a_selection_of_columns_is_recognised_by_the_rare_ones() {
    // The 2026 item report and the 2025 fund columns as importers listed them, in no proven order.
    let layouts = layouts();
    let item = best(
        &layouts,
        &[
            "子订单编号",
            "主订单编号",
            "商品标题",
            "商品价格",
            "购买数量",
            "外部系统编号",
            "商品属性",
            "套餐信息",
            "联系方式备注",
            "订单状态",
            "商家编码",
            "支付单号",
            "买家应付货款",
            "买家实付金额",
            "退款状态",
            "退款金额",
            "订单创建时间",
            "订单付款时间",
            "发货时间",
            "应发货时间",
            "商品 ID",
            "备注标签",
            "主订单买家留言",
        ],
    );
    assert_eq!(
        (item.layout.kind.as_str(), item.layout.generation.as_str()),
        ("items", "2024")
    );
    let none = layouts.recognise(&Headers::named(["日期", "天气"]));
    assert!(none.is_empty());
}

#[test]
fn a_layout_without_what_it_needs_is_none() {
    let layouts = Layouts::parse(
        "[[layout]]\nplatform='a'\nkind='b'\ngeneration='c'\nheaders=['订单号','金额','店铺']\nneeds=['订单号']",
    )
    .expect("a list");
    assert!(layouts.recognise(&Headers::named(["金额", "店铺"])).is_empty());
    assert_eq!(layouts.recognise(&Headers::named(["订单号 ", "店铺"])).len(), 1);
    assert!(layouts.knows("店 铺") && !layouts.knows("天气"));
    assert!(
        Layouts::parse("[[layout]]\nplatform='a'\nkind='b'\ngeneration='c'\nheaders=['x']\nneeds=['y']")
            .is_err()
    );
}
