//! Properties of every call.

use std::future::pending;
use std::time::Duration;

use crate::support::{REAL_TIMEOUT, call, poll_ready, setup, setup_with};
use harmont_auth::wire::OPERATIONS;
use harmont_auth::{Client, ClientBuilder};
use harmont_auth_test_server::Fault;
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;

#[tokio::test]
async fn t1_a_redirect_is_an_error_and_is_not_followed() {
    let other = setup().await;
    for operation in OPERATIONS {
        for status in [301, 302, 303, 307, 308] {
            let setup = setup().await;
            let location = format!("{}{}", other.server.url(), operation.path);
            setup.server.fail_next(operation.id, Fault::reply(status).header("location", &location));
            let error = call(&setup.client, operation.id).await.unwrap_err();
            assert_eq!(error.status().unwrap(), status, "{}", operation.id);
            assert!(error.to_string().contains("redirect"), "{error}");
        }
    }
    assert!(other.server.requests().is_empty());
}

#[tokio::test]
async fn t4_an_endless_response_is_cut_off_whether_success_or_failure() {
    const GIB: usize = 1 << 30;
    for (status, length) in [("200 OK", 8 * GIB), ("400 Bad Request", 8 * GIB), ("500 Oh", 8 * GIB)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client =
            Client::builder().base_url(format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{{\"token\":\"");
            stream.write_all(head.as_bytes()).await.unwrap();
            let (mut sent, chunk) = (0, vec![b'x'; 1 << 16]);
            while stream.write_all(&chunk).await.is_ok() {
                sent += chunk.len();
            }
            sent
        });
        let error = call(&client, "cliRedeem").await.unwrap_err();
        assert_eq!(error.is_protocol(), status.starts_with("200"), "{error}");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        drop(client);
        let sent = server.await.unwrap();
        // No more than the buffers of the sockets.
        assert!(sent < 64 << 20, "{sent} bytes went out");
    }
}

#[tokio::test]
async fn t4_a_success_that_the_specification_does_not_know_is_a_protocol_error() {
    for operation in OPERATIONS {
        for (status, body) in [(200, ""), (200, "<html>"), (200, "{}"), (202, "{}"), (299, "")] {
            let setup = setup().await;
            setup.server.fail_next(operation.id, Fault::reply(status).body(body));
            let error = call(&setup.client, operation.id).await.unwrap_err();
            assert!(error.is_protocol(), "{} {status} {body}: {error}", operation.id);
        }
    }
}

#[tokio::test]
async fn t4_a_response_above_64_kib_is_a_protocol_error() {
    let setup = setup().await;
    let body = format!("{{\"token\":\"{}\"}}", "x".repeat(65 << 10));
    setup.server.fail_next("cliRedeem", Fault::success().body(body));
    let error = call(&setup.client, "cliRedeem").await.unwrap_err();
    assert!(error.is_protocol(), "{error}");
    assert!(error.to_string().contains("larger than 64 KiB"), "{error}");
}

#[tokio::test]
async fn an_attempt_does_not_outlive_its_call() {
    for operation in OPERATIONS {
        // The server's clock stands still, so it never responds. The client's timeout runs in real time.
        let setup = setup_with(|builder| builder.call_timeout(Duration::from_millis(200))).await;
        setup.server.fail_next(operation.id, Fault::success().delay(REAL_TIMEOUT));
        let error = timeout(REAL_TIMEOUT, call(&setup.client, operation.id)).await.unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(setup.server.calls(operation.id), 1);
    }
}

/// A resolver that never responds.
struct NoAnswer;

