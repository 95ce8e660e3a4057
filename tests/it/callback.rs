//! The local listener: what completes a login, what does not, and what the browser gets to see.

use std::time::Duration;

use crate::support::{Waiting, parameter, port_is_free, setup, setup_with};
use harmont_auth::LoginEvent;
use harmont_auth::clock::Clock;
#[cfg(target_os = "linux")]
use harmont_auth_test_server::TestServer;
use harmont_auth_test_server::{Fault, Page, visit, visit_with};
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
        let url = waiting.address("/callback?state=guessed");
        let page = visit_with("GET", &url, &[("host", host)]).await.unwrap();
        assert_eq!(page.status, 421, "{host}");
    }
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    assert!(waiting.error().await.to_string().ends_with("and were ignored: 5."));
}

#[tokio::test]
async fn l11_a_callback_that_comes_twice_makes_one_claim_and_gets_the_same_page() {
    let waiting = Waiting::start().await;
    // The answer comes late, so that both are held when it does.
    let late = Fault::success().body("{\"token\":\"late\"}").delay(Duration::from_secs(1));
    waiting.setup.server.fail_next("cliClaim", late);
    let location = waiting.approve().await;
    let visits = [visit("GET", &location), visit("GET", &location)];
    let clock = waiting.setup.clock.clone();
    let tick = async {
        while clock.sleepers() < 3 {
            tokio::task::yield_now().await;
        }
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
    assert_title(&visit("GET", &waiting.callback()).await.unwrap(), "Sign-in failed");
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

/// Starts a login with a grace period of a second, whose token a poll finds: the browser has not come back yet.
async fn polled(event: impl FnMut(LoginEvent<'_>) + Send + Sync + 'static) -> Waiting {
    let setup = setup_with(|builder| builder.browser_grace(Duration::from_secs(1))).await;
    let waiting = Waiting::start_with(setup, |login| login.on_event(event)).await;
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    while waiting.setup.clock.sleepers() == 0 {
        tokio::task::yield_now().await;
    }
    waiting
}

#[tokio::test]
async fn l13_a_browser_that_comes_back_after_a_poll_was_faster_gets_its_page_before_the_wait_returns() {
    let (told, heard) = std::sync::mpsc::channel();
    let waiting = polled(move |event| told.send(matches!(event, LoginEvent::SignedIn)).unwrap()).await;
    // The tool knows already, while the login waits for the browser.
    assert_eq!(heard.try_iter().filter(|is_signed_in| *is_signed_in).count(), 1);
    assert!(!waiting.wait.is_finished());
    // The clock stands still, so that only the browser ends the wait.
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
    // The clock stands still, so that a wait for it would never end.
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
        () = async {
            while setup.clock.sleepers() == 0 {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    let session = setup.passing_time(login.wait()).await.unwrap();
    setup.assert_signed_in(&session);
    assert_eq!(setup.server.calls("cliClaim"), 1);
}

#[tokio::test]
async fn l15_the_right_state_under_another_host_or_port_is_no_callback_and_counted_apart() {
    let (told, heard) = std::sync::mpsc::channel();
    let tell = move |event: LoginEvent<'_>| told.send(event.to_string()).unwrap();
    let waiting = Waiting::start_with(setup().await, |login| login.on_event(tell)).await;
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
        heard.iter().filter(|it| it.contains("callback") || it.contains("forwarded")).collect();
    assert_eq!(
        events,
        [
            "The browser came back over a forwarded address, which can't be confirmed here; checking with the server instead"
        ]
    );
}

#[tokio::test]
async fn l15_the_timeout_tells_of_a_forwarded_address() {
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
    while waiting.setup.clock.sleepers() < 2 {
        tokio::task::yield_now().await;
    }
    // The clock stands still, so that only the second visit can wake it.
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
    // More than the 60 seconds after the first visit have passed.
    waiting.approve().await;
    let session = waiting.setup.passing_time(waiting.wait).await.unwrap();
    assert!(session.is_ok());
}

#[tokio::test]
async fn l16_a_flood_of_forged_callbacks_makes_one_event_per_second() {
    let (told, heard) = std::sync::mpsc::channel();
    let tell = move |event: LoginEvent<'_>| {
        if let LoginEvent::CallbackRejected { total } = event {
            told.send(total).unwrap();
        }
    };
    let waiting = Waiting::start_with(setup().await, |login| login.on_event(tell)).await;
    let forged = waiting.address("/callback?state=forged");
    for _ in 0..2 {
        for _ in 0..500 {
            visit("GET", &forged).await.unwrap();
        }
        waiting.setup.clock.advance(Duration::from_secs(1));
    }
    // The next poll tells how many there are by now.
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    waiting.setup.clock.tick().await;
    waiting.wait.abort();
    assert!(waiting.wait.await.unwrap_err().is_cancelled());
    let totals: Vec<u32> = heard.iter().collect();
    assert_eq!(totals.len(), 3, "{totals:?}");
    assert_eq!((totals[0], totals[2]), (1, 1000), "{totals:?}");
}

#[tokio::test]
async fn l16_a_callback_with_20_kb_of_cookies_completes_and_a_larger_head_gets_a_page() {
    let waiting = Waiting::start().await;
    let cookies = |size| format!("a={}", "x".repeat(size));
    let page = visit_with("GET", &waiting.callback(), &[("cookie", &cookies(70 << 10))]).await.unwrap();
    assert_eq!(page.status, 431);
    assert_title(&page, "Request too large");
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);

    let location = waiting.approve().await;
    let page = visit_with("GET", &location, &[("cookie", &cookies(20 << 10))]).await.unwrap();
    assert_title(&page, "Signed in");
    waiting.assert_signed_in().await;
}

/// The lines are for the parent: the address of the login, then whether it has signed in.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs in a child process of the test below"]
async fn child_with_few_descriptors() {
    let client = harmont_auth::Client::from_env().unwrap();
    let mut login = client.login().await.unwrap();
    println!("login: {}", login.url());
    // The parent takes all descriptors first.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    login.wait().await.unwrap();
    println!("signed in");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn l14_a_callback_gets_in_where_idle_connections_hold_all_descriptors() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::process::{Command, Stdio};

    let server = TestServer::start().await.unwrap();
    let mut tool = Command::new("sh")
        .args([
            "-c",
            "ulimit -n 40; exec \"$0\" --exact callback::child_with_few_descriptors --ignored --nocapture",
        ])
        .arg(std::env::current_exe().unwrap())
        .env("HM_API_URL", server.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(tool.stdout.take().unwrap()).lines().map(Result::unwrap);
    let url = lines.find_map(|line| Some(line.split_once("login: ")?.1.to_owned())).unwrap();
    let port = parameter(&url, "port");
    let idle: Vec<_> = (0..100).map(|_| TcpStream::connect(format!("127.0.0.1:{port}")).unwrap()).collect();
    // What is over the cap is hung up on.
    let mut oldest = &idle[0];
    oldest.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    assert_eq!(oldest.read(&mut [0]).unwrap_or_default(), 0);
    // The first poll connects all the same.
    tool.stdin.take().unwrap().write_all(b"\n").unwrap();
    let poll = tokio::time::timeout(Duration::from_secs(2), server.called("cliClaim", 1)).await;
    let location = visit("POST", &url).await.unwrap().location.unwrap();
    let page = tokio::time::timeout(Duration::from_secs(1), visit("GET", &location)).await;
    let is_signed_in = poll.is_ok() && page.is_ok() && lines.any(|line| line.contains("signed in"));
    if !is_signed_in {
        tool.kill().unwrap();
    }
    tool.wait().unwrap();
    poll.expect("the first poll failed");
    assert_title(&page.expect("it took more than a second").unwrap(), "Signed in");
    assert!(is_signed_in);
    drop(idle);
}
