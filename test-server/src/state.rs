//! What the server knows: sessions, parked tokens and codes. Pure: time and random values come from outside.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How long a parked token can be claimed.
pub const NONCE_LIFETIME: Duration = Duration::from_secs(60);
/// How long a paste code can be redeemed.
pub const CODE_LIFETIME: Duration = Duration::from_secs(300);

/// The sessions of the one user of this server, and the tokens on their way to a tool.
#[derive(Debug)]
pub struct State {
    sessions: HashSet<String>,
    /// Parked tokens by nonce.
    pub parked: SingleUseStore,
    /// Parked tokens by paste code.
    pub codes: SingleUseStore,
    /// What was given away: keys and tokens.
    pub handed_over: Vec<(String, String)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            sessions: HashSet::new(),
            parked: SingleUseStore::new(NONCE_LIFETIME),
            codes: SingleUseStore::new(CODE_LIFETIME),
            handed_over: Vec::new(),
        }
    }
}

impl State {
    /// Signs a token in.
    pub fn sign_in(&mut self, token: &str) {
        self.sessions.insert(token.to_owned());
    }

    /// Returns whether a token is signed in.
    pub fn is_signed_in(&self, token: &str) -> bool {
        self.sessions.contains(token)
    }

    /// Revokes a token.
    pub fn revoke(&mut self, token: &str) {
        self.sessions.remove(token);
    }
}

/// Tokens put away under a key, each to be taken once and in time.
#[derive(Debug)]
pub struct SingleUseStore {
    lifetime: Duration,
    tokens: HashMap<String, (String, Instant)>,
}

impl SingleUseStore {
    fn new(lifetime: Duration) -> Self {
        Self { lifetime, tokens: HashMap::new() }
    }

    /// Puts a token away; what was there under the key is gone.
    pub fn insert(&mut self, key: &str, token: String, now: Instant) {
        self.tokens.insert(key.to_owned(), (token, now));
    }

    /// Takes the token, which is gone then, also when it has expired. At exactly the lifetime it is still good.
    pub fn take(&mut self, key: &str, now: Instant) -> Option<String> {
        let (token, inserted) = self.tokens.remove(key)?;
        (now.saturating_duration_since(inserted) <= self.lifetime).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parked() -> (State, Instant) {
        let (mut state, now) = (State::default(), Instant::now());
        state.parked.insert("nonce", "token".to_owned(), now);
        (state, now)
    }

    #[test]
    fn a_parked_token_is_claimed_once() {
        let (mut state, now) = parked();
        assert_eq!(state.parked.take("nonce", now).as_deref(), Some("token"));
        assert_eq!(state.parked.take("nonce", now), None);
    }

    #[test]
    fn a_parked_token_lives_exactly_60_seconds() {
        let (mut state, now) = parked();
        assert!(state.parked.take("nonce", now + Duration::from_secs(60)).is_some());
        let (mut state, now) = parked();
        assert!(state.parked.take("nonce", now + Duration::from_nanos(60_000_000_001)).is_none());
    }

    #[test]
    fn a_code_lives_exactly_300_seconds() {
        for (age, alive) in [(Duration::from_secs(300), true), (Duration::from_nanos(300_000_000_001), false)]
        {
            let (mut state, now) = (State::default(), Instant::now());
            state.codes.insert("CODE", "token".to_owned(), now);
            assert_eq!(state.codes.take("CODE", now + age).is_some(), alive, "{age:?}");
        }
    }

    #[test]
    fn an_expired_token_is_consumed_by_the_attempt() {
        let (mut state, now) = parked();
        assert_eq!(state.parked.take("nonce", now + Duration::from_secs(61)), None);
        assert_eq!(state.parked.take("nonce", now), None);
    }

    #[test]
    fn a_revoked_token_is_signed_out() {
        let mut state = State::default();
        state.sign_in("token");
        assert!(state.is_signed_in("token"));
        state.revoke("token");
        assert!(!state.is_signed_in("token"));
    }
}
