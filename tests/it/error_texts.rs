//! The text of every kind of error, in `golden/errors.txt`, to be read as a whole. After an intended change, run
//! `BLESS=1 cargo test -p harmont-auth --test it error_texts`.

use std::fmt::Write;
use std::future::pending;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::cause::certificates::served;
use crate::cause::proxies::{behind, proxy};
use crate::support::{Setup, Waiting, call, env_child, passing_time, poll_ready, setup, setup_with};
use harmont_auth::{Client, ClientBuilder, Error, Nonce, PasteCode, Session, SessionToken};
use harmont_auth_test_server::{Fault, TestClock, visit, visit_with};
use reqwest::dns::{Name, Resolve, Resolving};
use similar::TextDiff;

/// The texts so far, a title and a line for each error.
#[derive(Default)]
struct Texts(String);

impl Texts {
    fn section(&mut self, title: &str) {
        writeln!(self.0, "\n# {title}").unwrap();
    }

    /// Adds the text of an error. Ports and the present time differ from run to run, so they are replaced.
    fn add(&mut self, title: &str, error: &impl ToString) {
        let mut text = error.to_string();
        for host in ["127.0.0.1:", "localhost:"] {
            text = replace_after(&text, host, |c| c.is_ascii_digit(), "PORT");
        }
        text = replace_after(&text, "clock says ", |c| c != ')' && c != ';', "NOW");
        writeln!(self.0, "{title}:\n    {text}").unwrap();
    }
}

/// Replaces the characters after each occurrence of `prefix`, as long as `pattern` matches.
fn replace_after(text: &str, prefix: &str, pattern: impl Fn(char) -> bool, replacement: &str) -> String {
    let mut parts = text.split(prefix);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        replaced = replaced + prefix + replacement + part.trim_start_matches(&pattern);
    }
    replaced
}

#[tokio::test]
async fn every_error_text_is_in_the_golden_file() {
    let mut texts = Texts::default();
    invalid_input(&mut texts);
    environment(&mut texts);
    connecting(&mut texts).await;
    responses(&mut texts).await;
    logins(&mut texts).await;
    assert_golden("errors.txt", texts.0.trim_start());
}

/// Compares a text with a golden file. `BLESS=1` in the environment writes the file.
fn assert_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = TextDiff::from_lines(golden.as_str(), text);
    let diff = diff.unified_diff().header(name, "this run").to_string();
    assert!(diff.is_empty(), "{name} differs; if that is intended, run this test with BLESS=1:\n{diff}");
}

fn invalid_input(texts: &mut Texts) {
    texts.section("Invalid input");
    for url in [
        "",
        "https://api example.com",
        "https://user:password@api.example.com",
        "https://api.example.com?query",
        "http://api.example.com",
        "ftp://api.example.com",
    ] {
        let title = format!("base URL {url:?}");
        texts.add(&title, &Client::builder().base_url(url).build().unwrap_err());
    }
    texts.add("app URL", &Client::builder().app_url("app").build().unwrap_err());
    texts.add("user agent", &Client::builder().user_agent("a\nb").build().unwrap_err());
    texts.add("empty token", &"".parse::<SessionToken>().unwrap_err());
    texts.add("token with a space", &"a b".parse::<SessionToken>().unwrap_err());
    texts.add("nonce with a space", &"a b".parse::<Nonce>().unwrap_err());
    for code in ["", "K7P2", "K7P2QR9MX3WZ4NTU"] {
        texts.add(&format!("paste code {code:?}"), &code.parse::<PasteCode>().unwrap_err());
    }
}

#[test]
#[ignore = "runs in a child process of the test above"]
fn child_that_prints_its_error() {
    let session = Session::from_env();
    let error = session.map_or_else(Some, |session| block_on(session.mint_code()).err());
    println!("error: {}", error.map(|error| error.to_string()).unwrap_or_default());
}

