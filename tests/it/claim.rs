//! `cliClaim`: take the token that was parked under a nonce.

use crate::support::{host, setup};
use harmont_auth::{Claim, Nonce};
use harmont_auth_test_server::Fault;

#[tokio::test]
async fn a_transferred_token_is_claimed_once() {
    let setup = setup().await;
    let nonce = Nonce::generate().unwrap();
    setup.web_session().transfer_token(&nonce).await.unwrap();

    let Claim::Ready(session) = setup.client.claim_token(&nonce).await.unwrap() else { panic!("not ready") };
    assert!(setup.server.is_signed_in(session.token().expose_secret()));
    assert_ne!(session.token().expose_secret(), setup.server.session_token());
    assert!(matches!(setup.client.claim_token(&nonce).await.unwrap(), Claim::Pending));
}

#[tokio::test]
async fn before_the_approval_the_claim_is_pending() {
    let setup = setup().await;
    let claim = setup.client.claim_token(&Nonce::generate().unwrap()).await.unwrap();
    assert!(matches!(claim, Claim::Pending));
}

#[tokio::test]
async fn a_parked_token_expires_after_60_seconds() {
    for (seconds, ready) in [(60, true), (61, false)] {
        let setup = setup().await;
        let nonce = Nonce::generate().unwrap();
        setup.web_session().transfer_token(&nonce).await.unwrap();
        setup.clock.advance(std::time::Duration::from_secs(seconds));
        let claim = setup.client.claim_token(&nonce).await.unwrap();
        assert_eq!(matches!(claim, Claim::Ready(_)), ready, "after {seconds} s");
    }
}

#[tokio::test]
async fn c8_a_lost_response_is_retried_once_and_then_the_outcome_is_unknown() {
    let setup = setup().await;
    let nonce = Nonce::generate().unwrap();
    setup.web_session().transfer_token(&nonce).await.unwrap();
    setup.server.fail_next("cliClaim", Fault::cut().after_acting());

    let error = setup.passing_time(setup.client.claim_token(&nonce)).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(!error.is_code_invalid());
    assert_eq!(setup.server.calls("cliClaim"), 2);
}

#[tokio::test]
async fn c8_a_lost_request_is_retried_and_succeeds() {
    let setup = setup().await;
    let nonce = Nonce::generate().unwrap();
    setup.web_session().transfer_token(&nonce).await.unwrap();
    setup.server.fail_next("cliClaim", Fault::cut());

    let claim = setup.passing_time(setup.client.claim_token(&nonce)).await.unwrap();
    assert!(matches!(claim, Claim::Ready(_)));
}

#[tokio::test]
async fn t7_new_fields_of_an_error_are_ignored_and_its_code_and_request_id_kept() {
    let setup = setup().await;
    let body = r#"{"error":{"type":"invalid_request","code":"nonce_too_long","message":"No.","extra":1}}"#;
    setup.server.fail_next("cliClaim", Fault::reply(400).header("x-request-id", "req_42").body(body));

    let error = setup.client.claim_token(&Nonce::generate().unwrap()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.code(), Some("nonce_too_long"));
    assert_eq!(error.request_id(), Some("req_42"));
    let host = host(&setup.server);
    assert_eq!(
        error.to_string(),
        format!(
            "{host} refused the request (status 400, code nonce_too_long, request req_42); check the address, or update this tool"
        )
    );
    assert!(format!("{error:?}").contains("in: cliClaim"), "{error:?}");
}

#[tokio::test]
async fn t4_a_token_that_no_header_can_carry_is_a_protocol_error() {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::success().body("{\"token\":\"two\\nlines\"}"));
    let error = setup.client.claim_token(&Nonce::generate().unwrap()).await.unwrap_err();
    assert!(error.is_protocol(), "{error}");
}

#[tokio::test]
async fn no_header_of_the_request_goes_beyond_the_specification() {
    let setup = setup().await;
    setup.client.claim_token(&Nonce::generate().unwrap()).await.unwrap();
    let request = setup.server.requests().remove(0);
    assert!(!request.headers.contains_key("authorization"));
    assert!(!request.headers.contains_key("api-version"));
}
