use base::{Actor, Fen, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::things::next_step::CartItem;
use crate::words::fill_live;
use crate::words::stale::Filled;
use crate::{Facts, Language, Variable, WordKind, render, variables_of};

/// Characters a value may have.
const VALUE_MAX: usize = 200;

/// What to fill a text with. What the program knows better (prices, stock, campaigns, who is speaking) it
/// looks up when asked, whatever the facts say.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Render {
    /// The shop it is said in.
    pub shop: Id,
    /// The language; left out: Chinese.
    #[serde(default)]
    pub lang: Option<Language>,
    /// The product it is about.
    #[serde(default)]
    pub product: Option<Id>,
    /// The SKU it is about.
    #[serde(default)]
    pub sku: Option<Id>,
    /// What is in the cart so far; without it nothing is known of what is missing to a campaign's step.
    #[serde(default)]
    pub total_fen: Option<Fen>,
    /// Its pieces, where they are known: a campaign on some products counts theirs alone.
    #[serde(default)]
    pub items: Vec<CartItem>,
    /// What else is known: variable names and their values.
    #[serde(default)]
    pub facts: Facts,
}

/// A text, filled in.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Rendered {
    /// The text; what is missing stands in it as a variable.
    pub text: String,
    /// Variables that are still open.
    pub missing: Vec<Variable>,
    /// The version of the script, entry or policy.
    pub version: i64,
    /// It is good before then.
    pub until: Option<Ms>,
    /// What was filled in that may be another when the text is sent (prices, stock, coupons), and what it is about: to
    /// be sent with the text as it stands here.
    pub filled: Filled,
}

/// A text that can be sent now, with what the program fills it with.
struct Source {
    text: [String; 2],
    version: i64,
    until: Option<Ms>,
    shop: Id,
}

/// Fills the text of a script, an entry's answer or a policy for one shop, as it is at `now` (row 310):
/// prices, stock and campaigns are read now. Refuses with `expired` what is not published or not good now, and with
/// `not_found` what is kept for another shop.
pub fn render_words(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (kind, id): (WordKind, Id),
    ask: &Render,
) -> Result<Rendered, Problem> {
    who.need(Permission::Talk)?;
    crate::place::known(tx, who, ask.shop)?;
    let source = source(tx, now, who, kind, id)?;
    if source.shop != Id::NONE && source.shop != ask.shop {
        return Err(Problem::not_found());
    }
    let mut facts = known(tx, who, ask)?;
    let [zh, en] = &source.text;
    let text = match ask.lang {
        Some(Language::En) if !en.is_empty() => en,
        _ => zh,
    };
    fill_live::fill(tx, now, who, ask, text, &mut facts)?;
    let values = facts.live_of(&variables_of(text));
    let (text, missing) = render(text, &facts);
    Ok(Rendered {
        text,
        missing,
        filled: Filled {
            lang: ask.lang,
            product: ask.product,
            sku: ask.sku,
            total_fen: ask.total_fen,
            items: ask.items.clone(),
            values,
        },
        version: source.version,
        until: source.until,
    })
}

fn source(tx: &mut Tx<'_>, now: Ms, who: &Actor, kind: WordKind, id: Id) -> Result<Source, Problem> {
    let (good, source) = match kind {
        WordKind::Script => {
            let one = crate::script(tx, who, id)?;
            let good = one.good(now);
            (
                good,
                Source {
                    text: [one.text, one.text_en],
                    version: one.version,
                    until: earlier(one.valid_until, one.campaign_ends),
                    shop: one.shop,
                },
            )
        }
        WordKind::Faq => {
            let one = crate::faq(tx, who, id)?;
            let good = one.good(now);
            (
                good,
                Source {
                    text: [one.answer, one.answer_en],
                    version: one.version,
                    until: earlier(one.valid_until, one.campaign_ends),
                    shop: one.shop,
                },
            )
        }
        WordKind::Policy => {
            let one = crate::policy(tx, who, id)?;
            let good = one.good(now);
            (
                good,
                Source {
                    text: [one.text, one.text_en],
                    version: one.version,
                    until: earlier(one.valid_until, one.campaign_ends),
                    shop: one.shop,
                },
            )
        }
    };
    if good {
        return Ok(source);
    }
    let detail = "This text is not in use now; choose another.";
    Err(Problem::conflict("expired", detail))
}

/// The earlier of two ends, where there is one.
fn earlier(one: Option<Ms>, other: Option<Ms>) -> Option<Ms> {
    [one, other].into_iter().flatten().min()
}

/// The facts that were given, and over them what the program knows.
pub(crate) fn known(tx: &mut Tx<'_>, who: &Actor, ask: &Render) -> Result<Facts, Problem> {
    let mut facts = ask.facts.cleaned(VALUE_MAX);
    for live in [Variable::Price, Variable::Stock] {
        facts.clear(live);
    }
    if let Some(shop) = team::shop(tx, who.org, ask.shop)? {
        facts.set(Variable::Shop, &shop.name);
    }
    if let Some(person) = who.person()
        && let Some(person) = team::person(tx, who.org, person)?
    {
        let nick = if person.nick.is_empty() {
            &person.name
        } else {
            &person.nick
        };
        facts.set(Variable::Agent, nick);
        facts.set(Variable::AgentNo, &person.number.to_string());
    }
    goods(tx, who, ask, &mut facts)?;
    Ok(facts)
}

/// Title, price and stock of the product, as they are now. Of several SKUs the lowest price counts and all
/// stock.
fn goods(tx: &mut Tx<'_>, who: &Actor, ask: &Render, facts: &mut Facts) -> Result<(), Problem> {
    let by_sku = match ask.sku {
        Some(sku) => catalogue::sku(tx, who.org, sku)?.map(|sku| sku.product),
        None => None,
    };
    let Some(product) = ask.product.or(by_sku) else {
        return Ok(());
    };
    // Also checks that the shop sells it.
    let card = catalogue::card(tx, who.org, ask.shop, product, ask.sku)?;
    let product = catalogue::product(tx, who, product)?;
    let title = match &card.spec {
        Some(spec) => format!("{}（{spec}）", card.title),
        None => card.title,
    };
    let meant = product
        .skus
        .iter()
        .filter(|sku| sku.active && ask.sku.is_none_or(|id| id == sku.id));
    let stock: i64 = meant.map(|sku| sku.sellable).sum();
    facts.set(Variable::Product, &title);
    facts.set(Variable::Price, &yuan(card.price_fen));
    facts.set(Variable::Stock, &stock.to_string());
    Ok(())
}

/// An amount as texts have it: `199`, `199.50`; the unit stands in the text.
pub(crate) fn yuan(amount: Fen) -> String {
    match amount.0 % 100 {
        0 => (amount.0 / 100).to_string(),
        fen => format!("{}.{fen:02}", amount.0 / 100),
    }
}
