//! Takes a sheet of products' facts in, or says what that would do; and gives all facts out as rows.

use std::collections::HashMap;

use base::{Actor, Id, Ms, PageAsk, Permission, Problem};
use catalogue::{Product, ProductFilter};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sheet::{Column, Value, Writer};
use store::Tx;

use crate::things::fact::{self, ProductFacts, change_facts};
use crate::things::facts_sheet::{COLUMNS, FactsFile, ImportError, MOST_ERRORS, mistake, params};
use crate::things::reach::staff;
use crate::things::size_text::{write_sizes, write_tests};

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowAction {
    /// Nothing was known of the product.
    Create,
    /// Something changes.
    Change,
    /// Everything is known already.
    Same,
    /// The row is refused.
    Refuse,
}

/// What one row of a sheet does.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RowPreview {
    /// The row, as a spreadsheet counts it, from 1.
    pub row: u64,
    /// The product's code.
    pub code: String,
    /// The product's title; empty when there is none of this code.
    pub title: String,
    /// What it does.
    pub action: RowAction,
    /// The facts that change.
    pub fields: Vec<String>,
}

/// What a sheet does, or did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FactsReport {
    /// Rows read, the refused ones included.
    pub read: usize,
    /// Products of which nothing was known.
    pub created: usize,
    /// Products of which something changes.
    pub changed: usize,
    /// Products of which everything is known already.
    pub unchanged: usize,
    /// Rows refused.
    pub refused: usize,
    /// What is wrong, the first 500.
    pub errors: Vec<ImportError>,
    /// What the rows do, the first 200.
    pub rows: Vec<RowPreview>,
    /// Whether it was done; else nothing was written.
    pub applied: bool,
}

/// How a sheet of facts is taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct FactsImport {
    /// Do it; else only say what it would do.
    pub apply: bool,
    /// Leave refused rows out; else nothing is done while there is one.
    pub skip_refused: bool,
}

const MOST_PREVIEWS: usize = 200;

/// Takes a sheet in, or says what that would do. Needs [`Permission::EditKnowledge`]. All of it is done or
/// nothing; the same file again changes nothing.
pub fn import_facts(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    file: &FactsFile,
    how: FactsImport,
) -> Result<FactsReport, Problem> {
    staff(who)?;
    who.need(Permission::EditKnowledge)?;
    let products = by_code(tx, who)?;
    let bad_rows = file.errors.len() - usize::from(file.cut);
    let mut report = FactsReport {
        read: file.rows.len() + bad_rows,
        refused: bad_rows,
        errors: file.errors.clone(),
        ..FactsReport::default()
    };
    let mut wanted = Vec::new();
    for row in &file.rows {
        let found = products.get(&row.code);
        let Some((product, title)) = found else {
            let detail = "There is no product of this code in your shops.";
            let problem = Problem::input("code", "product_unknown", detail).with("value", row.code.clone());
            report.refuse(file, row.row, &row.code, "", &problem);
            continue;
        };
        let was = fact::of_product(tx, who.org, *product)?;
        match fact::wanted(&was, &row.change) {
            Ok(is) => {
                let fields = report.take(row.row, &row.code, title, &was, &is);
                if fields {
                    wanted.push((*product, &row.change));
                }
            }
            Err(problem) if problem.status == 422 => {
                report.refuse(file, row.row, &row.code, title, &problem);
            }
            Err(problem) => return Err(problem),
        }
    }
    if how.apply && !file.cut && (how.skip_refused || report.refused == 0) {
        for (product, change) in wanted {
            change_facts(tx, now, who, product, change)?;
        }
        report.applied = true;
    }
    report.errors.truncate(MOST_ERRORS);
    report.rows.truncate(MOST_PREVIEWS);
    Ok(report)
}

impl FactsReport {
    fn refuse(&mut self, file: &FactsFile, row: u64, code: &str, title: &str, problem: &Problem) {
        let field = problem.field.as_deref().unwrap_or("code");
        self.refused += 1;
        self.errors.push(mistake(
            file,
            row,
            file.header(field),
            &problem.code,
            &problem.detail,
            params(problem),
        ));
        self.rows.push(RowPreview {
            row,
            code: code.to_owned(),
            title: title.to_owned(),
            action: RowAction::Refuse,
            fields: Vec::new(),
        });
    }

