use std::sync::Arc;

use base::{Actor, Fen, Id, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::checker::Checker;
use super::rule::{Finding, Level, Reply, Rule};
use super::setting::rules_at;
use super::{instead, limit};

/// Characters of a reply; as many as a message may have.
const TEXT_LIMIT: usize = 5_000;

/// A reply to look at while it is typed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct CheckAsk {
    /// The shop it is written for.
    pub shop: Id,
    /// The text as it stands in the box.
    pub text: String,
    /// What the buyer wrote lately, a message a line, the last one last.
    #[serde(default)]
    pub buyer: Option<String>,
    /// The product the talk is about: a bare no to one that is out of stock is given what there is instead.
    #[serde(default)]
    pub product: Option<Id>,
    /// The SKU the talk is about.
    #[serde(default)]
    pub sku: Option<Id>,
}

/// Whether a reply may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Send {
    /// As it stands.
    Free,
    /// When its findings were confirmed.
    Confirm,
    /// Not at all.
    Block,
}

/// What the check says of a reply.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Checked {
    /// Whether it may be sent.
    pub send: Send,
    /// What is wrong with it, by place.
    pub findings: Vec<Finding>,
}

/// What a reply would meet if it were sent; nothing is changed by asking.
///
/// Needs [`Permission::Talk`] in a shop in scope. Refuses more than 5,000 characters with
/// `text_too_long`.
pub fn check_reply(tx: &mut Tx<'_>, who: &Actor, ask: &CheckAsk) -> Result<Checked, Problem> {
    who.need_shop(ask.shop)?;
    let shop = team::shop(tx, who.org, ask.shop)?.ok_or_else(Problem::not_found)?;
    who.need(Permission::Talk)?;
    let fits = |text: &str| text.chars().nth(TEXT_LIMIT).is_none();
    if !fits(&ask.text) {
        let detail = format!("At most {TEXT_LIMIT} characters.");
        return Err(Problem::input("text", "text_too_long", detail).with("limit", TEXT_LIMIT));
    }
    if ask.text.trim().is_empty() {
        return Ok(Checked {
            send: Send::Free,
            findings: Vec::new(),
        });
    }
    let checker = checker(tx, who.org, ask.shop)?;
    let reply = Reply {
        text: &ask.text,
        // Older lines are left out of what is very long.
        buyer: ask.buyer.as_deref().map(last_part),
        platform: &shop.platform,
        free_hand: who.may(Permission::Supervise),
        limit: Some(limit::of(tx, who, checker.rules())?),
    };
    let mut findings = checker.check(&reply);
    instead::offer(tx, who, ask, &mut findings)?;
    let send = match findings.iter().map(|finding| finding.level).max() {
        Some(Level::Block) => Send::Block,
        Some(Level::Confirm) => Send::Confirm,
        Some(Level::Hint | Level::Off) | None => Send::Free,
    };
    Ok(Checked { send, findings })
}

/// Lets a reply pass that is about to be sent in `shop`, and says which rules were overridden.
///
/// `buyer` reads what the buyer wrote lately; it is asked for only when something was found, as knowing
/// it can only excuse. A client that does not ask its agent (`confirmed` is `None`) is not asked either:
/// what it sends counts as overridden. Refuses with `reply_blocked` what may not be sent at all, and with
/// `reply_confirm` what has findings to confirm whose rules are not in `confirmed`; both name
/// `body.text` and carry the `findings`.
pub fn allow_reply(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    text: &str,
    confirmed: Option<&[Rule]>,
    buyer: impl FnOnce(&mut Tx<'_>) -> Result<String, Problem>,
) -> Result<Vec<Rule>, Problem> {
    let checker = checker(tx, who.org, shop)?;
    let mut reply = Reply {
        text,
        buyer: None,
        platform: "",
        free_hand: who.may(Permission::Supervise),
        limit: Some(limit::of(tx, who, checker.rules())?),
    };
    if grave(&checker, &reply).is_empty() {
        return Ok(Vec::new());
    }
    let buyer = buyer(tx)?;
    let platform = team::shop(tx, who.org, shop)?
        .map(|shop| shop.platform)
        .unwrap_or_default();
    reply.buyer = Some(last_part(&buyer));
    reply.platform = &platform;
    let mut overridden = Vec::new();
    let mut left = Vec::new();
    for finding in grave(&checker, &reply) {
        if finding.level == Level::Confirm && confirmed.is_none_or(|all| all.contains(&finding.rule)) {
            overridden.push(finding.rule);
        } else {
            left.push(finding);
        }
    }
    if left.is_empty() {
        overridden.sort_unstable();
        overridden.dedup();
        return Ok(overridden);
    }
    let blocked = left.iter().any(|finding| finding.level == Level::Block);
    let problem = if blocked {
        Problem::input(
            "body.text",
            "reply_blocked",
            "The shop's rules do not let this be sent; change it.",
        )
    } else {
        Problem::input(
            "body.text",
            "reply_confirm",
            "Read the findings; send it again with their rules in `confirmed`.",
        )
    };
    let findings = serde_json::to_value(left).map_err(|_| Problem::internal())?;
    Err(problem.with("findings", findings))
}

/// Lets a coupon pass whose amount an agent typed in `shop`, and says whether the rule of promises was
/// overridden: it is above what an agent may give (`knowledge.check.give_most`, `knowledge.check.by_role`). A shop that has that rule block
/// refuses it with `gift_above_right`, which names `body.amount_fen` and `most_fen`; supervisors are free.
pub fn allow_gift(tx: &mut Tx<'_>, who: &Actor, shop: Id, amount: Fen) -> Result<Option<Rule>, Problem> {
    let checker = checker(tx, who.org, shop)?;
    let most = limit::of(tx, who, checker.rules())?.give;
    if amount <= most || who.may(Permission::Supervise) {
        return Ok(None);
    }
    match checker.rules().levels[Rule::Promise as usize] {
        Level::Off | Level::Hint => Ok(None),
        Level::Confirm => Ok(Some(Rule::Promise)),
        Level::Block => Err(Problem::input(
            "body.amount_fen",
            "gift_above_right",
            "That is more than you may give in this shop.",
        )
        .with("most_fen", most.0)),
    }
}

/// The findings that stop a reply.
fn grave(checker: &Checker, reply: &Reply<'_>) -> Vec<Finding> {
    let mut findings = checker.check(reply);
    findings.retain(|finding| finding.level >= Level::Confirm);
    findings
}

/// The check of a shop under its present settings. Made once for each version of them.
fn checker(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Arc<Checker>, Problem> {
    let version = team::settings_version(tx, org)?;
    tx.memo([org, shop, version], |tx| {
        Ok(Checker::new(&rules_at(tx, org, shop, version)?))
    })
}

/// The last characters of what the buyer wrote.
fn last_part(text: &str) -> &str {
    let from = text.char_indices().rev().nth(TEXT_LIMIT).map_or(0, |(at, _)| at);
    &text[from..]
}
