//! Outside web sites and e-mail addresses.

use super::checker::{Found, Look};
use super::folded::Span;
use super::number;
use super::rule::Rule;

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let chars = &look.plain.chars;
    let mut at = 0;
    while at < chars.len() {
        if !part_of_address(chars[at]) {
            at += 1;
            continue;
        }
        let from = at;
        while at < chars.len() && part_of_address(chars[at]) {
            at += 1;
        }
        let span = Span {
            from: from as u32,
            to: at as u32,
        };
        if let Some(one) = address(look, &chars[from..at], span) {
            found.push(one);
        }
    }
}

fn part_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '.' | '-' | '_' | '/' | ':' | '?' | '=' | '&' | '%' | '#' | '@' | '+' | '~'
        )
}

/// What a run of such characters leads to, if it leads outside.
fn address(look: &Look<'_>, chars: &[char], span: Span) -> Option<Found> {
    if !chars.contains(&'.') {
        return None;
    }
    let written: String = chars.iter().collect();
    if let Some((name, rest)) = written.split_once('@') {
        let site = site(rest, &look.lexicon.reply.ends)?;
        // Reading back the buyer's own address tells nothing new.
        let own = look
            .reply
            .buyer
            .is_some_and(|buyer| buyer.to_lowercase().contains(&written))
            || number::is_yours(look, span);
        let fits = !name.is_empty() && !name.contains('/') && !own;
        return (fits && !inside(look, &site)).then(|| Found::new(Rule::Contact, "contact_mail", span));
    }
    let rest = written
        .rsplit_once("://")
        .map_or(written.as_str(), |(_, rest)| rest);
    let site = site(rest, &look.lexicon.reply.ends)?;
    (!inside(look, &site)).then(|| Found::new(Rule::Contact, "contact_link", span).with("domain", site))
}

/// The site's name an address begins with.
fn site(rest: &str, ends: &str) -> Option<String> {
    let name = rest
        .split(['/', '?', '#', ':', '&', '=', '%', '@', '+', '~'])
        .next()?
        .trim_matches(['.', '-', '_']);
    let (before, end) = name.rsplit_once('.')?;
    let fits = before.chars().any(|c| c.is_ascii_alphanumeric()) && ends.split(' ').any(|known| known == end);
    fits.then(|| name.to_owned())
}

/// Whether a site belongs to the shop or its platform.
fn inside(look: &Look<'_>, site: &str) -> bool {
    let platform = look.lexicon.platforms.get(look.reply.platform);
    look.sites
        .iter()
        .chain(platform.into_iter().flatten())
        .any(|own| {
            let own = own.strip_prefix("www.").unwrap_or(own);
            site == own || site.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
        })
}
