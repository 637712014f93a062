//! The demo's shops with their settings, and who works there.

use std::collections::HashMap;

use base::{Actor, Calendar, Hours, Id, Ms, Problem, SpecialDay};
use knowledge::NewQuickReply;
use serde_json::{Value, json};
use store::Tx;
use team::{Cell, NewGroup, NewPaper, NewPerson, NewShift, NewShop, Rotate, Setting};

use super::content::{Auto, Shop, ShopFile};
use super::load::{Site, missing};
use super::{AHEAD_MS, DAY_MS, content, day_of, time_ms};
use crate::app::SETTINGS;

/// Days the roster is filled for.
const ROSTER_DAYS: i64 = 14;
/// How long a shop is open around the demo's start at least, ms.
const OPEN_BEFORE_MS: i64 = 3_600_000;
const OPEN_AFTER_MS: i64 = 10 * 3_600_000;

pub(super) fn shops(tx: &mut Tx<'_>, site: &mut Site<'_>) -> Result<(), Problem> {
    let file = &site.with.content.shop;
    for (shop, (key, secret)) in file.shop.iter().zip(&site.with.keys) {
        let new = NewShop {
            key: key.clone(),
            name: shop.name.clone(),
            platform: shop.platform.clone(),
            kind: shop.kind.clone(),
            edition: shop.edition.clone(),
            edition_until: Some(site.now.plus(shop.edition_until_days * DAY_MS)),
            time_zone: file.organisation.time_zone.clone(),
            color: shop.color.clone(),
            // Any page may show the widget: the demo's own is served from wherever it listens.
            origins: Vec::new(),
        };
        let id = team::add_shop(tx, site.now, &site.who, new)?.id;
        site.shops.insert(shop.key.clone(), id);
        team::new_identity_secret(tx, site.now, &site.who, id, secret.clone())?;
        for paper in &shop.paper {
            let new = NewPaper {
                kind: paper_kind(&paper.kind).to_owned(),
                number: paper.number.clone(),
                valid_until: Some(day_of(site.now).plus(paper.valid_in_days * DAY_MS)),
                file: None,
            };
            team::add_paper(tx, site.now, &site.who, id, new)?;
        }
        let menu: Vec<_> = shop
            .menu
            .iter()
            .map(|m| json!({"key": m.key, "title": m.zh}))
            .collect();
        set(tx, site.now, &site.who, id, "channels.menu", &json!(menu))?;
        set(
            tx,
            site.now,
            &site.who,
            id,
            "reception.automatic",
            &automatic(file, shop, site.now),
        )?;
        open_now(tx, site.now, site.now, &site.who, id, file, shop)?;
    }
    Ok(())
}

/// The kinds of papers as the program knows them.
fn paper_kind(kind: &str) -> &str {
    match kind {
        "business_licence" => "licence",
        "inspection" => "quality",
        other => other,
    }
}

fn set(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, key: &str, value: &Value) -> Result<(), Problem> {
    let all = SETTINGS.iter().flat_map(|list| list.iter());
    let found: Option<&Setting> = all.into_iter().find(|setting| setting.key == key);
    let setting = found.ok_or_else(|| missing("setting", key))?;
    team::set_setting(tx, now, who, Some(shop), setting, value)
}

fn automatic(file: &ShopFile, shop: &Shop, now: Ms) -> Value {
    let day = day_of(now);
    let of = |kind: &str| -> Vec<Value> {
        let texts = file
            .auto
            .iter()
            .filter(|auto| auto.shop == shop.key && auto.kind == kind && auto.on);
        texts.map(|auto| auto_text(auto, day)).collect()
    };
    json!({"welcome": of("welcome"), "busy": of("busy"), "closed": of("closed"), "farewell": of("farewell")})
}

fn auto_text(auto: &Auto, day: Ms) -> Value {
    let mut text = json!({"text": auto.zh, "en": auto.en});
    if let Some(days) = auto.from_days {
        text["from"] = json!(day.plus(days * DAY_MS));
    }
    if let Some(days) = auto.until_days {
        text["until"] = json!(day.plus(days * DAY_MS));
    }
    if let Some(queue) = auto.queue {
        text["queue"] = json!(queue);
    }
    if let Some(wait_s) = auto.wait_s {
        text["wait_s"] = json!(wait_s);
    }
    text
}

/// Sets a shop's business hours; `first` is the demo's first moment.
fn open_now(
    tx: &mut Tx<'_>,
    now: Ms,
    first: Ms,
    who: &Actor,
    id: Id,
    file: &ShopFile,
    shop: &Shop,
) -> Result<(), Problem> {
    let hours = file.calendar.iter().find(|hours| hours.key == shop.calendar);
    let hours = hours.ok_or_else(|| missing("calendar", &shop.calendar))?;
    let calendar = calendar(hours, &file.organisation.time_zone, first, now);
    let value = serde_json::to_value(calendar).map_err(|_| Problem::internal())?;
    set(tx, now, who, id, team::CALENDAR.key, &value)
}

