//! Randomness is drawn here, at the edge, and handed to verbs as arguments.

use base::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` random bytes of the operating system.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge draws what verbs take as arguments"
)]
pub fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the operating system gives no random numbers");
        Problem::internal()
    })?;
    Ok(bytes)
}

/// A secret of 32 random bytes, as 43 characters fit for cookies, headers and addresses.
pub fn secret() -> Result<String, Problem> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// The secret of an API token.
pub fn token() -> Result<String, Problem> {
    Ok(format!("xr_{}", secret()?))
}

/// The public key of a shop: 16 characters.
pub fn shop_key() -> Result<String, Problem> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<12>()?))
}

/// A code somebody may have to type: 12 characters of an alphabet without look-alikes, in groups.
pub fn spoken() -> Result<String, Problem> {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let code: Vec<u8> = bytes::<12>()?
        .iter()
        .map(|byte| ALPHABET[usize::from(byte % 32)])
        .collect();
    let groups: Vec<String> = code
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    Ok(groups.join("-"))
}
