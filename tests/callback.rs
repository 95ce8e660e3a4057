//! The local listener: what completes a login, what does not, and what the browser gets to see.

#![cfg(feature = "loopback")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use harmont_auth::clock::Clock;
use harmont_auth_test_server::{Fault, Page, visit, visit_with};
use support::{Waiting, parameter, port_is_free, setup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn assert_title(page: &Page, title: &str) {
    assert!(page.text.contains(&format!("<title>{title}</title>")), "{}", page.text);
}

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
        "Sign-in timed out: it wasn't approved within 5 minutes. Run the command again. Callbacks that didn't belong to \
         this sign-in and were ignored: 8."
    );
}

#[tokio::test]
async fn l6_a_thousand_forged_callbacks_do_not_keep_the_true_one_out() {
    let waiting = Waiting::start().await;
    for number in 0..1000 {
        let query = if number % 2 == 0 { format!("state={number:064}") } else { format!("error={number}") };
        let page = visit("GET", &waiting.address(&format!("/callback?{query}"))).await.unwrap();
        assert_eq!(page.status, 400);
    }
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
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
    // The clock stands still, so that only a callback could have made it ask again.
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l8_the_true_callback_is_answered_in_a_second_while_200_hostile_connections_are_open() {
    let waiting = Waiting::start().await;
    let mut hostile = Vec::new();
    for number in 0..200 {
        let mut stream = waiting.connect().await;
        // Idle, in the middle of a line, and in the middle of a long header: nothing that could be refused yet.
        let bytes = match number % 3 {
            0 => String::new(),
            1 => "GET /callback?st".to_owned(),
            _ => format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(8 << 10)),
        };
        // The listener may have hung up on it already.
        let _ = stream.write_all(bytes.as_bytes()).await;
        hostile.push(stream);
    }
    // Not all of them were kept: the oldest had to go.
    let gone = tokio::time::timeout(Duration::from_secs(1), hostile[0].read(&mut [0])).await;
    assert_eq!(gone.expect("it is still open").unwrap_or_default(), 0);
    let location = waiting.approve().await;
    let page = tokio::time::timeout(Duration::from_secs(1), visit("GET", &location)).await;
    assert_title(&page.expect("it took more than a second").unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l8_a_connection_of_one_byte_at_a_time_is_in_nobodys_way() {
    let waiting = Waiting::start().await;
    let mut slow = waiting.connect().await;
    for byte in b"GET /callback?state=" {
        slow.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l8_a_header_of_64_kib_is_refused() {
    let waiting = Waiting::start().await;
    let header = "x".repeat(64 << 10);
    let refused = visit_with("GET", &waiting.callback(), &[("x-long", &header)]).await;
    assert!(refused.is_err() || refused.is_ok_and(|page| page.status == 431));
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert_title(&visit("GET", &waiting.approve().await).await.unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[test]
fn l8_a_callback_before_a_burst_is_read_before_anything_is_dropped() {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let waiting = runtime.block_on(Waiting::start());
    let port = parameter(&waiting.url, "port");
    let connect = |host: &str| TcpStream::connect(format!("{host}:{port}")).unwrap();
    // The runtime stands still meanwhile, so that all of them are accepted at once.
    let mut first = connect("127.0.0.1");
    write!(first, "GET /callback?state=wrong HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").unwrap();
    let burst: Vec<_> = (0..200).map(|number| connect(["127.0.0.1", "[::1]"][number % 2])).collect();
    let answer = std::thread::spawn(move || {
        let mut answer = String::new();
        first.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        first.read_to_string(&mut answer).map(|_| answer)
    });
    runtime.block_on(async {
        while !answer.is_finished() {
            tokio::task::yield_now().await;
        }
    });
    assert!(answer.join().unwrap().unwrap().starts_with("HTTP/1.1 400"));
    drop(burst);
}

#[tokio::test]
async fn l8_a_browser_that_closes_its_side_at_once_is_heard() {
    let waiting = Waiting::start().await;
    waiting.approve().await;
    let mut stream = waiting.connect().await;
    let (port, state) = (parameter(&waiting.url, "port"), parameter(&waiting.url, "state"));
    let head = format!("GET /callback?state={state} HTTP/1.1\r\nHost: LOCALHOST:{port}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("<title>Signed in</title>"), "{answer}");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l9_a_browser_that_insists_on_https_is_counted_and_polling_goes_on() {
    let waiting = Waiting::start().await;
    let mut stream = waiting.connect().await;
    // The head of a TLS record with a ClientHello.
    stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.unwrap();
    let mut answer = Vec::new();
    // It hangs up, with a reset, since it has not read all.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
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
        let page = visit_with("GET", &waiting.callback(), &[("host", host)]).await.unwrap();
        assert_eq!(page.status, 421, "{host}");
    }
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert!(waiting.error().await.to_string().ends_with("and were ignored: 5."));
}

#[tokio::test]
async fn l11_a_callback_that_comes_twice_makes_one_claim_and_gets_the_same_page() {
    let waiting = Waiting::start().await;
    // The claim fails at first, so that both are held when it succeeds.
    waiting.setup.server.fail_next("cliClaim", Fault::reply(503));
    let location = waiting.approve().await;
    let visits = [visit("GET", &location), visit("GET", &location)];
    let clock = waiting.setup.clock.clone();
    let tick = async {
        while clock.sleepers() < 3 {
            tokio::task::yield_now().await;
        }
        clock.tick_within(Duration::from_secs(9)).await
    };
    let (pages, _) = tokio::join!(futures_util::future::try_join_all(visits), tick);
    let pages = pages.unwrap();
    assert_title(&pages[0], "Signed in");
    assert_eq!(pages[0].text, pages[1].text);
    assert_eq!(waiting.setup.server.calls("cliClaim"), 3, "one before, one that failed, and one more");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l12_a_page_is_static_and_may_do_nothing() {
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
async fn l12_the_page_says_so_when_the_claim_fails() {
    let waiting = Waiting::start().await;
    waiting.setup.server.fail_next("cliClaim", Fault::reply(403));
    assert_title(&visit("GET", &waiting.callback()).await.unwrap(), "Not signed in");
    assert!(waiting.wait.await.unwrap().is_err());
}

#[tokio::test]
async fn l12_a_browser_is_held_for_ten_seconds_and_then_told_that_nothing_is_known() {
    let waiting = Waiting::start().await;
    let url = waiting.callback();
    let browser = tokio::spawn(async move { visit("GET", &url).await.unwrap() });
    waiting.setup.server.called("cliClaim", 2).await;
    let (clock, start) = (waiting.setup.clock.clone(), waiting.setup.clock.monotonic());
    let page = waiting.setup.passing_time(browser).await.unwrap();
    assert_title(&page, "Almost there");
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
