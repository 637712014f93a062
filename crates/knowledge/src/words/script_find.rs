use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::Deserialize;
use store::{Tx, args, pad};

use crate::words::input;
use crate::words::script::{Script, my_groups, visible};
use crate::{Bargain, Scope, Status, WordStage, place};

/// Which scripts a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScriptFilter {
    /// What was typed after `/`: a code, words, pinyin in full or its initials.
    pub q: Option<String>,
    /// Those that are good in this shop.
    pub shop: Option<Id>,
    /// Whose they are.
    pub scope: Option<Scope>,
    /// What they are about.
    pub category: Option<String>,
    /// Those for this part of a sale, or for all of it.
    pub stage: Option<WordStage>,
    /// Those that answer this kind of bargaining.
    pub bargain: Option<Bargain>,
    /// Those of this step of soothing.
    pub step: Option<i64>,
    /// Those that stand here; without it and `all`, those that can be sent now.
    pub status: Option<Status>,
    /// 1: wherever they stand.
    #[serde(default)]
    pub all: u8,
}

/// Scripts of one organisation that are looked through; a shop with more has lost its order long before.
const MOST: usize = 20_000;

/// Scripts one may see, as one types after `/`: those that fit best first, of these the most used. What fits
/// is decided in memory, row by row, as there is no order in SQL for it.
pub fn scripts(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &ScriptFilter,
    page: &PageAsk,
) -> Result<Page<Script>, Problem> {
    let found = find(tx, now, who, filter)?;
    let from = page
        .numbers::<1>()
        .map_or(0, |[from]| usize::try_from(from).unwrap_or(0));
    let limit = page.limit();
    let more = found.len() > from + limit;
    Ok(Page {
        items: found.into_iter().skip(from).take(limit).collect(),
        next: more.then(|| (from + limit).to_string()),
    })
}

/// Which scripts are offered without a word typed.
#[derive(Clone, Copy)]
pub(crate) enum Offered {
    /// Those that answer a kind of bargaining.
    Bargain(Bargain),
    /// Those of a stage before those of any; without one, those of all.
    Stage(Option<WordStage>),
    /// Those that greet.
    Greeting,
}

/// The category of scripts that greet.
const GREETING: &str = "greeting";

/// The scripts that can be sent now in these shops, the most used first: no more than `limit`.
pub(crate) fn offered(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    what: Offered,
    limit: usize,
) -> Result<Vec<Script>, Problem> {
    let (bargain, stage, category) = match what {
        Offered::Bargain(bargain) => (Some(bargain.key()), None, None),
        Offered::Stage(stage) => (None, stage.map(|stage| stage.key()), None),
        Offered::Greeting => (None, None, Some(GREETING)),
    };
    let groups = pad(&my_groups(tx, who)?);
    let group_list = Tx::in_list(10, groups.len());
    let (reach, shops) = place::condition(tx, who, shop, "shop_id", 10 + groups.len())?;
    let condition = format!(
        "status = 'published' AND (person_id IS NULL OR person_id = $2)
           AND (valid_from IS NULL OR valid_from <= $3) AND (valid_until IS NULL OR valid_until > $3)
           AND ($4 IS NULL OR bargain = $4) AND ($9 IS NULL OR category = $9) AND ($5 IS NULL OR stage = $5 OR stage = $6)
           AND (group_id IS NULL OR $7 = 1 OR group_id IN {group_list}) AND {reach}
           AND NOT EXISTS (SELECT 1 FROM campaign c WHERE c.org_id = script.org_id AND c.id = script.campaign_id
                             AND (c.starts_at > $3 OR c.ends_at <= $3))
         ORDER BY CASE WHEN $5 IS NOT NULL AND stage = $6 THEN 1 ELSE 0 END, uses DESC, id LIMIT $8"
    );
    let mut arguments = args![
        who.org,
        who.person().unwrap_or(Id::NONE),
        now,
        bargain,
        stage,
        WordStage::Any,
        who.may(Permission::EditReplies),
        limit,
        category
    ]
    .to_vec();
    arguments.extend(groups);
    arguments.extend(shops);
    Script::rows(tx, &condition, &arguments)
}

/// All of them.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &ScriptFilter,
) -> Result<Vec<Script>, Problem> {
    place::reader(who)?;
    let groups = my_groups(tx, who)?;
    let (reach, list) = place::condition(tx, who, filter.shop, "shop_id", 4)?;
    let condition = format!(
        "(person_id IS NULL OR person_id = $2) AND ($3 IS NULL OR category = $3) AND {reach}
         ORDER BY uses DESC, id LIMIT {MOST}"
    );
    let person = who.person().unwrap_or(Id::NONE);
    let mut arguments = args![who.org, person, filter.category.as_deref()].to_vec();
    arguments.extend(list);
    let typed = Typed::new(filter.q.as_deref().unwrap_or_default());
    let mut found: Vec<(u8, Script)> = Script::rows(tx, &condition, &arguments)?
        .into_iter()
        .filter(|script| visible(who, script, &groups) && wanted(now, who, filter, script))
        .map(|script| (typed.fit(&script), script))
        .filter(|(fit, _)| *fit > 0)
        .collect();
    // Stable: among those that fit alike the order of use stays.
    found.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    Ok(found.into_iter().map(|(_, script)| script).collect())
}

fn wanted(now: Ms, who: &Actor, filter: &ScriptFilter, script: &Script) -> bool {
    // What cannot be sent is the business of those who look after it.
    let mine = script.scope == Scope::Personal || who.may(Permission::EditReplies);
    let stands = match (filter.status, filter.all) {
        (Some(status), _) => script.status == status && (mine || status == Status::Published),
        (None, 0) => script.good(now),
        (None, _) => mine || script.good(now),
    };
    stands
        && filter.scope.is_none_or(|scope| scope == script.scope)
        && filter
            .stage
            .is_none_or(|stage| script.stage == stage || script.stage == WordStage::Any)
        && filter
            .bargain
            .is_none_or(|bargain| script.bargain == Some(bargain))
        && filter.step.is_none_or(|step| script.step == Some(step))
}

/// What was typed, folded.
struct Typed {
    text: String,
}

impl Typed {
    fn new(text: &str) -> Typed {
        Typed {
            text: input::folded(text),
        }
    }

    /// How well a script fits: 0 not at all, more is better. A code goes before a title, a title before
    /// pinyin, pinyin before words somewhere in the text.
    fn fit(&self, script: &Script) -> u8 {
        let q = self.text.as_str();
        if q.is_empty() {
            return 1;
        }
        let code = input::folded(&script.code);
        if code == q {
            return 8;
        }
        if code.starts_with(q) {
            return 7;
        }
        let title = input::folded(&script.title);
        if title.starts_with(q) {
            return 6;
        }
        if script.spelled.split(' ').any(|spelled| spelled.starts_with(q)) {
            return 5;
        }
        if title.contains(q) {
            return 4;
        }
        if input::folded(&script.text).contains(q) || input::folded(&script.text_en).contains(q) {
            return 3;
        }
        // One letter stands somewhere in nearly everything.
        if q.len() > 1 && (script.spelled.contains(q) || code.contains(q)) {
            return 2;
        }
        0
    }
}
