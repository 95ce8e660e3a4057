//! Features for the tests of tools: custom routes, revoked tokens, repeated faults.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use harmont_auth::Client;
use harmont_auth_test_server::{Fault, Page, Reply, TestServer, visit, visit_with};

const USER: &str = "GET /api/v0/user";

async fn server() -> TestServer {
    let server = TestServer::start().await.unwrap();
    server.route("GET", "/api/v0/user", |request| Reply::json(200, &[&request.path, &request.query]));
    server
}

async fn user(server: &TestServer) -> Page {
    let url = format!("{}/api/v0/user?fields=name", server.url());
    let bearer = format!("Bearer {}", server.session_token());
    visit_with("GET", &url, &[("authorization", &bearer)]).await.unwrap()
}

#[tokio::test]
async fn a_route_responds_to_signed_in_users_only() {
    let server = server().await;
    let page = user(&server).await;
    assert_eq!((page.status, page.text.as_str()), (200, r#"["/api/v0/user","fields=name"]"#));
    assert_eq!(page.headers["content-type"], "application/json");

    let url = format!("{}/api/v0/user", server.url());
    assert_eq!(visit("GET", &url).await.unwrap().status, 401);
    assert_eq!(visit("POST", &url).await.unwrap().status, 404);
    assert_eq!(server.calls(USER), 2);
    server.called(USER, 2).await;
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let server = server().await;
    server.revoke(server.session_token());
    assert!(!server.is_signed_in(server.session_token()));
    assert_eq!(user(&server).await.status, 401);
    let client = Client::builder().base_url(server.url()).build().unwrap();
    let session = client.session(server.session_token().parse().unwrap());
    assert!(session.mint_code().await.unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn a_fault_repeats_after_the_queued_ones_until_it_is_cleared() {
    let server = server().await;
    server.fail_always(USER, Fault::reply(503));
    server.fail_next(USER, Fault::reply(500));
    for expected in [500, 503, 503] {
        assert_eq!(user(&server).await.status, expected);
    }
    server.fail_next(USER, Fault::reply(500));
    server.clear_faults();
    assert_eq!(user(&server).await.status, 200);
    server.fail_by(|_| Some(Fault::reply(500)));
    assert_eq!(user(&server).await.status, 500);
    server.clear_faults();
    assert_eq!(user(&server).await.status, 200);
}

#[tokio::test]
async fn a_fault_or_a_route_that_would_never_be_used_is_rejected() {
    let server = server().await;
    let operation = harmont_auth::wire::OPERATIONS[0];
    let panics = |run: &dyn Fn()| catch_unwind(AssertUnwindSafe(run)).is_err();
    assert!(panics(&|| server.fail_next("GET /other", Fault::reply(500))));
    assert!(panics(&|| server.fail_always("cliOther", Fault::reply(500))));
    assert!(panics(&|| server.route(operation.method, operation.path, |_| Reply::empty(200))));
}
