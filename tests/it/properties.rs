//! Any input from users, servers or strangers: no panic, no leaked secret, and always our own error.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{CODE, NONCE, TOKEN, assert_no_secret, call, passing_time, setup};
use harmont_auth::wire::OPERATIONS;
use harmont_auth::{Client, Error, PasteCode};
use harmont_auth_test_server::{Fault, TestClock};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The same cases in every run. Random input is left to the fuzz targets.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Injects a fault into the next calls of an operation, and calls it.
fn call_with(operation_id: &str, fault: &Fault) -> Result<(), Error> {
    runtime().block_on(async {
        let setup = setup().await;
        for _ in 0..3 {
            setup.server.fail_next(operation_id, fault.clone());
        }
        setup.passing_time(call(&setup.client, operation_id)).await
    })
}

fn operation_id() -> impl Strategy<Value = &'static str> {
    (0..OPERATIONS.len()).prop_map(|index| OPERATIONS[index].id)
}

/// Text with secrets as separate words: a code inside a longer word cannot be distinguished from an id.
fn planted_text() -> impl Strategy<Value = String> {
    let part =
        prop_oneof![Just(TOKEN.to_owned()), Just(NONCE.to_owned()), Just(CODE.to_owned()), any::<String>()];
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.join("-"))
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_text_is_a_paste_code_or_an_error_that_does_not_repeat_it(text in any::<String>()) {
        match text.parse::<PasteCode>() {
            Ok(code) => prop_assert_eq!(code.expose_secret().len(), 16),
            Err(error) => prop_assert!(error.is_invalid_input()),
        }
    }

    #[test]
    fn a_paste_code_in_any_dress_is_the_same_code(
        code in "[0-9A-HJKMNP-TV-Z]{16}",
        dress in proptest::collection::vec(prop_oneof![Just(""), Just("-"), Just(" "), Just("\u{2013}"), Just("\u{200b}")], 16),
        lower in any::<[bool; 16]>(),
        wide in any::<[bool; 16]>(),
    ) {
        let mut typed = String::from("\u{feff}\u{1b}[200~\u{201c}");
        for (index, mut character) in code.chars().enumerate() {
            if lower[index] {
                character = character.to_ascii_lowercase();
            }
            if wide[index] {
                character = char::from_u32(u32::from(character) + 0xfee0).unwrap();
            }
            typed.push(character);
            typed.push_str(dress[index]);
        }
        typed.push_str("\u{201d}\u{1b}[201~\r\n");
        let parsed: PasteCode = typed.parse().unwrap();
        prop_assert_eq!(parsed.expose_secret(), code);
    }

    #[test]
    fn any_retry_after_is_a_time_or_nothing(value in "[\\x20-\\x7e]{0,40}|[0-9]{1,30}") {
        let error = call_with("cliCode", &Fault::reply(429).header("retry-after", &value)).unwrap_err();
        prop_assert!(error.is_rate_limited());
        if let Ok(seconds) = value.trim().parse::<u32>() {
            prop_assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds.into())));
        }
        assert_no_secret(&error);
    }

    #[test]
    fn any_error_envelope_is_our_error(
        operation_id in operation_id(),
        status in 400_u16..600,
        fields in [planted_text(), planted_text(), planted_text(), planted_text()],
        request_id in "[\\x21-\\x7e]{0,60}",
    ) {
        let [code, message, doc_url, id] = fields;
        let body = serde_json::json!({ "error": {
            "type": code, "code": code, "message": message, "doc_url": format!("https://docs.example.com/{doc_url}"),
            "request_id": id, "new": { "field": message },
        }});
        let fault = Fault::reply(status).header("x-request-id", &request_id).body(body.to_string());
        if let Err(error) = call_with(operation_id, &fault) {
            prop_assert_eq!(error.status().unwrap().as_u16(), status);
            assert_no_secret(&error);
        }
    }

    #[test]
    fn any_body_of_any_status_is_a_response_or_our_error(
        operation_id in operation_id(),
        status in 200_u16..600,
        body in prop_oneof![
            any::<Vec<u8>>(),
            planted_text().prop_map(String::into_bytes),
            planted_text().prop_map(|text| serde_json::json!({ "token": text, "code": text }).to_string().into_bytes()),
        ],
    ) {
        if let Err(error) = call_with(operation_id, &Fault::reply(status).body(body)) {
            assert_no_secret(&error);
        }
    }

    #[test]
    fn any_bytes_as_a_response_are_our_error(operation_id in operation_id(), bytes in any::<Vec<u8>>(), is_http: bool) {
        let bytes = if is_http { [b"HTTP/1.1 ", &bytes[..]].concat() } else { bytes };
        runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let clock = TestClock::new();
            let client = Client::builder().base_url(url).clock(Arc::new(clock.clone())).build().unwrap();
            let server = tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(&bytes).await;
                }
            });
            assert_no_secret(&passing_time(&clock, call(&client, operation_id)).await.unwrap_err());
            server.abort();
        });
    }
}

