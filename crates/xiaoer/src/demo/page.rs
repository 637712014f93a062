//! The demo's shop page: a few goods and the widget, as a real shop would have them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::content::{Content, PICTURES, Product, Shop};
use super::facts::{Facts, SkuFacts};

/// Where it is.
pub(crate) const PATH: &str = "/demo/shop";

/// The widget is a script of ours; the page brings only its own style.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; \
     media-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
     object-src 'none'";
const PAGE: &str = include_str!("../../demo/shop.html");

#[derive(Clone)]
struct ShopPage {
    content: Arc<Content>,
    facts: Arc<Facts>,
}

/// The page and its pictures.
pub(crate) fn router(content: Arc<Content>, facts: Arc<Facts>) -> Router {
    Router::new()
        .route(PATH, get(shop))
        .route("/demo/pictures/{name}", get(picture))
        .with_state(ShopPage { content, facts })
}

#[derive(Deserialize)]
struct Asked {
    /// The code of the product that is looked at.
    #[serde(default)]
    product: Option<String>,
}

async fn shop(State(page): State<ShopPage>, Query(asked): Query<Asked>) -> Response {
    let Some(html) = page.render(asked.product.as_deref()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn picture(Path(name): Path<String>) -> Response {
    match PICTURES.iter().find(|picture| picture.1 == name) {
        Some((_, _, bytes)) => (
            [
                (header::CONTENT_TYPE, "image/png"),
                (header::CACHE_CONTROL, "max-age=86400"),
            ],
            *bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl ShopPage {
    /// The page of the first shop with one of its products in front.
    fn render(&self, wanted: Option<&str>) -> Option<String> {
        let shop = self.content.shop.shop.first()?;
        let key = &self.facts.shops.get(&shop.key)?.key;
        let products = self.featured(shop);
        let (product, sku) = *products
            .iter()
            .find(|(product, _)| Some(product.code.as_str()) == wanted)
            .or(products.first())?;
        let shown = json!({
            "product": sku.product, "title": product.name, "price_fen": sku.price,
            "url": format!("{PATH}?product={}", product.code), "picture": format!("/demo/pictures/{}.png", product.picture),
        });
        let points: String = product
            .points
            .iter()
            .map(|point| format!("<li>{}</li>", safe(point)))
            .collect();
        let specs: String = product
            .skus
            .iter()
            .map(|sku| format!("<li>{}</li>", safe(&sku.spec)))
            .collect();
        let cards: String = products.iter().map(|(product, sku)| card(product, sku)).collect();
        let mut html = PAGE.to_owned();
        for (name, value) in [
            ("{{shop}}", safe(&shop.name)),
            ("{{slogan}}", safe(&shop.slogan)),
            ("{{color}}", safe(&shop.color)),
            ("{{title}}", safe(&product.name)),
            ("{{price}}", safe(&sku.price.to_string())),
            (
                "{{campaign}}",
                safe(product.campaign.as_deref().unwrap_or("全店包邮，七天无理由退换")),
            ),
            ("{{picture}}", format!("/demo/pictures/{}.png", product.picture)),
            ("{{material}}", safe(&product.material)),
            ("{{care}}", safe(&product.care)),
            ("{{size}}", safe(&product.size_note)),
            ("{{points}}", points),
            ("{{specs}}", specs),
            ("{{cards}}", cards),
            ("{{key}}", safe(key)),
            ("{{product}}", safe(&shown.to_string())),
        ] {
            html = html.replace(name, &value);
        }
        Some(html)
    }

    /// The products in the window, each with its cheapest SKU.
    fn featured(&self, shop: &Shop) -> Vec<(&Product, &SkuFacts)> {
        let mut found = Vec::new();
        for code in &shop.featured {
            let Some(product) = self.content.products.iter().find(|product| product.code == *code) else {
                continue;
            };
            let skus = product
                .skus
                .iter()
                .filter_map(|sku| self.facts.skus.get(&sku.code));
            if let Some(sku) = skus.min_by_key(|sku| sku.price) {
                found.push((product, sku));
            }
        }
        found
    }
}

fn card(product: &Product, sku: &SkuFacts) -> String {
    format!(
        "<li><a href=\"{PATH}?product={}\"><img src=\"/demo/pictures/{}.png\" alt=\"\" width=\"160\" height=\"160\" loading=\"lazy\"><span>{}</span><b>{} 起</b></a></li>",
        safe(&product.code),
        safe(&product.picture),
        safe(&product.name),
        sku.price
    )
}

/// Text as it may stand in HTML and its attributes.
fn safe(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
