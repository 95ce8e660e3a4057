//! Hostile input to the listener, which must not prevent a login.

use std::time::Duration;

use crate::support::{Waiting, assert_title, parameter, setup};
use harmont_auth::LoginEvent;
#[cfg(target_os = "linux")]
use harmont_auth_test_server::TestServer;
use harmont_auth_test_server::{visit, visit_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn l6_a_thousand_forged_callbacks_do_not_prevent_the_real_one() {
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
async fn l8_the_callback_gets_its_page_within_a_second_despite_200_hostile_connections() {
    let waiting = Waiting::start().await;
    let mut hostile = Vec::new();
    for number in 0..200 {
        let mut stream = waiting.connect().await;
        // Idle, in the middle of a line, and in the middle of a long header: not yet invalid.
        let bytes = match number % 3 {
            0 => String::new(),
            1 => "GET /callback?st".to_owned(),
            _ => format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(8 << 10)),
        };
        // The listener may have closed it already.
        let _ = stream.write_all(bytes.as_bytes()).await;
        hostile.push(stream);
    }
    // Above the cap, the oldest connection was dropped.
    let gone = tokio::time::timeout(Duration::from_secs(1), hostile[0].read(&mut [0])).await;
    assert_eq!(gone.expect("it is still open").unwrap_or_default(), 0);
    let location = waiting.approve().await;
    let page = tokio::time::timeout(Duration::from_secs(1), visit("GET", &location)).await;
    assert_title(&page.expect("it took more than a second").unwrap(), "Signed in");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l8_a_connection_of_one_byte_at_a_time_delays_no_one() {
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
    // The runtime does not run meanwhile, so it then accepts all of them at once.
    let mut first = connect("127.0.0.1");
    write!(first, "GET /callback?state=wrong HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").unwrap();
    let burst: Vec<_> = (0..200).map(|number| connect(["127.0.0.1", "[::1]"][number % 2])).collect();
    let response = std::thread::spawn(move || {
        let mut response = String::new();
        first.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        first.read_to_string(&mut response).map(|_| response)
    });
    runtime.block_on(async {
        while !response.is_finished() {
            tokio::task::yield_now().await;
        }
    });
    assert!(response.join().unwrap().unwrap().starts_with("HTTP/1.1 400"));
    drop(burst);
}

#[tokio::test]
async fn l8_a_callback_is_read_after_the_browser_closed_its_side() {
    let waiting = Waiting::start().await;
    waiting.approve().await;
    let mut stream = waiting.connect().await;
    let (port, state) = (parameter(&waiting.url, "port"), parameter(&waiting.url, "state"));
    let head = format!("GET /callback?state={state} HTTP/1.1\r\nHost: LOCALHOST:{port}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.contains("<title>Signed in</title>"), "{response}");
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn l16_a_flood_of_forged_callbacks_makes_one_event_per_second() {
    let (sender, events) = std::sync::mpsc::channel();
    let send = move |event: LoginEvent<'_>| {
        if let LoginEvent::CallbackRejected { total } = event {
            sender.send(total).unwrap();
        }
    };
    let waiting = Waiting::start_with(setup().await, |login| login.on_event(send)).await;
    let forged = waiting.address("/callback?state=forged");
    for _ in 0..2 {
        for _ in 0..500 {
            visit("GET", &forged).await.unwrap();
        }
        waiting.setup.clock.advance(Duration::from_secs(1));
    }
    // The next poll emits the current total.
    waiting.setup.clock.tick().await;
    waiting.setup.server.called("cliClaim", 2).await;
    waiting.setup.clock.tick().await;
    waiting.wait.abort();
    assert!(waiting.wait.await.unwrap_err().is_cancelled());
    let totals: Vec<u32> = events.iter().collect();
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

/// Prints two lines for the parent: the URL of the login, and that it signed in.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs in a child process of the test below"]
async fn child_with_few_descriptors() {
    let client = harmont_auth::Client::from_env().unwrap();
    let mut login = client.login().await.unwrap();
    println!("login: {}", login.url());
    // The parent first uses up all file descriptors.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    login.wait().await.unwrap();
    println!("signed in");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn l14_the_callback_arrives_although_idle_connections_hold_all_descriptors() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::process::{Command, Stdio};

    let server = TestServer::start().await.unwrap();
    let mut tool = Command::new("sh")
        .args([
            "-c",
            "ulimit -n 40; exec \"$0\" --exact hostile::child_with_few_descriptors --ignored --nocapture",
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
    // Connections above the cap are closed.
    let mut oldest = &idle[0];
    oldest.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    assert_eq!(oldest.read(&mut [0]).unwrap_or_default(), 0);
    // The first poll connects nevertheless.
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
