//! What the program can say of a product's listing by itself (rows 3, 4, 159, 222). Pure: what it looks at
//! was read before.

use base::Ms;
use catalogue::Product;
use store::{FileKind, FileRow};

use crate::things::certificate::Certificate;
use crate::things::fact::ProductFacts;
use crate::things::holding::Holding;
use crate::things::preorder::PreorderMark;
use crate::things::warranty::Warranty;

/// All that is looked at.
pub(crate) struct Seen<'a> {
    pub(crate) now: Ms,
    pub(crate) product: &'a Product,
    /// The picture, when it is a file of ours.
    pub(crate) picture: Option<&'a FileRow>,
    pub(crate) facts: &'a ProductFacts,
    pub(crate) batches: bool,
    pub(crate) certificates: &'a [Certificate],
    pub(crate) warranties: &'a [Warranty],
    pub(crate) preorders: &'a [&'a PreorderMark],
}

/// Why an item is not (yet) passed, in a stable word the console puts into the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// There is no picture.
    PictureMissing,
    /// The picture is a web address: a person has to look.
    PictureOutside,
    /// What stands as the picture is none.
    PictureUnreadable,
    /// It is not square.
    PictureNotSquare,
    /// Its sides are shorter than 800 pixels.
    PictureSmall,
    /// How the goods differ from the pictures is not written.
    PictureNoteMissing,
    /// Features, advantages or selling points are not written.
    SectionsMissing,
    /// There is no size table.
    SizeTableMissing,
    /// A column does not say how it is measured.
    MethodMissing,
    /// A column does not say how far a piece may be off.
    ToleranceMissing,
    /// There is no certificate.
    CertificateMissing,
    /// A certificate has ended.
    CertificateExpired,
    /// Origin, production date (of the product or a batch) or shelf life is not written.
    DatesMissing,
    /// There is no warranty.
    WarrantyMissing,
    /// A warranty does not say what it covers, or when a repair is charged.
    WarrantyVague,
    /// A pre-sale day is past.
    PreorderLate,
}

impl Reason {
    /// The word in the database and on the wire.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Reason::PictureMissing => "picture_missing",
            Reason::PictureOutside => "picture_outside",
            Reason::PictureUnreadable => "picture_unreadable",
            Reason::PictureNotSquare => "picture_not_square",
            Reason::PictureSmall => "picture_small",
            Reason::PictureNoteMissing => "picture_note_missing",
            Reason::SectionsMissing => "sections_missing",
            Reason::SizeTableMissing => "size_table_missing",
            Reason::MethodMissing => "method_missing",
            Reason::ToleranceMissing => "tolerance_missing",
            Reason::CertificateMissing => "certificate_missing",
            Reason::CertificateExpired => "certificate_expired",
            Reason::DatesMissing => "dates_missing",
            Reason::WarrantyMissing => "warranty_missing",
            Reason::WarrantyVague => "warranty_vague",
            Reason::PreorderLate => "preorder_late",
        }
    }
}

/// What the program says of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// Products of this category do without.
    NotNeeded,
    /// What is wrong, with what shows it (figures and names of columns).
    Failed(Reason, String),
    /// The program cannot tell: a person looks.
    Unknown(Reason),
}

/// The shorter side of a main picture at least, in pixels.
const LEAST_SIDE: i64 = 800;

/// Categories (of defaults/guided.toml) that need an item; of any other known one it is not asked. A product
/// without a category, or with one of the shop's own, is asked for all.
const SIZED: [&str; 4] = ["clothing", "bedding", "shoes", "baby"];
const DATED: [&str; 3] = ["food", "cosmetics", "baby"];
const CERTIFIED: [&str; 4] = ["food", "cosmetics", "baby", "electronics"];
const WARRANTED: [&str; 2] = ["electronics", "home"];

/// What the program says of the item `key`; `None` when it has nothing to say of it.
pub(crate) fn verdict(seen: &Seen<'_>, key: &str, known_categories: &[String]) -> Option<Verdict> {
    let category = seen.facts.category.as_str();
    let known = known_categories.iter().any(|one| one == category);
    let needed = |categories: &[&str]| !known || categories.contains(&category);
    Some(match key {
        "image.square" => picture(seen, square),
        "image.size" => picture(seen, large),
        "image.true" => written(&seen.facts.picture_note, Reason::PictureNoteMissing),
        "page.sections" => sections(seen),
        "size.table" if !needed(&SIZED) && seen.facts.size_table.is_none() => Verdict::NotNeeded,
        "size.table" => size_table(seen),
        "size.method" if !needed(&SIZED) && seen.facts.size_table.is_none() => Verdict::NotNeeded,
        "size.method" => size_method(seen),
        "certificate.valid" if !needed(&CERTIFIED) && seen.certificates.is_empty() => Verdict::NotNeeded,
        "certificate.valid" => certificates(seen),
        "dates.present" if !needed(&DATED) => Verdict::NotNeeded,
        "dates.present" => dates(seen),
        "warranty.parts" if !needed(&WARRANTED) && seen.warranties.is_empty() => Verdict::NotNeeded,
        "warranty.parts" => warranty(seen),
        "promise.shipping" => shipping(seen),
        _ => return None,
    })
}

