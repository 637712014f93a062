//! A shop vouches for who its visitor is by signing with its secret.

use base::{Ms, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// An identity as it came, not believed yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Signed {
    /// A JWT (HS256).
    Jwt {
        /// Header, claims and signature.
        jwt: String,
    },
    /// A plain HMAC.
    Plain {
        /// The shop's own customer id.
        sub: String,
        /// What they are called.
        #[serde(default)]
        name: String,
        /// When it was signed, ms.
        at: i64,
        /// Hex HMAC-SHA256 of `sub "\n" name "\n" at`.
        mac: String,
    },
}

/// An identity the shop vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The shop's own customer id.
    pub sub: String,
    /// What they are called, if said.
    pub name: Option<String>,
}

/// How long a signature is good, and how far a clock may be ahead.
const GOOD_MS: i64 = 86_400_000;
const AHEAD_MS: i64 = 300_000;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    name: Option<String>,
    exp: i64,
    /// Not good before, in seconds.
    #[serde(default)]
    nbf: Option<i64>,
}

/// Checks the signature against the shop's secret. Anything wrong is `identity_invalid`; it is never
/// taken as anonymous in silence.
pub fn verify(now: Ms, secret: &str, signed: &Signed) -> Result<Vouched, Problem> {
    let invalid = |why: &'static str| Problem::new(403, "identity_invalid", why);
    match signed {
        Signed::Plain { sub, name, at, mac } => {
            let given = unhex(mac).ok_or_else(|| invalid("mac is not hex."))?;
            // Before the signature: with line breaks two identities would share one.
            check_line(sub, Some(name)).map_err(invalid)?;
            let own = sign(secret, format!("{sub}\n{name}\n{at}").as_bytes());
            if !bool::from(own.as_slice().ct_eq(&given)) {
                return Err(invalid("The signature does not fit."));
            }
            if !(now.0 - GOOD_MS..=now.0 + AHEAD_MS).contains(at) {
                return Err(invalid("It was signed more than a day ago, or in the future."));
            }
            named(sub, Some(name)).ok_or_else(|| invalid("sub is empty."))
        }
        Signed::Jwt { jwt } => {
            let mut parts = jwt.split('.');
            let (Some(head), Some(body), Some(mac), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(invalid("This is not a JWT."));
            };
            let given = URL_SAFE_NO_PAD
                .decode(mac)
                .map_err(|_| invalid("The signature is not base64url."))?;
            let own = sign(secret, format!("{head}.{body}").as_bytes());
            if !bool::from(own.as_slice().ct_eq(&given)) {
                return Err(invalid("The signature does not fit."));
            }
            let header: Header = part(head).ok_or_else(|| invalid("The header cannot be read."))?;
            if header.alg != "HS256" {
                return Err(invalid("Only HS256."));
            }
            let claims: Claims = part(body).ok_or_else(|| invalid("The claims need sub and exp."))?;
            check_line(&claims.sub, claims.name.as_ref()).map_err(invalid)?;
            let left = claims.exp.saturating_mul(1_000).saturating_sub(now.0);
            if left <= 0 || left > GOOD_MS + AHEAD_MS {
                return Err(invalid("It has expired, or is good for more than a day."));
            }
            let begins = claims.nbf.map(|nbf| nbf.saturating_mul(1_000));
            if begins.is_some_and(|begins| begins > now.0 + AHEAD_MS) {
                return Err(invalid("It is not good yet."));
            }
            named(&claims.sub, claims.name.as_ref()).ok_or_else(|| invalid("sub is empty."))
        }
    }
}

fn check_line(sub: &str, name: Option<&String>) -> Result<(), &'static str> {
    let broken = |text: &str| text.chars().any(char::is_control);
    if broken(sub) {
        return Err("sub has a line break or another control character.");
    }
    if name.is_some_and(|name| broken(name)) {
        return Err("name has a line break or another control character.");
    }
    Ok(())
}