impl Resolve for NoAnswer {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn after_a_connect_timeout_the_outcome_is_known() {
    // Far apart, since the machine may be busy. A test of the settings checks that a connection gets less time than its
    // attempt.
    let connect = Duration::from_millis(200);
    let limits = [ClientBuilder::attempt_timeout as fn(_, _) -> _, ClientBuilder::call_timeout];
    let mut calls = JoinSet::new();
    for limit in limits {
        for operation in OPERATIONS {
            calls.spawn(async move {
                let http = reqwest::Client::builder().dns_resolver(NoAnswer);
                let limited =
                    |builder: ClientBuilder| limit(builder.connect_timeout(connect), Duration::from_secs(8));
                let setup =
                    setup_with(|builder| limited(builder).base_url("http://localhost").http_client(http))
                        .await;
                let call = setup.passing_time(call(&setup.client, operation.id));
                let error = timeout(REAL_TIMEOUT, call).await.unwrap().unwrap_err();
                assert!(error.is_connect() && error.is_timeout(), "{}: {error}", operation.id);
                assert!(!error.is_outcome_unknown(), "{}: {error}", operation.id);
            });
        }
    }
    calls.join_all().await;
}

#[tokio::test]
async fn a_path_of_the_base_url_stays_in_front() {
    let setup = setup().await;
    let below = Client::builder().base_url(format!("{}/below//", setup.server.url())).build().unwrap();
    for operation in OPERATIONS {
        assert_eq!(call(&below, operation.id).await.unwrap_err().status().unwrap(), 404);
        let request = setup.server.requests().pop().unwrap();
        assert_eq!(request.path, format!("/below{}", operation.path));
    }
}

#[test]
fn a_call_without_a_runtime_is_an_error_instead_of_a_panic() {
    let client = Client::builder().base_url("http://localhost:1").build().unwrap();
    for operation in OPERATIONS {
        let error = poll_ready(call(&client, operation.id)).unwrap_err();
        assert!(error.to_string().contains("no tokio runtime"), "{error}");
    }
}

#[tokio::test]
async fn t6_a_401_of_any_form_is_unauthorized() {
    let json = r#"{"error":{"type":"authentication_error","code":"unauthorized","message":"No."}}"#;
    for operation in OPERATIONS.iter().filter(|operation| operation.bearer) {
        for (body, code) in [(json, Some("unauthorized")), ("<h1>Unauthorized</h1>", None), ("", None)] {
            for request_id in [Some("req_401"), None] {
                let setup = setup().await;
                // The test server adds an id unless a fault sets one. An empty id counts as none.
                let fault =
                    Fault::reply(401).body(body).header("x-request-id", request_id.unwrap_or_default());
                setup.server.fail_next(operation.id, fault);
                let result = call(&setup.client, operation.id).await;
                if operation.id == "logout" {
                    assert!(result.is_ok(), "a token that is dead is logged out");
                    continue;
                }
                let error = result.unwrap_err();
                assert!(error.is_unauthorized(), "{error}");
                assert_eq!((error.code(), error.request_id()), (code, request_id), "{}", operation.id);
            }
        }
    }
}

#[tokio::test]
async fn t9_a_success_that_is_an_array_is_a_protocol_error() {
    for operation in ["cliClaim", "cliRedeem", "cliCode"] {
        for body in ["[\"abc\"]", " [\"abc\"] ", "[[\"abc\"]]", "\"abc\""] {
            let setup = setup().await;
            setup.server.fail_next(operation, Fault::success().body(body));
            let error = call(&setup.client, operation).await.unwrap_err();
            assert!(error.is_protocol(), "{operation} {body}: {error}");
        }
    }
    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::success().body("[\"abc\"]"));
    let error = setup.client.login().await.unwrap().wait().await.unwrap_err();
    assert!(error.is_protocol(), "{error}");
}

#[tokio::test]
async fn t9_an_error_envelope_that_is_an_array_is_ignored() {
    let fields = r#"["cli_code_invalid",null,"Message",null,"invalid_request"]"#;
    for body in [format!("[{fields}]"), format!("{{\"error\":{fields}}}"), format!("[[{fields}]]")] {
        let setup = setup().await;
        setup.server.fail_next("cliRedeem", Fault::reply(400).body(body.clone()));
        let error = call(&setup.client, "cliRedeem").await.unwrap_err();
        assert_eq!((error.code(), error.is_code_invalid()), (None, false), "{body}: {error}");
    }
}
