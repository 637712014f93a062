//! What SQLite takes for granted of tables that nobody has counted yet. It knows no table by name.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::error::Fault;

/// Rows of a table, and of an index that holds some of them only.
const ROWS: (u64, u64) = (1_000_000, 10_000);
/// Rows that two columns find; each further column finds one less, as SQLite itself assumes.
const FEW: u64 = 9;

/// Tells SQLite that the organisation alone finds all rows of a table, and the shop half of them. Every key begins
/// with the first, and most databases have one; without figures SQLite takes it for as good as any column, and reads
/// a shop from end to end by its key where an index would name the three rows that are asked for. It counts by itself
/// when the database is closed; what it counted stays.
pub(crate) fn assume(conn: &Connection) -> Result<(), Fault> {
    // Makes the table of figures, if need be.
    conn.execute_batch("ANALYZE sqlite_schema")?;
    let counted = counted(conn)?;
    let mut indexes = conn.prepare(
        "SELECT t.name, i.name, i.origin = 'pk' AND t.wr, i.\"unique\", i.partial,
                (SELECT COALESCE(group_concat(c.name ORDER BY c.seqno), '') FROM pragma_index_info(i.name) c)
         FROM pragma_table_list t JOIN pragma_index_list(t.name) i
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    )?;
    let mut rows = indexes.query([])?;
    while let Some(row) = rows.next()? {
        let table: String = row.get(0)?;
        // The key of a table that is its own index goes by the table's name.
        let index: String = if row.get(2)? { table.clone() } else { row.get(1)? };
        let (unique, partial): (bool, bool) = (row.get(3)?, row.get(4)?);
        let columns: String = row.get(5)?;
        let columns: Vec<&str> = columns.split(',').collect();
        let known = counted.get(&table);
        if columns.first() != Some(&"org_id") || known.is_some_and(|all| all.contains_key(&index)) {
            continue;
        }
        let all = known.and_then(|all| all.values().copied().max());
        let all = all.unwrap_or(if partial { ROWS.1 } else { ROWS.0 });
        conn.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)",
            [&table, &index, &figures(all, &columns, unique)],
        )?;
    }
    // Reads them.
    conn.execute_batch("ANALYZE sqlite_schema")?;
    Ok(())
}

/// Rows of every index that was counted, by table.
fn counted(conn: &Connection) -> Result<BTreeMap<String, BTreeMap<String, u64>>, Fault> {
    let mut counted = BTreeMap::<String, BTreeMap<String, u64>>::new();
    let mut stat = conn.prepare("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL")?;
    let mut rows = stat.query([])?;
    while let Some(row) = rows.next()? {
        let (table, index, stat): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let all = stat.split(' ').next().and_then(|all| all.parse().ok());
        counted
            .entry(table)
            .or_default()
            .insert(index, all.unwrap_or(ROWS.0));
    }
    Ok(counted)
}

/// The figures of an index in SQLite's own writing: its rows, and how many each of its first columns finds.
fn figures(all: u64, columns: &[&str], unique: bool) -> String {
    let mut text = all.to_string();
    let mut finds = all;
    let mut few = FEW;
    for (at, column) in columns.iter().enumerate() {
        finds = match *column {
            _ if unique && at + 1 == columns.len() => 1,
            "org_id" => finds,
            "shop_id" if finds == all => all.div_ceil(2),
            _ => {
                few = few.saturating_sub(1).max(2);
                finds.min(few + 1)
            }
        };
        text.push_str(&format!(" {finds}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(conn: &Connection) -> String {
        let sql = "EXPLAIN QUERY PLAN SELECT note FROM thing WHERE org_id = 1 AND owner_id = 2";
        conn.query_row(sql, [], |row| row.get(3)).expect("a plan")
    }

    fn stats(conn: &Connection) -> Vec<(String, String)> {
        let mut all = conn
            .prepare("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'thing' ORDER BY idx")
            .expect("figures");
        let rows = all
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    #[test]
    fn an_index_is_taken_though_nobody_counted() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(
            "CREATE TABLE thing (org_id BIGINT, value TEXT, kind TEXT, owner_id BIGINT, shop_id BIGINT,
                 note TEXT, PRIMARY KEY (org_id, value, kind))
                 WITHOUT ROWID;
             CREATE INDEX thing_owner ON thing (org_id, owner_id);
             CREATE INDEX thing_shop ON thing (org_id, shop_id, kind, owner_id);
             CREATE INDEX thing_some ON thing (org_id, kind, owner_id) WHERE kind = 'a';
             CREATE TABLE lone (id BIGINT PRIMARY KEY, name TEXT);",
        )
        .expect("tables");
        assert!(plan(&conn).contains("PRIMARY KEY (org_id=?)"), "{}", plan(&conn));
        assume(&conn).expect("assumed");
        assert!(
            plan(&conn).contains("thing_owner (org_id=? AND owner_id=?)"),
            "{}",
            plan(&conn)
        );
        let told = |index: &str, stat: &str| (index.to_owned(), stat.to_owned());
        let assumed = [
            told("thing", "1000000 1000000 9 1"),
            told("thing_owner", "1000000 1000000 9"),
            told("thing_shop", "1000000 1000000 500000 9 8"),
            told("thing_some", "10000 10000 9 8"),
        ];
        assert_eq!(stats(&conn), assumed);
        assume(&conn).expect("again");
        assert_eq!(stats(&conn), assumed);
    }

    #[test]
    fn what_was_counted_stays() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(
            "CREATE TABLE thing (org_id BIGINT, value TEXT, owner_id BIGINT, PRIMARY KEY (org_id, value)) WITHOUT ROWID;
             INSERT INTO thing VALUES (1, 'a', 7), (1, 'b', 7), (1, 'c', 8);
             ANALYZE;
             CREATE INDEX thing_owner ON thing (org_id, owner_id);",
        )
        .expect("tables");
        assume(&conn).expect("assumed");
        assert_eq!(
            stats(&conn),
            [
                ("thing".to_owned(), "3 3 1".to_owned()),
                ("thing_owner".to_owned(), "3 3 3".to_owned())
            ]
        );
    }
}