/// The listener of a login whose state the test knows.
#[cfg(feature = "loopback")]
mod listener {
    use super::*;
    use crate::support::{Waiting, parameter};
    use tokio::net::TcpStream;

    /// Sends bytes to the listener of a login, and returns the response.
    async fn send(waiting: &Waiting, bytes: &[u8]) -> String {
        let mut stream: TcpStream = waiting.connect().await;
        // The listener may close the connection before everything is sent.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        String::from_utf8(response).unwrap()
    }

    /// A request of likely and unlikely parts. `{state}` and `{port}` stand for the real ones.
    fn request() -> impl Strategy<Value = (&'static str, String, String, String)> {
        let method = prop_oneof![4 => Just("GET"), 1 => Just("POST"), 1 => Just("HEAD"), 1 => Just("get")];
        let path = prop_oneof![4 => Just("/callback".to_owned()), 1 => "/[a-zA-Z/%]{0,12}"];
        let parameter = prop_oneof![
            4 => Just("state={state}".to_owned()), 1 => "state=[0-9a-f]{0,64}", 1 => "[a-zA-Z=%]{0,20}",
        ];
        let query = proptest::collection::vec(parameter, 0..3).prop_map(|parts| parts.join("&"));
        let host = prop_oneof![
            4 => Just("localhost:{port}".to_owned()), 1 => Just("[::1]:{port}".to_owned()), 1 => "[a-z.:0-9]{0,20}",
        ];
        (method, path, query, host)
    }

    proptest! {
        #![proptest_config(config(64))]

        #[test]
        fn only_a_true_callback_wakes_the_login_up(requests in proptest::collection::vec(request(), 1..20)) {
            runtime().block_on(async {
                let waiting = Waiting::start().await;
                let fill = |text: &str| {
                    let text = text.replace("{state}", &parameter(&waiting.url, "state"));
                    text.replace("{port}", &parameter(&waiting.url, "port"))
                };
                for (method, path, query, host) in &requests {
                    let states = query.split('&').filter(|it| it.starts_with("state=")).collect::<Vec<_>>();
                    if *method == "GET" && path == "/callback" && host.ends_with("{port}") && states == ["state={state}"] {
                        continue;
                    }
                    let text = fill(&format!("{method} {path}?{query} HTTP/1.1\r\nhost: {host}\r\n\r\n"));
                    let response = send(&waiting, text.as_bytes()).await;
                    assert!(response.starts_with("HTTP/1.1 4"), "{text}: {response}");
                    assert!(!response.contains(&parameter(&waiting.url, "state")));
                }
                assert_eq!(waiting.setup.server.calls("cliClaim"), 1, "{requests:?}");
            });
        }

        #[test]
        fn any_bytes_leave_the_listener_working(garbage in proptest::collection::vec(any::<Vec<u8>>(), 1..20)) {
            runtime().block_on(async {
                let waiting = Waiting::start().await;
                for bytes in &garbage {
                    send(&waiting, bytes).await;
                }
                assert_eq!(waiting.setup.server.calls("cliClaim"), 1, "{garbage:?}");
                harmont_auth_test_server::click(&waiting.url).await.unwrap();
                waiting.assert_signed_in().await;
            });
        }
    }
}
