//! The few fragments in which the engines differ. Nothing outside `store` may branch on the engine.

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The lines of a migration that are meant for this engine.
    pub(crate) fn migration(self, text: &str) -> String {
        let mut out = String::new();
        for line in text.lines() {
            let trimmed = line.trim_start();
            let (mine, others) = match self {
                Engine::Sqlite => ("-- sqlite:", "-- postgres:"),
                Engine::Postgres => ("-- postgres:", "-- sqlite:"),
            };
            if let Some(rest) = trimmed.strip_prefix(mine) {
                out.push_str(rest);
            } else if !trimmed.starts_with(others) {
                out.push_str(line);
            }
            out.push('\n');
        }
        out
    }

    /// Rows of the log that no running transaction can come before. A transaction without an id yet
    /// gets a later one, so nothing can still appear below the oldest running one.
    pub(crate) fn log_page(self) -> &'static str {
        match self {
            Engine::Sqlite => {
                "SELECT seq, xid, org_id, shop_id, at, actor_kind, actor_id, kind, subject, data FROM log
                 WHERE seq > $2 AND $1 >= 0 ORDER BY seq LIMIT $3"
            }
            Engine::Postgres => {
                "SELECT seq, xid, org_id, shop_id, at, actor_kind, actor_id, kind, subject, data FROM log
                 WHERE (xid, seq) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY xid, seq LIMIT $3"
            }
        }
    }

    /// A page of all rows there are, also of those before which others may still appear.
    pub(crate) fn log_present(self) -> &'static str {
        match self {
            Engine::Sqlite => self.log_page(),
            Engine::Postgres => {
                "SELECT seq, xid, org_id, shop_id, at, actor_kind, actor_id, kind, subject, data FROM log
                 WHERE (xid, seq) > ($1, $2) ORDER BY xid, seq LIMIT $3"
            }
        }
    }

    /// How many rows cannot be read yet, because a transaction that may come before them is running.
    pub(crate) fn log_waiting(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT 0",
            Engine::Postgres => {
                "SELECT COUNT(*) FROM log WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            }
        }
    }

    /// How many rows carry the number of a transaction that this server did not begin yet.
    pub(crate) fn log_ahead(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT 0",
            Engine::Postgres => {
                "SELECT COUNT(*) FROM log WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            }
        }
    }

    /// The last such row.
    pub(crate) fn log_end(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT xid, seq FROM log ORDER BY seq DESC LIMIT 1",
            Engine::Postgres => {
                "SELECT xid, seq FROM log WHERE xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY xid DESC, seq DESC LIMIT 1"
            }
        }
    }

    /// Columns of the table `$1` in order: name, type, whether it must not be null, whether the engine
    /// numbers it.
    pub(crate) fn table_columns(self) -> &'static str {
        match self {
            Engine::Sqlite => "SELECT name, type, \"notnull\", 0 FROM pragma_table_info($1) ORDER BY cid",
            Engine::Postgres => {
                "SELECT a.attname::text, format_type(a.atttypid, NULL), a.attnotnull::int::bigint,
                        (a.attidentity <> '')::int::bigint
                 FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
                 ORDER BY a.attnum"
            }
        }
    }

    /// Columns of the keys of the table `$1`: name, and whether the key is the primary one, which comes
    /// first and in its order.
    pub(crate) fn table_keys(self) -> &'static str {
        match self {
            Engine::Sqlite => {
                "SELECT name, 1, pk FROM pragma_table_info($1) WHERE pk > 0
                 UNION ALL
                 SELECT COALESCE(i.name, ''), 0, i.seqno FROM pragma_index_list($1) l, pragma_index_info(l.name) i
                 WHERE l.\"unique\" = 1
                 ORDER BY 2 DESC, 3"
            }
            Engine::Postgres => {
                "SELECT a.attname::text, i.indisprimary::int::bigint, k.place
                 FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                 WHERE i.indrelid = to_regclass($1) AND i.indisunique
                 ORDER BY 2 DESC, 3"
            }
        }
    }

    /// Claims due jobs; on PostgreSQL two nodes pass over each other's.
    pub(crate) fn claim_jobs(self) -> &'static str {
        match self {
            Engine::Sqlite => {
                "UPDATE job SET lease_until = $2, stamp = $3, attempts = attempts + 1
                 WHERE id IN (SELECT id FROM job WHERE due <= $1 AND lease_until <= $1 ORDER BY due LIMIT $4)
                 RETURNING id, org_id, kind, subject, due, stamp, attempts, payload"
            }
            Engine::Postgres => {
                "UPDATE job SET lease_until = $2, stamp = $3, attempts = attempts + 1
                 WHERE id IN (SELECT id FROM job WHERE due <= $1 AND lease_until <= $1 ORDER BY due LIMIT $4
                              FOR UPDATE SKIP LOCKED)
                 RETURNING id, org_id, kind, subject, due, stamp, attempts, payload"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn a_migration_is_one_text_for_two_engines() {
        let text = "CREATE TABLE t (\n-- sqlite: a INTEGER\n  -- postgres: a BIGINT\n);";
        assert_eq!(
            Engine::Sqlite.migration(text),
            "CREATE TABLE t (\n a INTEGER\n\n);\n"
        );
        assert_eq!(
            Engine::Postgres.migration(text),
            "CREATE TABLE t (\n\n a BIGINT\n);\n"
        );
    }
}
