//! The pages of the listener, and how long a login and a browser wait for each other.

use std::time::Duration;

use crate::support::{Waiting, assert_title, parameter, port_is_free, setup, setup_with, wait_for_sleepers};
use harmont_auth::LoginEvent;
use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, visit};

#[tokio::test]
async fn l12_a_page_is_static_and_locked_down() {
    let waiting = Waiting::start().await;
    let forged = visit("GET", &waiting.address("/callback?state=%3Cscript%3E&name=Eve")).await.unwrap();
    let true_one = visit("GET", &waiting.approve().await).await.unwrap();
    for page in [forged, true_one] {
        for of_the_request in ["script", "Eve", parameter(&waiting.url, "state").as_str()] {
            assert!(!page.text.contains(of_the_request), "{}", page.text);
        }
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(
            page.headers["content-security-policy"],
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        );
    }
}

#[tokio::test]
async fn l12_the_page_says_signed_in_only_once_the_claim_has_succeeded() {
    let waiting = Waiting::start().await;
    let location = waiting.approve().await;
    waiting.setup.server.fail_next("cliClaim", Fault::reply(503));
    let browser = tokio::spawn(async move { visit("GET", &location).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    assert!(!browser.is_finished(), "nothing is known yet");
    waiting.setup.clock.tick_within(Duration::from_secs(9)).await;
    assert_title(&browser.await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l12_the_page_reports_a_failed_claim() {
    let waiting = Waiting::start().await;
    waiting.setup.server.fail_next("cliClaim", Fault::reply(403));
    assert_title(&visit("GET", &waiting.callback()).await.unwrap(), "Sign-in failed");
    assert!(waiting.wait.await.unwrap().is_err());
}

#[tokio::test]
async fn l12_a_response_is_held_for_ten_seconds_and_then_sent_without_an_outcome() {
    let waiting = Waiting::start().await;
    let url = waiting.callback();
    let browser = tokio::spawn(async move { visit("GET", &url).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    let (clock, start) = (waiting.setup.clock.clone(), waiting.setup.clock.monotonic());
    let page = waiting.setup.passing_time(browser).await.unwrap();
    assert_title(&page, "Almost done");
    let held = clock.monotonic() - start;
    assert!(held >= Duration::from_secs(10) && held < Duration::from_secs(13), "{held:?}");
}

#[tokio::test]
async fn a_browser_that_comes_back_after_a_poll_was_faster_is_not_refused() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(login.url(), "port"), parameter(login.url(), "state"));
    setup.approve_elsewhere(&login).await;
    login.wait().await.unwrap();
    drop(login);
    let page = visit("GET", &format!("http://127.0.0.1:{port}/callback?state={state}")).await.unwrap();
    assert_title(&page, "Signed in");
    setup.clock.tick().await;
    port_is_free(&port).await;
}

/// Starts a login with a grace period of a second. A poll finds the token before the callback arrives.
async fn polled(event: impl FnMut(LoginEvent<'_>) + Send + Sync + 'static) -> Waiting {
    let setup = setup_with(|builder| builder.browser_grace(Duration::from_secs(1))).await;
    let waiting = Waiting::start_with(setup, |login| login.on_event(event)).await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    wait_for_sleepers(&waiting.setup.clock, 1).await;
    waiting
}

#[tokio::test]
async fn l13_a_browser_that_comes_back_after_a_poll_was_faster_gets_its_page_before_the_wait_returns() {
    let (sender, events) = std::sync::mpsc::channel();
    let waiting = polled(move |event| sender.send(matches!(event, LoginEvent::SignedIn)).unwrap()).await;
    // The tool has already received the event, while the login waits for the callback.
    assert_eq!(events.try_iter().filter(|is_signed_in| *is_signed_in).count(), 1);
    assert!(!waiting.wait.is_finished());
    // The clock stands still, so only the callback ends the wait.
    assert_title(&visit("GET", &waiting.callback()).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l13_a_browser_that_never_comes_back_is_waited_for_no_longer_than_the_grace_period() {
    let waiting = polled(|_| {}).await;
    assert_eq!(waiting.setup.clock.tick().await, Duration::from_secs(1));
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l13_after_a_callback_there_is_no_grace_period() {
    let setup = setup_with(|builder| builder.browser_grace(Duration::from_secs(1))).await;
    let waiting = Waiting::start_with(setup, |_| {}).await;
    // The clock stands still, so a wait for it would never end.
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l13_a_session_survives_a_wait_that_is_dropped_in_the_grace_period() {
    let setup = setup_with(|builder| builder.browser_grace(Duration::from_secs(1))).await;
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    tokio::select! {
        _ = login.wait() => panic!("it did not wait for the browser"),
        () = wait_for_sleepers(&setup.clock, 1) => {}
    }
    let session = setup.passing_time(login.wait()).await.unwrap();
    setup.assert_signed_in(&session);
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[tokio::test]
async fn l12_a_second_wait_after_an_error_has_its_own_page() {
    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::reply(403));
    let mut login = setup.client.login().await.unwrap();
    login.wait().await.unwrap_err();
    let url = login.url().to_owned();
    let wait = tokio::spawn(async move { login.wait().await });
    setup.server.called("cliClaim", 2).await;
    let page = harmont_auth_test_server::click(&url).await.unwrap();
    assert!(page.text.contains("<title>Signed in</title>"), "{}", page.text);
    setup.assert_signed_in(&wait.await.unwrap().unwrap());
}

#[tokio::test]
async fn l12_a_held_response_is_sent_when_the_login_is_dropped() {
    let waiting = Waiting::start().await;
    let url = waiting.callback();
    let browser = tokio::spawn(async move { visit("GET", &url).await });
    waiting.setup.server.called("cliClaim", 2).await;
    waiting.wait.abort();
    waiting.wait.await.unwrap_err();
    let page = browser.await.unwrap().unwrap();
    assert!(page.text.contains("<title>Sign-in failed</title>"), "{}", page.text);
}
