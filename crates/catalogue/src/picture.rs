//! Main pictures that are files of ours: which may be one, and who sees them.

use base::{Actor, Id, Problem, Shops};
use store::{FileKind, FileRow, Tx, args};

/// Refuses a file as main picture that is none of the team's own outside talks (`not_found`), or no picture
/// (`file_kind`). What stands there already is not asked about again: somebody of another shop may have chosen it.
pub(crate) fn check(
    tx: &mut Tx<'_>,
    who: &Actor,
    picture: Option<&str>,
    was: Option<&str>,
) -> Result<(), Problem> {
    let Some(id) = picture
        .filter(|picture| Some(*picture) != was)
        .and_then(|picture| picture.parse::<i64>().ok())
    else {
        return Ok(());
    };
    let file = FileRow::load(tx, who.org, Id(id))?
        .filter(|file| file.shop == Id::NONE || who.shops.has(file.shop))
        .filter(|file| file.owner_kind != "buyer" && file.subject == Id::NONE)
        .ok_or_else(|| {
            Problem::input(
                "picture",
                "file_unknown",
                "There is no such file of the team's own.",
            )
        })?;
    if file.kind == FileKind::Image {
        return Ok(());
    }
    let detail = "A main picture is a PNG, JPEG, GIF or WebP.";
    Err(Problem::input("picture", "file_kind", detail))
}

/// Whether a product sold in one of these shops has this file as its main picture: whoever is shown the product sees
/// it, wherever it was uploaded.
pub fn shows_file(tx: &mut Tx<'_>, org: Id, shops: &Shops, file: Id) -> Result<bool, Problem> {
    let sold: Vec<Option<Id>> = tx.rows(
        "SELECT s.shop_id FROM product p
         LEFT JOIN product_shop s ON s.org_id = p.org_id AND s.product_id = p.id
         WHERE p.org_id = $1 AND p.picture = $2",
        args![org, &file.to_string()],
        |row| row.get(0),
    )?;
    Ok(sold
        .into_iter()
        .any(|shop| shop.is_none_or(|shop| shops.has(shop))))
}
