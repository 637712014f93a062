//! Getting in: throttling, second factors, devices.

use base::{Actor, Ms, Problem};
use store::on_both;
use store::testing::TestDb;
use team::{Credentials, Entry, Fresh, PasswordHash};

use crate::common::{NOW, TABLES, code, house, pid};

const PASSWORD: &str = "青山-绿水-2026";

async fn set_password(db: &TestDb, actor: &Actor) {
    let (program, id) = (Actor::program(actor.org), pid(actor));
    let hash = PasswordHash::new(PASSWORD, b"0123456789abcdef").expect("hashed");
    db.write(move |tx| team::reset_password(tx, NOW, &program, id, hash.clone()))
        .await
        .expect("set");
}

/// One try to sign in, as the door makes it.
async fn knock(
    db: &TestDb,
    at: Ms,
    login: &str,
    from: &str,
    password: &str,
    otp: Option<&str>,
) -> Result<Entry, Problem> {
    let (login, from, otp) = (login.to_owned(), from.to_owned(), otp.map(str::to_owned));
    let address = from.clone();
    let candidate = db
        .write(move |tx| team::sign_in_start(tx, at, &login, &address))
        .await?;
    let proof = candidate.hash.prove(password);
    db.write(move |tx| {
        let fresh = Fresh {
            cookie: format!("cookie-{}", tx.id()),
            csrf: "csrf".into(),
        };
        let shown = Credentials {
            proof: proof.as_ref(),
            code: otp.as_deref(),
            device: "test",
            address: &from,
        };
        team::sign_in_finish(tx, at, &candidate, &shown, &fresh)
    })
    .await
}

fn said(entry: &Result<Entry, Problem>) -> String {
    match entry {
        Ok(Entry::In(..)) => "in".into(),
        Ok(Entry::Refused(problem)) | Err(problem) => problem.code.to_string(),
    }
}

fn otp(secret: &str, at: Ms) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("base 32");
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(u64::try_from(at.0 / 1000).expect("after 1970"))
        .to_string()
}

