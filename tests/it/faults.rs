//! A login while the server or the network fails.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{Setup, Waiting, host, passing_time, setup, setup_with};
use harmont_auth::Login;
use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, TestServer};

/// Fails three times in the same way while nobody has approved yet. `pauses` are the bounds of those that follow, in
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

/// The pauses of a fault that asks for nothing: 4, 8 and 8 seconds, and up to a quarter more.
fn backoff() -> [RangeInclusive<u128>; 3] {
    [4000..=5000, 8000..=10_000, 8000..=10_000]
}

/// The pauses that a server asks for with every fault, where they are longer.
fn asked_for(least: u128, most: u128) -> [RangeInclusive<u128>; 3] {
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
    c5_429_for_seconds: |_| Fault::reply(429).header("retry-after", "12") => asked_for(12_000, 15_000);
    c5_429_until_a_date: |setup| {
        Fault::reply(429).header("retry-after", &httpdate::fmt_http_date(setup.clock.wall() + Duration::from_secs(12)))
    } => [11_000..=15_000, 8000..=10_000, 8000..=10_000];
    c5_429_until_a_date_in_the_past: |_| {
        Fault::reply(429).header("retry-after", &httpdate::fmt_http_date(UNIX_EPOCH))
    } => backoff();
    c5_429_for_an_absurd_time: |_| Fault::reply(429).header("retry-after", "99999999999999999999") => backoff();
    c5_429_for_a_year: |_| Fault::reply(429).header("retry-after", "31536000") => asked_for(30_000, 37_500);
    c5_429_for_0_seconds: |_| Fault::reply(429).header("retry-after", "0") => backoff();
    c5_429_for_a_while: |_| Fault::reply(429).header("retry-after", "a while") => backoff();
    c5_503_for_seconds: |_| Fault::reply(503).header("retry-after", "12") => asked_for(12_000, 15_000);
    c5_reset: |_| Fault::cut() => backoff();
    c5_body_cut_short: |_| Fault::reply(400).body("{\"error\":{}}").cut_at(5) => backoff();
    c5_504: |_| Fault::reply(504) => backoff();
}

#[tokio::test]
async fn c5_body_stalled() {
    // It is given up by the machine's own clock, since a real socket is waited for.
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
async fn c5_a_server_that_asks_for_more_after_the_callback_gets_8_seconds_at_most() {
    let pauses = Arc::new(std::sync::Mutex::new(Vec::new()));
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
    // The last question is asked when the time is over.
    waiting.assert_signed_in().await;
}

/// What a login says at its end whose first questions got no answer.
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
async fn c5_the_error_at_the_deadline_names_the_fault_that_goes_on_and_claims_what_is_known() {
    assert_eq!(
        error_after(1, false).await,
        "Sign-in timed out: it wasn't approved within 5 minutes. Run the command again."
    );
    let error = error_after(100, false).await;
    assert!(
        error.starts_with("Sign-in timed out because the server couldn't be reached (last error: 127.0.0.1:"),
        "{error}"
    );
    assert!(error.ends_with(LAST), "{error}");
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c5_the_error_after_a_callback_claims_what_is_known() {
    assert!(
        error_after(1, true).await.starts_with("You approved, but the token had expired or someone else")
    );
    let error = error_after(100, true).await;
    let expected =
        "You approved, but the server couldn't be asked for the session in time (last error: 127.0.0.1:";
    assert!(error.starts_with(expected) && error.ends_with(LAST), "{error}");
}

/// Ends the login with an answer that asking again cannot change.
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
async fn c8_a_token_whose_answer_was_lost_makes_the_error_at_the_deadline_say_so() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    setup.server.fail_next("cliClaim", Fault::cut().after_acting());
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert!(error.to_string().starts_with(LOST), "{error}");
    assert!(error.to_string().contains("(last error: The response of 127.0.0.1:"), "{error}");
}

const LOST: &str = "Sign-in timed out, and a response was lost that may have held the session";

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c8_a_lost_answer_accuses_nobody_of_taking_the_token() {
    assert_nobody_is_accused_after(Fault::cut().after_acting()).await;
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c13_a_gateway_that_fails_accuses_nobody_of_taking_the_token() {
    assert_nobody_is_accused_after(Fault::reply(502).after_acting()).await;
}

/// Lets the claim after the callback lose the token.
#[cfg(feature = "loopback")]
async fn assert_nobody_is_accused_after(fault: Fault) {
    let waiting = Waiting::start().await;
    waiting.setup.server.fail_next("cliClaim", fault);
    let callback = waiting.approve().await;
    let browser =
        tokio::spawn(async move { harmont_auth_test_server::visit("GET", &callback).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    let error = waiting.error().await;
    assert!(error.to_string().starts_with(LOST), "{error}");
    browser.await.unwrap();
}

#[tokio::test]
async fn c8_a_lost_answer_is_remembered_through_other_faults_before_and_after() {
    let (setup, mut login) = refused_at_first().await;
    setup.approve_elsewhere(&login).await;
    setup.server.fail_next("cliClaim", Fault::cut().after_acting());
    for _ in 0..2 {
        setup.server.fail_next("cliClaim", Fault::reply(503));
    }
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("(status 503"), "{error}");
}

#[tokio::test]
async fn c8_a_connection_refused_long_ago_does_not_explain_a_time_out() {
    let (setup, mut login) = refused_at_first().await;
    // One healthy answer in between.
    setup.clock.advance(Duration::from_secs(6));
    tokio::select! {
        _ = login.wait() => {}
        _ = setup.clock.tick() => {}
    }
    assert_eq!(setup.server.calls("cliClaim"), 1);
    setup.approve_elsewhere(&login).await;
    let stalled = Fault::success().body("{\"token\":\"abcdefgh\"}").stall_at(5).after_acting();
    setup.server.fail_next("cliClaim", stalled);
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

/// A login whose first question found no server.
async fn refused_at_first() -> (Setup, Login) {
    let setup = setup_with(|builder| builder.attempt_timeout(Duration::from_secs(1))).await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, client, clock } = setup;
    let port = server.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(server);
    tokio::select! {
        _ = login.wait() => {}
        _ = clock.tick() => {}
    }
    let server = TestServer::start_on(port, Arc::new(clock.clone())).await.unwrap();
    (Setup { server, client, clock }, login)
}

#[tokio::test]
async fn c8_a_login_that_never_reached_the_server_does_not_say_that_a_token_may_be_lost() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    drop(server);
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("(last error: Can't reach 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn c8_a_lost_answer_does_not_end_the_login_when_nobody_had_approved() {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::cut());
    let waiting = Waiting::start_with(setup, |_| {}).await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn c13_a_gateway_that_fails_after_the_server_acted_makes_the_error_at_the_deadline_say_so() {
    for status in [500, 502, 503, 504] {
        let setup = setup().await;
        let mut login = setup.client.login().await.unwrap();
        setup.approve_elsewhere(&login).await;
        setup.server.fail_next("cliClaim", Fault::reply(status).body("<h1>Bad gateway</h1>").after_acting());
        let error = setup.passing_time(login.wait()).await.unwrap_err();
        assert!(error.is_timeout() && error.is_outcome_unknown(), "{status}: {error}");
        assert!(error.to_string().starts_with(LOST), "{status}: {error}");
        assert!(error.to_string().contains(&format!("had an error (status {status}")), "{error}");
    }
}

#[tokio::test]
async fn c13_a_login_that_ends_early_remembers_the_response_that_was_lost() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    setup.server.fail_next("cliClaim", Fault::reply(502).after_acting());
    let body = r#"{"error":{"type":"invalid_request","code":"account_locked","message":"Locked."}}"#;
    setup.server.fail_next("cliClaim", Fault::reply(403).body(body));
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 403);
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(
        error.to_string().contains("an earlier response that may have held the session was lost"),
        "{error}"
    );
}

#[tokio::test]
async fn c5_the_error_at_the_deadline_has_the_last_fault_as_its_source() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    drop(server);
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("(connection refused)"), "{source}");
    assert!(source.source().is_some());
}

