//! What goes with a product and what is running: relations, alternatives, campaigns, main pushes,
//! recommendations, guiding questions.

use axum::Json;
use axum::extract::{Path, State};
use base::{Fen, Id, Page, PageAsk, Problem};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, KnownTalks, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    Alternative, Campaign, CampaignChange, CampaignFilter, CampaignOffer, Cart, CartItem, Guide, MainPush,
    MainPushChange, MainPushFilter, NewCampaign, NewGuide, NewMainPush, NewRecommendation, NewRelation,
    ProductRelation, Recommendation, RecommendationFilter, RecommendationSum, RelatedProduct, RelationChange,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_relations))
        .routes(routes!(add_relation))
        .routes(routes!(change_relation, remove_relation))
        .routes(routes!(list_alternatives))
        .routes(routes!(list_campaigns, add_campaign))
        .routes(routes!(next_step))
        .routes(routes!(change_campaign))
        .routes(routes!(end_campaign))
        .routes(routes!(list_main_push, add_main_push))
        .routes(routes!(change_main_push, remove_main_push))
        .routes(routes!(list_recommendations, recommend))
        .routes(routes!(sum_recommendations))
        .routes(routes!(list_guides))
        .routes(routes!(keep_guide, drop_guide))
}

/// In which shop.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopAsk {
    /// The shop of the talk.
    shop: Id,
}

/// In which shop, and how many.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AlternativeAsk {
    /// The shop of the talk.
    shop: Id,
    /// How many, 1 to 20; 5 when left out.
    limit: Option<usize>,
}

/// For which cart.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CartAsk {
    /// The shop of the talk.
    shop: Id,
    /// What the cart comes to, where its pieces are not known.
    #[serde(default)]
    total_fen: Fen,
    /// Its pieces: `SKU:QUANTITY`, joined by commas.
    items: Option<String>,
    /// The product that is talked about.
    product: Option<Id>,
}

impl CartAsk {
    fn cart(&self) -> Result<Cart, Problem> {
        let wrong = || {
            let detail = "Write SKU:QUANTITY, joined by commas.";
            Problem::input("items", "bad_items", detail)
        };
        let item = |text: &str| -> Result<CartItem, Problem> {
            let (sku, quantity) = text.split_once(':').ok_or_else(wrong)?;
            Ok(CartItem {
                sku: sku.trim().parse().map_err(|_| wrong())?,
                quantity: quantity.trim().parse().map_err(|_| wrong())?,
            })
        };
        let items = self
            .items
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        Ok(Cart {
            items: items.map_or(Ok(Vec::new()), |text| text.split(',').map(item).collect())?,
            total: self.total_fen,
            product: self.product,
        })
    }
}

/// What goes with a product in a shop.
#[utoipa::path(get, path = "/products/{id}/relations", tag = "knowledge", params(("id" = Id, Path), ShopAsk),
    responses((status = 200, body = Vec<RelatedProduct>)))]
async fn list_relations(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<RelatedProduct>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::relations(tx, who, id, ask.shop))
            .await?,
    ))
}

/// Says that one product goes with another.
#[utoipa::path(post, path = "/relations", tag = "knowledge", request_body = NewRelation,
    responses((status = 201, body = ProductRelation)))]
async fn add_relation(State(edge): State<Edge>, write: Write<NewRelation>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::add_relation(tx, now, who, &body)
    })
    .await
}

/// Changes note or place of a relation.
#[utoipa::path(patch, path = "/relations/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = RelationChange,
    responses((status = 200, body = ProductRelation)))]
async fn change_relation(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<RelationChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_relation(tx, now, who, id, &body)
    })
    .await
}

/// Removes a relation.
#[utoipa::path(delete, path = "/relations/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_relation(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_relation(tx, now, who, id)
    })
    .await
}

/// What to offer in place of a SKU, the best first.
#[utoipa::path(get, path = "/skus/{id}/alternatives", tag = "knowledge", params(("id" = Id, Path), AlternativeAsk),
    responses((status = 200, body = Vec<Alternative>)))]
async fn list_alternatives(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<AlternativeAsk>,
) -> Result<Json<Vec<Alternative>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::alternatives(tx, who, id, ask.shop, ask.limit.unwrap_or(5))
        })
        .await?,
    ))
}

/// Campaigns of my shops, the last to begin first.
#[utoipa::path(get, path = "/campaigns", tag = "knowledge", params(CampaignFilter, PageAsk),
    responses((status = 200, body = Page<Campaign>)))]
async fn list_campaigns(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<CampaignFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Campaign>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::campaigns(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Adds a campaign.
#[utoipa::path(post, path = "/campaigns", tag = "knowledge", request_body = NewCampaign,
    responses((status = 201, body = Campaign)))]
