use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use catalogue::Product;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{FileKind, FileRow, Tx, args, record, text_enum};

use crate::bounds::{self, nullable};
use crate::things::holding::{Holding, NEVER, days_left, number, shown};
use crate::things::listing;
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, sold_in, staff};
use crate::things::settings::CERTIFICATE_DAYS;

text_enum! {
    /// What a certificate vouches for.
    pub enum CertificateKind {
        /// 正品: from whom it says it is.
        Authentic = "authentic",
        /// 有机认证.
        Organic = "organic",
        /// 质检.
        Quality = "quality",
        /// 安全认证, such as 3C.
        Safety = "safety",
        /// Anything else.
        Other = "other",
    }
}

record! {
    /// A certificate as it is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CertificateRow {
        /// Its id.
        pub id: Id = "id",
        /// The product.
        pub product: Id = "product_id",
        /// What it vouches for.
        pub kind: CertificateKind = "kind",
        /// The number on it.
        pub number: String = "number",
        /// Who gave it.
        pub issuer: String = "issuer",
        /// A picture or PDF of it.
        pub file: Option<Id> = "file_id",
        /// Until when it holds.
        pub expires_at: Ms = "expires_at",
        /// What else is to be known.
        pub note: String = "note",
    }
}

/// A certificate of a product, with its file and its end (row 102).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Certificate {
    /// Its id.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// The product's title.
    pub product_title: String,
    /// What it vouches for.
    pub kind: CertificateKind,
    /// The number on it; may be empty.
    pub number: String,
    /// Who gave it; may be empty.
    pub issuer: String,
    /// The file of a picture or PDF of it.
    pub file: Option<Id>,
    /// Until when it holds; null: without end.
    pub expires_at: Option<Ms>,
    /// What else is to be known.
    pub note: String,
    /// Whether it still holds.
    pub state: Holding,
    /// Whole days left, negative once it ended; null without end.
    pub days_left: Option<i64>,
}

/// A certificate to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCertificate {
    /// What it vouches for.
    pub kind: CertificateKind,
    /// The number on it, at most 80 characters.
    #[serde(default)]
    pub number: String,
    /// Who gave it, at most 80 characters.
    #[serde(default)]
    pub issuer: String,
    /// The file of a picture or PDF of it.
    pub file: Option<Id>,
    /// Until when it holds; left out: without end.
    pub expires_at: Option<Ms>,
    /// What else is to be known, at most 300 characters.
    #[serde(default)]
    pub note: String,
}

/// What to change of a certificate; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateChange {
    /// What it vouches for.
    pub kind: Option<CertificateKind>,
    /// The number on it.
    pub number: Option<String>,
    /// Who gave it.
    pub issuer: Option<String>,
    /// The file of a picture or PDF of it; null: none.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub file: Option<Option<Id>>,
    /// Until when it holds; null: without end.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<Option<Ms>>,
    /// What else is to be known.
    pub note: Option<String>,
}

/// Which certificates a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CertificateFilter {
    /// Of products sold in this shop.
    pub shop: Option<Id>,
    /// How they stand.
    pub state: Option<Holding>,
    /// What they vouch for.
    pub kind: Option<CertificateKind>,
}

fn view(now: Ms, days: i64, title: &str, row: CertificateRow) -> Certificate {
    Certificate {
        id: row.id,
        product: row.product,
        product_title: title.to_owned(),
        kind: row.kind,
        number: row.number,
        issuer: row.issuer,
        file: row.file,
        expires_at: shown(row.expires_at),
        note: row.note,
        state: Holding::of(now, row.expires_at, days),
        days_left: days_left(now, row.expires_at),
    }
}

/// The certificates of a product, in the order in which they were added.
pub fn certificates_of(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
) -> Result<Vec<Certificate>, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    of_product(tx, now, who, &product)
}

/// The certificates of a product that was looked up before.
pub(crate) fn of_product(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: &Product,
) -> Result<Vec<Certificate>, Problem> {
    let days = number(tx, who, CERTIFICATE_DAYS)?;
    let sql = format!(
        "SELECT {} FROM certificate WHERE org_id = $1 AND product_id = $2 ORDER BY id LIMIT 200",
        CertificateRow::COLUMNS
    );
    let rows = tx.rows(&sql, args![who.org, product.id], CertificateRow::read)?;
    Ok(rows
        .into_iter()
        .map(|row| view(now, days, &product.title, row))
        .collect())
}

