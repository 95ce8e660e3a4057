//! From the click to the session, with the browser's way back and without it; the requests of a login that waits; and
//! the memory of a client that is sent too much, beside a call by hand.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use harmont_auth::clock::Clock;
use harmont_auth::{Client, Login, LoginEvent, Nonce, Session};
use harmont_auth_test_server::{TestClock, TestServer, visit};

const LOGINS: usize = 200;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let (Some("memory"), Some(client), Some(url)) =
        (arguments.next().as_deref(), arguments.next(), arguments.next())
    {
        return runtime.block_on(call_and_print_memory(&client, &url));
    }
    println!("from the click to the session, {LOGINS} logins");
    let mut times: Vec<_> = (0..LOGINS).map(|_| runtime.block_on(hand_off(true, Duration::ZERO))).collect();
    print("with the callback", &mut times);
    let mut times = runtime.block_on(async {
        // At once, since each takes seconds; each begins at another moment between two polls.
        let logins: Vec<_> = (0..LOGINS)
            .map(|number| tokio::spawn(hand_off(false, Duration::from_millis(13 * number as u64))))
            .collect();
        let mut times = Vec::new();
        for login in logins {
            times.push(login.await.unwrap());
        }
        times
    });
    print("by polling alone", &mut times);

    let counts: Vec<_> = (0..20).map(|_| runtime.block_on(requests_in_a_minute())).collect();
    let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    println!("requests of a login that is approved after 60 s: {least} to {most}");

    println!("peak memory of a process that asks for a token and is sent 1 GiB");
    for client in ["harmont-auth", "reqwest"] {
        println!("  {client}: {} MiB", memory(client));
    }
}

fn print(name: &str, times: &mut [Duration]) {
    times.sort();
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("  {name}: median {median:.2?}, p99 {p99:.2?}");
}

/// A server, the user's session in its web app, and a login that has asked once.
async fn login(server: &TestServer, client: &Client) -> (Session, Nonce, Login) {
    let login = client.login().await.unwrap();
    let nonce = parameter(&login, "nonce").parse().unwrap();
    (client.session(server.session_token().parse().unwrap()), nonce, login)
}

fn parameter(login: &Login, name: &str) -> String {
    let (_, rest) = login.url().split_once(&format!("{name}=")).unwrap();
    rest.split('&').next().unwrap().to_owned()
}

/// Measures from the transfer's response to the event that reports the session.
async fn hand_off(comes_back: bool, before: Duration) -> Duration {
    let server = TestServer::start().await.unwrap();
    let client = Client::builder().base_url(server.url()).build().unwrap();
    let (web, nonce, mut login) = login(&server, &client).await;
    let callback = format!(
        "http://localhost:{}/callback?state={}",
        parameter(&login, "port"),
        parameter(&login, "state")
    );
    // After this, a wait may still give the browser a moment to come back.
    let (told, signed_in) = std::sync::mpsc::channel();
    login.on_event(move |event| {
        if let LoginEvent::SignedIn = event {
            told.send(Instant::now()).unwrap();
        }
    });
    let wait = tokio::spawn(async move { login.wait().await });
    server.called("cliClaim", 1).await;
    tokio::time::sleep(before).await;
    web.transfer_token(&nonce).await.unwrap();
    let click = Instant::now();
    if comes_back {
        visit("GET", &callback).await.unwrap();
    }
    wait.await.unwrap().unwrap();
    signed_in.recv().unwrap() - click
}

/// Counts the requests of a login whose user takes a minute, on a clock that a test moves.
async fn requests_in_a_minute() -> usize {
    let clock = TestClock::new();
    let server = TestServer::start_on(0, Arc::new(clock.clone())).await.unwrap();
    let client = Client::builder().base_url(server.url()).clock(Arc::new(clock.clone())).build().unwrap();
    let (web, nonce, mut login) = login(&server, &client).await;
    let mut wait = tokio::spawn(async move { login.wait().await });
    let start = clock.monotonic();
    while clock.monotonic() - start < Duration::from_secs(60) {
        clock.tick().await;
    }
    web.transfer_token(&nonce).await.unwrap();
    loop {
        tokio::select! {
            _ = &mut wait => break,
            _ = clock.tick() => {}
        }
    }
    server.calls("cliClaim")
}

/// Serves 1 GiB to a process of its own, and returns its peak memory in MiB.
fn memory(client: &str) -> u64 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let chunk = vec![b'x'; 1 << 20];
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            1u64 << 30
        );
        stream.write_all(head.as_bytes()).unwrap();
        // The client may have seen enough.
        let _ = (0..1024).try_for_each(|_| stream.write_all(&chunk));
    });
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args(["memory", client, &url]).output().unwrap();
    server.join().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

async fn call_and_print_memory(client: &str, url: &str) {
    match client {
        "reqwest" => {
            let response = reqwest::Client::new().post(url).send().await.unwrap();
            response.json::<serde_json::Value>().await.unwrap_err();
        }
        _ => {
            let client = Client::builder().base_url(url).build().unwrap();
            client.redeem_code("K7P2QR9MX3WZ4NTV".parse().unwrap()).await.unwrap_err();
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", peak.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024);
}
