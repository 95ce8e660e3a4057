//! A login whose token may be lost: a response did not arrive, or a gateway responded after the server had acted.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{Setup, Waiting, passing_time, setup, setup_with};
use harmont_auth::Login;
use harmont_auth_test_server::{Fault, TestServer};

#[tokio::test]
async fn c8_the_timeout_reports_a_lost_response() {
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
async fn c8_after_a_lost_response_the_error_does_not_claim_that_someone_took_the_token() {
    assert_loss_is_reported_after(Fault::cut().after_acting()).await;
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c13_after_a_gateway_error_the_error_does_not_claim_that_someone_took_the_token() {
    assert_loss_is_reported_after(Fault::reply(502).after_acting()).await;
}

/// Loses the response of the claim after the callback.
#[cfg(feature = "loopback")]
async fn assert_loss_is_reported_after(fault: Fault) {
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
async fn c8_a_lost_response_is_remembered_among_other_errors() {
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
async fn c8_a_connection_refused_long_ago_does_not_explain_a_timeout() {
    let (setup, mut login) = refused_at_first().await;
    // One successful poll in between.
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

/// Starts a login whose first poll finds no server.
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
async fn c8_a_login_that_never_reached_the_server_reports_no_lost_token() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    drop(server);
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("(last error: Can't reach 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn c8_a_response_lost_before_the_approval_does_not_end_the_login() {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::cut());
    let waiting = Waiting::start_with(setup, |_| {}).await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn c13_the_timeout_reports_a_gateway_error_after_the_server_acted() {
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