/// Runs a future in its own runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn environment(texts: &mut Texts) {
    texts.section("Environment");
    let client = Client::builder().base_url("http://localhost:1").build().unwrap();
    // The future is polled outside of the runtime of this test.
    let outside = std::thread::spawn(move || poll_ready(client.login()).unwrap_err()).join().unwrap();
    texts.add("no runtime", &outside);
    let token = ("HM_API_TOKEN", "token");
    // This file exists, but contains no certificate.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (title, variables) in [
        ("no token", &[][..]),
        ("invalid token", &[("HM_API_TOKEN", "a b")]),
        ("invalid base URL", &[("HM_API_URL", "nonsense"), token]),
        ("no CA certificates", &[("SSL_CERT_FILE", file), token]),
        ("SSL_CERT_FILE", &[("SSL_CERT_FILE", "/nowhere/ca.pem"), token]),
        ("SSL_CERT_DIR", &[("SSL_CERT_DIR", "/nowhere"), token]),
        ("HTTPS_PROXY", &[("HTTPS_PROXY", "quic://proxy.example.com"), token]),
    ] {
        let mut child = env_child("error_texts::child_that_prints_its_error");
        child.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").envs(variables.iter().copied());
        let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
        texts.add(title, &output.lines().find_map(|line| Some(line.split_once("error: ")?.1)).unwrap());
    }
}

/// Mints a code with a client on a clock whose time passes, and returns the error.
async fn mint_error(builder: ClientBuilder) -> Error {
    let clock = TestClock::new();
    let client = builder.clock(std::sync::Arc::new(clock.clone())).build().unwrap();
    let session = client.session("token".parse().unwrap());
    passing_time(&clock, session.mint_code()).await.unwrap_err()
}

/// Finds no host, or never responds.
struct Dns {
    responds: bool,
}

impl Resolve for Dns {
    fn resolve(&self, _: Name) -> Resolving {
        if self.responds { Box::pin(async { Err("no such host".into()) }) } else { Box::pin(pending()) }
    }
}

fn resolved_by(dns: Dns) -> ClientBuilder {
    let http = reqwest::Client::builder().no_proxy().dns_resolver(dns);
    Client::builder().base_url("https://api.example.com").http_client(http)
}

async fn connecting(texts: &mut Texts) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    texts.section("Connecting");
    texts.add("refused", &mint_error(Client::builder().base_url("http://127.0.0.1:1")).await);
    texts.add("unknown host", &mint_error(resolved_by(Dns { responds: true })).await);
    let limit = Duration::from_millis(200);
    texts.add("timeout", &mint_error(resolved_by(Dns { responds: false }).connect_timeout(limit)).await);

    let (builder, _) = served("localhost", |_| {}).await;
    texts.add("untrusted certificate", &mint_error(builder.http_client(reqwest::Client::builder())).await);
    texts.add("certificate of another host", &mint_error(served("other.example", |_| {}).await.0).await);
    let at = |days: u32| SystemTime::UNIX_EPOCH + days * DAY;
    let (builder, _) = served("localhost", |params| {
        params.not_before = at(10_000).into();
        params.not_after = at(20_000).into();
    })
    .await;
    texts.add("expired certificate", &mint_error(builder).await);
    let (builder, _) = served("localhost", |params| {
        params.not_before = at(40_000).into();
        params.not_after = at(50_000).into();
    })
    .await;
    texts.add("future certificate", &mint_error(builder).await);

    for (title, response) in [
        ("proxy that requires credentials", "HTTP/1.1 407 X\r\ncontent-length: 0\r\n\r\n"),
        ("proxy that refuses", "HTTP/1.1 403 X\r\ncontent-length: 0\r\n\r\n"),
    ] {
        let (port, _) = proxy(response).await;
        texts.add(title, &mint_error(behind(&format!("http://127.0.0.1:{port}"))).await);
    }
    texts.add("unreachable proxy", &mint_error(behind("http://127.0.0.1:1")).await);
    texts.add("unsupported proxy", &mint_error(behind("socks5://127.0.0.1:1")).await);
}

/// Calls an operation whose attempts all have a fault, and returns the error.
async fn call_error(operation: &str, fault: Fault) -> Error {
    let setup = setup().await;
    setup.server.fail_always(operation, fault.header("x-request-id", "req_1"));
    setup.passing_time(call(&setup.client, operation)).await.unwrap_err()
}

