//! The browser login, from the click to the session.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{
    Setup, Waiting, parameter, passing_time, port_is_free, record_events, setup, setup_with,
};
use harmont_auth::Login;
#[cfg(feature = "loopback")]
use harmont_auth::clock::Clock;
#[cfg(feature = "loopback")]
use harmont_auth_test_server::Fault;
use harmont_auth_test_server::TestServer;

#[tokio::test]
async fn nonce_and_state_are_32_bytes_each_and_differ_from_login_to_login() {
    let setup = setup().await;
    let (one, two) = (setup.client.login().await.unwrap(), setup.client.login().await.unwrap());
    let mut values = Vec::new();
    for login in [&one, &two] {
        for name in ["nonce", "state"] {
            values.push(parameter(login.url(), name));
        }
    }
    assert!(values.iter().all(|it| it.len() == 64 && it.bytes().all(|byte| byte.is_ascii_hexdigit())));
    values.sort();
    values.dedup();
    assert_eq!(values.len(), 4);
    assert!(setup.server.requests().is_empty(), "nothing is sent before the wait");
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c1_after_a_callback_the_login_polls_until_the_token_is_visible() {
    let waiting = Waiting::start().await;
    let (url, server) = (waiting.callback(), &waiting.setup.server);
    let browser = tokio::spawn(async move { harmont_auth_test_server::visit("GET", &url).await.unwrap() });
    let mut pauses = Vec::new();
    for calls in 2..=4 {
        server.called("cliClaim", calls).await;
        if calls == 4 {
            waiting.approve().await;
        }
        pauses.push(waiting.setup.clock.tick_within(Duration::from_secs(5)).await.as_millis());
    }
    for (pause, expected) in pauses.iter().zip([250, 500, 1000]) {
        assert!((expected..=expected * 5 / 4).contains(pause), "{pauses:?}");
    }
    assert!(browser.await.unwrap().text.contains("<title>Signed in</title>"));
    waiting.assert_signed_in().await;
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c2_a_browser_that_came_back_to_nothing_has_its_own_error_after_60_seconds() {
    let waiting = Waiting::start().await;
    let (url, clock) = (waiting.callback(), waiting.setup.clock.clone());
    let browser = tokio::spawn(async move { harmont_auth_test_server::visit("GET", &url).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    let start = clock.monotonic();
    let error = waiting.error().await;
    assert_eq!(
        error.to_string(),
        "You approved, but the token had expired or someone else had already claimed it. Check your active sessions, then \
         sign in again."
    );
    assert!(error.is_timeout());
    assert_eq!((clock.monotonic() - start).as_secs(), 60);
    browser.await.unwrap();
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c2_a_callback_near_the_end_of_the_login_does_not_lengthen_it() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(10))).await;
    let waiting = Waiting::start_with(setup, |_| {}).await;
    let (url, clock) = (waiting.callback(), waiting.setup.clock.clone());
    let start = clock.monotonic();
    let browser = tokio::spawn(async move { harmont_auth_test_server::visit("GET", &url).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    assert!(waiting.error().await.to_string().starts_with("You approved"));
    assert_eq!((clock.monotonic() - start).as_secs(), 10);
    browser.await.unwrap();
}

#[tokio::test]
async fn c3_without_a_callback_the_login_ends_by_polling_within_one_interval() {
    let waiting = Waiting::start().await;
    waiting.approve().await;
    let interval = waiting.setup.clock.tick().await;
    assert!(interval >= Duration::from_secs(2) && interval <= Duration::from_millis(2500), "{interval:?}");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn c4_without_an_approval_the_login_times_out_and_frees_its_port() {
    let setup = setup_with(|builder| builder.login_timeout(Duration::from_secs(120))).await;
    let mut login = setup.client.login().await.unwrap();
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert!(error.is_timeout());
    assert!(!error.is_outcome_unknown());
    assert_eq!(
        error.to_string(),
        "Sign-in timed out: it wasn't approved within 2 minutes. Run the command again."
    );
    let calls = setup.server.calls("cliClaim");
    assert!((49..=61).contains(&calls), "{calls} calls in 120 s");
    if cfg!(feature = "loopback") {
        port_is_free(&parameter(login.url(), "port")).await;
    }
}

#[tokio::test]
async fn c7_the_login_waits_for_a_server_that_is_not_up_yet() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let Setup { server, clock, .. } = setup;
    let port: u16 = server.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(server);
    let events = record_events(&mut login);
    let url = login.url().to_owned();
    let wait = tokio::spawn(async move { login.wait().await });
    clock.tick().await;
    let expected = format!("Can't reach 127.0.0.1:{port} (connection refused); retrying in 5 s");
    assert_eq!(*events.lock().unwrap().last().unwrap(), expected);
    let server = TestServer::start_on(port, Arc::new(clock.clone())).await.unwrap();
    harmont_auth_test_server::visit("POST", &url).await.unwrap();
    let session = passing_time(&clock, wait).await.unwrap().unwrap();
    assert!(server.is_signed_in(session.token().expose_secret()));
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn c12_two_logins_side_by_side_do_not_mix() {
    let (one, two) = (Waiting::start().await, Waiting::start().await);
    // The state of one does not complete the other.
    let mixed = one.callback().replace(&parameter(&one.url, "state"), &parameter(&two.url, "state"));
    assert_eq!(harmont_auth_test_server::visit("GET", &mixed).await.unwrap().status, 400);
    harmont_auth_test_server::click(&two.url).await.unwrap();
    two.assert_signed_in().await;
    assert!(one.error().await.is_timeout());
}

#[tokio::test]
async fn an_approval_before_the_wait_is_claimed_at_once() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    setup.assert_signed_in(&login.wait().await.unwrap());
}

#[test]
fn a_login_can_wait_in_any_task() {
    fn assert_send<T: Send>(_: impl FnOnce(harmont_auth::Client, &'static mut Login) -> T) {}
    assert_send(|client, _| async move { client.login().await });
    assert_send(|_, login| login.wait());
}

#[cfg(feature = "loopback")]
#[tokio::test]
async fn the_login_emits_its_progress() {
    let setup = setup().await;
    let mut events = None;
    setup.server.fail_next("cliClaim", Fault::reply(503));
    let host = crate::support::host(&setup.server).to_owned();
    let waiting = Waiting::start_with(setup, |login| events = Some(record_events(login))).await;
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    for _ in 0..2 {
        harmont_auth_test_server::visit("GET", &waiting.address("/callback?state=forged")).await.unwrap();
        // At most one event per second tells of those.
        waiting.setup.clock.advance(Duration::from_secs(1));
    }
    let mut tls = waiting.connect().await;
    tokio::io::AsyncWriteExt::write_all(&mut tls, b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    let _ = tokio::io::AsyncReadExt::read(&mut tls, &mut [0]).await;
    harmont_auth_test_server::click(&waiting.url).await.unwrap();
    waiting.assert_signed_in().await;

    let events = events.unwrap().lock().unwrap().clone();
    let fault = format!("{host} had an error (status 503, request req_000001); retrying in 5 s");
    let expected = [
        "Waiting for you to approve in the browser...",
        &fault,
        "Waiting for you to approve in the browser...",
        "Ignored a callback that doesn't belong to this sign-in (2 so far)",
        "Your browser only allows HTTPS, so it can't report back here; checking with the server instead",
        "Approved. Signing in...",
        "Signed in. Finishing up...",
    ];
    let events: Vec<&str> =
        events.iter().map(String::as_str).filter(|it| !it.contains("(1 so far)")).collect();
    assert_eq!(events, expected);
}

#[cfg(not(feature = "loopback"))]
#[tokio::test]
async fn without_the_listener_the_url_has_a_port_that_no_program_can_listen_on() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    assert_eq!(parameter(login.url(), "port"), "1");
    assert!(harmont_auth_test_server::click(login.url()).await.is_err(), "nothing listens there");
    setup.assert_signed_in(&login.wait().await.unwrap());
}
