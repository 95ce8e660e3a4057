//! A login while the server or the network fails.

use std::ops::RangeInclusive;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{Setup, Waiting, passing_time, setup, setup_with};
use harmont_auth::clock::Clock;
use harmont_auth_test_server::Fault;

/// Fails three polls in the same way before the approval. `pauses` are the bounds of the pauses that follow, in
/// milliseconds.
async fn assert_survived(fault: impl FnOnce(&Setup) -> Fault, pauses: [RangeInclusive<u128>; 3]) {
    assert_survived_by(setup().await, fault, pauses).await;
}

async fn assert_survived_by(
    setup: Setup,
    fault: impl FnOnce(&Setup) -> Fault,
    pauses: [RangeInclusive<u128>; 3],
) {
    let fault = fault(&setup);
    for _ in 0..3 {
        setup.server.fail_next("cliClaim", fault.clone());
    }
    let waiting = Waiting::start_with(setup, |_| {}).await;
    for (calls, expected) in (1..).zip(pauses) {
        waiting.setup.server.called("cliClaim", calls).await;
        let pause = waiting.setup.clock.tick().await.as_millis();
        assert!(expected.contains(&pause), "{pause} ms after fault {calls}, not {expected:?}: {fault:?}");
    }
    waiting.setup.server.called("cliClaim", 4).await;
    waiting.approve().await;
    let interval = waiting.setup.clock.tick().await.as_millis();
    assert!((2000..=2500).contains(&interval), "back to the usual pace: {interval} ms");
    waiting.assert_signed_in().await;
}

/// The pauses after an error without `Retry-After`: 4, 8 and 8 seconds, and up to a quarter more.
fn backoff() -> [RangeInclusive<u128>; 3] {
    [4000..=5000, 8000..=10_000, 8000..=10_000]
}

/// The pauses after an error with `Retry-After`, if that is longer.
fn requested(least: u128, most: u128) -> [RangeInclusive<u128>; 3] {
    backoff().map(|usual| least.max(*usual.start())..=most.max(*usual.end()))
}

macro_rules! survived {
    ($($name:ident: $fault:expr => $pauses:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            assert_survived($fault, $pauses).await;
        }
    )*};
}

survived! {
    c5_500: |_| Fault::reply(500) => backoff();
    c5_502_in_html: |_| Fault::reply(502).body("<h1>Bad gateway</h1>") => backoff();
    c5_408: |_| Fault::reply(408) => backoff();
    c5_429_without_retry_after: |_| Fault::reply(429) => backoff();
    c5_429_for_seconds: |_| Fault::reply(429).header("retry-after", "12") => requested(12_000, 15_000);
    c5_429_until_a_date: |setup| {
        Fault::reply(429).header("retry-after", &httpdate::fmt_http_date(setup.clock.wall() + Duration::from_secs(12)))
    } => [11_000..=15_000, 8000..=10_000, 8000..=10_000];
    c5_429_until_a_date_in_the_past: |_| {
        Fault::reply(429).header("retry-after", &httpdate::fmt_http_date(UNIX_EPOCH))
    } => backoff();
    c5_429_for_an_absurd_time: |_| Fault::reply(429).header("retry-after", "99999999999999999999") => backoff();
    c5_429_for_a_year: |_| Fault::reply(429).header("retry-after", "31536000") => requested(30_000, 37_500);
    c5_429_for_0_seconds: |_| Fault::reply(429).header("retry-after", "0") => backoff();
    c5_429_for_a_while: |_| Fault::reply(429).header("retry-after", "a while") => backoff();
    c5_503_for_seconds: |_| Fault::reply(503).header("retry-after", "12") => requested(12_000, 15_000);
    c5_reset: |_| Fault::cut() => backoff();
    c5_body_cut_short: |_| Fault::reply(400).body("{\"error\":{}}").cut_at(5) => backoff();
    c5_504: |_| Fault::reply(504) => backoff();
}

#[tokio::test]
async fn c5_body_stalled() {
    // The timeout runs in real time, since it waits for a real socket.
    let setup = setup_with(|builder| builder.attempt_timeout(Duration::from_secs(1))).await;
    let fault = |_: &Setup| Fault::reply(400).body("{\"error\":{}}").stall_at(5);
    assert_survived_by(setup, fault, backoff()).await;
}

