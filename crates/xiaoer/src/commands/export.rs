use std::path::PathBuf;

use base::{Actor, Problem};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::admin::{self, Ask};
use crate::app::App;
use crate::config::Where;

/// Write what there is into a file.
#[derive(Subcommand, Debug)]
pub(crate) enum Export {
    /// Orders, one a row, under the column names of the shop's platform.
    Orders {
        /// The shop: its id or its name; left out: the only one.
        #[arg(long)]
        shop: Option<String>,
        /// The file: .csv or .xlsx.
        #[arg(long)]
        out: PathBuf,
    },
}

/// What the holder of the data is asked to write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExportOrders {
    shop: Option<String>,
    out: PathBuf,
}

impl Export {
    pub(crate) async fn run(self, place: &Where) -> Result<Value, Problem> {
        let Export::Orders { shop, out } = self;
        let out = std::path::absolute(&out).unwrap_or(out);
        admin::ask(place, Ask::ExportOrders(ExportOrders { shop, out })).await
    }
}

/// Writes the file where the data is.
pub(crate) async fn carry_out(app: &App, asked: ExportOrders) -> Result<Value, Problem> {
    let (org, shop) = admin::shop_or_only(app, asked.shop).await?;
    let rows = orders::export(
        &app.edge.db,
        app.edge.now(),
        &Actor::program(org),
        shop,
        &asked.out,
    )
    .await?;
    Ok(json!({ "file": asked.out, "orders": rows }))
}
