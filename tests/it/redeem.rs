//! `cliRedeem`: turn a paste code into a session.

use std::time::Duration;

use crate::support::{REAL_TIMEOUT, host, setup, setup_with};
use harmont_auth::PasteCode;
use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, click};

fn code() -> PasteCode {
    "K7P2QR9MX3WZ4NTV".parse().unwrap()
}

#[tokio::test]
async fn p3_a_minted_code_is_redeemed_once_and_then_invalid() {
    let setup = setup().await;
    let code = setup.web_session().mint_code().await.unwrap();

    let session = setup.client.redeem_code(code.clone()).await.unwrap();
    assert!(setup.server.is_signed_in(session.token().expose_secret()));
    let error = setup.client.redeem_code(code).await.unwrap_err();
    assert!(error.is_code_invalid(), "{error}");
}

#[tokio::test]
async fn p3_the_code_of_the_page_is_redeemed() {
    let setup = setup().await;
    let page = click(&setup.client.paste_url()).await.unwrap();
    let typed = page.paste_code().unwrap().to_lowercase();
    assert!(setup.client.redeem_code(typed.parse().unwrap()).await.is_ok());
}

#[tokio::test]
async fn p3_a_code_expires_after_300_seconds() {
    for (seconds, valid) in [(300, true), (301, false)] {
        let setup = setup().await;
        let code = setup.web_session().mint_code().await.unwrap();
        setup.clock.advance(Duration::from_secs(seconds));
        let redeemed = setup.client.redeem_code(code).await;
        assert_eq!(redeemed.is_ok(), valid, "after {seconds} s");
    }
}

#[tokio::test]
async fn an_unknown_code_is_invalid_and_the_error_has_advice() {
    let setup = setup().await;
    let error = setup.client.redeem_code(code()).await.unwrap_err();
    assert!(error.is_code_invalid());
    assert_eq!(
        error.to_string(),
        "The code is mistyped, expired or already used (status 400, code cli_code_invalid, request req_000001); get a \
         new one"
    );
    assert_eq!(error.doc_url(), Some("https://docs.harmont.dev/api/errors/cli_code_invalid"));
}

#[tokio::test]
async fn c8_a_response_cut_short_after_the_code_was_used_up_leaves_the_outcome_unknown() {
    let setup = setup().await;
    let code = setup.web_session().mint_code().await.unwrap();
    let fault = Fault::success().body("{\"token\":\"abcdefgh\"}").cut_at(12).after_acting();
    setup.server.fail_next("cliRedeem", fault);

    let error = setup.passing_time(setup.client.redeem_code(code)).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(setup.server.calls("cliRedeem"), 2);
}

#[tokio::test]
async fn a_429_is_retried_after_the_requested_time() {
    let setup = setup().await;
    let code = setup.web_session().mint_code().await.unwrap();
    setup.server.fail_next("cliRedeem", Fault::reply(429).header("retry-after", "7"));

    let redeem = tokio::spawn({
        let client = setup.client.clone();
        async move { client.redeem_code(code).await }
    });
    assert_eq!(setup.clock.tick().await, Duration::from_secs(7));
    assert!(redeem.await.unwrap().is_ok());
}

#[tokio::test]
async fn t10_a_retry_after_beyond_the_limit_is_returned() {
    let setup = setup().await;
    let code = setup.web_session().mint_code().await.unwrap();
    setup.server.fail_next("cliRedeem", Fault::reply(429).header("retry-after", "40"));
    // The clock stands still, so a call that waits would never return.
    let redeem = setup.client.redeem_code(code.clone());
    let error = tokio::time::timeout(REAL_TIMEOUT, redeem).await.expect("the call waits").unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
    assert!(setup.client.redeem_code(code).await.is_ok(), "the code is as good as before");
}

#[tokio::test]
async fn t10_a_call_waits_for_a_retry_after_within_the_limit() {
    let setup = setup_with(|builder| builder.retry_after_limit(Duration::from_secs(45))).await;
    let code = setup.web_session().mint_code().await.unwrap();
    setup.server.fail_next("cliRedeem", Fault::reply(429).header("retry-after", "40"));
    let start = setup.clock.monotonic();
    assert!(setup.passing_time(setup.client.redeem_code(code)).await.is_ok());
    assert_eq!(setup.clock.monotonic() - start, Duration::from_secs(40));
}