#[tokio::test]
async fn c5_pauses_have_jitter() {
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let waiting = Waiting::start().await;
        pauses.push(waiting.setup.clock.tick().await);
    }
    assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c5_after_the_callback_a_retry_after_is_limited_to_8_seconds() {
    use std::sync::{Arc, Mutex};

    let pauses = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&pauses);
    let waiting = Waiting::start_with(setup().await, |login| {
        login.on_event(move |event| {
            if let harmont_auth::LoginEvent::Retrying { after, .. } = event {
                record.lock().unwrap().push(after);
            }
        });
    })
    .await;
    waiting.setup.server.fail_next("cliClaim", Fault::reply(429).header("retry-after", "25"));
    let location = waiting.approve().await;
    let browser = tokio::spawn(async move { harmont_auth_test_server::visit("GET", &location).await });
    waiting.setup.server.called("cliClaim", 2).await;
    let clock = waiting.setup.clock.clone();
    passing_time(&clock, waiting.assert_signed_in()).await;
    let pauses = pauses.lock().unwrap().clone();
    assert_eq!(pauses.len(), 1);
    assert!(pauses[0] >= Duration::from_secs(8) && pauses[0] <= Duration::from_secs(10), "{pauses:?}");
    browser.await.unwrap().unwrap();
}

#[tokio::test]
async fn c5_a_pause_ends_with_the_login() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(10))).await;
    setup.server.fail_next("cliClaim", Fault::reply(429).header("retry-after", "25"));
    let waiting = Waiting::start_with(setup, |_| {}).await;
    waiting.approve().await;
    assert_eq!(waiting.setup.clock.tick().await, Duration::from_secs(10));
    // The last poll happens at the deadline.
    waiting.assert_signed_in().await;
}

/// Returns the timeout of a login whose first polls failed.
async fn error_after(faults: usize, comes_back: bool) -> String {
    let setup = setup().await;
    for _ in 0..faults {
        setup.server.fail_next(
            "cliClaim",
            Fault::reply(503).header("retry-after", "1").header("x-request-id", "req_last"),
        );
    }
    let waiting = Waiting::start_with(setup, |_| {}).await;
    let callback = waiting.callback();
    let browser = comes_back.then(|| {
        tokio::spawn(async move { harmont_auth_test_server::visit("GET", &callback).await.unwrap() })
    });
    if comes_back {
        waiting.setup.server.called("cliClaim", 2).await;
    }
    let error = waiting.error().await.to_string();
    if let Some(browser) = browser {
        browser.await.unwrap();
    }
    error
}

const LAST: &str = " had an error (status 503, request req_last, retry after 1 s)). Run the command again.";

#[tokio::test]
async fn c5_the_timeout_names_the_current_error_and_only_what_is_known() {
    assert_eq!(
        error_after(1, false).await,
        "Sign-in timed out: it wasn't approved within 5 minutes. Run the command again."
    );
    let error = error_after(100, false).await;
    assert!(
        error.starts_with(
            "Sign-in timed out, and the last attempts to contact the server failed (last error: 127.0.0.1:"
        ),
        "{error}"
    );
    assert!(error.ends_with(LAST), "{error}");
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c5_the_timeout_after_a_callback_names_only_what_is_known() {
    assert!(
        error_after(1, true).await.starts_with("You approved, but the token had expired or someone else")
    );
    let error = error_after(100, true).await;
    let expected = "You approved, but the session couldn't be fetched in time (last error: 127.0.0.1:";
    assert!(error.starts_with(expected) && error.ends_with(LAST), "{error}");
}

/// Ends the login with a final error.
async fn assert_terminal(status: u16) {
    let setup = setup().await;
    let body = r#"{"error":{"type":"invalid_request","code":"account_locked","message":"Locked."}}"#;
    setup.server.fail_next("cliClaim", Fault::reply(status).body(body).header("x-request-id", "req_end"));
    let mut login = setup.client.login().await.unwrap();
    let error = login.wait().await.unwrap_err();
    assert_eq!(error.status().unwrap(), status);
    assert_eq!((error.code(), error.request_id()), (Some("account_locked"), Some("req_end")));
    assert!(!error.is_timeout());
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[tokio::test]
async fn c6_401_ends_the_login() {
    assert_terminal(401).await;
}

#[tokio::test]
async fn c6_403_ends_the_login() {
    assert_terminal(403).await;
}

#[tokio::test]
async fn c6_404_ends_the_login() {
    assert_terminal(404).await;
}

#[tokio::test]
async fn c6_another_400_ends_the_login() {
    assert_terminal(400).await;
}

#[tokio::test]
async fn c5_the_timeout_has_the_last_error_as_its_source() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    drop(server);
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("(connection refused)"), "{source}");
    assert!(source.source().is_some());
}