fn named(sub: &str, name: Option<&String>) -> Option<Vouched> {
    let sub = sub.trim();
    let name = name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    (!sub.is_empty()).then(|| Vouched {
        sub: sub.to_owned(),
        name,
    })
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn sign(secret: &str, text: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ms = Ms(1_800_000_000_000);

    fn plain(secret: &str, sub: &str, at: i64) -> Signed {
        called(secret, sub, "青柠", at)
    }

    fn called(secret: &str, sub: &str, name: &str, at: i64) -> Signed {
        let mac = sign(secret, format!("{sub}\n{name}\n{at}").as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Signed::Plain {
            sub: sub.into(),
            name: name.into(),
            at,
            mac,
        }
    }

    fn jwt(secret: &str, header: &str, claims: &str) -> Signed {
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let mac = URL_SAFE_NO_PAD.encode(sign(secret, text.as_bytes()));
        Signed::Jwt {
            jwt: format!("{text}.{mac}"),
        }
    }

    fn code(result: Result<Vouched, Problem>) -> String {
        result.map_or_else(|p| p.code.to_string(), |v| v.sub)
    }

    #[test]
    fn a_good_signature_names_the_customer() {
        assert_eq!(code(verify(NOW, "s", &plain("s", "u1", NOW.0))), "u1");
        let exp = NOW.0 / 1_000 + 60;
        let good = jwt(
            "s",
            r#"{"alg":"HS256"}"#,
            &format!(r#"{{"sub":"u1","exp":{exp}}}"#),
        );
        assert_eq!(code(verify(NOW, "s", &good)), "u1");
    }

    #[test]
    fn a_forged_old_or_unsigned_identity_is_refused() {
        assert_eq!(
            code(verify(NOW, "other", &plain("s", "u1", NOW.0))),
            "identity_invalid"
        );
        assert_eq!(
            code(verify(NOW, "s", &plain("s", "u1", NOW.0 - GOOD_MS - 1))),
            "identity_invalid"
        );
        assert_eq!(
            code(verify(NOW, "s", &plain("s", " ", NOW.0))),
            "identity_invalid"
        );
        let exp = NOW.0 / 1_000 + 60;
        for (header, claims) in [
            (r#"{"alg":"none"}"#, format!(r#"{{"sub":"u1","exp":{exp}}}"#)),
            (r#"{"alg":"HS256"}"#, r#"{"sub":"u1","exp":1}"#.to_owned()),
            (
                r#"{"alg":"HS256"}"#,
                format!(r#"{{"sub":"u1","exp":{}}}"#, exp + 1_000_000),
            ),
        ] {
            assert_eq!(
                code(verify(NOW, "s", &jwt("s", header, &claims))),
                "identity_invalid"
            );
        }
    }
    #[test]
    fn a_time_beyond_all_clocks_is_refused() {
        for at in [i64::MIN, i64::MIN + NOW.0, i64::MAX, NOW.0 + AHEAD_MS + 1] {
            let signed = plain("s", "u1", at);
            assert_eq!(code(verify(NOW, "s", &signed)), "identity_invalid", "{at}");
        }
        assert_eq!(code(verify(NOW, "s", &plain("s", "u1", NOW.0 + AHEAD_MS))), "u1");
        assert_eq!(code(verify(NOW, "s", &plain("s", "u1", NOW.0 - GOOD_MS))), "u1");
        for exp in [i64::MIN, i64::MAX] {
            let claims = format!(r#"{{"sub":"u1","exp":{exp}}}"#);
            let signed = jwt("s", r#"{"alg":"HS256"}"#, &claims);
            assert_eq!(code(verify(NOW, "s", &signed)), "identity_invalid", "{exp}");
        }
    }

    #[test]
    fn two_identities_never_share_one_signature() {
        let text = |one: &Signed| match one {
            Signed::Plain { mac, .. } => mac.clone(),
            Signed::Jwt { jwt } => jwt.clone(),
        };
        let (one, other) = (called("s", "a\nb", "c", NOW.0), called("s", "a", "b\nc", NOW.0));
        assert_eq!(text(&one), text(&other), "what is signed is the same");
        for signed in [one, other, called("s", "a", "b\u{7f}", NOW.0)] {
            assert_eq!(code(verify(NOW, "s", &signed)), "identity_invalid");
        }
        let exp = NOW.0 / 1_000 + 60;
        for who in [r#""sub":"a\nb""#, r#""sub":"a","name":"b\tc""#] {
            let signed = jwt("s", r#"{"alg":"HS256"}"#, &format!(r#"{{{who},"exp":{exp}}}"#));
            assert_eq!(code(verify(NOW, "s", &signed)), "identity_invalid", "{who}");
        }
    }

    #[test]
    fn a_token_that_is_not_good_yet_is_refused() {
        let seconds = NOW.0 / 1_000;
        for (nbf, told) in [
            (seconds - 60, "u1"),
            (seconds + AHEAD_MS / 1_000, "u1"),
            (seconds + AHEAD_MS / 1_000 + 1, "identity_invalid"),
            (seconds + 3_000, "identity_invalid"),
            (i64::MAX, "identity_invalid"),
        ] {
            let claims = format!(r#"{{"sub":"u1","exp":{},"nbf":{nbf}}}"#, seconds + 3_600);
            let signed = jwt("s", r#"{"alg":"HS256"}"#, &claims);
            assert_eq!(code(verify(NOW, "s", &signed)), told, "{nbf}");
        }
    }
}
