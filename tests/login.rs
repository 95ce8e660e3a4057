//! The browser login, from the click to the session.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use harmont_auth::Login;
use harmont_auth_test_server::Fault;
use support::{Setup, parameter, setup, setup_with};

#[tokio::test]
async fn nonce_and_state_are_32_bytes_each_and_differ_from_login_to_login() {
    let setup = setup().await;
    let (one, two) = (setup.client.login().await.unwrap(), setup.client.login().await.unwrap());
    let mut values = Vec::new();
    for login in [&one, &two] {
        for name in ["nonce", "state"] {
            values.push(parameter(login, name));
        }
    }
    assert!(values.iter().all(|it| it.len() == 64 && it.bytes().all(|byte| byte.is_ascii_hexdigit())));
    values.sort();
    values.dedup();
    assert_eq!(values.len(), 4);
    assert!(setup.server.requests().is_empty(), "nothing is sent before the wait");
}

#[tokio::test]
async fn without_a_callback_the_login_ends_by_polling_within_one_interval() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let nonce = parameter(&login, "nonce").parse().unwrap();
    let waiting = tokio::spawn(async move { login.wait().await });
    setup.server.called("cliClaim", 1).await;
    setup.web_session().transfer_token(&nonce).await.unwrap();
    let interval = setup.clock.tick().await;
    assert!(interval >= Duration::from_secs(2) && interval <= Duration::from_millis(2500), "{interval:?}");
    setup.assert_signed_in(&waiting.await.unwrap().unwrap());
}

#[tokio::test]
async fn an_approval_elsewhere_is_claimed_by_the_next_poll() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    let session = login.wait().await.unwrap();
    setup.assert_signed_in(&session);
}

#[tokio::test]
async fn the_url_always_carries_a_port() {
    let setup = setup().await;
    let login = setup.client.login().await.unwrap();
    assert_ne!(parameter(&login, "port").parse::<u16>().unwrap(), 0);
}

#[tokio::test]
async fn nobody_approves_and_the_login_times_out_after_its_time() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(120))).await;
    let mut login = setup.client.login().await.unwrap();
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_timeout());
    assert!(!error.is_outcome_unknown());
    assert_eq!(error.to_string(), "nobody approved the login in time; sign in again");
    let calls = setup.server.calls("cliClaim");
    assert!((49..=61).contains(&calls), "{calls} calls in 120 s");
}

#[tokio::test]
async fn faults_on_the_way_do_not_end_the_login_and_slow_it_down() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    for _ in 0..3 {
        setup.server.fail_next("cliClaim", Fault::reply(502).body("<h1>Bad gateway</h1>"));
    }
    setup.server.fail_next("cliClaim", Fault::cut());
    setup.approve_elsewhere(&login).await;

    let waiting = tokio::spawn(async move { login.wait().await });
    let mut intervals = Vec::new();
    for calls in 1..=4 {
        setup.server.called("cliClaim", calls).await;
        intervals.push(setup.clock.tick().await.as_millis());
    }
    for (interval, expected) in intervals.iter().zip([4000, 8000, 8000, 8000]) {
        assert!((expected..=expected * 5 / 4).contains(interval), "{intervals:?}");
    }
    setup.assert_signed_in(&waiting.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_terminal_answer_ends_the_login_at_once() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.server.fail_next("cliClaim", Fault::reply(403).header("x-request-id", "req_403"));
    let error = login.wait().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 403);
    assert_eq!(error.request_id(), Some("req_403"));
}

#[tokio::test]
async fn a_token_whose_answer_was_lost_makes_the_timeout_say_so() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    setup.server.fail_next("cliClaim", Fault::cut().after_acting());
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert!(
        error.to_string().contains("the last fault on the way: cliClaim: the answer was lost"),
        "{error}"
    );
}

/// Approves, and drops the wait when its question is with the server: the answer is the only copy of the token.
async fn drop_wait_after_the_claim(setup: &Setup, login: &mut Login) {
    setup.approve_elsewhere(login).await;
    tokio::select! {
        _ = login.wait() => panic!("the server answered before it was asked"),
        () = setup.server.called("cliClaim", 1) => {}
    }
}

#[tokio::test]
async fn a_dropped_wait_can_be_taken_up_again_and_loses_no_token() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    drop_wait_after_the_claim(&setup, &mut login).await;
    // The server has given the token away, and it arrives while nobody waits.
    setup.assert_signed_in(&login.wait().await.unwrap());
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[tokio::test]
async fn a_retry_after_beyond_a_parked_tokens_life_is_not_obeyed() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.server.fail_next("cliClaim", Fault::reply(429).header("retry-after", "3600"));
    setup.approve_elsewhere(&login).await;
    setup.assert_signed_in(&setup.passing_time(login.wait()).await.unwrap());
}

#[tokio::test]
async fn a_login_that_never_reached_the_server_does_not_say_that_a_token_may_be_lost() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    drop(server);
    let mut waiting = std::pin::pin!(login.wait());
    let error = loop {
        tokio::select! {
            result = &mut waiting => break result.unwrap_err(),
            _ = clock.tick() => {}
        }
    };
    assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("the last fault on the way: cliClaim: no connection"), "{error}");
}

#[tokio::test]
async fn a_token_that_arrives_when_nobody_waits_is_revoked() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    drop_wait_after_the_claim(&setup, &mut login).await;
    drop(login);
    setup.server.called("logout", 1).await;
}

#[tokio::test]
async fn a_machine_that_slept_through_the_login_sees_it_expired() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.clock.jump_wall_clock(Duration::from_secs(301));
    assert!(login.wait().await.unwrap_err().is_timeout());
    assert_eq!(setup.server.calls("cliClaim"), 1, "the last question is asked all the same");
}

#[cfg(not(feature = "loopback"))]
#[tokio::test]
async fn without_the_listener_the_port_of_the_url_is_one_that_no_other_program_can_have() {
    let setup = setup().await;
    let login = setup.client.login().await.unwrap();
    assert_eq!(parameter(&login, "port"), "1");
    assert!(harmont_auth_test_server::click(login.url()).await.is_err(), "nothing listens there");
    let mut login = login;
    let session = login.wait().await.unwrap();
    setup.assert_signed_in(&session);
}
