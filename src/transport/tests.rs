//! Tests of internals: the bytes of a token's header, and calls that the specification no longer protects.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use harmont_auth_test_server::TestServer;
use secrecy::zeroize::Zeroize;

use super::*;
use crate::Client;

/// Bytes that count how often they are wiped.
struct Counting {
    bytes: Zeroizing<Vec<u8>>,
    wiped: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Counting {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.bytes.zeroize();
        self.wiped.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn t13_the_bytes_of_the_header_are_not_copied_and_wiped_after_the_call() {
    let server = TestServer::start().await.unwrap();
    let wiped = Arc::new(AtomicUsize::new(0));
    let bytes = Zeroizing::new(format!("Bearer {}", server.session_token()).into_bytes());
    let address = bytes.as_ptr();
    let header = header(Counting { bytes, wiped: Arc::clone(&wiped) });
    assert_eq!(header.as_bytes().as_ptr(), address, "the header has a copy");
    assert!(header.is_sensitive());

    let client = Client::builder().base_url(server.url()).build().unwrap();
    let api = client.api(&Operation::CLI_CLAIM, None, None).unwrap();
    let operation = Operation::CLI_CODE;
    let url = api.inner.url(format_args!("{}", operation.path));
    let mut request = reqwest::Request::new(operation.method.parse().unwrap(), url);
    request.headers_mut().insert(AUTHORIZATION, header.clone());
    let response = api.client.execute(request).await.unwrap();
    assert_eq!(response.status().as_u16(), operation.success);
    assert_eq!(wiped.load(Ordering::Relaxed), 0);
    drop(header);
    assert_eq!(wiped.load(Ordering::Relaxed), 1, "something keeps the header of a call that is over");
}

#[test]
fn t13_the_header_of_a_token_is_made_of_bytes_that_are_wiped() {
    // The test above shows that the header holds no copy. Wiping is the purpose of `Zeroizing`.
    let header = bearer(&"a-token".parse().unwrap());
    assert_eq!(header, "Bearer a-token");
    assert!(header.is_sensitive());
}

#[tokio::test]
async fn t11_a_token_for_an_operation_that_takes_none_is_an_error_and_nothing_is_sent() {
    let server = TestServer::start().await.unwrap();
    let client = Client::builder().base_url(server.url()).build().unwrap();
    // Like `logout` if its specification lost its security: a session calls an operation that takes no token.
    let token = server.session_token().parse().unwrap();
    let error = client.api(&Operation::CLI_CLAIM, Some(&token), None).unwrap_err();
    assert!(error.to_string().starts_with("Nothing was sent: cliClaim takes no token"), "{error}");
    let error = client.api(&Operation::LOGOUT, None, None).unwrap_err();
    assert!(error.to_string().starts_with("Nothing was sent: logout needs a token"), "{error}");
    assert!(!error.is_unauthorized() && !error.is_outcome_unknown() && !error.is_transient(), "{error}");
    assert!(server.requests().is_empty());
}
