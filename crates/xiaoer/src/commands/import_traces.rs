//! Couriers' files that say where parcels stand, by the command: read and taken as the page of the desk does it.

use std::path::{Path, PathBuf};

use base::{Actor, Id, Problem};
use orders::desk::{self, TableAsk, TableOf, TraceRow, Traces, TracesReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::import::{FAULTS, Sum, Told, name_of};
use super::import_faq::read;
use crate::admin;
use crate::app::App;

/// Rows that go in at once.
const AT_ONCE: usize = 500;

/// What the holder of the data is asked to do with the files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TraceFiles {
    pub(super) files: Vec<PathBuf>,
}

/// Takes the files in, one after the other, where the data is.
pub(crate) async fn carry_out(app: &App, asked: TraceFiles) -> Result<Value, Problem> {
    let org = app.edge.db.read(admin::first_org).await?;
    let mut sum = Sum::default();
    for file in &asked.files {
        sum.add(file, one(app, org, file).await)?;
    }
    Ok(sum.told())
}

async fn one(app: &App, org: Id, file: &Path) -> Result<Told, Problem> {
    let who = Actor::program(org);
    let name = name_of(file);
    let ask = TableAsk {
        of: TableOf::Traces,
        name: name.clone(),
    };
    let bytes = read(file).await?;
    let table = desk::read_table(&who, &ask, bytes)?;
    if table.more {
        let detail = "There are more rows than are taken at once; split the file.";
        return Err(Problem::input("file", "file_too_large", detail).with("rows", table.rows.len()));
    }
    let read = table.rows.len() + table.faults.len();
    let rows: Vec<TraceRow> = table
        .rows
        .into_iter()
        .map(|row| TraceRow {
            waybill: row.code,
            words: row.why.unwrap_or_default(),
        })
        .collect();
    let mut done = TracesReport::default();
    for some in rows.chunks(AT_ONCE) {
        let (now, who, told) = (app.edge.now(), who.clone(), Traces { rows: some.to_vec() });
        let some = app
            .edge
            .db
            .write(move |tx| desk::take_traces(tx, now, &who, &told))
            .await?;
        done.arrived += some.arrived;
        done.troubles += some.troubles;
        done.unchanged += some.unchanged;
        done.unknown.extend(some.unknown);
    }
    let unknown = done
        .unknown
        .iter()
        .map(|waybill| json!({ "file": name, "code": "waybill_unknown", "value": waybill }));
    let errors: Vec<Value> = table.faults.iter().cloned().chain(unknown).collect();
    Ok(Told {
        counts: [
            read as i64,
            done.troubles,
            done.arrived,
            done.unchanged,
            errors.len() as i64,
        ],
        errors: errors.into_iter().take(FAULTS).collect(),
        failed: None,
        unmapped: Vec::new(),
    })
}
