use std::fmt::Write as _;
use std::sync::Arc;

use base::{Id, Live, Problem};

use crate::dialect::Engine;
use crate::error::Fault;
use crate::memo::Common;
use crate::postgres::PgConn;
use crate::{Arg, Row};

/// A transaction, handed to the closures of [`crate::Db::write`] and [`crate::Db::read`].
///
/// Statements are one text for both engines: `$1`, `$2` ... bound by number. Read `SQL` in
/// ARCHITECTURE.md for what must not be used. A failed statement is a mistake of ours or of the
/// machine, so it comes back as a finished [`Problem`] to be passed on with `?`.
pub struct Tx<'c> {
    conn: Conn<'c>,
    common: &'c Common,
    lives: Vec<Live>,
    lost_race: bool,
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut PgConn),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>, common: &'c Common) -> Tx<'c> {
        Tx {
            conn,
            common,
            lives: Vec::new(),
            lost_race: false,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(_) => Engine::Postgres,
        }
    }

    /// A new id, greater than all before it on this node.
    pub fn id(&self) -> Id {
        self.common.ids.next()
    }

    /// A fact that never changes for its key (settings as of a version), computed once per process.
    /// Whatever can change must have a part of the key that changes with it.
    pub fn memo<T: Send + Sync + 'static>(
        &mut self,
        key: [Id; 3],
        compute: impl FnOnce(&mut Tx<'_>) -> Result<T, Problem>,
    ) -> Result<Arc<T>, Problem> {
        if let Some(known) = self.common.memo.get::<T>(key) {
            return Ok(known);
        }
        let fact = Arc::new(compute(self)?);
        self.common.memo.put(key, &fact);
        Ok(fact)
    }

    /// Hands `frame` to its topics after the commit, if there is one.
    pub fn live(&mut self, live: Live) {
        self.lives.push(live);
    }

    /// Runs a statement; answers how many rows it touched.
    pub fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Problem> {
        let result = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_exec(conn, sql, args),
            Conn::Postgres(conn) => conn.exec(sql, args),
        };
        result.map_err(|fault| self.fail(sql, &fault))
    }

    /// Reads all rows of a query (or of a `RETURNING`), each through `read`.
    pub fn rows<T>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let result = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_rows(conn, sql, args, &mut read),
            Conn::Postgres(conn) => conn.query(sql, args).map(|rows| {
                rows.iter()
                    .map(|row| read(&Row::Postgres(row)))
                    .collect::<Result<Vec<T>, Problem>>()
            }),
        };
        result.map_err(|fault| self.fail(sql, &fault))?
    }

    /// Reads the first row of a query, if there is one.
    pub fn row<T>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        Ok(self.rows(sql, args, read)?.into_iter().next())
    }

    /// Reads the first column of the first row, if there is one.
    pub fn value<T: crate::FromColumn>(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<T>, Problem> {
        self.row(sql, args, |row| row.get(0))
    }

    /// `($3, $4, ...)` for `count` ids whose first argument is `$first`, padded to a power of two so
    /// that few different statements come about. Pass the ids through [`pad`] for the arguments.
    pub fn in_list(first: usize, count: usize) -> String {
        let slots = count.max(1).next_power_of_two();
        let mut list = String::with_capacity(slots * 7 + 2);
        for n in first..first + slots {
            // Writing to a string does not fail.
            let _ = write!(list, "{}${n}", if n == first { '(' } else { ',' });
        }
        list.push(')');
        list
    }

    /// Runs `{head} VALUES (..) {tail}` for every `columns` arguments; answers how many rows were touched. The
    /// arguments of all rows stand one after the other, and `tail` has none of its own.
    ///
    /// Many rows share a statement: on PostgreSQL for the way there, on SQLite because a statement looks for the
    /// place of its first row from the top and for those that follow from there.
    pub fn insert_many(
        &mut self,
        head: &str,
        columns: usize,
        tail: &str,
        args: &[Arg<'_>],
    ) -> Result<u64, Problem> {
        self.insert_alike(head, &[], columns, tail, args)
    }

    /// [`Tx::insert_many`] of rows whose first columns are `alike` in all of them: those are handed over once a
    /// statement, and `columns` counts the others, whose arguments stand in `args`.
    pub fn insert_alike(
        &mut self,
        head: &str,
        alike: &[Arg<'_>],
        columns: usize,
        tail: &str,
        args: &[Arg<'_>],
    ) -> Result<u64, Problem> {
        let mut touched = 0;
        let mut rest = args;
        if let Conn::Sqlite(conn) = self.conn {
            // A statement of many rows that fails takes the rows before it with it, so SQLite copies every page it
            // touches; but no closure goes on after a statement that failed.
            let head = &head.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1);
            let rows = rest.len() / columns / SQLITE_ROWS * SQLITE_ROWS;
            let (together, single) = rest.split_at(rows * columns);
            for (rows, part) in [(SQLITE_ROWS, together), (1, single)] {
                if !part.is_empty() {
                    let sql = sqlite_values(head, rows, alike.len(), columns, tail);
                    touched += sqlite_insert(conn, &sql, alike, rows * columns, part)
                        .map_err(|fault| self.fail(&sql, &fault))?;
                }
            }
            return Ok(touched);
        }
        let mut now = alike.to_vec();
        while !rest.is_empty() {
            // Powers of two, so that few texts are prepared.
            let rows = 1 << (rest.len() / columns).min(MOST_ROWS).ilog2();
            let (part, later) = rest.split_at(rows * columns);
            now.truncate(alike.len());
            now.extend_from_slice(part);
            touched += self.exec(&values(head, rows, alike.len(), columns, tail), &now)?;
            rest = later;
        }
        Ok(touched)
    }

    /// Runs one statement for every `width` arguments; answers how many rows were touched.
    pub fn exec_many(&mut self, sql: &str, width: usize, args: &[Arg<'_>]) -> Result<u64, Problem> {
        match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_each(conn, sql, width, args).map_err(|fault| self.fail(sql, &fault)),
            Conn::Postgres(_) => {
                let mut touched = 0;
                for row in args.chunks(width) {
                    touched += self.exec(sql, row)?;
                }
                Ok(touched)
            }
        }
    }

    /// Runs a whole script that brings its own BEGIN and COMMIT.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Problem> {
        let result = match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql).map_err(Fault::from),
            Conn::Postgres(conn) => conn.batch(sql),
        };
        result.map_err(|fault| {
            let problem = self.fail(sql, &fault);
            match &mut self.conn {
                Conn::Sqlite(conn) => drop(conn.execute_batch("ROLLBACK")),
                Conn::Postgres(conn) => drop(conn.batch("ROLLBACK")),
            }
            problem
        })
    }

    fn fail(&mut self, sql: &str, fault: &Fault) -> Problem {
        self.lost_race |= matches!(fault, Fault::Retry);
        fault.problem(sql)
    }

    /// Whether a statement lost a race, so that the closure must run again.
    pub(crate) fn lost_race(&self) -> bool {
        self.lost_race
    }

    pub(crate) fn into_lives(self) -> Vec<Live> {
        self.lives
    }
}

