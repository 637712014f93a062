//! Archives that are torn, changed or made to do harm change nothing.

use serde_json::Value;
use store::testing::{empty_sqlite, sqlite};
use store::{Secrets, args};

use crate::kit::*;

type Members = Vec<(String, Vec<u8>)>;

async fn small() -> Vec<u8> {
    let db = sqlite(FIRST).await;
    write_notes(
        &db.db,
        vec![(
            "a".into(),
            Some(1),
            Some(0.5),
            Some("好".into()),
            Some(vec![1, 2]),
        )],
    )
    .await;
    db.write(|tx| event(tx, 1)).await.expect("written");
    pack(&db, Some(PASSPHRASE)).await.1
}

async fn refusal(archive: &[u8]) -> String {
    let place = empty_sqlite();
    let refused = unpack(&place, FIRST, Secrets::Open(PASSPHRASE.into()), archive)
        .await
        .map_err(|p| p.to_string());
    let refused = refused.expect_err("it is refused");
    let path = std::path::Path::new(place.url.strip_prefix("sqlite:").expect("sqlite"));
    assert!(!path.exists(), "{refused}");
    let left: Vec<_> = path
        .parent()
        .and_then(|f| std::fs::read_dir(f).ok())
        .into_iter()
        .flatten()
        .collect();
    assert!(left.is_empty(), "{left:?} after {refused}");
    refused
}

fn with(members: &Members, change: impl FnOnce(&mut Members)) -> Vec<u8> {
    let mut members = members.clone();
    change(&mut members);
    archive_of(&members)
}

fn edit(members: &mut Members, name: &str, change: impl FnOnce(&mut Value)) {
    let (_, bytes) = members.iter_mut().find(|(n, _)| n == name).expect("the member");
    let mut value = serde_json::from_slice(bytes).expect("json");
    change(&mut value);
    *bytes = serde_json::to_vec(&value).expect("json");
}