async fn responses(texts: &mut Texts) {
    texts.section("Responses");
    for status in [202, 302, 400, 401, 403, 404, 405, 407, 408, 429, 500, 501, 502, 503, 504, 511] {
        texts.add(&status.to_string(), &call_error("cliCode", Fault::reply(status)).await);
    }
    let envelope = r#"{"error":{"type":"invalid_request","code":"cli_code_invalid","message":"No."}}"#;
    texts.add("invalid code", &call_error("cliRedeem", Fault::reply(400).body(envelope)).await);
    let wait = Fault::reply(429).header("retry-after", "40");
    texts.add("429 with Retry-After", &call_error("cliCode", wait).await);
    texts.add("web page", &call_error("cliCode", Fault::reply(403).body("<html>")).await);
    texts.add("lost", &call_error("cliCode", Fault::cut()).await);
    texts.add("logout", &call_error("logout", Fault::reply(500)).await);

    let setup = setup_with(|builder| builder.call_timeout(Duration::from_millis(200))).await;
    setup.server.fail_next("cliCode", Fault::success().delay(Duration::from_secs(1)));
    texts.add("timeout", &call(&setup.client, "cliCode").await.unwrap_err());

    for (title, body) in [
        ("empty", String::new()),
        ("not JSON", "token".to_owned()),
        ("missing field", "{}".to_owned()),
        ("unusable code", "{\"code\":\"a\\nb\"}".to_owned()),
        ("too large", format!("{{\"code\":\"{}\"}}", "x".repeat(65 << 10))),
    ] {
        texts.add(title, &call_error("cliCode", Fault::success().body(body)).await);
    }
    texts.add("unusable token", &call_error("cliRedeem", Fault::success().body("{\"token\":\"a b\"}")).await);
}

/// Lets a login time out, with or without a callback, and returns the error.
async fn timeout_error(setup: Setup, has_callback: bool) -> Error {
    let waiting = Waiting::start_with(setup, |_| {}).await;
    let callback = waiting.callback();
    if has_callback {
        tokio::spawn(async move { visit("GET", &callback).await });
        waiting.setup.server.called("cliClaim", 2).await;
    }
    waiting.error().await
}

async fn logins(texts: &mut Texts) {
    texts.section("Logins");
    texts.add("not approved", &timeout_error(setup().await, false).await);
    texts.add("approved, but no token", &timeout_error(setup().await, true).await);
    let failing = async |fault: Fault| {
        let setup = setup().await;
        setup.server.fail_always("cliClaim", fault.header("x-request-id", "req_1"));
        setup
    };
    let busy = || Fault::reply(503).header("retry-after", "1");
    texts.add("server failed", &timeout_error(failing(busy()).await, false).await);
    texts.add("approved, but server failed", &timeout_error(failing(busy()).await, true).await);
    texts.add("response lost", &timeout_error(failing(Fault::cut()).await, false).await);

    let waiting = Waiting::start().await;
    visit("GET", &waiting.address("/callback?state=forged")).await.unwrap();
    visit_with("GET", &waiting.callback(), &[("host", "localhost:1")]).await.unwrap();
    let mut tls = waiting.connect().await;
    tokio::io::AsyncWriteExt::write_all(&mut tls, b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    let _ = tokio::io::AsyncReadExt::read(&mut tls, &mut [0]).await;
    texts.add("callbacks that do not count", &waiting.error().await);

    let setup = setup().await;
    setup.server.fail_next("cliClaim", Fault::reply(502));
    setup.server.fail_next("cliClaim", Fault::reply(403).header("x-request-id", "req_1"));
    let mut login = setup.client.login().await.unwrap();
    texts.add("final error after a lost response", &setup.passing_time(login.wait()).await.unwrap_err());
    let mut login = setup.client.login().await.unwrap();
    setup.approve_elsewhere(&login).await;
    login.wait().await.unwrap();
    texts.add("waited for twice", &login.wait().await.unwrap_err());
}
