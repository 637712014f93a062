use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base::Problem;

/// An argon2id hash. Making and checking one takes tens of milliseconds: never inside a transaction.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub(crate) String);

/// That somebody knew the password behind a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof(pub(crate) String);

/// Has the cost of a real hash and matches nothing that can be typed: an unknown login takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$eGlhb2VyLW5vYm9keS0wMQ$M1zXvgtRyvtNDGIZ8oXa1vCkyEzY0Gg3tQqSY5kRzJc";

/// The shortest and longest password, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

impl PasswordHash {
    /// Hashes a password with a random salt drawn by the caller.
    pub fn new(password: &str, salt: &[u8; 16]) -> Result<PasswordHash, Problem> {
        let hash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), salt)
            .map_err(|error| {
                tracing::error!(%error, "a password could not be hashed");
                Problem::internal()
            })?;
        Ok(PasswordHash(hash.to_string()))
    }

    /// The hash of nobody.
    pub(crate) fn nobody() -> PasswordHash {
        PasswordHash(NOBODY.to_owned())
    }

    /// Checks a password.
    pub fn prove(&self, password: &str) -> Option<Proof> {
        let hash = Phc::new(&self.0).ok()?;
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .ok()?;
        Some(Proof(self.0.clone()))
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(***)")
    }
}

/// Refuses a password that is too short or long, or contains the login.
pub fn check_password(field: &'static str, login: &str, password: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if !LENGTH.contains(&length) {
        let detail = "A password has 10 to 200 characters.";
        return Err(Problem::input(field, "password_length", detail)
            .with("min", *LENGTH.start())
            .with("max", *LENGTH.end()));
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if password.to_lowercase().contains(&login.to_lowercase()) || distinct.len() < 4 {
        return Err(Problem::input(
            field,
            "password_weak",
            "A password is not the login and has more than three different characters.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_proves_itself_and_nothing_else_does() {
        let hash = PasswordHash::new("correct horse", b"0123456789abcdef").expect("hashed");
        assert!(hash.prove("correct horse").is_some());
        assert!(hash.prove("correct horsf").is_none());
        assert!(hash.0.starts_with("$argon2id$"), "{}", hash.0);
        assert_eq!(format!("{hash:?}"), "PasswordHash(***)");
    }

    #[test]
    fn nobody_costs_what_a_person_costs_and_lets_no_one_in() {
        let parts = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        let real = PasswordHash::new("correct horse", b"0123456789abcdef").expect("hashed");
        assert_eq!(parts(NOBODY), parts(&real.0));
        assert!(Phc::new(NOBODY).is_ok());
        assert!(PasswordHash::nobody().prove("").is_none());
    }

    #[test]
    fn short_plain_and_login_passwords_are_refused() {
        for (password, code) in [
            ("short", "password_length"),
            ("xiaoman-2026", "password_weak"),
            ("aaaaaaaaaaaa", "password_weak"),
        ] {
            let problem = check_password("password", "xiaoman", password).expect_err("refused");
            assert_eq!(problem.code, code);
        }
        assert_eq!(
            check_password("password", "xiaoman", "青柠-今天-很好喝-呀"),
            Ok(())
        );
    }
}
