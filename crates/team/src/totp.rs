use base::{Actor, Id, Ms, Problem};
use serde::Serialize;
use serde_json::json;
use store::{Event, Tx, args};
use totp_rs::{Builder, Secret, Totp};

use crate::me::own;
use crate::password::Proof;
use crate::{me, token};

/// What an authenticator app needs (RFC 6238: SHA-1, 6 digits, 30 s).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TotpSetup {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The same as an `otpauth://` address, to be scanned.
    pub uri: String,
}

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;

fn clock(secret: &str) -> Result<Totp, Problem> {
    let secret = Secret::try_from_base32(secret).map_err(|_| {
        tracing::error!("a stored second factor is not base 32");
        Problem::internal()
    })?;
    Ok(Builder::new().with_secret(secret).build_noncompliant())
}

/// Everything that is not a digit or letter is what people put between groups.
fn plain(code: &str) -> String {
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect::<String>()
        .to_lowercase()
}

/// Begins to set up a second factor with 20 random bytes drawn by the caller. It counts once a code was
/// shown with [`confirm_totp`]. Refuses when there is one (`totp_on`).
pub fn begin_totp(tx: &mut Tx<'_>, who: &Actor, secret: [u8; 20]) -> Result<TotpSetup, Problem> {
    let me = own(tx, who)?;
    if me.totp {
        return Err(Problem::conflict(
            "totp_on",
            "There is a second factor already; remove it first.",
        ));
    }
    let secret = Secret::new_stack(secret).to_base32();
    tx.exec(
        "UPDATE person SET totp_secret = $3 WHERE org_id = $1 AND id = $2 AND totp_on = 0",
        args![who.org, me.id, &secret],
    )?;
    let login: String = me.login.bytes().map(escape).collect();
    let uri = format!("otpauth://totp/Xiaoer:{login}?secret={secret}&issuer=Xiaoer");
    Ok(TotpSetup { secret, uri })
}

fn escape(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

/// Turns the second factor on when `code` is right. `recovery` are random codes drawn by the caller; each
/// lets the person in once when the app is lost. Only their hashes are kept.
pub fn confirm_totp(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    code: &str,
    recovery: &[String],
) -> Result<(), Problem> {
    let me = own(tx, who)?;
    if me.totp {
        return Err(Problem::conflict(
            "totp_on",
            "There is a second factor already; remove it first.",
        ));
    }
    let sql = "SELECT totp_secret FROM person WHERE org_id = $1 AND id = $2";
    let secret = tx.value::<Option<String>>(sql, args![who.org, me.id])?.flatten();
    let Some(secret) = secret else {
        return Err(Problem::conflict("totp_not_begun", "Ask for a secret first."));
    };
    let Some(step) = matching_step(&secret, now, code)? else {
        return Err(Problem::input(
            "code",
            "code_wrong",
            "This code is wrong; is the clock of your device right?",
        ));
    };
    tx.exec(
        "UPDATE person SET totp_on = 1, totp_step = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, me.id, step],
    )?;
    tx.exec(
        "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2",
        args![who.org, me.id],
    )?;
    for code in recovery {
        let sql = "INSERT INTO recovery_code (org_id, person_id, hash, used_at) VALUES ($1, $2, $3, NULL)";
        tx.exec(sql, args![who.org, me.id, &token::hash(&plain(code))])?;
    }
    let data = json!({ "totp": [false, true] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.totp_on",
        subject: me.id,
        data,
    })
}

/// Removes the second factor; needs the password proven.
pub fn end_totp(tx: &mut Tx<'_>, now: Ms, who: &Actor, proof: &Proof) -> Result<(), Problem> {
    let me = own(tx, who)?;
    me::check_proof(tx, who, proof)?;
    if !me.totp {
        return Ok(());
    }
    tx.exec(
        "UPDATE person SET totp_on = 0, totp_secret = NULL WHERE org_id = $1 AND id = $2",
        args![who.org, me.id],
    )?;
    tx.exec(
        "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2",
        args![who.org, me.id],
    )?;
    let data = json!({ "totp": [true, false] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.totp_off",
        subject: me.id,
        data,
    })
}

fn matching_step(secret: &str, now: Ms, code: &str) -> Result<Option<i64>, Problem> {
    let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
    let step = clock(secret)?.check(&plain(code), seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Whether `code` lets the person in now: a code of a step not used before, or a recovery code never
/// used. What was accepted is used up.
pub(crate) fn accept(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id, code: &str) -> Result<bool, Problem> {
    let sql = "SELECT totp_secret, totp_step FROM person WHERE org_id = $1 AND id = $2 AND totp_on = 1";
    let found: Option<(Option<String>, i64)> =
        tx.row(sql, args![org, person], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((Some(secret), last)) = found else {
        return Ok(false);
    };
    if let Some(step) = matching_step(&secret, now, code)?.filter(|step| *step > last) {
        let sql = "UPDATE person SET totp_step = $3 WHERE org_id = $1 AND id = $2 AND totp_step < $3";
        return Ok(tx.exec(sql, args![org, person, step])? == 1);
    }
    let sql = "UPDATE recovery_code SET used_at = $4
               WHERE org_id = $1 AND person_id = $2 AND hash = $3 AND used_at IS NULL";
    Ok(tx.exec(sql, args![org, person, &token::hash(&plain(code)), now])? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238 (its 8 digits cut to 6), for the secret `12345678901234567890`.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new_stack(*b"12345678901234567890").to_base32();
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let step = matching_step(&secret, Ms(at * 1000), code).expect("checked");
            assert_eq!(step, Some(at / 30), "{code}");
        }
    }

    #[test]
    fn one_step_early_or_late_is_right_and_two_are_not() {
        let secret = Secret::new_stack(*b"12345678901234567890").to_base32();
        for (off, right) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let step = matching_step(&secret, Ms((1_234_567_890 + off) * 1000), "005 924").expect("checked");
            assert_eq!(step.is_some(), right, "{off} s");
        }
    }
}