/// Ids as arguments for [`Tx::in_list`]: the last one is repeated up to the next power of two (an
/// empty list asks for id 0, which names nothing).
pub fn pad(ids: &[Id]) -> Vec<Arg<'static>> {
    let last = ids.last().copied().unwrap_or(Id::NONE);
    let slots = ids.len().max(1).next_power_of_two();
    (0..slots)
        .map(|i| Arg::from(ids.get(i).copied().unwrap_or(last)))
        .collect()
}

/// Rows of one statement on PostgreSQL at most.
const MOST_ROWS: usize = 256;
/// Rows of one statement on SQLite, where there are so many.
const SQLITE_ROWS: usize = 32;

/// `{head} VALUES ($1, ..), ($1, ..) {tail}`: the first `alike` parameters are the same in every row.
fn values(head: &str, rows: usize, alike: usize, columns: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * (alike + columns) * 6 + 16);
    sql.push_str(head);
    sql.push_str(" VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..alike + columns {
            let own = if column < alike { 0 } else { row * columns };
            // Writing to a string does not fail.
            let _ = write!(sql, "{}${}", if column > 0 { "," } else { "" }, own + column + 1);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

/// [`values`] with bare marks, which SQLite numbers as they come: a third as long, and long texts are asked for often.
fn sqlite_values(head: &str, rows: usize, alike: usize, columns: usize, tail: &str) -> String {
    let same = (1..=alike).map(|n| format!("?{n}"));
    let own = std::iter::repeat_n("?".to_owned(), columns);
    let row = format!("({})", same.chain(own).collect::<Vec<_>>().join(","));
    let rows = std::iter::repeat_n(row.as_str(), rows)
        .collect::<Vec<_>>()
        .join(",");
    format!("{head} VALUES {rows} {tail}")
}

/// Runs a statement of [`sqlite_values`] for every `width` of `args`.
fn sqlite_insert(
    conn: &rusqlite::Connection,
    sql: &str,
    alike: &[Arg<'_>],
    width: usize,
    args: &[Arg<'_>],
) -> Result<u64, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    for (index, same) in alike.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, same)?;
    }
    let mut touched = 0;
    for row in args.chunks_exact(width) {
        for (index, own) in row.iter().enumerate() {
            statement.raw_bind_parameter(alike.len() + index + 1, own)?;
        }
        touched += statement.raw_execute()? as u64;
    }
    Ok(touched)
}