/// One web page between good polls.
async fn assert_web_page_is_survived(page: Fault) {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", page.clone());
    let events = Arc::new(std::sync::Mutex::new(Vec::new()));
    let record = Arc::clone(&events);
    let waiting = Waiting::start_with(setup, |login| {
        login.on_event(move |event| record.lock().unwrap().push(event.to_string()));
    })
    .await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    let events = events.lock().unwrap().clone();
    assert!(
        events[1].starts_with("A web page came back instead of the API at 127.0.0.1:"),
        "{page:?}: {events:?}"
    );
    assert!(events[1].ends_with("; retrying in 5 s"), "{events:?}");
}

#[tokio::test]
async fn c16_a_web_page_in_place_of_the_api_is_named_and_survived() {
    for status in [200, 302, 400, 403] {
        // By what it holds, and by what its headers say of it.
        assert_web_page_is_survived(Fault::reply(status).body("\n <!doctype html><title>Welcome</title>"))
            .await;
        assert_web_page_is_survived(Fault::reply(status).header("content-type", "text/html; charset=utf-8"))
            .await;
    }
}

#[tokio::test]
async fn c16_a_call_that_gets_a_web_page_says_so_and_what_to_check() {
    let setup = setup().await;
    setup.server.fail_next("cliCode", Fault::reply(403).body("<html>Forbidden</html>"));
    let error = setup.web_session().mint_code().await.unwrap_err();
    let host = host(&setup.server);
    assert_eq!(
        error.to_string(),
        format!(
            "A web page came back instead of the API at {host} (status 403, request req_000001); check for a proxy, a \
             Wi-Fi login page or a wrong address"
        )
    );
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn c16_the_envelope_of_the_api_counts_also_when_it_calls_itself_a_web_page() {
    let setup = setup().await;
    let body = r#"{"error":{"type":"invalid_request","code":"account_locked","message":"Locked."}}"#;
    setup.server.fail_next("cliClaim", Fault::reply(403).body(body).header("content-type", "text/html"));
    let error = setup.client.login().await.unwrap().wait().await.unwrap_err();
    assert_eq!(error.code(), Some("account_locked"));
}
