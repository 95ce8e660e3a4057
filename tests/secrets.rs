//! No secret leaks through Debug, Display, an error, its sources, or a log.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "it/support.rs"]
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use harmont_auth::wire::OPERATIONS;
use harmont_auth::{Nonce, PasteCode, Session, SessionToken};
use harmont_auth_test_server::Fault;
use support::{CODE, NONCE, TOKEN, Waiting, call, full_text, parameter, passing_time, setup};
use tracing_subscriber::fmt::MakeWriter;

/// Everything logged by any library at any level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The planted secrets. A login's state cannot be planted, so the test reads it from the URL.
const PLANTED: [&str; 3] = [TOKEN, NONCE, CODE];

/// Faults that repeat secrets in every part of a response, or cut it off in the middle of one.
fn faults() -> Vec<Fault> {
    let all = PLANTED.join(" ");
    let mut faults = vec![Fault::cut(), Fault::reply(204), Fault::success().body(format!("\u{1b}]0;{all}"))];
    for status in [200, 400, 401, 403, 418, 429, 500, 503] {
        for planted in PLANTED.iter().copied().chain([all.as_str()]) {
            let envelope = format!(
                "{{\"error\":{{\"type\":\"{planted}\",\"code\":\"{planted}\",\"message\":\"\\u001b[31m{planted}\",\
                 \"doc_url\":\"https://docs.harmont.dev/{planted}\",\"request_id\":\"{planted}\"}}}}"
            );
            faults.push(Fault::reply(status).body(envelope.clone()).header("x-request-id", planted));
            faults.push(Fault::reply(status).body(envelope.clone()).cut_at(envelope.len() / 2));
            faults
                .push(Fault::reply(status).body(format!("{{\"token\": \"{planted}\", \"code\": {planted}")));
            faults.push(
                Fault::reply(status)
                    .body(format!("{{\"token\": [\"{planted}\"], \"code\": [\"{planted}\"]}}")),
            );
            faults.push(Fault::reply(status).header("location", &format!("https://{planted}.example")));
        }
    }
    faults
}

fn assert_clean(what: &str, text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{what}: {planted} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "{what}: a control character in {text}");
}

#[tokio::test]
async fn t5_no_error_and_no_log_holds_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false);
    // This also records events of the crate `log`.
    subscriber.with_writer(log.clone()).init();
    let mut errors = 0;
    for operation in OPERATIONS {
        for fault in faults() {
            let setup = setup().await;
            // For all attempts.
            for _ in 0..3 {
                setup.server.fail_next(operation.id, fault.clone());
            }
            if let Err(error) = setup.passing_time(call(&setup.client, operation.id)).await {
                assert_clean(&format!("{} {fault:?}", operation.id), &full_text(&error));
                errors += 1;
            }
        }
    }
    assert!(errors > 300, "only {errors} errors were seen");
    let waiting = Waiting::start().await;
    let of_the_login = ["state", "nonce"].map(|name| parameter(&waiting.url, name));
    let location = waiting.approve().await;
    // Without a listener, the next poll finds the token.
    let _ = harmont_auth_test_server::visit("GET", &location).await;
    passing_time(&waiting.setup.clock.clone(), waiting.assert_signed_in()).await;
    let log = log.text();
    for secret in of_the_login {
        assert!(!log.contains(&secret), "a login's state or nonce is in the log");
    }
    assert!(log.contains("operation=\"cliClaim\" attempt=1 status="), "the log is empty");
    assert!(log.contains("reqwest::connect"), "the log has nothing of the libraries");
    assert_clean("log", &log);
}

#[tokio::test]
async fn t5_a_login_shows_nonce_and_state_in_its_url_only() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let secrets: Vec<String> =
        login.url().split(['=', '&']).filter(|it| it.len() == 64).map(str::to_owned).collect();
    assert_eq!(secrets.len(), 2);
    setup
        .server
        .fail_next("cliClaim", Fault::reply(500).body(login.url()).header("x-request-id", &secrets[0]));
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    for secret in &secrets {
        assert!(!full_text(&error).contains(secret));
        assert!(!format!("{login:?}").contains(secret));
    }
}

#[test]
fn debug_is_redacted() {
    let session: Session = harmont_auth::Client::new().session(TOKEN.parse().unwrap());
    let (nonce, code): (Nonce, PasteCode) = (NONCE.parse().unwrap(), CODE.parse().unwrap());
    let claim = harmont_auth::Claim::Ready(session.clone());
    let wire = harmont_auth::wire::CliTokenResponse::new(TOKEN.into());
    assert_clean(
        "debug",
        &format!("{session:?} {nonce:?} {code:?} {:?} {claim:?} {wire:?}", session.token()),
    );
    assert!(!format!("{:?}", session.authorization()).contains(TOKEN));
}

#[test]
fn a_stored_token_may_end_in_a_newline() {
    let token: SessionToken = "abc.def-123_~+/=\r\n".parse().unwrap();
    assert_eq!(token.expose_secret(), "abc.def-123_~+/=");
}