/// Opens again for a visitor who comes back to the demo at an hour its shops are closed.
pub(crate) fn reopen(tx: &mut Tx<'_>, now: Ms, org: Id, file: &ShopFile) -> Result<(), Problem> {
    let who = Actor::program(org);
    let first = team::org(tx, org)?.map_or(now, |org| org.made_at);
    for own in team::shops(tx, &who)? {
        let Some(shop) = file.shop.iter().find(|shop| shop.name == own.name) else {
            continue;
        };
        let calendar = team::calendar(tx, org, own.id)?;
        if !calendar.is_open(now) || !calendar.is_open(now.plus(2 * 3_600_000)) {
            open_now(tx, now, first, &who, own.id, file, shop)?;
        }
    }
    Ok(())
}

fn calendar(hours: &content::Hours, zone: &str, first: Ms, now: Ms) -> Calendar {
    let mut week: [Vec<Hours>; 7] = Default::default();
    for (day, spans) in week.iter_mut().zip(&hours.weekdays) {
        *day = spans.iter().map(|span| interval(span)).collect();
    }
    let (from, to) = (now.plus(-OPEN_BEFORE_MS), now.plus(OPEN_AFTER_MS));
    let mut special = Vec::new();
    for day in &hours.day {
        let start = day_of(first).plus(day.in_days * DAY_MS);
        let mut spans: Vec<Hours> = day.hours.iter().map(|span| interval(span)).collect();
        if hours.stretch_to_now {
            add(&mut spans, from, to, start);
        }
        special.push(SpecialDay {
            date: date(start),
            name: day.title.clone(),
            hours: spans,
        });
    }
    if hours.stretch_to_now {
        for start in [day_of(from), day_of(to)] {
            // Day 0 of the epoch was a Thursday, the fourth from Monday on.
            let weekday = ((start.0 + AHEAD_MS).div_euclid(DAY_MS) + 3).rem_euclid(7);
            if let Some(day) = usize::try_from(weekday)
                .ok()
                .and_then(|index| week.get_mut(index))
            {
                add(day, from, to, start);
            }
        }
    }
    Calendar {
        zone: zone.to_owned(),
        week,
        special,
    }
}

/// `HH:MM-HH:MM` as minutes of the day.
fn interval(span: &str) -> Hours {
    let (from, to) = span.split_once('-').unwrap_or((span, "24:00"));
    Hours {
        from: minute(time_ms(from)),
        to: minute(time_ms(to)),
    }
}

fn minute(ms: i64) -> u16 {
    u16::try_from((ms / 60_000).clamp(0, 1_440)).unwrap_or(1_440)
}

/// Adds what of `from` to `to` falls in the day that begins at `start`, and joins what touches.
fn add(day: &mut Vec<Hours>, from: Ms, to: Ms, start: Ms) {
    let added = Hours {
        from: minute(from.since(start)),
        to: minute(to.since(start)),
    };
    if added.from >= added.to {
        return;
    }
    day.push(added);
    day.sort_by_key(|hours| hours.from);
    let mut joined: Vec<Hours> = Vec::new();
    for hours in day.drain(..) {
        match joined.last_mut() {
            Some(last) if hours.from <= last.to => last.to = last.to.max(hours.to),
            _ => joined.push(hours),
        }
    }
    *day = joined;
}

/// The date, `YYYY-MM-DD`, of the day that begins at `start` in the shops' zone.
fn date(start: Ms) -> String {
    let local = jiff::Timestamp::from_millisecond(start.0 + AHEAD_MS).unwrap_or_default();
    local.strftime("%Y-%m-%d").to_string()
}

pub(super) fn people(tx: &mut Tx<'_>, site: &mut Site<'_>) -> Result<(), Problem> {
    let (now, file) = (site.now, &site.with.content.people);
    let mut groups = HashMap::new();
    for group in &file.group {
        let new = NewGroup {
            name: group.name.clone(),
            stage: group.stage.clone(),
            shops: Some(site.shops(&group.shops)?),
            overflow: group.overflow_stages.clone(),
            ..NewGroup::default()
        };
        groups.insert(group.key.as_str(), team::add_group(tx, now, &site.who, new)?.id);
    }
    let mut shifts = HashMap::new();
    for shift in &file.shift {
        let new = NewShift {
            name: shift.name.clone(),
            from_min: time_ms(&shift.from) / 60_000,
            to_min: time_ms(&shift.to) / 60_000,
            color: Some(shift.color.clone()),
        };
        shifts.insert(shift.key.as_str(), team::add_shift(tx, now, &site.who, new)?.id);
    }
    // Those without a number of their own get the next free one.
    let (numbered, others): (Vec<_>, Vec<_>) = file.person.iter().partition(|person| person.number > 0);
    for person in numbered.into_iter().chain(others) {
        let mut roles = Vec::new();
        for key in &person.roles {
            let role = team::role_by_key(tx, site.who.org, key)?;
            roles.push(role.ok_or_else(|| missing("role", key))?.id);
        }
        let mut own = Vec::new();
        for key in &person.groups {
            own.push(*groups.get(key.as_str()).ok_or_else(|| missing("group", key))?);
        }
        let new = NewPerson {
            login: person.login.clone(),
            name: person.name.clone(),
            nick: Some(person.nick.clone()),
            number: (person.number > 0).then_some(person.number),
            roles,
            shops: person.shops.as_ref().map(|keys| site.shops(keys)).transpose()?,
            groups: own,
            capacity: Some(person.capacity),
            outsourced: person.outsourced,
            password: Some(site.with.hash.clone()),
        };
        let id = team::add_person(tx, now, &site.who, new)?.id;
        site.people.insert(person.login.clone(), id);
    }
    roster(tx, site, &shifts)
}