fn failed(reason: Reason) -> Verdict {
    Verdict::Failed(reason, String::new())
}

fn written(text: &str, reason: Reason) -> Verdict {
    if text.is_empty() {
        failed(reason)
    } else {
        Verdict::Passed
    }
}

fn picture(seen: &Seen<'_>, judge: fn(i64, i64) -> Option<Reason>) -> Verdict {
    let Some(address) = &seen.product.picture else {
        return failed(Reason::PictureMissing);
    };
    if address.parse::<i64>().is_err() {
        return Verdict::Unknown(Reason::PictureOutside);
    }
    let measured = seen
        .picture
        .filter(|file| file.kind == FileKind::Image)
        .and_then(|file| Some((file.width?, file.height?)));
    let Some((width, height)) = measured else {
        return failed(Reason::PictureUnreadable);
    };
    match judge(width, height) {
        Some(reason) => Verdict::Failed(reason, format!("{width}×{height}")),
        None => Verdict::Passed,
    }
}

fn square(width: i64, height: i64) -> Option<Reason> {
    (width != height).then_some(Reason::PictureNotSquare)
}

fn large(width: i64, height: i64) -> Option<Reason> {
    (width.min(height) < LEAST_SIDE).then_some(Reason::PictureSmall)
}

fn sections(seen: &Seen<'_>) -> Verdict {
    let facts = seen.facts;
    let missing: Vec<&str> = [
        (facts.features.is_empty(), "features"),
        (facts.advantages.is_empty(), "advantages"),
        (seen.product.selling_points.is_empty(), "selling_points"),
    ]
    .into_iter()
    .filter_map(|(missing, name)| missing.then_some(name))
    .collect();
    named(&missing, Reason::SectionsMissing)
}

fn named(missing: &[&str], reason: Reason) -> Verdict {
    if missing.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed(reason, missing.join(", "))
    }
}

fn size_table(seen: &Seen<'_>) -> Verdict {
    if seen.facts.size_table.is_some() {
        Verdict::Passed
    } else {
        failed(Reason::SizeTableMissing)
    }
}

fn size_method(seen: &Seen<'_>) -> Verdict {
    let Some(table) = &seen.facts.size_table else {
        return failed(Reason::SizeTableMissing);
    };
    let without_method = table.without_method();
    if !without_method.is_empty() {
        return named(&without_method, Reason::MethodMissing);
    }
    let without_tolerance: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| column.tolerance.is_none())
        .map(|column| column.name.as_str())
        .collect();
    named(&without_tolerance, Reason::ToleranceMissing)
}

fn certificates(seen: &Seen<'_>) -> Verdict {
    if seen.certificates.is_empty() {
        return failed(Reason::CertificateMissing);
    }
    let expired: Vec<&str> = seen
        .certificates
        .iter()
        .filter(|one| one.state == Holding::Expired)
        .map(|one| {
            if one.number.is_empty() {
                one.kind.key()
            } else {
                one.number.as_str()
            }
        })
        .collect();
    named(&expired, Reason::CertificateExpired)
}

fn dates(seen: &Seen<'_>) -> Verdict {
    let facts = seen.facts;
    let missing: Vec<&str> = [
        (facts.origin.is_empty(), "origin"),
        (facts.made_at.is_none() && !seen.batches, "made_at"),
        (facts.shelf_life_days.is_none(), "shelf_life_days"),
    ]
    .into_iter()
    .filter_map(|(missing, name)| missing.then_some(name))
    .collect();
    named(&missing, Reason::DatesMissing)
}

fn warranty(seen: &Seen<'_>) -> Verdict {
    if seen.warranties.is_empty() {
        return failed(Reason::WarrantyMissing);
    }
    let vague: Vec<&str> = seen
        .warranties
        .iter()
        .filter(|one| one.scope.is_empty() || one.chargeable.is_empty())
        .map(|one| one.part.as_str())
        .collect();
    named(&vague, Reason::WarrantyVague)
}

fn shipping(seen: &Seen<'_>) -> Verdict {
    if seen.preorders.iter().any(|mark| mark.ships_at < seen.now) {
        failed(Reason::PreorderLate)
    } else {
        Verdict::Passed
    }
}