/// Changes format.json and manifest.json alike.
fn edit_both(members: &mut Members, change: impl Fn(&mut Value)) {
    edit(members, "format.json", &change);
    edit(members, "manifest.json", &change);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_archive_is_refused_wherever_it_was_torn() {
    let archive = small().await;
    for cut in (0..archive.len())
        .step_by(97)
        .chain([archive.len() - 1, archive.len() - 9])
    {
        let refused = refusal(&archive[..cut]).await;
        assert!(refused.starts_with("backup_damaged"), "cut at {cut}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_is_noticed_wherever_it_is() {
    let archive = small().await;
    let plain = |archive: &[u8]| {
        let mut bytes = Vec::new();
        let read = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(archive), &mut bytes);
        read.ok().map(|_| bytes)
    };
    let whole = plain(&archive).expect("good");
    let mut noticed = 0;
    for at in (10..archive.len()).step_by(61) {
        let mut flipped = archive.clone();
        flipped[at] ^= 1 << (at % 8);
        // A few bits of the packing mean nothing.
        if plain(&flipped).is_none_or(|bytes| bytes != whole) {
            refusal(&flipped).await;
            noticed += 1;
        }
    }
    assert!(noticed > 30, "{noticed}");
    assert!(
        refusal(b"not an archive at all")
            .await
            .starts_with("backup_damaged")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_lie_in_an_archive_is_told() {
    let parts = members(&small().await);
    let rows = "rows/note/000000.jsonl";
    let text = member(&parts, rows).to_owned();
    let place = empty_sqlite();
    let open = Secrets::Open(PASSPHRASE.into());
    unpack(&place, FIRST, open, &archive_of(&parts))
        .await
        .expect("taken apart and put together it is still good");

    let body = |new: &str| {
        let new = new.to_owned();
        move |m: &mut Members| m.iter_mut().find(|(n, _)| n == rows).expect("rows").1 = new.into_bytes()
    };
    let lies: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no members", archive_of(&[]), "manifest is missing"),
        (
            "no manifest",
            with(&parts, |m| {
                m.pop();
            }),
            "manifest is missing",
        ),
        (
            "no head",
            with(&parts, |m| {
                m.remove(0);
            }),
            "does not begin with format.json",
        ),
        (
            "two heads",
            with(&parts, |m| m.insert(1, m[0].clone())),
            "in it twice",
        ),
        (
            "after the manifest",
            with(&parts, |m| m.push((rows.into(), vec![]))),
            "follows the manifest",
        ),
        (
            "a way out",
            with(&parts, |m| m.insert(1, ("../../etc/cron.d/x".into(), vec![]))),
            "member named ../../etc",
        ),
        (
            "an absolute way",
            with(&parts, |m| m.insert(1, ("/etc/passwd".into(), vec![]))),
            "member named /etc",
        ),
        (
            "a way out in a table",
            with(&parts, |m| m.insert(2, ("rows/../000000.jsonl".into(), vec![]))),
            "not in their order",
        ),
        (
            "a strange table",
            with(&parts, |m| {
                m.insert(2, ("rows/pg_authid/000000.jsonl".into(), vec![]))
            }),
            "not in their order",
        ),
        (
            "another order",
            with(&parts, |m| m.swap(2, 3)),
            "not in their order",
        ),
        (
            "rows twice",
            with(&parts, |m| {
                let at = m.iter().position(|(n, _)| n == rows).expect("rows");
                m.insert(at, m[at].clone());
            }),
            "not in their order",
        ),
        (
            "no secrets",
            with(&parts, |m| m.retain(|(n, _)| !n.starts_with("secrets/"))),
            "not in their order",
        ),
        (
            "no rows",
            with(&parts, |m| m.retain(|(n, _)| n != rows)),
            "note has 0 rows instead of 1",
        ),
        (
            "another value",
            with(&parts, body(&text.replace("好", "坏"))),
            "or others",
        ),
        (
            "a row more",
            with(&parts, body(&format!("{text}{}", text.replace("\"a\"", "\"b\"")))),
            "2 rows instead of 1",
        ),
        (
            "no json",
            with(&parts, body("{]\n")),
            "row 1 of note is wrong: it is not a list",
        ),
        ("an object", with(&parts, body("{\"a\":1}\n")), "not a list"),
        ("few values", with(&parts, body("[1]\n")), "1 values instead of 6"),
        (
            "a number as text",
            with(&parts, body("[\"7\",\"a\",1,1.0,null,null]\n")),
            "org_id is not of its type",
        ),
        (
            "too big a number",
            with(&parts, body("[99999999999999999999,\"a\",1,1.0,null,null]\n")),
            "org_id is not of its type",
        ),
        (
            "endless",
            with(&parts, body("[7,\"a\",1,1e999,null,null]\n")),
            "x is not of its type",
        ),
        (
            "no base64",
            with(&parts, body("[7,\"a\",1,1.0,null,\"%%\"]\n")),
            "raw is not of its type",
        ),
        (
            "half a surrogate",
            with(&parts, body("[7,\"\\ud800\",1,1.0,null,null]\n")),
            "code is not of its type",
        ),
        (
            "null in a key",
            with(&parts, body("[null,\"a\",1,1.0,null,null]\n")),
            "org_id must not be null",
        ),
        (
            "no text",
            with(&parts, |m| {
                m.iter_mut().find(|(n, _)| n == rows).expect("rows").1 = vec![0xff; 9]
            }),
            "not text",
        ),
        (
            "a nest",
            with(&parts, body(&format!("{}\n", "[".repeat(100_000)))),
            "not a list",
        ),
        (
            "a strange format",
            with(&parts, |m| edit_both(m, |v| v["format"] = "zip".into())),
            "something else",
        ),
        (
            "a later format",
            with(&parts, |m| edit_both(m, |v| v["version"] = 2.into())),
            "backup_newer",
        ),
        (
            "a table of its own",
            with(&parts, |m| {
                edit_both(m, |v| v["tables"][0]["name"] = "pg_authid".into())
            }),
            "table pg_authid",
        ),
        (
            "a table twice",
            with(&parts, |m| {
                edit_both(m, |v| v["tables"][1] = v["tables"][0].clone())
            }),
            "makes no sense",
        ),
        (
            "a key beyond",
            with(&parts, |m| {
                edit_both(m, |v| v["tables"][0]["key"] = serde_json::json!([77]))
            }),
            "makes no sense",
        ),
        (
            "no key",
            with(&parts, |m| {
                edit_both(m, |v| v["tables"][0]["key"] = serde_json::json!([]))
            }),
            "makes no sense",
        ),
        (
            "a column fewer",
            with(&parts, |m| {
                edit_both(m, |v| {
                    v["tables"][0]["columns"].as_array_mut().expect("columns").pop();
                })
            }),
            "values instead",
        ),
        (
            "a column renamed",
            with(&parts, |m| {
                edit_both(m, |v| {
                    v["tables"][0]["columns"][1]["name"] = "x\" = ''; --".into()
                })
            }),
            "other columns",
        ),
        (
            "a strange step",
            with(&parts, |m| {
                edit_both(m, |v| v["migrations"][0][1] = "0009_more".into())
            }),
            "backup_newer",
        ),
        (
            "a changed step",
            with(&parts, |m| edit_both(m, |v| v["migrations"][0][2] = "00".into())),
            "migration_changed",
        ),
        (
            "a table forgotten",
            with(&parts, |m| {
                edit_both(m, |v| {
                    let at = v["tables"]
                        .as_array()
                        .expect("tables")
                        .iter()
                        .position(|t| t["name"] == "account")
                        .expect("there");
                    v["tables"].as_array_mut().expect("tables").remove(at);
                    if let Some(rows) = v["rows"].as_array_mut() {
                        rows.remove(at);
                    }
                })
            }),
            "table account is missing",
        ),
        (
            "another manifest",
            with(&parts, |m| edit(m, "manifest.json", |v| v["epoch"] = "00".into())),
            "differ",
        ),
        (
            "other files",
            with(&parts, |m| edit(m, "manifest.json", |v| v["files"] = 3.into())),
            "not those its manifest names",
        ),
        (
            "no tallies",
            with(&parts, |m| {
                edit(m, "manifest.json", |v| v["rows"] = serde_json::json!([]))
            }),
            "not those its manifest names",
        ),
        (
            "a greedy key",
            with(&parts, |m| {
                edit_both(m, |v| v["secrets"]["memory_kib"] = u32::MAX.into())
            }),
            "key recipe",
        ),
        (
            "a file of a wrong hash",
            with(&parts, |m| {
                let at = m.len() - 1;
                m.insert(at, (format!("files/{}", "0".repeat(64)), b"x".to_vec()));
            }),
            "not what its name says",
        ),
    ];
    for (what, archive, told) in lies {
        let refused = refusal(&archive).await;
        assert!(refused.contains(told), "{what}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absurd_sizes_and_other_kinds_of_members_are_refused() {
    let raw = |change: &dyn Fn(&mut tar::Header)| {
        let mut header = tar::Header::new_ustar();
        header.set_path("format.json").expect("a name");
        header.set_size(0);
        change(&mut header);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend([0; 1024]);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, &bytes).expect("packed");
        gzip.finish().expect("packed")
    };
    let told = refusal(&raw(&|h| h.set_size(1 << 40))).await;
    assert!(told.contains("says it has 1099511627776 bytes"), "{told}");
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Directory,
        tar::EntryType::Fifo,
        tar::EntryType::GNULongName,
        tar::EntryType::XHeader,
        tar::EntryType::GNUSparse,
    ] {
        let told = refusal(&raw(&|h| h.set_entry_type(kind))).await;
        assert!(told.contains("a member named format.json"), "{kind:?}: {told}");
    }
    // 1 GB of zeros in 1 MB: read as far as a member may be long, never kept.
    let bomb = {
        let mut header = tar::Header::new_ustar();
        header.set_path("format.json").expect("a name");
        header.set_size(1 << 30);
        header.set_cksum();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, header.as_bytes()).expect("packed");
        for _ in 0..256 {
            std::io::Write::write_all(&mut gzip, &[0; 1 << 20]).expect("packed");
        }
        gzip.finish().expect("packed")
    };
    assert!(refusal(&bomb).await.contains("says it has"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_empty_database_is_restored_into() {
    let archive = small().await;
    for engine in ["sqlite", "postgres"] {
        let Some(place) = empty(engine).await else {
            continue;
        };
        let open_secrets = || Secrets::Open(PASSPHRASE.into());
        let used = open(&place, FIRST).await;
        if engine == "postgres" {
            let refused = unpack(&place, FIRST, open_secrets(), &archive)
                .await
                .map_err(code);
            assert_eq!(refused, Err("database_in_use".into()));
            used.write(|tx| tx.exec("UPDATE node SET until = 0", args![]))
                .await
                .expect("written");
        }
        used.write(|tx| tx.exec("INSERT INTO account (id, fen) VALUES (1, 77)", args![]))
            .await
            .expect("written");
        let refused = unpack(&place, FIRST, open_secrets(), &archive)
            .await
            .map_err(|p| p.to_string());
        assert_eq!(
            refused,
            Err("database_not_empty: Restore into an empty database; this one has rows in account.".into())
        );
        assert_eq!(
            number(&used, "SELECT fen FROM account").await,
            77,
            "it is as it was"
        );
        used.write(|tx| tx.exec("DELETE FROM account", args![]))
            .await
            .expect("written");
        used.close();
        drop(used);
        unpack(&place, FIRST, open_secrets(), &archive)
            .await
            .expect("a database nobody used yet is empty");
        let refused = unpack(&place, FIRST, open_secrets(), &archive)
            .await
            .map_err(code);
        assert_eq!(refused, Err("database_not_empty".into()));
        assert_eq!(read_notes(&open(&place, FIRST).await).await.len(), 1);
    }
}

/// A row that breaks a unique key is found out while loading: nothing of it stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_while_loading_leaves_the_database_as_it_was() {
    let db = sqlite(FIRST).await;
    db.write(|tx| {
        for id in 1..=2 {
            tx.exec("INSERT INTO account (id, fen) VALUES ($1, 1)", args![id])?;
        }
        Ok(())
    })
    .await
    .expect("written");
    let parts = members(&pack(&db, None).await.1);
    let archive = with(&parts, |m| {
        let rows = "[1,1]\n[1,1]\n";
        m.iter_mut()
            .find(|(n, _)| n == "rows/account/000000.jsonl")
            .expect("rows")
            .1 = rows.into();
        edit(m, "manifest.json", |v| {
            let tallies = v["rows"].as_array_mut().expect("tallies");
            let tally = tallies
                .iter_mut()
                .find(|t| t["table"] == "account")
                .expect("there");
            // sha256 of the two rows
            tally["sha256"] = sha256(rows).into();
        });
    });
    for engine in ["sqlite", "postgres"] {
        let Some(place) = empty(engine).await else {
            continue;
        };
        let refused = unpack(&place, FIRST, Secrets::Refuse, &archive)
            .await
            .map_err(|p| p.to_string());
        let told = refused.expect_err("refused");
        assert!(
            told.contains("restore_failed") && told.contains("account"),
            "{told}"
        );
        let good = archive_of(&parts);
        unpack(&place, FIRST, Secrets::Refuse, &good)
            .await
            .expect("still empty");
    }
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
