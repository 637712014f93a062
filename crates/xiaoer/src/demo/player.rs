//! Plays talks for ever, a few at once, through the public API only.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use team::http::random;
use tokio::sync::Semaphore;

use super::content::{Content, Talk};
use super::robot::Robot;
use super::talk::Playing;
use super::wire::Http;
use super::{DAY_MS, Facts, facts};
use crate::clock;

/// Talks at once.
const AT_ONCE: usize = 8;
/// From so many on that people have, the next ones are of stages their group does not take.
const WITH_PEOPLE: usize = 3;
/// Talks that begin at once, and the pause between them.
const FIRST: usize = 4;
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// What all talks share.
pub(crate) struct Stage {
    pub(crate) http: Http,
    pub(crate) facts: Arc<Facts>,
    content: Arc<Content>,
    robots: Vec<Arc<Robot>>,
    /// Talks that people have at the moment.
    pub(crate) with_people: AtomicUsize,
}

impl Stage {
    /// What a customer of the files is called.
    pub(crate) fn nick(&self, key: &str) -> Option<&str> {
        self.content
            .customers
            .iter()
            .find(|customer| customer.key == key)
            .map(|customer| customer.nick.as_str())
    }

    /// An identity the shop vouches for, as docs/sockets.md says.
    pub(crate) fn signed(&self, secret: &str, sub: &str, name: &str) -> Value {
        let at = clock::now().0;
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
            mac.update(format!("{sub}\n{name}\n{at}").as_bytes());
            mac.finalize().into_bytes()
        });
        let hex: String = mac.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        json!({"sub": sub, "name": name, "at": at, "mac": hex})
    }

    /// A coupon of the files as the body of a message.
    pub(crate) fn coupon(&self, code: &str) -> Option<Value> {
        let coupon = self
            .content
            .shop
            .coupon
            .iter()
            .find(|coupon| coupon.code == code)?;
        let until = clock::now().plus(coupon.until_days * DAY_MS);
        Some(json!({
            "title": coupon.title, "amount_fen": coupon.amount_fen, "floor_fen": coupon.floor_fen,
            "code": coupon.code, "until": until,
        }))
    }

    /// The robot of a login.
    pub(crate) fn robot(&self, login: &str) -> Option<Arc<Robot>> {
        self.robots.iter().find(|robot| robot.login == login).cloned()
    }

    /// The robots that take a stage, beginning with one that `seed` chooses; the others after them.
    pub(crate) fn robots_for(&self, stage: reception::Stage, seed: u64) -> Vec<Arc<Robot>> {
        let stage = serde_json::to_value(stage).unwrap_or_default();
        let takes = |robot: &Arc<Robot>| {
            let person = self
                .content
                .people
                .person
                .iter()
                .find(|person| person.login == robot.login);
            let keys = person.map(|person| person.groups.as_slice()).unwrap_or_default();
            let groups = self
                .content
                .people
                .group
                .iter()
                .filter(|group| keys.contains(&group.key));
            groups
                .filter_map(|group| group.stage.as_deref())
                .any(|of| stage == of)
        };
        let (mut fit, rest): (Vec<_>, Vec<_>) = self.robots.iter().cloned().partition(takes);
        if !fit.is_empty() {
            let by = usize::try_from(seed % fit.len() as u64).unwrap_or(0);
            fit.rotate_left(by);
        }
        fit.extend(rest);
        fit
    }
}

/// Begins and never ends; what goes wrong is logged and the next talk begins.
pub(crate) async fn run(host: String, content: Arc<Content>, facts: Arc<Facts>) {
    let http = Http::new(host);
    let mut robots = Vec::new();
    for person in facts.people.iter().filter(|person| facts::speaks(&person.login)) {
        let Some(token) = person.token.clone() else {
            continue;
        };
        let robot = Robot::start(&http, person.login.clone(), person.nick.clone(), token);
        robots.push(Arc::new(robot));
    }
    let with_people = AtomicUsize::new(0);
    let stage = Arc::new(Stage {
        http,
        facts,
        content,
        robots,
        with_people,
    });
    let seed = random::bytes().map_or(1, u64::from_le_bytes);
    let mut draw = Draw(seed | 1);
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut pile: Vec<Arc<Talk>> = Vec::new();
    // One customer is in one talk at a time.
    let busy: Arc<Mutex<HashSet<String>>> = Arc::default();
    tokio::time::sleep(FIRST_PAUSE).await;
    for count in 0_usize.. {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        if pile.is_empty() {
            pile = stage
                .content
                .talks
                .iter()
                .filter(|talk| talk.hours.is_none())
                .cloned()
                .map(Arc::new)
                .collect();
        }
        let talk = next(&mut pile, &mut draw, &stage, &busy);
        let seed = draw.next();
        if let Some(talk) = talk {
            let (stage, busy) = (Arc::clone(&stage), Arc::clone(&busy));
            let lingers = count % 4 == 3;
            tokio::spawn(async move {
                if let Some(mut playing) = Playing::new(stage, Arc::clone(&talk), seed)
                    && let Err(lost) = playing.play(lingers).await
                {
                    tracing::debug!(%lost, talk = talk.key, "a talk of the demo ended early");
                }
                if let Some(key) = &talk.customer {
                    busy.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
                }
                drop(permit);
            });
        }
        let pause = if count < FIRST {
            FIRST_PAUSE
        } else {
            Duration::from_secs(20 + seed % 21)
        };
        tokio::time::sleep(pause).await;
    }
}

/// Draws a talk from the pile: one whose customer is free, and not for the people who have enough.
fn next(
    pile: &mut Vec<Arc<Talk>>,
    draw: &mut Draw,
    stage: &Stage,
    busy: &Mutex<HashSet<String>>,
) -> Option<Arc<Talk>> {
    let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
    let many = stage.with_people.load(Ordering::Relaxed) >= WITH_PEOPLE;
    let fits = |talk: &Arc<Talk>| {
        let free = talk.customer.as_ref().is_none_or(|key| !busy.contains(key));
        free && !(many && talk.stage == reception::Stage::Pre)
    };
    let fitting: Vec<usize> = (0..pile.len()).filter(|index| fits(&pile[*index])).collect();
    let chosen = if fitting.is_empty() {
        return None;
    } else {
        draw.next() % fitting.len() as u64
    };
    let talk = pile.swap_remove(fitting[usize::try_from(chosen).unwrap_or(0)]);
    if let Some(key) = &talk.customer {
        busy.insert(key.clone());
    }
    Some(talk)
}

/// Numbers without an order one would notice (xorshift).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 3
    }
}
