//! `cliCode`: mint a paste code.

use crate::support::{host, setup};
use harmont_auth::PasteCode;
use harmont_auth_test_server::Fault;

#[tokio::test]
async fn a_minted_code_is_one_that_can_be_typed_in() {
    let setup = setup().await;
    let code = setup.web_session().mint_code().await.unwrap();
    let typed: PasteCode = code.expose_secret().parse().unwrap();
    assert_eq!(typed.expose_secret(), code.expose_secret());
}

#[tokio::test]
async fn the_token_is_sent_as_a_bearer_token() {
    let setup = setup().await;
    setup.web_session().mint_code().await.unwrap();
    let request = setup.server.requests().remove(0);
    assert_eq!(request.headers["authorization"], format!("Bearer {}", setup.server.session_token()));
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_unauthorized() {
    let setup = setup().await;
    let session = setup.client.session("never-signed-in".parse().unwrap());
    let error = session.mint_code().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.code(), Some("unauthorized"));
    assert_eq!(
        error.to_string(),
        format!(
            "{} doesn't accept the session token (status 401, code unauthorized, request req_000001); sign in again",
            host(&setup.server)
        )
    );
}

#[tokio::test]
async fn a_401_in_html_or_without_a_body_is_unauthorized_too() {
    let setup = setup().await;
    for body in ["<html>401</html>", ""] {
        setup.server.fail_next("cliCode", Fault::reply(401).body(body).header("x-request-id", "req_proxy"));
        let error = setup.web_session().mint_code().await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.request_id(), Some("req_proxy"));
    }
}

#[tokio::test]
async fn a_lost_response_is_not_retried() {
    let setup = setup().await;
    setup.server.fail_next("cliCode", Fault::cut().after_acting());
    let error = setup.web_session().mint_code().await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(setup.server.calls("cliCode"), 1);
}

#[tokio::test]
async fn c13_a_gateway_that_fails_leaves_unknown_whether_a_code_was_minted() {
    for status in [500, 502, 503, 504] {
        let setup = setup().await;
        setup.server.fail_next("cliCode", Fault::reply(status).after_acting());
        let error = setup.web_session().mint_code().await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(setup.server.calls("cliCode"), 1);
    }
}