async fn add_campaign(State(edge): State<Edge>, write: Write<NewCampaign>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::add_campaign(tx, now, who, &body)
    })
    .await
}

/// What the running campaigns give for a cart, and what is missing to their next step.
#[utoipa::path(get, path = "/campaigns/next", tag = "knowledge", params(CartAsk),
    responses((status = 200, body = Vec<CampaignOffer>)))]
async fn next_step(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<CartAsk>,
) -> Result<Json<Vec<CampaignOffer>>, Failure> {
    let cart = ask.cart()?;
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::offers(tx, now, who, ask.shop, &cart)
        })
        .await?,
    ))
}

/// Changes a campaign.
#[utoipa::path(patch, path = "/campaigns/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = CampaignChange,
    responses((status = 200, body = Campaign)))]
async fn change_campaign(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<CampaignChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_campaign(tx, now, who, id, &body)
    })
    .await
}

/// Ends a campaign now.
#[utoipa::path(post, path = "/campaigns/{id}/end", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Campaign)))]
async fn end_campaign(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::end_campaign(tx, now, who, id)
    })
    .await
}

/// What my shops would like to sell.
#[utoipa::path(get, path = "/main-push", tag = "knowledge", params(MainPushFilter),
    responses((status = 200, body = Vec<MainPush>)))]
async fn list_main_push(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<MainPushFilter>,
) -> Result<Json<Vec<MainPush>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::main_pushes(tx, now, who, &filter)
        })
        .await?,
    ))
}

/// Puts a product on the list of what the shop would like to sell.
#[utoipa::path(post, path = "/main-push", tag = "knowledge", request_body = NewMainPush,
    responses((status = 201, body = MainPush)))]
async fn add_main_push(State(edge): State<Edge>, write: Write<NewMainPush>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::add_main_push(tx, now, who, &body)
    })
    .await
}

/// Changes a main push.
#[utoipa::path(patch, path = "/main-push/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = MainPushChange,
    responses((status = 200, body = MainPush)))]
async fn change_main_push(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<MainPushChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_main_push(tx, now, who, id, &body)
    })
    .await
}

/// Takes a product off the list.
#[utoipa::path(delete, path = "/main-push/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_main_push(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_main_push(tx, now, who, id)
    })
    .await
}

/// Notes that a product was recommended in a talk.
#[utoipa::path(post, path = "/recommendations", tag = "knowledge", request_body = NewRecommendation,
    responses((status = 201, body = Recommendation)))]
async fn recommend(
    State(edge): State<Edge>,
    talks: KnownTalks,
    write: Write<NewRecommendation>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        team::check_talk(
            talks.map(|known| known.0),
            tx,
            who,
            Some(body.conversation),
            |_, talk| Ok(talk.shop == body.shop),
        )?;
        crate::recommended(tx, now, who, &body)
    })
    .await
}

/// What was recommended in my shops, the last first.
#[utoipa::path(get, path = "/recommendations", tag = "knowledge", params(RecommendationFilter, PageAsk),
    responses((status = 200, body = Page<Recommendation>)))]
async fn list_recommendations(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<RecommendationFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Recommendation>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::recommendations(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// How much of what each person recommended was bought.
#[utoipa::path(get, path = "/recommendations/summary", tag = "knowledge", params(RecommendationFilter),
    responses((status = 200, body = Vec<RecommendationSum>)))]
async fn sum_recommendations(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<RecommendationFilter>,
) -> Result<Json<Vec<RecommendationSum>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::recommendation_sums(tx, who, &filter)
        })
        .await?,
    ))
}

/// The questions that lead an undecided buyer, by category.
#[utoipa::path(get, path = "/guides", tag = "knowledge",
    responses((status = 200, body = Vec<Guide>)))]
async fn list_guides(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Vec<Guide>>, Failure> {
    Ok(Json(edge.read(&who, |tx, _, who| crate::guides(tx, who)).await?))
}

/// Keeps the questions of a category.
#[utoipa::path(put, path = "/guides/{category}", tag = "knowledge", params(("category" = String, Path)),
    request_body = NewGuide, responses((status = 200, body = Guide)))]
async fn keep_guide(
    State(edge): State<Edge>,
    Path(category): Path<String>,
    write: Write<NewGuide>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::keep_guide(tx, now, who, &category, &body)
    })
    .await
}

/// Goes back to the questions that ship, or drops those of one's own category.
#[utoipa::path(delete, path = "/guides/{category}", tag = "knowledge", params(("category" = String, Path)),
    responses((status = 204)))]
async fn drop_guide(
    State(edge): State<Edge>,
    Path(category): Path<String>,
    write: Write,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::drop_guide(tx, now, who, &category)
    })
    .await
}