/// Certificates of all products in reach, the first to end first. A page may hold fewer than were asked for.
pub fn certificates(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &CertificateFilter,
    page: &PageAsk,
) -> Result<Page<Certificate>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let days = number(tx, who, CERTIFICATE_DAYS)?;
    let (after, to) = Holding::ends(filter.state, now, days);
    let [end, id] = page.numbers().unwrap_or([i64::MIN, 0]);
    let sql = format!(
        "SELECT {} FROM certificate
         WHERE org_id = $1 AND expires_at > $2 AND expires_at <= $3 AND ($7 IS NULL OR kind = $7)
           AND (expires_at > $4 OR (expires_at = $4 AND id > $5))
         ORDER BY expires_at, id LIMIT $6",
        CertificateRow::COLUMNS
    );
    let kind = filter.kind.map(CertificateKind::key);
    let arguments = args![who.org, after, to, end, id, page.limit() + 1, kind];
    let rows = tx.rows(&sql, arguments, CertificateRow::read)?;
    let cut = Page::cut(rows, page.limit(), |row| vec![row.expires_at.0, row.id.0]);
    let mut looked = Looked::of(tx, who, cut.items.iter().map(|row| row.product))?;
    let mut items = Vec::new();
    for row in cut.items {
        let found = looked.product(tx, who, row.product)?;
        let Some(product) = found.filter(|one| filter.shop.is_none_or(|shop| sold_in(one, shop))) else {
            continue;
        };
        items.push(view(now, days, &product.title, row));
    }
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// Adds a certificate to a product and looks at its listing again. Needs [`Permission::EditKnowledge`]; a
/// file that is neither a picture nor a PDF is refused (`file_kind`).
pub fn add_certificate(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    new: &NewCertificate,
) -> Result<Certificate, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    who.need(Permission::EditKnowledge)?;
    let row = CertificateRow {
        id: tx.id(),
        product: product.id,
        kind: new.kind,
        number: new.number.clone(),
        issuer: new.issuer.clone(),
        file: new.file,
        expires_at: new.expires_at.unwrap_or(NEVER),
        note: new.note.clone(),
    };
    let row = check(tx, who, row, None)?;
    tx.exec(
        "INSERT INTO certificate (org_id, id, product_id, kind, number, issuer, file_id, expires_at, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            who.org,
            row.id,
            row.product,
            row.kind,
            &row.number,
            &row.issuer,
            row.file,
            row.expires_at,
            &row.note
        ],
    )?;
    let data = json!({ "product": product.id, "kind": [null, row.kind], "expires_at": [null, shown(row.expires_at)] });
    tell(tx, now, who, "certificate.added", row.id, data)?;
    listing::look(tx, now, who, &product)?;
    let days = number(tx, who, CERTIFICATE_DAYS)?;
    Ok(view(now, days, &product.title, row))
}

/// Changes a certificate and looks at its product's listing again. Needs [`Permission::EditKnowledge`].
pub fn change_certificate(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &CertificateChange,
) -> Result<Certificate, Problem> {
    let (product, was) = editable(tx, who, id)?;
    let is = CertificateRow {
        id,
        product: was.product,
        kind: change.kind.unwrap_or(was.kind),
        number: change.number.clone().unwrap_or_else(|| was.number.clone()),
        issuer: change.issuer.clone().unwrap_or_else(|| was.issuer.clone()),
        file: change.file.unwrap_or(was.file),
        expires_at: change
            .expires_at
            .map_or(was.expires_at, |end| end.unwrap_or(NEVER)),
        note: change.note.clone().unwrap_or_else(|| was.note.clone()),
    };
    let is = check(tx, who, is, was.file)?;
    let mut noted = Noted::default();
    noted.note("kind", &was.kind, &is.kind);
    noted.note("number", &was.number, &is.number);
    noted.note("issuer", &was.issuer, &is.issuer);
    noted.note("file", &was.file, &is.file);
    noted.note("expires_at", &shown(was.expires_at), &shown(is.expires_at));
    noted.note("note", &was.note, &is.note);
    if !noted.is_empty() {
        tx.exec(
            "UPDATE certificate SET kind = $3, number = $4, issuer = $5, file_id = $6, expires_at = $7, note = $8
             WHERE org_id = $1 AND id = $2",
            args![
                who.org,
                id,
                is.kind,
                &is.number,
                &is.issuer,
                is.file,
                is.expires_at,
                &is.note
            ],
        )?;
        tell(tx, now, who, "certificate.changed", id, noted.into_value())?;
        listing::look(tx, now, who, &product)?;
    }
    let days = number(tx, who, CERTIFICATE_DAYS)?;
    Ok(view(now, days, &product.title, is))
}

/// Removes a certificate and looks at its product's listing again. Needs [`Permission::EditKnowledge`].
pub fn remove_certificate(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let (product, was) = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM certificate WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "product": product.id, "kind": [was.kind, null] });
    tell(tx, now, who, "certificate.removed", id, data)?;
    listing::look(tx, now, who, &product).map(drop)
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Product, CertificateRow), Problem> {
    staff(who)?;
    let sql = format!(
        "SELECT {} FROM certificate WHERE org_id = $1 AND id = $2",
        CertificateRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], CertificateRow::read)?
        .ok_or_else(Problem::not_found)?;
    let product = catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    Ok((product, row))
}

/// A file that stands in the certificate already (`kept`) is not asked about again: another editor may have
/// put it there from a shop out of reach.
fn check(
    tx: &mut Tx<'_>,
    who: &Actor,
    row: CertificateRow,
    kept: Option<Id>,
) -> Result<CertificateRow, Problem> {
    if row.file != kept
        && let Some(file) = row.file
    {
        need_document(tx, who, file)?;
    }
    if row.expires_at != NEVER {
        bounds::moment("expires_at", row.expires_at)?;
    }
    Ok(CertificateRow {
        number: bounds::line("number", &row.number, 80)?,
        issuer: bounds::line("issuer", &row.issuer, 80)?,
        note: bounds::text("note", &row.note, 300)?,
        ..row
    })
}

/// Whether a certificate names this file.
pub fn names_file(tx: &mut Tx<'_>, org: Id, file: Id) -> Result<bool, Problem> {
    let sql = "SELECT id FROM certificate WHERE org_id = $1 AND file_id = $2 LIMIT 1";
    Ok(tx.value::<Id>(sql, args![org, file])?.is_some())
}

/// A file of the team's own, outside talks, that shows a document.
fn need_document(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(), Problem> {
    let file = FileRow::load(tx, who.org, id)?
        .filter(|file| file.shop == Id::NONE || who.shops.has(file.shop))
        .filter(|file| file.owner_kind != "buyer" && file.subject == Id::NONE)
        .ok_or_else(Problem::not_found)?;
    if file.kind == FileKind::Image || file.media == "application/pdf" {
        return Ok(());
    }
    let detail = "Send the certificate as a picture (PNG, JPEG) or a PDF.";
    Err(Problem::input("file", "file_kind", detail))
}