/// Two weeks: some rotate, the others keep their shift and have the weekend off.
fn roster(tx: &mut Tx<'_>, site: &Site<'_>, shifts: &HashMap<&str, Id>) -> Result<(), Problem> {
    let file = &site.with.content.people;
    let known = |key: &String| {
        shifts
            .get(key.as_str())
            .copied()
            .ok_or_else(|| missing("shift", key))
    };
    let person = |login: &String| {
        site.people
            .get(login)
            .copied()
            .ok_or_else(|| missing("person", login))
    };
    let first = day_of(site.now);
    let plan = Rotate {
        from: date(first),
        to: date(first.plus((ROSTER_DAYS - 1) * DAY_MS)),
        people: file
            .rotation
            .people
            .iter()
            .map(person)
            .collect::<Result<_, _>>()?,
        shifts: file
            .rotation
            .shifts
            .iter()
            .map(|key| known(key).map(Some))
            .collect::<Result<_, _>>()?,
        every_days: file.rotation.every_days,
    };
    team::rotate(tx, site.now, &site.who, &plan)?;
    let mut cells = Vec::new();
    for one in &file.person {
        let Some(key) = one
            .shift
            .as_ref()
            .filter(|_| !file.rotation.people.contains(&one.login))
        else {
            continue;
        };
        let (id, shift) = (person(&one.login)?, known(key)?);
        for day in 0..ROSTER_DAYS {
            let start = first.plus(day * DAY_MS);
            let weekday = ((start.0 + AHEAD_MS).div_euclid(DAY_MS) + 3).rem_euclid(7);
            if weekday < 5 || one.outsourced {
                cells.push(Cell {
                    person: id,
                    day: date(start),
                    shift: Some(shift),
                });
            }
        }
    }
    team::set_roster(tx, site.now, &site.who, &cells)
}

/// The shop's owner, who writes what is known.
pub(super) fn owner(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<Actor, Problem> {
    let people = &site.with.content.people.person;
    let owner = people
        .iter()
        .find(|person| person.roles.iter().any(|role| role == "owner"));
    let owner = owner.and_then(|owner| site.people.get(&owner.login)).copied();
    let owner = owner.ok_or_else(|| missing("role", "owner"))?;
    team::actor_of(tx, site.who.org, owner)?.ok_or_else(Problem::internal)
}

/// The shops' quick replies, kept by the owner.
pub(super) fn replies(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<(), Problem> {
    let file = &site.with.content.replies;
    let who = owner(tx, site)?;
    for reply in &file.quick_reply {
        let category = file
            .category
            .iter()
            .find(|category| category.key == reply.category);
        let new = NewQuickReply {
            shop: None,
            personal: false,
            code: reply.code.clone(),
            category: category.map(|category| category.zh.clone()).unwrap_or_default(),
            text: reply.zh.clone(),
            version: None,
        };
        knowledge::keep_quick_reply(tx, site.now, &who, None, &new)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_of_the_demo_is_open_whenever_it_starts() {
        let file = content::Content::read().expect("the demo's files").shop;
        // A Saturday 07:12, a Sunday 02:00 and a holiday of the file, in the shops' zone.
        for now in [
            1_795_302_720_000,
            1_795_370_400_000,
            1_795_302_720_000 + 40 * DAY_MS,
        ] {
            for hours in &file.calendar {
                let calendar = calendar(
                    hours,
                    &file.organisation.time_zone,
                    Ms(1_795_302_720_000),
                    Ms(now),
                );
                calendar.check().expect("a fine calendar");
                assert!(calendar.is_open(Ms(now)), "{} at {now}", hours.key);
                assert!(
                    calendar.is_open(Ms(now).plus(2 * 3_600_000)),
                    "{} after {now}",
                    hours.key
                );
            }
        }
    }
}
