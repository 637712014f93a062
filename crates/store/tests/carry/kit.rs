//! A sample room, databases of both engines, and archives taken apart.

use std::io::{Cursor as Bytes, Read as _};
use std::path::Path;

use base::{Actor, Id, Ms, Problem};
use store::testing::{Empty, TestDb, empty_postgres, empty_sqlite};
use store::{
    Arg, BackupAsk, BackupReport, Cursor, Db, Event, FileRow, Files, NewJob, Open, RestoreAsk, RestoreReport,
    Schema, Secrets, Tx, args, backup, restore,
};

const SAMPLE: &str = "
CREATE TABLE note (
  org_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  n BIGINT,
  x DOUBLE PRECISION,
  word TEXT,
-- sqlite:   raw BLOB,
-- postgres: raw BYTEA,
  PRIMARY KEY (org_id, code)
);
CREATE TABLE account (id BIGINT NOT NULL PRIMARY KEY, fen BIGINT NOT NULL);
CREATE TABLE \"order\" (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  account BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE TABLE member (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  password TEXT,
  pepper TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE TABLE pass (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX pass_hash ON pass (hash);
CREATE TABLE lease (org_id BIGINT NOT NULL, socket BIGINT NOT NULL, PRIMARY KEY (org_id, socket));
";

/// Added in a later version: it changes the rows that were there, and puts one there itself.
const LATER: &str = "
ALTER TABLE account ADD COLUMN twice BIGINT NOT NULL DEFAULT 0;
UPDATE account SET twice = fen * 2;
CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY);
INSERT INTO later (id) VALUES (1);
";

pub(crate) const FIRST: &[Schema] = &[Schema {
    room: "sample",
    steps: &[("0001_start", SAMPLE)],
}];
pub(crate) const SECOND: &[Schema] = &[Schema {
    room: "sample",
    steps: &[("0001_start", SAMPLE), ("0002_later", LATER)],
}];
pub(crate) const SECRETS: &[(&str, &str)] = &[("member", "password"), ("member", "pepper"), ("pass", "hash")];
pub(crate) const PASSPHRASE: &str = "correct horse";

pub(crate) fn code(problem: Problem) -> String {
    problem.code.to_string()
}

pub(crate) fn ask(passphrase: Option<&str>) -> BackupAsk {
    BackupAsk {
        schemas: FIRST.to_vec(),
        secrets: SECRETS.to_vec(),
        passphrase: passphrase.map(str::to_owned),
        momentary: vec!["lease"],
        now: Ms(1_795_000_000_000),
        progress: Box::new(|_| ()),
    }
}

pub(crate) fn files_in(folder: &Path) -> Files {
    Files::open(None, folder).expect("a folder")
}

pub(crate) async fn pack(db: &TestDb, passphrase: Option<&str>) -> (BackupReport, Vec<u8>) {
    backup(&db.db, &files_in(db.folder.path()), ask(passphrase), Vec::new())
        .await
        .expect("backed up")
}

/// Where to restore to.
pub(crate) async fn empty(engine: &str) -> Option<Empty> {
    if engine == "sqlite" {
        Some(empty_sqlite())
    } else {
        empty_postgres().await
    }
}

pub(crate) async fn unpack(
    place: &Empty,
    schemas: &[Schema],
    secrets: Secrets,
    archive: &[u8],
) -> Result<RestoreReport, Problem> {
    let ask = RestoreAsk {
        url: place.url.clone(),
        schemas: schemas.to_vec(),
        files: files_in(place.folder.path()),
        secrets,
        progress: Box::new(|_| ()),
    };
    restore(ask, Bytes::new(archive.to_vec())).await
}

pub(crate) async fn open(place: &Empty, schemas: &[Schema]) -> Db {
    let open = Open {
        url: place.url.clone(),
        schemas: schemas.to_vec(),
        publish: Box::new(|_| ()),
    };
    Db::open(open).await.expect("the restored database opens")
}

/// A note: code, and the nullable rest.
pub(crate) type Note = (String, Option<i64>, Option<f64>, Option<String>, Option<Vec<u8>>);

pub(crate) async fn write_notes(db: &Db, notes: Vec<Note>) {
    db.write(move |tx| {
        for (code, n, x, word, raw) in &notes {
            tx.exec(
                "INSERT INTO note (org_id, code, n, x, word, raw) VALUES (7, $1, $2, $3, $4, $5)",
                args![code, *n, *x, word, raw.as_deref()],
            )?;
        }
        Ok(())
    })
    .await
    .expect("written");
}

pub(crate) async fn read_notes(db: &Db) -> Vec<Note> {
    let mut notes: Vec<Note> = db
        .read(|tx| {
            tx.rows("SELECT code, n, x, word, raw FROM note", args![], |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
            })
        })
        .await
        .expect("read");
    notes.sort_by(|a, b| a.0.cmp(&b.0));
    notes
}

/// Texts of any table's columns, for comparing.
pub(crate) async fn texts(db: &Db, sql: &'static str) -> Vec<String> {
    db.read(move |tx| tx.rows(sql, args![], |row| row.get(0)))
        .await
        .expect("read")
}

pub(crate) async fn number(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| tx.value(sql, args![]))
        .await
        .expect("read")
        .expect("a number")
}

pub(crate) fn event(tx: &mut Tx<'_>, subject: i64) -> Result<(), Problem> {
    let who = Actor::program(Id(7));
    let data = serde_json::json!({ "n": [null, subject] });
    tx.emit(Event {
        at: Ms(subject),
        who: &who,
        shop: Id(2),
        kind: "note.made",
        subject: Id(subject),
        data,
    })
}

