//! The server's state: sessions, parked tokens and paste codes. It does no I/O; time and random values are arguments.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How long a parked token can be claimed.
const NONCE_LIFETIME: Duration = Duration::from_secs(60);
/// How long a paste code can be redeemed.
const CODE_LIFETIME: Duration = Duration::from_secs(300);

/// The sessions of the server's one user, and the tokens on their way to a tool.
#[derive(Debug)]
pub(crate) struct State {
    sessions: HashSet<String>,
    /// Parked tokens by nonce.
    parked: SingleUseStore,
    /// Parked tokens by paste code.
    codes: SingleUseStore,
    handed_over: Vec<(String, String)>,
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
    pub(crate) fn sign_in(&mut self, token: &str) {
        self.sessions.insert(token.to_owned());
    }

    /// Returns whether a token is signed in.
    pub(crate) fn is_signed_in(&self, token: &str) -> bool {
        self.sessions.contains(token)
    }

    /// Revokes a token.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.sessions.remove(token);
    }

    /// Parks a token under a nonce. It replaces a token parked there before.
    pub(crate) fn park(&mut self, nonce: &str, token: String, now: Instant) {
        self.parked.insert(nonce, token, now);
    }

    /// Parks a token under a paste code.
    pub(crate) fn mint(&mut self, code: &str, token: String, now: Instant) {
        self.codes.insert(code, token, now);
    }

    /// Takes the token parked under a nonce and signs it in.
    pub(crate) fn claim(&mut self, nonce: &str, now: Instant) -> Option<String> {
        let token = self.parked.take(nonce, now)?;
        Some(self.hand_over(nonce, token))
    }

    /// Takes the token parked under a paste code and signs it in.
    pub(crate) fn redeem(&mut self, code: &str, now: Instant) -> Option<String> {
        let token = self.codes.take(code, now)?;
        Some(self.hand_over(code, token))
    }

    /// Returns every claimed or redeemed token with its nonce or code, the oldest first.
    pub(crate) fn handed_over(&self) -> &[(String, String)] {
        &self.handed_over
    }

    fn hand_over(&mut self, key: &str, token: String) -> String {
        self.sign_in(&token);
        self.handed_over.push((key.to_owned(), token.clone()));
        token
    }
}

/// Tokens under a key, each to be taken once and in time.
#[derive(Debug)]
struct SingleUseStore {
    lifetime: Duration,
    tokens: HashMap<String, (String, Instant)>,
}

impl SingleUseStore {
    fn new(lifetime: Duration) -> Self {
        Self { lifetime, tokens: HashMap::new() }
    }

    fn insert(&mut self, key: &str, token: String, now: Instant) {
        self.tokens.insert(key.to_owned(), (token, now));
    }

    /// Removes and returns a token. An expired one is removed, too. A token as old as the lifetime is still valid.
    fn take(&mut self, key: &str, now: Instant) -> Option<String> {
        let (token, inserted) = self.tokens.remove(key)?;
        (now.saturating_duration_since(inserted) <= self.lifetime).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parked() -> (State, Instant) {
        let (mut state, now) = (State::default(), Instant::now());
        state.park("nonce", "token".to_owned(), now);
        (state, now)
    }

    #[test]
    fn a_parked_token_is_claimed_once_and_signed_in() {
        let (mut state, now) = parked();
        assert!(!state.is_signed_in("token"));
        assert_eq!(state.claim("nonce", now).as_deref(), Some("token"));
        assert!(state.is_signed_in("token"));
        assert_eq!(state.claim("nonce", now), None);
        assert_eq!(state.handed_over(), [("nonce".to_owned(), "token".to_owned())]);
    }

    #[test]
    fn a_parked_token_lives_exactly_60_seconds() {
        let (mut state, now) = parked();
        assert!(state.claim("nonce", now + Duration::from_secs(60)).is_some());
        let (mut state, now) = parked();
        assert!(state.claim("nonce", now + Duration::from_nanos(60_000_000_001)).is_none());
    }

    #[test]
    fn a_code_lives_exactly_300_seconds() {
        for (age, is_valid) in
            [(Duration::from_secs(300), true), (Duration::from_nanos(300_000_000_001), false)]
        {
            let (mut state, now) = (State::default(), Instant::now());
            state.mint("CODE", "token".to_owned(), now);
            assert_eq!(state.redeem("CODE", now + age).is_some(), is_valid, "{age:?}");
        }
    }

    #[test]
    fn an_expired_token_is_consumed_by_the_attempt() {
        let (mut state, now) = parked();
        assert_eq!(state.claim("nonce", now + Duration::from_secs(61)), None);
        assert_eq!(state.claim("nonce", now), None);
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
