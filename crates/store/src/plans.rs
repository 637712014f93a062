//! Keeps PostgreSQL's plans good while tables are young. It knows no table by name.

use std::time::Duration;

use postgres::Config;

use crate::Db;
use crate::error::Fault;
use crate::postgres::PgConn;

/// Between two looks while something happens.
const SOON: Duration = Duration::from_secs(2);
/// Between two looks at a database that is at rest.
const LATE: Duration = Duration::from_secs(60);
/// Rows from which on the server's own housekeeping is quick enough.
const GROWN: f64 = 50_000.0;

/// Says of which tables the server knows too little: they are young, and have changed much since it looked.
/// Without figures it takes all indexes for equally good, reads a whole shop by the wrong one, and every
/// transaction seems to depend on every other. Its own housekeeping comes by once a minute, which on a first
/// day, or after a restore, is long.
const YOUNG: &str = "SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname)
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.schemaname = current_schema() AND c.reltuples < $1
      AND s.n_mod_since_analyze > 20 + GREATEST(c.reltuples, 0) / 5";

/// Looks again and again, until the database is closed.
pub(crate) async fn keep(db: impl Fn() -> Option<Db> + Send) {
    let mut pause = SOON;
    loop {
        tokio::time::sleep(pause).await;
        let Some(db) = db().filter(|db| !db.is_closed()) else {
            return;
        };
        pause = match db.know_young_tables().await {
            Ok(0) => (pause * 2).min(LATE),
            Ok(_) => SOON,
            Err(problem) => {
                tracing::debug!(%problem, "the server's figures could not be brought up to date");
                LATE
            }
        };
    }
}

/// Lets the server look at the young tables, over a connection of its own; answers how many there were.
pub(crate) fn look(config: &Config) -> Result<usize, Fault> {
    let mut conn = PgConn::connect(config)?;
    let rows = conn.query(YOUNG, crate::args![GROWN])?;
    for row in &rows {
        conn.batch(&format!("ANALYZE {}", row.try_get::<_, String>(0)?))?;
    }
    Ok(rows.len())
}
