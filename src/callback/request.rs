//! Classifies requests to the loopback listener.

use http::header::{self, HeaderMap};
use http::{Method, Request};
use subtle::ConstantTimeEq;

use super::MAX_HEAD;
use crate::secret::Nonce;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// The callback of this login's sign-in page.
    Callback,
    /// A callback with the right state under another host name or port: a forwarded port, or DNS rebinding.
    Forwarded,
    /// Any other request under another host name or port, such as by DNS rebinding.
    InvalidHost,
    /// A callback without this login's state. This login's page did not send it.
    WrongState,
    /// A request for another path, such as an icon.
    NotFound,
    WrongMethod,
    /// The browser prefetches a page that the user may never open.
    Prefetch,
    /// The head is larger than `MAX_HEAD`, such as by the cookies of other ports.
    TooLarge,
}

impl RequestKind {
    pub(super) fn classify<B>(request: &Request<B>, port: u16, state: &Nonce) -> Self {
        let kind = if head_size(request) > MAX_HEAD {
            Self::TooLarge
        } else if request.uri().path() != "/callback" {
            Self::NotFound
        } else if request.method() != Method::GET {
            Self::WrongMethod
        } else if is_prefetch(request.headers()) {
            Self::Prefetch
        } else if is_our_state(request.uri().query().unwrap_or_default(), state) {
            Self::Callback
        } else {
            Self::WrongState
        };
        match kind {
            _ if is_our_host(request.headers(), port) => kind,
            Self::Callback => Self::Forwarded,
            _ => Self::InvalidHost,
        }
    }
}

/// Returns the size of the variable parts of a request's head.
fn head_size<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    headers.sum::<usize>() + request.uri().path_and_query().map_or(0, |target| target.as_str().len())
}

fn is_our_host(headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|name| host.eq_ignore_ascii_case(&format!("{name}:{port}"))),
        _ => false,
    }
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| value.as_bytes().starts_with(b"prefetch")))
}

fn is_our_state(query: &str, state: &Nonce) -> bool {
    let mut states = query.split('&').filter_map(|pair| pair.strip_prefix("state="));
    match (states.next(), states.next()) {
        (Some(given), None) => given.as_bytes().ct_eq(state.expose_secret().as_bytes()).into(),
        _ => false,
    }
}