on_both! { TABLES;
    async fn failed_tries_wait_longer_each_time_and_a_success_forgets_them(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        let mut now = NOW;
        for _ in 0..5 { assert_eq!(said(&knock(db, now, "guyu", "1.1.1.1", "wrong", None).await), "wrong_sign_in"); }
        let wait = |problem: Problem| problem.params["retry_s"].as_i64().expect("seconds");
        assert_eq!(wait(knock(db, now, "guyu", "1.1.1.1", PASSWORD, None).await.expect_err("throttled")), 300);
        assert_eq!(said(&knock(db, now, "guyu", "2.2.2.2", PASSWORD, None).await), "in", "another address is not locked out");
        now = now.plus(300_000);
        assert_eq!(said(&knock(db, now, "guyu", "1.1.1.1", "wrong", None).await), "wrong_sign_in");
        assert_eq!(wait(knock(db, now, "guyu", "1.1.1.1", PASSWORD, None).await.expect_err("throttled")), 600);
        now = now.plus(600_000);
        assert_eq!(said(&knock(db, now, "guyu", "1.1.1.1", PASSWORD, None).await), "in");
        for _ in 0..4 { assert_eq!(said(&knock(db, now, "guyu", "1.1.1.1", "wrong", None).await), "wrong_sign_in"); }
        assert_eq!(said(&knock(db, now, "guyu", "1.1.1.1", PASSWORD, None).await), "in", "it began to count afresh");
    }

    async fn many_logins_from_one_address_and_one_login_from_many_are_throttled_too(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        for n in 0..50 { assert_eq!(said(&knock(db, NOW, &format!("login{n}"), "6.6.6.6", "x", None).await), "wrong_sign_in"); }
        assert_eq!(said(&knock(db, NOW, "guyu", "6.6.6.6", PASSWORD, None).await), "throttled");
        assert_eq!(said(&knock(db, NOW, "guyu", "7.7.7.7", PASSWORD, None).await), "in");
        for n in 0..20 { assert_eq!(said(&knock(db, NOW, "guyu", &format!("8.8.8.{n}"), "x", None).await), "wrong_sign_in"); }
        let held = knock(db, NOW, "guyu", "9.9.9.9", PASSWORD, None).await.expect_err("throttled");
        assert_eq!(held.params["retry_s"], 30, "short, or anybody could lock a colleague out");
        assert_eq!(said(&knock(db, NOW.plus(30_000), "guyu", "9.9.9.9", PASSWORD, None).await), "in");
    }

    async fn tries_at_the_same_moment_gain_nothing(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        let mut begun = 0;
        for _ in 0..9 {
            begun += usize::from(db.write(|tx| team::sign_in_start(tx, NOW, "guyu", "1.1.1.1")).await.is_ok());
        }
        assert_eq!(begun, 5, "they count before the password is looked at");
    }

    async fn a_second_factor_is_asked_for_and_each_code_opens_once(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        let who = h.guyu.clone();
        let setup = db.write(move |tx| team::begin_totp(tx, &who, *b"12345678901234567890")).await.expect("begun");
        assert!(setup.uri.starts_with("otpauth://totp/Xiaoer:guyu?secret=") && setup.uri.contains(&setup.secret));
        let (who, wrong) = (h.guyu.clone(), "000000".to_owned());
        assert_eq!(code(db.write(move |tx| team::confirm_totp(tx, NOW, &who, &wrong, &[])).await), "code_wrong");
        assert_eq!(said(&knock(db, NOW, "guyu", "1.1.1.1", PASSWORD, None).await), "in", "not on before it is confirmed");
        let (who, right) = (h.guyu.clone(), otp(&setup.secret, NOW));
        let recovery: Vec<String> = (0..10).map(|n| format!("abcd-efgh-{n:04}")).collect();
        db.write(move |tx| team::confirm_totp(tx, NOW, &who, &right, &recovery)).await.expect("on");
        let at = NOW.plus(90_000);
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, None).await), "code_required");
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", "wrong", Some(&otp(&setup.secret, at))).await), "wrong_sign_in");
        let stale = otp(&setup.secret, NOW);
        assert_eq!(said(&knock(db, NOW.plus(10), "guyu", "1.1.1.1", PASSWORD, Some(&stale)).await), "code_wrong", "it confirmed already");
        let now_code = otp(&setup.secret, at);
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some(&now_code)).await), "in");
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some(&now_code)).await), "code_wrong", "a replay");
        let before = otp(&setup.secret, at.plus(-30_000));
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some(&before)).await), "code_wrong", "an older one than was used");
        let next = otp(&setup.secret, at.plus(30_000));
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some(&next)).await), "in", "a device ahead by a step");
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some("ABCD EFGH 0003")).await), "in", "a recovery code");
        assert_eq!(said(&knock(db, at, "guyu", "1.1.1.1", PASSWORD, Some("abcd-efgh-0003")).await), "code_wrong", "once");
        let kept: Vec<String> = db.read(|tx| tx.rows("SELECT hash FROM recovery_code", store::args![], |r| r.get(0))).await.expect("read");
        assert!(kept.len() == 10 && kept.iter().all(|hash| hash.len() == 64));
    }

    async fn codes_are_throttled_and_asking_for_one_neither_counts_nor_forgives(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        let who = h.guyu.clone();
        let setup = db.write(move |tx| team::begin_totp(tx, &who, *b"12345678901234567890")).await.expect("begun");
        let (who, right) = (h.guyu.clone(), otp(&setup.secret, NOW));
        db.write(move |tx| team::confirm_totp(tx, NOW, &who, &right, &[])).await.expect("on");
        for _ in 0..4 {
            assert_eq!(said(&knock(db, NOW, "guyu", "1.1.1.1", PASSWORD, Some("123123")).await), "code_wrong");
            assert_eq!(said(&knock(db, NOW, "guyu", "1.1.1.1", PASSWORD, None).await), "code_required");
        }
        assert_eq!(said(&knock(db, NOW, "guyu", "1.1.1.1", PASSWORD, Some("123123")).await), "code_wrong");
        assert_eq!(said(&knock(db, NOW, "guyu", "1.1.1.1", PASSWORD, None).await), "throttled");
    }

    async fn a_sign_in_slides_while_used_and_ends_for_good_after_its_longest_life(db: &TestDb) {
        let h = house(db).await;
        set_password(db, &h.guyu).await;
        let fresh = || Fresh { cookie: "the-cookie".into(), csrf: "the-csrf".into() };
        let candidate = db.write(|tx| team::sign_in_start(tx, NOW, "guyu", "")).await.expect("begun");
        let proof = candidate.hash.prove(PASSWORD);
        db.write(move |tx| {
            let shown = Credentials { proof: proof.as_ref(), code: None, device: "", address: "" };
            team::sign_in_finish(tx, NOW, &candidate, &shown, &fresh())
        }).await.expect("in");
        let by = |at: Ms| db.read(move |tx| team::actor_by_cookie(tx, at, "the-cookie"));
        const HOUR: i64 = 3_600_000;
        assert!(by(NOW.plus(13 * HOUR)).await.expect("read").is_none(), "idle for over 12 h");
        let org = h.org;
        let mut at = NOW;
        while at.since(NOW) < 13 * 24 * HOUR {
            at = at.plus(11 * HOUR);
            let (_, sign_in) = by(at).await.expect("read").expect("alive");
            assert!(sign_in.stale && sign_in.csrf_is("the-csrf") && !sign_in.csrf_is("the-csr"));
            db.write(move |tx| team::touch_sign_in(tx, at, org, &sign_in)).await.expect("touched");
            assert!(!by(at.plus(1)).await.expect("read").expect("alive").1.stale);
        }
        assert!(by(NOW.plus(14 * 24 * HOUR)).await.expect("read").is_none(), "14 days are the most");
        assert_eq!(db.write(|tx| team::clean_sign_ins(tx, NOW.plus(15 * 24 * HOUR))).await, Ok(1));
    }

    async fn nobody_signs_in_without_a_password_or_with_a_reset_one(db: &TestDb) {
        let h = house(db).await;
        assert_eq!(said(&knock(db, NOW, "guyu", "", "", None).await), "wrong_sign_in", "none was ever set");
        set_password(db, &h.guyu).await;
        let candidate = db.write(|tx| team::sign_in_start(tx, NOW, "guyu", "")).await.expect("begun");
        let proof = candidate.hash.prove(PASSWORD);
        // The password is changed between the two halves.
        let (program, id) = (Actor::program(h.org), pid(&h.guyu));
        let other = PasswordHash::new("别的-密码-2027", b"fedcba9876543210").expect("hashed");
        db.write(move |tx| team::reset_password(tx, NOW, &program, id, other.clone())).await.expect("set");
        let entry = db.write(move |tx| {
            let shown = Credentials { proof: proof.as_ref(), code: None, device: "", address: "" };
            team::sign_in_finish(tx, NOW, &candidate, &shown, &Fresh { cookie: "c".into(), csrf: "c".into() })
        }).await;
        assert_eq!(said(&entry), "wrong_sign_in");
    }
}
