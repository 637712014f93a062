//! `import` and `export`, with and without a server, over HTTP, and a kill in the middle.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::world::World;

const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,收货人,手机,备注\n";

fn rows(count: usize) -> String {
    let row = |n: usize| {
        format!(
            "Q{n:06},买家{},{n}.50,{n}.50,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05,林小叶,13800000000,\n",
            n % 50
        )
    };
    HEAD.to_owned() + &(0..count).map(row).collect::<String>()
}

fn told(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("no JSON: {text} {}", String::from_utf8_lossy(&output.stderr)))
}

fn import(ground: &Ground, args: &[&str]) -> Output {
    ground.run(&[&["import", "orders"], args, &["--json"]].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_log_goes_in_by_the_command_and_is_what_the_messages_make() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let log = ground.data().parent().expect("a folder").join("log.txt");
    std::fs::write(
        &log,
        "聊天记录\n林小叶 2026-05-04 10:00:00\n在吗\n栖竹:小满 2026-05-04 10:00:20\n在的\n",
    )
    .expect("written");
    let chats = |more: &[&str]| {
        let log = log.to_str().expect("a path");
        told(&ground.run(&[&["import", "chats", log, "--json"], more].concat()))
    };
    let seen = chats(&["--dry-run"]);
    assert_eq!(
        (&seen["read"], &seen["created"], &seen["refused"]),
        (&json!(3), &json!(2), &json!(1))
    );
    assert_eq!(
        (
            &seen["unmapped"][0]["account"],
            &seen["errors"][0]["code"],
            &seen["errors"][0]["row"]
        ),
        (&json!("栖竹:小满"), &json!("chat_line"), &json!(1))
    );
    assert_eq!(chats(&[])["created"], 2);
    let again = chats(&[]);
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(2)));
    ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_names_are_in_a_chat_log_is_said_by_the_command_and_remembered() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let folder = ground.data().parent().expect("a folder").to_owned();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };
    let chats = |more: &[&str]| told(&ground.run(&[&["import", "chats", "--json"], more].concat()));
    let one = write(
        "one.txt",
        "[林小叶] 2026-05-04 10:00:00\n在吗\n[栖竹客服] 2026-05-04 10:00:20\n在的\n",
    );
    let two = write(
        "two.txt",
        "[沈一] 2026-05-05 10:00:00\n在吗\n[栖竹客服] 2026-05-05 10:00:20\n在的\n",
    );
    let refused = chats(&[&one]);
    assert_eq!(
        (
            &refused["created"],
            &refused["refused"],
            &refused["errors"][0]["code"]
        ),
        (&json!(0), &json!(2), &json!("chat_whose"))
    );
    assert_eq!(refused["errors"][0]["names"], json!(["林小叶", "栖竹客服"]));
    let map = write("names.toml", "\"栖竹客服\" = \"account\"\n\"林小叶\" = \"\"\n");
    let seen = chats(&[&one, "--map", &map, "--dry-run"]);
    assert_eq!(
        (&seen["created"], &seen["unmapped"][0]["account"]),
        (&json!(2), &json!("栖竹客服"))
    );
    assert_eq!(chats(&[&two])["created"], 0, "a dry run teaches nothing");
    assert_eq!(chats(&[&one, "--map", &map])["created"], 2);
    assert_eq!(chats(&[&two])["created"], 2, "it is remembered");

    // A courier's file needs no shop, and says which numbers are nobody's.
    let traces = write("traces.csv", "运单号,物流状态\nYT1,已签收\n");
    let traced = told(&ground.run(&["import", "traces", &traces, "--json"]));
    assert_eq!(
        (&traced["read"], &traced["refused"], &traced["errors"][0]["code"]),
        (&json!(1), &json!(1), &json!("waybill_unknown"))
    );
    ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_in_by_the_command_and_comes_out_again() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let folder = ground.data().parent().expect("a folder").to_owned();
    let (csv, out) = (folder.join("orders.csv"), folder.join("out.csv"));
    std::fs::write(&csv, rows(300) + "Q999999,阿岚,many,1,交易成功,,,,,\n").expect("written");
    let (csv, out) = (csv.to_str().expect("a path"), out.to_str().expect("a path"));

    let seen = import(&ground, &[csv, "--dry-run"]);
    let figures = |value: &Value| {
        ["read", "created", "changed", "unchanged", "refused"].map(|name| value[name].as_i64())
    };
    assert_eq!(figures(&told(&seen)), [301, 300, 0, 0, 1].map(Some));
    let done = import(&ground, &[csv]);
    assert_eq!(done.status.code(), Some(1), "something was refused");
    let done = told(&done);
    assert_eq!(
        figures(&done),
        [301, 300, 0, 0, 1].map(Some),
        "a dry run wrote nothing"
    );
    let error = &done["errors"][0];
    assert_eq!(
        (&error["file"], &error["row"], &error["column"], &error["code"]),
        (
            &json!("orders.csv"),
            &json!(302),
            &json!("订单金额"),
            &json!("number_bad")
        )
    );
    assert_eq!(
        figures(&told(&import(&ground, &[csv]))),
        [301, 0, 0, 300, 1].map(Some)
    );

    assert_eq!(ground.told(&["export", "orders", "--out", out])["orders"], 300);
    let text = std::fs::read_to_string(out).expect("written");
    assert!(
        text.starts_with("\u{feff}订单编号,买家会员名,"),
        "{}",
        &text[..60]
    );
    assert_eq!(text.lines().count(), 301);
    assert!(
        text.contains("Q000007,买家7,") && text.contains(",7.50,"),
        "yuan with two decimals"
    );
    let back = told(&import(&ground, &[out, "--platform", "taobao"]));
    assert_eq!(
        (back["created"].as_i64(), back["refused"].as_i64()),
        (Some(0), Some(0)),
        "what was written is read back"
    );
    // A file that is none hides nothing of those before and after it.
    let (empty, more) = (folder.join("empty.csv"), folder.join("more.csv"));
    std::fs::write(&empty, "").expect("written");
    std::fs::write(&more, format!("{HEAD}Z1,阿岚,1,1,交易成功,,,,,\n")).expect("written");
    let (empty, more) = (empty.to_str().expect("a path"), more.to_str().expect("a path"));
    let mixed = import(&ground, &[csv, empty, more]);
    assert_eq!(mixed.status.code(), Some(1), "one of them failed");
    let mixed = told(&mixed);
    assert_eq!(figures(&mixed), [302, 1, 0, 300, 1].map(Some));
    let wrong: Vec<_> = mixed["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["file"].clone(), error["code"].clone()))
        .collect();
    assert_eq!(
        wrong,
        [
            (json!("orders.csv"), json!("number_bad")),
            (json!("empty.csv"), json!("file_empty"))
        ]
    );

    let usage = ground.run(&["import", "weather", csv]);
    assert_eq!(usage.status.code(), Some(2), "bad usage");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refused_row_is_told_and_how_many_more_there_were() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let csv = ground.data().with_file_name("wrong.csv");
    let wrong = |rows: usize| {
        let row = |n: usize| format!("Q{n:06},阿岚,many,1,交易成功,,,,,\n");
        HEAD.to_owned() + &(0..rows).map(row).collect::<String>()
    };
    let path = csv.to_str().expect("a path");
    for (rows, more) in [(250, 0), (10_040, 40)] {
        std::fs::write(&csv, wrong(rows)).expect("written");
        for args in [&[path, "--dry-run"][..], &[path]] {
            let done = told(&import(&ground, args));
            let errors = done["errors"].as_array().expect("errors");
            assert_eq!(
                (
                    done["refused"].as_u64(),
                    errors.len(),
                    done["more_errors"].as_u64()
                ),
                (Some(rows as u64), rows - more, Some(more as u64)),
                "{args:?}"
            );
            let last = &errors[errors.len() - 1];
            assert_eq!(last["row"], json!(errors.len() + 1), "in the order of the file");
        }
    }
    let shown = ground.run(&["import", "orders", path]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert_eq!(
        shown.lines().count(),
        102,
        "the sums, a hundred rows, and how many more"
    );
    assert!(
        shown.contains("and 9940 more; --json"),
        "{}",
        &shown[shown.len() - 200..]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_says_why_by_the_command() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let file = ground.data().with_file_name("bad.csv");
    let path = file.to_str().expect("a path");
    let head = HEAD.trim_end();
    let wide: Vec<String> = (0..500).map(|n| format!("列{n}")).collect();
    let first = head.split(',').next().expect("a header");
    for (text, code, place) in [
        (format!("{head},{first}\nQ1,x\n"), "header_twice", "column"),
        (
            format!("{head},{}\nQ1\n", wide.join(",")),
            "columns_too_many",
            "file",
        ),
    ] {
        std::fs::write(&file, text).expect("written");
        for args in [&[path, "--dry-run"][..], &[path]] {
            let done = import(&ground, args);
            assert_eq!(done.status.code(), Some(1), "nothing was taken in");
            let done = told(&done);
            let why = &done["errors"][0];
            assert_eq!(
                (&done["failed"], &why["code"], &why["file"]),
                (&json!(true), &json!(code), &json!("bad.csv")),
                "{done}"
            );
            assert!(why[place].is_string(), "{why}");
        }
        let shown = ground.run(&["import", "orders", path]);
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains("bad.csv") && shown.contains(code), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_goes_on_with_the_next_command() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let csv = ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(20_000)).expect("written");
    let csv = csv.to_str().expect("a path");
    let mut killed = ground
        .command(&["import", "orders", csv])
        .spawn()
        .expect("started");
    let begun = async {
        while !ground
            .data()
            .join("xiaoer.db-wal")
            .metadata()
            .is_ok_and(|log| log.len() > 3_000_000)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), begun)
        .await
        .expect("it begins");
    killed.kill().expect("killed");
    killed.wait().expect("gone");
    let again = told(&import(&ground, &[csv]));
    assert_eq!(again["read"], 20_000);
    assert_eq!(
        (again["created"].as_i64(), again["unchanged"].as_i64()),
        (Some(0), Some(20_000)),
        "the killed one was brought to its end first"
    );
    ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_the_command_and_the_page_do_the_same() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let csv = world.ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(400)).expect("written");
    let shop = world.shop.to_string();
    let done = told(&import(
        &world.ground,
        &[csv.to_str().expect("a path"), "--shop", &shop],
    ));
    assert_eq!(
        (done["created"].as_i64(), done["refused"].as_i64()),
        (Some(400), Some(0))
    );
    let api = world.api(&server);
    let listed = api.get("/imports").await;
    let run = &listed["items"][0];
    assert_eq!(
        (&run["state"], &run["counts"]["created"]),
        (&json!("done"), &json!(400))
    );
    let id = run["id"].as_i64().expect("an id");
    api.post(&format!("/imports/{id}/undo"), json!({})).await;
    let over = async {
        while api.get(&format!("/imports/{id}")).await["state"] != "undone" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), over)
        .await
        .expect("given back");
    assert_eq!(api.get("/orders").await["items"], json!([]));
    assert!(server.stop().success());
}

