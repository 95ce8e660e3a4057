//! `cliTransfer`: park a token for another tool.

use crate::support::setup;
use harmont_auth::{Claim, Nonce};
use harmont_auth_test_server::Fault;

#[tokio::test]
async fn a_session_hands_another_session_over_and_keeps_its_own() {
    let setup = setup().await;
    let (session, nonce) = (setup.web_session(), Nonce::generate().unwrap());
    session.transfer_token(&nonce).await.unwrap();
    assert!(matches!(setup.client.claim_token(&nonce).await.unwrap(), Claim::Ready(_)));
    assert!(setup.server.is_signed_in(session.token().expose_secret()));
}

#[tokio::test]
async fn a_revoked_token_is_unauthorized() {
    let setup = setup().await;
    let session = setup.web_session();
    session.logout().await.unwrap();
    let error = session.transfer_token(&Nonce::generate().unwrap()).await.unwrap_err();
    assert!(error.is_unauthorized());
}

#[tokio::test]
async fn a_503_with_retry_after_is_retried() {
    let setup = setup().await;
    setup.server.fail_next("cliTransfer", Fault::reply(503).header("retry-after", "1"));
    let nonce = Nonce::generate().unwrap();
    setup.passing_time(setup.web_session().transfer_token(&nonce)).await.unwrap();
    assert_eq!(setup.server.calls("cliTransfer"), 2);
}

#[tokio::test]
async fn a_503_without_retry_after_is_not_retried_since_the_server_may_have_acted() {
    let setup = setup().await;
    setup.server.fail_next("cliTransfer", Fault::reply(503));
    let error = setup.web_session().transfer_token(&Nonce::generate().unwrap()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(setup.server.calls("cliTransfer"), 1);
}

#[tokio::test]
async fn a_success_of_another_status_is_a_protocol_error() {
    let setup = setup().await;
    setup.server.fail_next("cliTransfer", Fault::reply(202));
    let error = setup.web_session().transfer_token(&Nonce::generate().unwrap()).await.unwrap_err();
    assert!(error.is_protocol(), "{error}");
}

#[tokio::test]
async fn c13_a_gateway_that_fails_leaves_unknown_whether_the_token_is_parked() {
    for status in [500, 502, 503, 504] {
        let setup = setup().await;
        setup.server.fail_next("cliTransfer", Fault::reply(status).after_acting());
        let error = setup.web_session().transfer_token(&Nonce::generate().unwrap()).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(setup.server.calls("cliTransfer"), 1);
    }
}
