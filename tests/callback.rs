//! The local listener: what completes a login, what does not, and what the browser gets to see.

#![cfg(feature = "loopback")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, click, visit, visit_with};
use support::{parameter, setup};

#[tokio::test]
async fn a_click_signs_in_without_waiting_for_the_next_poll() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let url = login.url().to_owned();
    let waiting = tokio::spawn(async move { login.wait().await });
    setup.server.called("cliClaim", 1).await;
    // The clock stands still: only the callback can wake the login up.
    let page = click(&url).await.unwrap();
    setup.assert_signed_in(&waiting.await.unwrap().unwrap());
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<title>Signed in</title>"), "{}", page.text);
}

#[tokio::test]
async fn both_loopback_addresses_listen_on_the_port_of_the_url() {
    let setup = setup().await;
    let login = setup.client.login().await.unwrap();
    let port = parameter(&login, "port");
    for host in ["127.0.0.1", "[::1]"] {
        let page = visit("GET", &format!("http://{host}:{port}/callback?state=wrong")).await.unwrap();
        assert_eq!(page.status, 400, "{host}");
    }
}

#[tokio::test]
async fn a_callback_with_a_wrong_state_is_refused_and_counted() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(&login, "port"), parameter(&login, "state"));
    let forged = ["", "?state=", "?state=wrong", &format!("?state={state}&state={state}"), "?error=denied"];
    for query in forged {
        let page = visit("GET", &format!("http://127.0.0.1:{port}/callback{query}")).await.unwrap();
        assert_eq!(page.status, 400, "{query}");
        assert!(!page.text.contains(&state));
    }
    let error = setup.passing_time(login.wait()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "nobody approved the login in time; sign in again; callbacks with a wrong state were refused: 5"
    );
}

#[tokio::test]
async fn only_a_get_of_the_callback_completes() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(&login, "port"), parameter(&login, "state"));
    let waiting = tokio::spawn(async move { login.wait().await });
    setup.server.called("cliClaim", 1).await;
    let right = format!("/callback?state={state}");
    for (method, path, headers, status) in [
        ("GET", "/favicon.ico", &[][..], 404),
        ("GET", &format!("/callbackX?state={state}"), &[], 404),
        ("HEAD", &right, &[], 405),
        ("OPTIONS", &right, &[], 405),
        ("POST", &right, &[], 405),
        ("GET", &right, &[("sec-purpose", "prefetch;prerender")], 503),
        ("GET", &right, &[("host", "rebound.example")], 421),
    ] {
        let page = visit_with(method, &format!("http://127.0.0.1:{port}{path}"), headers).await.unwrap();
        assert_eq!(page.status, status, "{method} {path} {headers:?}");
    }
    // The clock stands still, so that only a callback could have made it ask again.
    assert_eq!(setup.server.calls("cliClaim"), 1);
    waiting.abort();
}

#[tokio::test]
async fn a_page_of_the_listener_is_static_and_may_do_nothing() {
    let setup = setup().await;
    let login = setup.client.login().await.unwrap();
    let port = parameter(&login, "port");
    let page = visit("GET", &format!("http://127.0.0.1:{port}/callback?state=%3Cscript%3E")).await.unwrap();
    assert!(!page.text.contains("script"));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn the_page_says_so_when_the_claim_fails() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(&login, "port"), parameter(&login, "state"));
    let waiting = tokio::spawn(async move { (login.wait().await, login) });
    setup.server.called("cliClaim", 1).await;
    setup.server.fail_next("cliClaim", Fault::reply(403));
    let page = visit("GET", &format!("http://127.0.0.1:{port}/callback?state={state}")).await.unwrap();
    assert!(page.text.contains("<title>Not signed in</title>"), "{}", page.text);
    assert!(waiting.await.unwrap().0.is_err());
}

#[tokio::test]
async fn a_browser_that_came_back_to_nothing_has_its_own_error_after_60_seconds() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(&login, "port"), parameter(&login, "state"));
    let url = format!("http://127.0.0.1:{port}/callback?state={state}");
    let waiting = tokio::spawn(async move { login.wait().await });
    setup.server.called("cliClaim", 1).await;
    let browser = tokio::spawn(async move { visit("GET", &url).await.unwrap() });
    setup.server.called("cliClaim", 2).await;
    let start = setup.clock.monotonic();
    let error = setup.passing_time(waiting).await.unwrap().unwrap_err();
    assert!(
        error.to_string().starts_with("the browser came back, but there is no token to claim"),
        "{error}"
    );
    assert_eq!((setup.clock.monotonic() - start).as_secs(), 60);
    // It was held for ten seconds, in which nothing was known.
    assert!(browser.await.unwrap().text.contains("<title>Almost there</title>"));
}

#[tokio::test]
async fn a_browser_that_comes_back_after_a_poll_was_faster_is_not_refused() {
    let setup = setup().await;
    let mut login = setup.client.login().await.unwrap();
    let (port, state) = (parameter(&login, "port"), parameter(&login, "state"));
    setup.approve_elsewhere(&login).await;
    login.wait().await.unwrap();
    drop(login);
    let page = visit("GET", &format!("http://127.0.0.1:{port}/callback?state={state}")).await.unwrap();
    assert!(page.text.contains("<title>Signed in</title>"), "{}", page.text);
    setup.clock.tick().await;
    while std::net::TcpListener::bind(format!("127.0.0.1:{port}")).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_dropped_login_frees_its_port() {
    let setup = setup().await;
    let login = setup.client.login().await.unwrap();
    let port: u16 = parameter(&login, "port").parse().unwrap();
    drop(login);
    while std::net::TcpListener::bind(("127.0.0.1", port)).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn two_logins_side_by_side_do_not_mix() {
    let setup = setup().await;
    let (mut one, mut two) = (setup.client.login().await.unwrap(), setup.client.login().await.unwrap());
    let url = two.url().to_owned();
    let clicking = tokio::spawn(async move { click(&url).await.unwrap() });
    let session = setup.passing_time(two.wait()).await.unwrap();
    setup.assert_signed_in(&session);
    clicking.await.unwrap();
    let error = setup.passing_time(one.wait()).await.unwrap_err();
    assert!(error.is_timeout());
}
