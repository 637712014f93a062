//! The figures of the README, measured on this machine with the real binary: `make bench`. Each line of JSON is
//! one measurement; the table at the end is for the README.
//!
//! `make bench ARGS="messages"` measures one part: `messages`, `import`, `idle` or `million`; `--seconds N` says
//! how long each course of messages runs; `--million FOLDER` keeps the million messages there for a next run
//! of the same build.

#![expect(clippy::disallowed_methods, reason = "this measures time")]

mod fill;
mod idle;
mod import;
#[path = "../../tests/kit/mod.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod kit;
mod load;
mod million;
mod report;
#[path = "../../../orders/examples/rows/mod.rs"]
mod rows;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kit::ground::Ground;
use report::{Measure, Report, Target};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let value = |name: &str| {
        args.iter()
            .position(|arg| arg == name)
            .and_then(|at| args.get(at + 1))
    };
    let parts = ["messages", "import", "idle", "million"];
    let asked = |part: &str| {
        args.iter().any(|arg| arg == part) || !args.iter().any(|arg| parts.contains(&arg.as_str()))
    };
    let seconds = Duration::from_secs(
        value("--seconds")
            .and_then(|text| text.parse().ok())
            .unwrap_or(10),
    );
    // What another build filled may not fit this one: only a folder that was named is kept.
    let passing = std::env::temp_dir().join(format!("xiaoer-million-{}", std::process::id()));
    let folder = value("--million").map_or_else(|| passing.clone(), PathBuf::from);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut report = Report::default();
    runtime.block_on(async {
        if asked("messages") {
            messages(&mut report, seconds).await;
        }
        if asked("import") {
            import::measure(&mut report).await;
        }
        if asked("idle") {
            idle(&mut report).await;
        }
        if asked("million") {
            million::measure(&mut report, folder).await;
        }
    });
    let _ = std::fs::remove_dir_all(passing);
    report.print();
}

/// One commit for each message.
const ALONE: (&str, &str) = ("XIAOER_COMMIT_GROUP", "1");

async fn messages(report: &mut Report, seconds: Duration) {
    let mut add = |what: &str, load: &load::Load, alone: &load::Load, least: Option<f64>| {
        let measure = Measure::new(format!("messages, {what}"), load.rate, "/s")
            .beside("one commit a message", alone.rate)
            .more(load.words());
        report.add(match least {
            Some(least) => measure.target(Target::AtLeast(least)),
            None => measure,
        });
    };
    let load = load::play(Ground::sqlite(), &[], seconds).await;
    let alone = load::play(Ground::sqlite(), &[ALONE], seconds).await;
    add("SQLite", &load, &alone, Some(10_000.0));
    let mut p99s = vec![("SQLite", load.p99, 40.0)];
    match slow_flush() {
        Some(library) => {
            let slow = ("LD_PRELOAD", library.to_str().expect("a path"));
            let load = load::play(Ground::sqlite(), &[slow], seconds).await;
            let alone = load::play(Ground::sqlite(), &[slow, ALONE], seconds).await;
            add(
                "SQLite, every flush 2 ms longer",
                &load,
                &alone,
                Some(5.0 * alone.rate),
            );
        }
        None => eprintln!("no C compiler: slow flushes are not measured"),
    }
    match (Ground::durable_postgres().await, Ground::durable_postgres().await) {
        (Some(one), Some(two)) => {
            let load = load::play(one, &[], seconds).await;
            let alone = load::play(two, &[ALONE], seconds).await;
            add("PostgreSQL", &load, &alone, Some(2_500.0));
            p99s.push(("PostgreSQL", load.p99, 100.0));
        }
        _ => eprintln!("no PostgreSQL: see scripts/with-postgres"),
    }
    for (engine, p99, most) in p99s {
        report
            .add(Measure::new(format!("of these on {engine}, p99"), p99, "ms").target(Target::AtMost(most)));
    }
}

async fn idle(report: &mut Report) {
    let each = idle::widgets().await;
    let measure =
        Measure::new("memory of each of 5,000 idle widgets", each, "kB").target(Target::AtMost(16.0));
    report.add(match idle::bare_node().await {
        Some(bare) => measure.beside("bare Node with ws", bare),
        None => measure,
    });
    let rest = idle::after_a_search().await;
    report.add(
        Measure::new("memory of an idle server after one search", rest, "MB").target(Target::AtMost(120.0)),
    );
}

/// A library that makes every flush slow; `None` without a C compiler.
fn slow_flush() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/desk/slow_flush.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("slow_flush.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl")
        .status();
    built.is_ok_and(|status| status.success()).then_some(library)
}