#[tokio::test]
async fn t10_with_a_limit_of_zero_a_call_never_waits() {
    let setup = setup_with(|builder| builder.retry_after_limit(Duration::ZERO)).await;
    setup.server.fail_next("cliRedeem", Fault::reply(429).header("retry-after", "1"));
    let error = setup.client.redeem_code(code()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_wait_beyond_the_calls_time_fails_at_once_and_names_it() {
    let setup = setup().await;
    setup.server.fail_next("cliRedeem", Fault::reply(429).header("retry-after", "3600"));
    let error = setup.client.redeem_code(code()).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(setup.server.calls("cliRedeem"), 1);
}

#[tokio::test]
async fn c13_a_gateway_that_fails_leaves_unknown_whether_the_code_is_used_up() {
    for (status, acts) in [(500, true), (502, true), (503, true), (504, true), (502, false)] {
        let setup = setup().await;
        let code = setup.web_session().mint_code().await.unwrap();
        let fault = Fault::reply(status).body("<h1>Bad gateway</h1>");
        setup.server.fail_next("cliRedeem", if acts { fault.after_acting() } else { fault });
        // It is retried once, since the code may still be valid. A 400 is no news then.
        let outcome = setup.passing_time(setup.client.redeem_code(code)).await;
        assert_eq!(setup.server.calls("cliRedeem"), 2);
        let error = match outcome {
            Ok(session) => {
                assert!(!acts);
                setup.assert_signed_in(&session);
                continue;
            }
            Err(error) => error,
        };
        assert!(error.is_outcome_unknown() && !error.is_code_invalid(), "{error}");
        assert_eq!(error.status().unwrap(), status);
        assert!(error.to_string().contains("; the request may or may not have gone through"), "{error}");
    }
}

#[tokio::test]
async fn c13_failures_that_say_that_nothing_was_done_are_no_unknown_outcome() {
    for fault in [
        Fault::reply(429),
        Fault::reply(501),
        Fault::reply(503).header("retry-after", "1"),
        Fault::reply(511).body("<h1>Sign in to the network</h1>"),
    ] {
        let setup = setup().await;
        for _ in 0..3 {
            setup.server.fail_next("cliRedeem", fault.clone());
        }
        let error = setup.passing_time(setup.client.redeem_code(code())).await.unwrap_err();
        assert!(!error.is_outcome_unknown(), "{error}");
    }
}

#[tokio::test]
async fn t4_garbage_in_a_success_is_a_protocol_error_with_its_position() {
    for (garbage, expected) in [
        ("", "it ends too early at line 1, column 0"),
        ("{}", "a field is missing or has another type at line 1, column 2"),
        ("token", "it is not JSON at line 1, column 2"),
        ("{\"token\": 7}", "a field is missing or has another type at line 1, column 11"),
        ("{\"token\": \"a", "it ends too early at line 1, column 12"),
    ] {
        let setup = setup().await;
        setup.server.fail_next("cliRedeem", Fault::success().body(garbage));
        let error = setup.client.redeem_code(code()).await.unwrap_err();
        assert!(error.is_protocol(), "{garbage}: {error}");
        assert_eq!(
            error.to_string(),
            format!(
                "{} sent a response that doesn't fit the API's specification: {expected} (status 200, request \
                 req_000001); check the address, or update this tool",
                host(&setup.server)
            )
        );
    }
}

#[tokio::test]
async fn t4_invalid_utf_8_is_a_protocol_error() {
    let setup = setup().await;
    setup.server.fail_next("cliRedeem", Fault::success().body(*b"{\"token\":\"\xff\xfe\"}"));
    assert!(setup.client.redeem_code(code()).await.unwrap_err().is_protocol());
}

#[tokio::test]
async fn t7_new_fields_of_a_response_are_ignored() {
    let setup = setup().await;
    setup.server.fail_next("cliRedeem", Fault::success().body("{\"token\":\"abc\",\"expires_in\":5}"));
    let session = setup.client.redeem_code(code()).await.unwrap();
    assert_eq!(session.token().expose_secret(), "abc");
}

#[test]
fn p1_a_typed_code_is_read_as_it_was_meant() {
    for typed in [
        "K7P2QR9MX3WZ4NTV",
        "k7p2qr9mx3wz4ntv",
        "k7p2-qr9m x3wz 4ntv",
        "K7P2–QR9M—X3WZ−4NTV",
        "\u{feff}K7P2\u{200b}QR9MX3WZ4NTV\r\n",
        "\"K7P2QR9MX3WZ4NTV\"",
        "“K7P2QR9MX3WZ4NTV”",
        "'K7P2QR9MX3WZ4NTV'",
        "\u{1b}[200~K7P2QR9MX3WZ4NTV\u{1b}[201~",
        "Ｋ７Ｐ２ＱＲ９ＭＸ３ＷＺ４ＮＴＶ",
        "ｋ７ｐ２－ｑｒ９ｍ－ｘ３ｗｚ－４ｎｔｖ",
    ] {
        assert_eq!(typed.parse::<PasteCode>().unwrap().expose_secret(), "K7P2QR9MX3WZ4NTV", "{typed:?}");
    }
    let code: PasteCode = "oO0i-Il1L-2345-6789".parse().unwrap();
    assert_eq!(code.expose_secret(), "0001111123456789");
}

#[test]
fn p2_a_code_that_cannot_be_right_is_refused_with_the_reason() {
    for (typed, reason) in [
        ("", "No code was entered; copy the code from the page"),
        (" \r\n", "No code was entered"),
        ("K7P2QR9MX3WZ4NT", "but this one has 15; copy all of it, and nothing else"),
        ("K7P2QR9MX3WZ4NTVV", "but this one has 17"),
        ("K7P2QR9MX3WZ4NTU", "'U' can't be part of a code"),
        ("K7P2QR9MX3WZ4NT!", "'!' can't be part of a code"),
        ("K7P2QR9MX3WZ4NTé", "'é' can't be part of a code"),
    ] {
        let error = typed.parse::<PasteCode>().unwrap_err();
        assert!(error.is_invalid_input());
        assert!(error.to_string().contains(reason), "{error}");
        assert!(!error.to_string().contains("K7P2"), "{error}");
    }
}