/// Waits until an import has taken rows in, calls it off as Ctrl-C does, and says what the command told.
async fn called_off(world: &World, api: &Api, csv: &str) -> Value {
    let mut command = world.ground.command(&["import", "orders", csv, "--json"]);
    let running = command.stdout(Stdio::piped()).spawn().expect("started");
    let begun = async {
        loop {
            let listed = api.get("/imports").await;
            let run = &listed["items"][0];
            if run["state"] == "running" && run["counts"]["created"].as_i64() > Some(0) {
                break;
            }
            assert_ne!(run["state"], "done", "too fast to be called off");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), begun)
        .await
        .expect("it begins");
    let interrupt = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(interrupt.expect("kill").success());
    let ended = running.wait_with_output().expect("it ends");
    assert!(!ended.status.success());
    told(&ended)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_beside_a_server_is_called_off_by_the_command_that_began_it() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let csv = world.ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(40_000)).expect("written");
    let csv = csv.to_str().expect("a path");
    let api = world.api(&server);
    let told = called_off(&world, &api, csv).await;
    assert_eq!(told["errors"][0]["code"], "import_cancelled", "{told}");
    assert_eq!(api.get("/orders").await["items"], json!([]), "all is given back");
    assert!(server.stop().success());
    world.ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_several_shops_goes_where_names_are_said_to_be_and_that_is_remembered() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    ground.told(&["shop", "add", "阿栖小铺", "--platform", "taobao"]);
    let folder = ground.data().parent().expect("a folder").to_owned();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };
    let row = |shop: &str, n: usize| format!("{shop},Q{n:06},9.50,交易成功,2026-01-01 10:00:00\n");
    let head = "店铺名称,订单号,订单金额,订单状态,下单时间\n";
    let csv = write(
        "erp.csv",
        &(head.to_owned() + &row("栖竹家纺", 1) + &row("淘宝C店", 2) + &row("关了的店", 3)),
    );
    let plain = write("plain.csv", &rows(1));
    assert_eq!(
        told(&import(&ground, &[&plain]))["errors"][0]["code"],
        "shop_needed",
        "it names no shops"
    );
    let first = told(&import(&ground, &[&csv, "--dry-run"]));
    assert_eq!((&first["created"], &first["refused"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&first["errors"][0]["code"], &first["errors"][0]["value"]),
        (&json!("shop_unknown"), &json!("淘宝C店"))
    );
    let bad = write("bad.toml", "\"淘宝C店\" = \"没有的店\"\n");
    let wrong = import(&ground, &[&csv, "--shops", &bad]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("没有的店"));
    let names = write("shops.toml", "\"淘宝C店\" = \"阿栖小铺\"\n\"关了的店\" = \"\"\n");
    let taken = told(&import(&ground, &[&csv, "--shops", &names]));
    assert_eq!(
        (&taken["created"], &taken["refused"]),
        (&json!(2), &json!(0)),
        "{taken}"
    );
    let again = told(&import(&ground, &[&csv]));
    assert_eq!(
        (
            &again["created"],
            &again["changed"],
            &again["unchanged"],
            &again["refused"]
        ),
        (&json!(0), &json!(0), &json!(2), &json!(0))
    );
    ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_beside_a_server_says_how_far_it_is() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let csv = world.ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(40_000)).expect("written");
    let socket = UnixStream::connect(world.ground.data().join("admin.sock")).expect("the local socket");
    let ask = json!({"ask": "import", "kind": "orders", "files": [csv], "shop": null, "platform": null,
        "columns": {}, "dry_run": false});
    writeln!(&mut &socket, "{ask}").expect("asked");
    let said: Vec<Value> = BufReader::new(&socket)
        .lines()
        .map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
        .collect();
    let (last, progress) = said.split_last().expect("an answer");
    assert_eq!(last["ok"]["created"], 40_000, "{last}");
    let done: Vec<u64> = progress
        .iter()
        .map(|said| {
            let progress = &said["progress"];
            assert_eq!(
                (&progress["file"], progress["total"].as_u64() > Some(0)),
                (&json!("orders.csv"), true)
            );
            progress["done"].as_u64().expect("bytes")
        })
        .collect();
    assert!(!done.is_empty() && done.is_sorted(), "{done:?}");
    assert!(server.stop().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_sent_explained_and_taken_in_over_http() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let api = world.api(&server);
    let csv = "单子,买家昵称,订单金额,会员电话\nW1,阿岚,20.00,13800000017\nW2,阿岚,many,13800000017\n";
    let path = format!("/api/v1/imports?shop={}&kind=auto&platform=auto", world.shop);
    let sent = api
        .upload(&path, "some.csv", "text/csv", csv.as_bytes())
        .await
        .expect("an answer")
        .fine(&path);
    let id = sent["id"].as_i64().expect("an id");
    assert_eq!(
        (&sent["state"], &sent["sheets"][0]["kind"]),
        (&json!("looked"), &Value::Null)
    );
    assert_eq!(sent["sheets"][0]["unknown"][0]["header"], "单子");
    let one = format!("/imports/{id}");
    let refused = |reply: crate::kit::api::Reply| (reply.status, reply.code());
    let apply = api
        .ask("POST", &format!("{one}/apply"), Some(&json!({})))
        .await
        .expect("an answer");
    assert_eq!(refused(apply), (409, "import_unsure".into()));
    let wrong = api
        .ask("PATCH", &one, Some(&json!({"columns": {"单子": "moon"}})))
        .await
        .expect("an answer");
    assert_eq!(refused(wrong), (422, "column_unknown".into()));
    let columns = api.get("/imports/columns?kind=orders").await;
    let number = columns
        .as_array()
        .expect("columns")
        .iter()
        .find(|column| column["column"] == "order_no")
        .expect("there");
    assert_eq!(
        (&number["zh"], &number["needed"]),
        (&json!("订单编号"), &json!(true))
    );

    let change = json!({"kind": "orders", "columns": {"单子": "order_no"}, "header_rows": {"0": 1}});
    let explained = api
        .ask("PATCH", &one, Some(&change))
        .await
        .expect("an answer")
        .fine(&one);
    assert_eq!(
        (
            &explained["sheets"][0]["sure"],
            &explained["sheets"][0]["missing"]
        ),
        (&json!(true), &json!([]))
    );
    assert_eq!(
        explained["sheets"][0]["unknown"][0]["samples"],
        json!(["138****0017"])
    );
    let seen = api.get(&format!("{one}/preview")).await;
    assert_eq!(
        (&seen["counts"]["created"], &seen["errors"][0]["code"]),
        (&json!(1), &json!("number_bad"))
    );
    api.post(&format!("{one}/apply"), json!({})).await;
    let done = async {
        while api.get(&one).await["state"] != "done" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), done)
        .await
        .expect("taken in");
    let counts = api.get(&one).await["counts"].clone();
    assert_eq!((&counts["created"], &counts["refused"]), (&json!(1), &json!(1)));
    let names = api.get(&format!("/imports/names?shop={}", world.shop)).await;
    assert_eq!(
        (&names[0]["header"], &names[0]["column"]),
        (&json!("单子"), &json!("order_no"))
    );
    let listed = api.get("/imports?state=done").await;
    assert_eq!(listed["items"][0]["id"], json!(id));
    assert_eq!(api.get("/imports?state=failed").await["items"], json!([]));
    let file = api
        .ask(
            "POST",
            &format!("{one}/errors/export"),
            Some(&json!({"language": "en"})),
        )
        .await
        .expect("an answer");
    assert_eq!(file.status, 200);
    // What was taken away is taken as it comes: only its own columns count.
    let path = path.replace("kind=auto", "kind=orders");
    let again = api
        .upload(&path, "some.xlsx", "application/octet-stream", &file.bytes)
        .await
        .expect("an answer")
        .fine(&path);
    let sheet = &again["sheets"][0];
    assert_eq!(
        (&sheet["headers"][2], &sheet["headers"][4], &sheet["missing"]),
        (&json!("※What is wrong"), &json!("单子"), &json!([]))
    );
    let unknown: Vec<&Value> = sheet["unknown"].as_array().expect("columns").iter().collect();
    assert_eq!(
        unknown.iter().map(|one| &one["header"]).collect::<Vec<_>>(),
        [&json!("会员电话")]
    );
    assert!(server.stop().success());
}
