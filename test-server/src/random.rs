//! Random tokens and paste codes.

/// Returns random characters of the alphabet of paste codes. Tokens use it, too.
pub(crate) fn random(length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = vec![0; length];
    // A machine without random bytes runs no tests either.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// Returns a random session token.
pub(crate) fn token() -> String {
    random(32)
}

/// Returns a random paste code.
pub(crate) fn paste_code() -> String {
    random(16)
}