/// Waits until so many rows of the log can be read: transactions of other databases on the same
/// PostgreSQL server may keep its readers waiting.
pub(crate) async fn until_log(db: &Db, rows: usize) {
    for _ in 0..4_000 {
        let seen = db
            .read(|tx| tx.log_after(Cursor::default(), 100_000))
            .await
            .expect("read")
            .len();
        if seen >= rows {
            assert_eq!(seen, rows);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the log has not {rows} rows");
}

/// A little of everything; answers the hash of a picture that is stored.
pub(crate) async fn fill(db: &TestDb) -> String {
    let awkward = "a\"b\\c\nd\te\r\n\\. \\N \u{1}'; DROP TABLE note; -- 小二 👩‍👩‍👧‍👦 \u{202e}\u{feff}\u{10ffff}";
    write_notes(
        &db.db,
        vec![
            ("".into(), None, None, None, None),
            (
                "null".into(),
                Some(0),
                Some(0.0),
                Some(String::new()),
                Some(vec![]),
            ),
            (
                awkward.into(),
                Some(i64::MIN),
                Some(f64::MIN_POSITIVE / 3.0),
                Some(awkward.into()),
                Some((0..=255).collect()),
            ),
            (
                "big".into(),
                Some(i64::MAX),
                Some(0.1 + 0.2),
                Some("好".repeat(400_000)),
                Some(vec![0x5c; 70_000]),
            ),
            (
                "far".into(),
                Some(9_007_199_254_740_993),
                Some(f64::INFINITY),
                Some("\\x00".into()),
                None,
            ),
            (
                "Ångström".into(),
                Some(-1),
                Some(-1.797_693_134_862_315_7e308),
                None,
                Some(b"\\x\\N\n".to_vec()),
            ),
        ],
    )
    .await;
    let many = (0..1_300)
        .map(|n| (format!("n{n}"), Some(n), Some(n as f64 / 3.0), None, None))
        .collect();
    write_notes(&db.db, many).await;
    let files = files_in(db.folder.path());
    let picture = files.take("图.png", picture(800, 20)).await.expect("a picture");
    let page = files.take("a.html", b"<script>".to_vec()).await.expect("a file");
    let who = Actor::program(Id(7));
    let hash = db
        .write(move |tx| {
            FileRow::keep(tx, Ms(1), &who, Id(2), &page)?;
            let row = FileRow::keep(tx, Ms(1), &who, Id(2), &picture)?;
            FileRow::keep(tx, Ms(2), &who, Id(2), &picture)?;
            for (id, password) in [(1, Some("argon2:1")), (2, None), (3, Some("argon2:3"))] {
                tx.exec(
                    "INSERT INTO member (org_id, id, name, password, pepper) VALUES (7, $1, '小红', $2, $3)",
                    args![id, password, if id == 3 { "p3" } else { "" }],
                )?;
            }
            for id in 1..=3 {
                tx.exec(
                    "INSERT INTO pass (org_id, id, hash) VALUES (7, $1, $2)",
                    args![id, &format!("hash {id}")],
                )?;
                tx.exec("INSERT INTO account (id, fen) VALUES ($1, 100)", args![id])?;
                tx.exec(
                    "INSERT INTO \"order\" (org_id, id, account) VALUES (7, $1, $1)",
                    args![id],
                )?;
                tx.exec("INSERT INTO lease (org_id, socket) VALUES (7, $1)", args![id])?;
            }
            tx.exec(
                "INSERT INTO meta (name, value) VALUES ('owner', 'keep me')",
                args![],
            )?;
            for subject in 1..=3 {
                let payload = r#"{"text":"好\n"}"#;
                tx.schedule(NewJob {
                    org: Id(7),
                    kind: "clock",
                    subject: Id(subject),
                    due: Ms(10 * subject),
                    payload,
                })?;
            }
            Ok(row.hash)
        })
        .await
        .expect("written");
    for n in 0..1_200 {
        if n % 100 == 0 {
            db.write(move |tx| (n..n + 100).try_for_each(|n| event(tx, n)))
                .await
                .expect("written");
        }
    }
    let claimed = db
        .write(|tx| tx.claim_jobs(Ms(15), 1_000_000, 9))
        .await
        .expect("claimed");
    assert_eq!(claimed.len(), 1);
    until_log(&db.db, 1_200).await;
    hash
}

/// A PNG with a clear half.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let image = image::RgbaImage::from_fn(width, height, |x, y| {
        image::Rgba([x as u8, y as u8, 9, if x < width / 2 { 0 } else { 255 }])
    });
    let mut out = Bytes::new(Vec::new());
    image
        .write_to(&mut out, image::ImageFormat::Png)
        .expect("a picture");
    out.into_inner()
}

/// The members of an archive.
pub(crate) fn members(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut members = Vec::new();
    for entry in tar.entries().expect("a tar") {
        let mut entry = entry.expect("a member");
        let name = String::from_utf8(entry.path_bytes().into_owned()).expect("a name");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        members.push((name, bytes));
    }
    members
}

pub(crate) fn member<'a>(members: &'a [(String, Vec<u8>)], name: &str) -> &'a str {
    let (_, bytes) = members
        .iter()
        .find(|(n, _)| n == name)
        .unwrap_or_else(|| panic!("{name} is there"));
    std::str::from_utf8(bytes).expect("text")
}

/// An archive of these members, whatever their names.
pub(crate) fn archive_of(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
        Vec::new(),
        flate2::Compression::fast(),
    ));
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        // By hand: the library refuses to write a name that leaves the folder.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &bytes[..]).expect("packed");
    }
    tar.into_inner()
        .and_then(flate2::write::GzEncoder::finish)
        .expect("packed")
}

/// Arguments that are all numbers.
pub(crate) fn ints(values: &[i64]) -> Vec<Arg<'static>> {
    values.iter().map(|value| Arg::Int(Some(*value))).collect()
}
