//! A web page in place of a response of the API.

use crate::support::{Waiting, host, record_events, setup};
use harmont_auth_test_server::Fault;

/// Sends one web page between successful polls.
async fn assert_web_page_is_survived(page: Fault) {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", page.clone());
    let mut events = None;
    let waiting = Waiting::start_with(setup, |login| events = Some(record_events(login))).await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    let events = events.unwrap().lock().unwrap().clone();
    assert!(
        events[1].starts_with("A web page came back instead of the API at 127.0.0.1:"),
        "{page:?}: {events:?}"
    );
    assert!(events[1].ends_with("; retrying in 5 s"), "{events:?}");
}

#[tokio::test]
async fn c16_a_web_page_in_place_of_the_api_is_reported_and_transient() {
    for status in [200, 302, 400, 403] {
        // Recognized by its body, and by its headers.
        assert_web_page_is_survived(Fault::reply(status).body("\n <!doctype html><title>Welcome</title>"))
            .await;
        assert_web_page_is_survived(Fault::reply(status).header("content-type", "text/html; charset=utf-8"))
            .await;
    }
}

#[tokio::test]
async fn c16_the_error_of_a_call_names_a_web_page_and_what_to_check() {
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