/// Runs one statement for every `width` arguments.
fn sqlite_each(conn: &rusqlite::Connection, sql: &str, width: usize, args: &[Arg<'_>]) -> Result<u64, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let places = sqlite_places(&statement, sql, width)?;
    let mut touched = 0;
    for row in args.chunks_exact(width) {
        for (index, place) in places.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, row[*place])?;
        }
        touched += statement.raw_execute()? as u64;
    }
    Ok(touched)
}

/// The numbers of the parameters `$n` of a statement, by first appearance.
fn parameters(sql: &str) -> Vec<usize> {
    let (mut numbers, mut seen) = (Vec::new(), Vec::new());
    for (index, part) in sql.split('\'').enumerate() {
        // Every other part stands between quotation marks.
        for word in part.split('$').skip(1).filter(|_| index % 2 == 0) {
            let digits = word.bytes().take_while(u8::is_ascii_digit);
            let number = digits.fold(0_usize, |n, digit| {
                n.wrapping_mul(10).wrapping_add((digit - b'0').into())
            });
            if number >= seen.len() {
                seen.resize(number.min(1 << 16) + 1, false);
            }
            if let Some(seen) = seen.get_mut(number)
                && !std::mem::replace(seen, true)
            {
                numbers.push(number);
            }
        }
    }
    numbers
}

/// Which of `count` arguments each parameter takes. Read off the text: SQLite looks for each name among all.
fn sqlite_places(statement: &rusqlite::Statement<'_>, sql: &str, count: usize) -> Result<Vec<usize>, Fault> {
    let read = parameters(sql);
    if read.len() == statement.parameter_count() && read.iter().all(|n| (1..=count).contains(n)) {
        return Ok(read.into_iter().map(|n| n - 1).collect());
    }
    let place = |index| {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.get(1..))
            .and_then(|n| n.parse::<usize>().ok());
        number
            .map(|n| n.wrapping_sub(1))
            .filter(|n| *n < count)
            .ok_or_else(|| Fault::Bug(format!("parameter {index} has no argument")))
    };
    (1..=statement.parameter_count()).map(place).collect()
}

/// Binds `$n` by its digits: SQLite numbers named parameters by first appearance instead.
fn sqlite_bind(statement: &mut rusqlite::Statement<'_>, sql: &str, args: &[Arg<'_>]) -> Result<(), Fault> {
    for (index, place) in sqlite_places(statement, sql, args.len())?.into_iter().enumerate() {
        statement.raw_bind_parameter(index + 1, args[place])?;
    }
    Ok(())
}

fn sqlite_exec(conn: &rusqlite::Connection, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    sqlite_bind(&mut statement, sql, args)?;
    Ok(statement.raw_execute()? as u64)
}

fn sqlite_rows<T>(
    conn: &rusqlite::Connection,
    sql: &str,
    args: &[Arg<'_>],
    read: &mut impl FnMut(&Row<'_>) -> Result<T, Problem>,
) -> Result<Result<Vec<T>, Problem>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    sqlite_bind(&mut statement, sql, args)?;
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        match read(&Row::Sqlite(row)) {
            Ok(value) => out.push(value),
            Err(problem) => return Ok(Err(problem)),
        }
    }
    Ok(Ok(out))
}

#[cfg(test)]
mod tests {
    use super::{parameters, sqlite_values, values};

    #[test]
    fn parameters_are_numbered_as_they_first_appear() {
        assert_eq!(parameters("SELECT $2, $1 WHERE a = $2 AND b = $10"), [2, 1, 10]);
        assert_eq!(
            parameters("SELECT '$3', $1 WHERE a = 'it''s $4' AND b = $2"),
            [1, 2]
        );
        assert_eq!(parameters("SELECT 1"), [0_usize; 0]);
        assert_eq!(
            parameters(&values("INSERT INTO t (a, b)", 2, 0, 2, "")),
            [1, 2, 3, 4]
        );
    }

    #[test]
    fn what_rows_have_in_common_stands_in_them_once() {
        let head = "INSERT INTO t (o, a, b)";
        let sql = values(head, 2, 1, 2, "RETURNING a");
        assert_eq!(
            sql,
            "INSERT INTO t (o, a, b) VALUES ($1,$2,$3), ($1,$4,$5) RETURNING a"
        );
        let sql = sqlite_values(head, 2, 1, 2, "");
        assert_eq!(sql, "INSERT INTO t (o, a, b) VALUES (?1,?,?),(?1,?,?) ");
    }
}