    /// Counts a row; answers whether it changes anything.
    fn take(&mut self, row: u64, code: &str, title: &str, was: &ProductFacts, is: &ProductFacts) -> bool {
        let noted = fact::compared(was, is).into_value();
        let fields: Vec<String> = noted
            .as_object()
            .map(|changes| changes.keys().cloned().collect())
            .unwrap_or_default();
        let action = match (fields.is_empty(), was.rev) {
            (true, _) => RowAction::Same,
            (false, 0) => RowAction::Create,
            (false, _) => RowAction::Change,
        };
        let counted = match action {
            RowAction::Create => &mut self.created,
            RowAction::Change => &mut self.changed,
            RowAction::Same | RowAction::Refuse => &mut self.unchanged,
        };
        *counted += 1;
        let changes = !fields.is_empty();
        self.rows.push(RowPreview {
            row,
            code: code.to_owned(),
            title: title.to_owned(),
            action,
            fields,
        });
        changes
    }
}

/// The products in reach: id and title by code.
fn by_code(tx: &mut Tx<'_>, who: &Actor) -> Result<HashMap<String, (Id, String)>, Problem> {
    let mut found = HashMap::new();
    each_product(tx, who, None, |_, product| {
        found.insert(product.code, (product.id, product.title));
        Ok(())
    })?;
    Ok(found)
}

fn each_product(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    mut take: impl FnMut(&mut Tx<'_>, Product) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let filter = ProductFilter {
        q: None,
        shop,
        active: None,
    };
    let mut ask = PageAsk {
        cursor: None,
        limit: Some(200),
    };
    loop {
        let page = catalogue::products(tx, who, &filter, &ask)?;
        for product in page.items {
            take(tx, product)?;
        }
        if page.next.is_none() {
            return Ok(());
        }
        ask.cursor = page.next;
    }
}

/// What is known of each product in reach, as an export writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct FactsLine {
    code: String,
    title: String,
    facts: ProductFacts,
}

/// What is known of all products in reach (of a shop), the newest product first. Needs
/// [`Permission::Export`].
pub fn export_facts(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<FactsLine>, Problem> {
    staff(who)?;
    if let Some(shop) = shop {
        who.need_shop(shop)?;
    }
    who.need(Permission::Export)?;
    let org = who.org;
    let mut lines = Vec::new();
    each_product(tx, who, shop, |tx, product| {
        lines.push(FactsLine {
            facts: fact::of_product(tx, org, product.id)?,
            code: product.code,
            title: product.title,
        });
        Ok(())
    })?;
    Ok(lines)
}

/// The form of a file that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetForm {
    /// A spreadsheet.
    #[default]
    Xlsx,
    /// Text with commas.
    Csv,
}

/// The lines as a file, in the columns an import reads; days are days of `zone`.
pub fn write_facts_file(lines: &[FactsLine], form: SheetForm, zone: &str) -> Result<Vec<u8>, Problem> {
    let failed = |error: sheet::WriteError| {
        // The only causes are memory and our own mistakes; there is no disk in the way.
        let _ = error;
        Problem::internal()
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let columns: Vec<Column> = COLUMNS.iter().map(|(_, header)| Column::new(*header)).collect();
    let to = std::io::Cursor::new(Vec::new());
    let writer = match form {
        SheetForm::Csv => Writer::csv(to, zone, &columns),
        SheetForm::Xlsx => Writer::xlsx(to, "商品资料", zone, &columns),
    };
    let mut writer = writer.map_err(failed)?;
    for line in lines {
        writer.row(values(line)).map_err(failed)?;
    }
    Ok(writer.finish().map_err(failed)?.into_inner())
}

/// In the order of [`COLUMNS`].
fn values(line: &FactsLine) -> [Value<'_>; 13] {
    let facts = &line.facts;
    let text = |text: &str| {
        if text.is_empty() {
            Value::Empty
        } else {
            Value::from(text.to_owned())
        }
    };
    [
        text(&line.code),
        text(&line.title),
        text(&facts.category),
        text(&facts.origin),
        facts.made_at.map_or(Value::Empty, Value::Moment),
        facts.shelf_life_days.map_or(Value::Empty, Value::Count),
        text(&facts.features.join("\n")),
        text(&facts.advantages.join("\n")),
        text(&write_tests(&facts.tests)),
        text(&facts.size_table.as_ref().map(write_sizes).unwrap_or_default()),
        text(&facts.picture_note),
        text(&facts.defects),
        text(&facts.competitor_note),
    ]
}
