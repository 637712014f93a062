//! Buyers who talk while a million orders go in, by the command beside the running server.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::kit::ground::Ground;
use crate::load;
use crate::report::{Measure, Report, Target};
use crate::rows;

const ROWS: u64 = 1_000_000;
/// Between a buyer's messages: 64 buyers say some two hundred a second.
const PAUSE: Duration = Duration::from_millis(300);

pub(crate) async fn measure(report: &mut Report) {
    let ground = Ground::sqlite();
    let csv = ground.data().with_file_name("million.csv");
    rows::write_csv(&csv, ROWS).expect("the file is written");
    let took = Cell::new(Duration::ZERO);
    let load = load::play_beside(ground, &[], PAUSE, async |world| {
        let file = csv.to_str().expect("a path").to_owned();
        let mut command = world.ground.command(&["import", "orders", &file, "--json"]);
        let began = Instant::now();
        let ended = tokio::task::spawn_blocking(move || command.output());
        let ended = ended.await.expect("it ends").expect("it runs");
        took.set(began.elapsed());
        let told: Value = serde_json::from_slice(&ended.stdout).expect("JSON");
        assert_eq!(
            (told["created"].as_u64(), &told["refused"]),
            (Some(ROWS), &Value::from(0)),
            "{told}"
        );
    })
    .await;
    let rate = ROWS as f64 / took.get().as_secs_f64();
    let words = format!(
        "{rate:.0} rows/s meanwhile, {:.0} messages/s; {}",
        load.rate,
        load.words()
    );
    report.add(
        Measure::new(
            "messages beside an import of a million orders, p99",
            load.p99,
            "ms",
        )
        .target(Target::AtMost(60.0))
        .more(words),
    );
}
