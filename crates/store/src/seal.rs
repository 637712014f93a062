//! The secrets of a backup, sealed under a passphrase: argon2id makes the key, ChaCha20-Poly1305 seals
//! pieces that can be neither changed, reordered nor cut off at the end unnoticed.

use argon2::{Algorithm, Argon2, Params, Version};
use base::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use serde::{Deserialize, Serialize};

/// Characters of a passphrase at least.
const PASSPHRASE_MIN: usize = 10;

/// How the key was made of the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRecipe {
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

impl KeyRecipe {
    /// A recipe with fresh salt, so that no two backups share a key.
    #[expect(
        clippy::disallowed_methods,
        reason = "the store draws its own names and salts"
    )]
    pub(crate) fn fresh() -> Result<KeyRecipe, Problem> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| Problem::internal())?;
        let salt = BASE64.encode(salt);
        Ok(KeyRecipe {
            kdf: "argon2id".into(),
            memory_kib: 64 << 10,
            passes: 3,
            lanes: 1,
            salt,
        })
    }

    /// Takes a moment and 64 MB. A recipe from an archive is not let eat the machine.
    pub(crate) fn seal(&self, passphrase: &str) -> Result<Seal, Problem> {
        let bad = || Problem::new(422, "backup_bad", "The archive's key recipe is not one of ours.");
        let salt = BASE64.decode(&self.salt).map_err(|_| bad())?;
        if self.kdf != "argon2id" || self.memory_kib > 1 << 20 || self.passes > 20 || self.lanes > 16 {
            return Err(bad());
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| bad())?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, &mut key)
            .map_err(|_| bad())?;
        Ok(Seal {
            cipher: ChaCha20Poly1305::new(&Key::from(key)),
        })
    }
}

/// Refuses what is guessed too easily.
pub(crate) fn check_passphrase(passphrase: &str) -> Result<(), Problem> {
    if passphrase.chars().count() < PASSPHRASE_MIN {
        let detail = format!("A passphrase has at least {PASSPHRASE_MIN} characters.");
        return Err(Problem::input("passphrase", "passphrase_short", detail).with("limit", PASSPHRASE_MIN));
    }
    Ok(())
}

pub(crate) struct Seal {
    cipher: ChaCha20Poly1305,
}

impl Seal {
    /// Seals piece `no` (from 0) of one archive; `last` ends it.
    pub(crate) fn close(&self, no: u32, last: bool, plain: &[u8]) -> Result<Vec<u8>, Problem> {
        let aad = aad(no, last);
        self.cipher
            .encrypt(
                &nonce(no),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| Problem::internal())
    }

    /// Opens piece `no`; `passphrase_wrong` when it is not what was sealed so.
    pub(crate) fn open(&self, no: u32, last: bool, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
        let aad = aad(no, last);
        self.cipher
            .decrypt(
                &nonce(no),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map_err(|_| {
                let detail =
                    "The passphrase does not open the secrets of this archive, or they were changed.";
                Problem::input("passphrase", "passphrase_wrong", detail)
            })
    }
}

/// The key belongs to one archive, so the number of the piece is enough.
fn nonce(no: u32) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&no.to_le_bytes());
    Nonce::from(bytes)
}

fn aad(no: u32, last: bool) -> Vec<u8> {
    format!("xiaoer-backup secrets {no} {last}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_pieces_open_only_whole_in_place_and_with_the_passphrase() {
        let recipe = KeyRecipe {
            memory_kib: 64,
            passes: 1,
            ..KeyRecipe::fresh().expect("salt")
        };
        let seal = recipe.seal("opensesame!").expect("a seal");
        let sealed = seal.close(1, false, b"secret").expect("sealed");
        assert_eq!(seal.open(1, false, &sealed).as_deref(), Ok(&b"secret"[..]));
        assert!(seal.open(0, false, &sealed).is_err(), "moved");
        assert!(seal.open(1, true, &sealed).is_err(), "made the last");
        let mut flipped = sealed.clone();
        flipped[3] ^= 1;
        assert!(seal.open(1, false, &flipped).is_err(), "changed");
        let other = recipe
            .seal("opensesame?")
            .expect("a seal")
            .open(1, false, &sealed);
        assert_eq!(
            other.map_err(|p| p.code.to_string()),
            Err("passphrase_wrong".into())
        );
    }

    #[test]
    fn a_hostile_recipe_is_refused() {
        let recipe = KeyRecipe {
            memory_kib: u32::MAX,
            ..KeyRecipe::fresh().expect("salt")
        };
        assert!(recipe.seal("opensesame!").is_err());
        assert!(check_passphrase("short").is_err());
    }
}
