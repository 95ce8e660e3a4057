//! The listener: which requests complete a login, and which do not.

use std::time::Duration;

use crate::support::{Waiting, assert_title, parameter, setup, wait_for_sleepers};
use harmont_auth::LoginEvent;
use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, visit, visit_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn come_back_over(host: &str) {
    let waiting = Waiting::start().await;
    let location = waiting.approve().await.replace("localhost", host);
    assert_title(&visit("GET", &location).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l1_callback_over_ipv4() {
    come_back_over("127.0.0.1").await;
}

#[tokio::test]
async fn l1_callback_over_ipv6() {
    come_back_over("[::1]").await;
}

#[tokio::test]
async fn l1_callback_over_the_name_that_the_page_uses() {
    come_back_over("localhost").await;
}

#[tokio::test]
async fn l5_a_wrong_missing_or_doubled_state_is_refused_and_counted() {
    let waiting = Waiting::start().await;
    let state = parameter(&waiting.url, "state");
    let doubled = format!("?state={state}&state={state}");
    let (shorter, longer) = (format!("?state={}", &state[..63]), format!("?state={state}0"));
    let other_name = format!("?State={state}");
    for query in ["", "?state=", "?state=wrong", &doubled, "?error=denied", &other_name, &shorter, &longer] {
        let page = visit("GET", &waiting.address(&format!("/callback{query}"))).await.unwrap();
        assert_eq!(page.status, 400, "{query}");
        assert!(!page.text.contains(&state));
    }
    let error = waiting.error().await;
    assert_eq!(
        error.to_string(),
        "Sign-in timed out: it wasn't approved within 5 minutes. Run the command again. 8 callbacks that didn't belong to \
         this sign-in were ignored."
    );
}

#[tokio::test]
async fn l7_only_a_get_of_the_callback_completes() {
    let waiting = Waiting::start().await;
    let right = format!("/callback?state={}", parameter(&waiting.url, "state"));
    for (method, path, headers, status) in [
        ("GET", "/favicon.ico", &[][..], 404),
        ("GET", &right.replace("callback", "callbackX"), &[], 404),
        ("HEAD", &right, &[], 405),
        ("OPTIONS", &right, &[], 405),
        ("POST", &right, &[], 405),
        ("GET", &right, &[("sec-purpose", "prefetch;prerender")], 503),
    ] {
        let page = visit_with(method, &waiting.address(path), headers).await.unwrap();
        assert_eq!(page.status, status, "{method} {path} {headers:?}");
        let allow = page.headers.get("allow").map(|it| it.to_str().unwrap());
        assert_eq!(allow, (status == 405).then_some("GET"), "{method} {path}");
    }
    // The clock stands still, so only a callback could have caused another poll.
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l9_a_browser_that_only_allows_https_is_counted_and_polling_continues() {
    let waiting = Waiting::start().await;
    let mut stream = waiting.connect().await;
    // The head of a TLS record with a ClientHello.
    stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.unwrap();
    let mut response = Vec::new();
    // The listener closes it with a reset, since it has not read everything.
    let _ = stream.read_to_end(&mut response).await;
    assert!(response.is_empty());
    let error = waiting.error().await;
    assert_eq!(
        error.to_string(),
        "Sign-in timed out: it wasn't approved within 5 minutes. Run the command again. The browser only allows HTTPS, \
         so it couldn't report back here."
    );
}

#[tokio::test]
async fn l10_a_foreign_host_is_refused_and_counted() {
    let waiting = Waiting::start().await;
    let port = parameter(&waiting.url, "port");
    for host in
        ["rebound.example", &format!("rebound.example:{port}"), "localhost", "localhost:1", "127.0.0.2"]
    {
        let url = waiting.address("/callback?state=guessed");
        let page = visit_with("GET", &url, &[("host", host)]).await.unwrap();
        assert_eq!(page.status, 421, "{host}");
    }
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert!(
        waiting
            .error()
            .await
            .to_string()
            .ends_with("5 callbacks that didn't belong to this sign-in were ignored.")
    );
}

#[tokio::test]
async fn l11_a_callback_that_comes_twice_makes_one_claim_and_gets_the_same_page() {
    let waiting = Waiting::start().await;
    // The response is late, so both callbacks are held until then.
    let late = Fault::success().body("{\"token\":\"late\"}").delay(Duration::from_secs(1));
    waiting.setup.server.fail_next("cliClaim", late);
    let location = waiting.approve().await;
    let visits = [visit("GET", &location), visit("GET", &location)];
    let clock = waiting.setup.clock.clone();
    let tick = async {
        wait_for_sleepers(&clock, 3).await;
        clock.tick().await
    };
    let (pages, _) = tokio::join!(futures_util::future::try_join_all(visits), tick);
    let pages = pages.unwrap();
    assert_title(&pages[0], "Signed in");
    assert_eq!(pages[0].text, pages[1].text);
    assert_eq!(waiting.setup.server.calls("cliClaim"), 2, "one before, and one more");
    assert_eq!(waiting.wait.await.unwrap().unwrap().token().expose_secret(), "late");
}

#[tokio::test]
async fn l15_the_right_state_under_another_host_or_port_is_no_callback_and_counted_apart() {
    let (sender, events) = std::sync::mpsc::channel();
    let send = move |event: LoginEvent<'_>| sender.send(event.to_string()).unwrap();
    let waiting = Waiting::start_with(setup().await, |login| login.on_event(send)).await;
    waiting.approve().await;
    for host in ["localhost:1", "name-4000.app.github.dev", "127.0.0.2"] {
        let page = visit_with("GET", &waiting.callback(), &[("host", host)]).await.unwrap();
        assert_eq!(page.status, 421, "{host}");
        assert_title(&page, "Can't confirm here");
        assert!(page.text.contains("If you just approved, check your terminal."), "{}", page.text);
    }
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1, "it does not even wake the login");
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    let events: Vec<String> =
        events.iter().filter(|it| it.contains("callback") || it.contains("forwarded")).collect();
    assert_eq!(
        events,
        [
            "The browser came back over a forwarded address, which can't be confirmed here; checking with the server instead"
        ]
    );
}

#[tokio::test]
async fn l15_the_timeout_reports_a_forwarded_address() {
    let waiting = Waiting::start().await;
    visit_with("GET", &waiting.callback(), &[("host", "localhost:1")]).await.unwrap();
    let text = waiting.error().await.to_string();
    assert!(text.contains("The browser came back over a forwarded address"), "{text}");
    assert!(!text.contains("ignored") && !text.contains("refused"), "{text}");
}

#[tokio::test]
async fn l16_a_second_visit_after_an_early_one_wakes_the_login_again() {
    let waiting = Waiting::start().await;
    let early = waiting.callback();
    let early = tokio::spawn(async move { visit("GET", &early).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    wait_for_sleepers(&waiting.setup.clock, 2).await;
    // The clock stands still, so only the second callback can wake it.
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    assert_title(&early.await.unwrap(), "Signed in");
    assert_eq!(waiting.setup.server.calls("cliClaim"), 3);
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l16_an_early_visit_does_not_shorten_the_time_of_a_later_one() {
    let waiting = Waiting::start().await;
    let (clock, start) = (waiting.setup.clock.clone(), waiting.setup.clock.monotonic());
    let passed = |seconds| clock.monotonic() - start >= Duration::from_secs(seconds);
    for seconds in [50, 100] {
        let url = waiting.callback();
        tokio::spawn(async move { visit("GET", &url).await });
        while !passed(seconds) {
            clock.tick().await;
        }
    }
    // More than 60 seconds have passed since the first callback.
    waiting.approve().await;
    let session = waiting.setup.passing_time(waiting.wait).await.unwrap();
    assert!(session.is_ok());
}
