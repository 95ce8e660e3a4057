//! A server, its client, and one clock for both. Shared by all test programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "every test file uses some of it")]

use std::fmt::Write;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use harmont_auth::clock::Clock;
use harmont_auth::{Client, ClientBuilder, Error, Login, Nonce, PasteCode, Session};
use harmont_auth_test_server::{Page, TestClock, TestServer, visit};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// How long a test waits in real time for something immediate.
pub(crate) const REAL_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct Setup {
    pub(crate) server: TestServer,
    pub(crate) client: Client,
    pub(crate) clock: TestClock,
}

pub(crate) async fn setup() -> Setup {
    setup_with(|builder| builder).await
}

pub(crate) async fn setup_with(configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Setup {
    let clock = TestClock::new();
    let server = TestServer::start_on(0, Arc::new(clock.clone())).await.unwrap();
    // Most tests complete a login by a poll while the clock stands still.
    let builder =
        Client::builder().base_url(server.url()).clock(Arc::new(clock.clone())).browser_grace(Duration::ZERO);
    let client = configure(builder).build().unwrap();
    Setup { server, client, clock }
}

impl Setup {
    /// Returns the user's session in the web app.
    pub(crate) fn web_session(&self) -> Session {
        self.client.session(self.server.session_token().parse().unwrap())
    }

    /// Approves without the page, so that no callback arrives.
    pub(crate) async fn approve_elsewhere(&self, login: &Login) {
        let nonce: Nonce = parameter(login.url(), "nonce").parse().unwrap();
        self.web_session().transfer_token(&nonce).await.unwrap();
    }

    pub(crate) fn assert_signed_in(&self, session: &Session) {
        assert!(self.server.is_signed_in(session.token().expose_secret()));
    }

    /// Moves the clock whenever a future sleeps, until `work` completes.
    pub(crate) async fn passing_time<T>(&self, work: impl Future<Output = T>) -> T {
        passing_time(&self.clock, work).await
    }
}

/// Returns the output of a future that never waits, without a runtime.
pub(crate) fn poll_ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}

/// Moves the clock whenever a future sleeps, until `work` completes. Panics after an hour.
pub(crate) async fn passing_time<T>(clock: &TestClock, work: impl Future<Output = T>) -> T {
    let start = clock.monotonic();
    let mut work = pin!(work);
    while clock.monotonic() - start < Duration::from_secs(3600) {
        tokio::select! {
            biased;
            result = &mut work => return result,
            // This panics if no future sleeps, so the loop always ends.
            _ = clock.tick() => {}
        }
    }
    panic!("an hour has passed, and it is not done");
}

/// Waits until `count` futures sleep on a clock.
pub(crate) async fn wait_for_sleepers(clock: &TestClock, count: usize) {
    while clock.sleepers() < count {
        tokio::task::yield_now().await;
    }
}

/// Records the texts of a login's events.
pub(crate) fn record_events(login: &mut Login) -> Arc<Mutex<Vec<String>>> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&events);
    login.on_event(move |event| record.lock().unwrap().push(event.to_string()));
    events
}

/// A login whose wait has polled once and sleeps. The clock stands still, so only the listener can wake it.
pub(crate) struct Waiting {
    pub(crate) setup: Setup,
    pub(crate) url: String,
    pub(crate) wait: JoinHandle<Result<Session, Error>>,
}

impl Waiting {
    pub(crate) async fn start() -> Self {
        Self::start_with(setup().await, |_| {}).await
    }

    pub(crate) async fn start_with(setup: Setup, prepare: impl FnOnce(&mut Login)) -> Self {
        let mut login = setup.client.login().await.unwrap();
        prepare(&mut login);
        let url = login.url().to_owned();
        let wait = tokio::spawn(async move { login.wait().await });
        setup.server.called("cliClaim", 1).await;
        Self { setup, url, wait }
    }

    /// Clicks on the page, and returns the target of the redirect without following it.
    pub(crate) async fn approve(&self) -> String {
        visit("POST", &self.url).await.unwrap().location.unwrap()
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", parameter(&self.url, "port"))
    }

    /// Returns the URL of this login's callback. Also valid before the approval.
    pub(crate) fn callback(&self) -> String {
        self.address(&format!("/callback?state={}", parameter(&self.url, "state")))
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        let port: u16 = parameter(&self.url, "port").parse().unwrap();
        TcpStream::connect(("127.0.0.1", port)).await.unwrap()
    }

    pub(crate) async fn assert_signed_in(self) {
        let session = tokio::time::timeout(REAL_TIMEOUT, self.wait).await.expect("the login still waits");
        self.setup.assert_signed_in(&session.unwrap().unwrap());
    }

    /// Lets the login time out, and returns its error.
    pub(crate) async fn error(self) -> Error {
        self.setup.passing_time(self.wait).await.unwrap().unwrap_err()
    }
}

/// Returns the host of a server as errors print it.
pub(crate) fn host(server: &TestServer) -> &str {
    server.url().strip_prefix("http://").unwrap()
}

/// Returns a parameter of a login's URL.
pub(crate) fn parameter(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.unwrap().to_owned()
}

/// Returns everything that an error prints.
pub(crate) fn full_text(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        writeln!(text, "{error}\n{error:?}").unwrap();
        source = error.source();
    }
    text
}

/// Checks that an error contains neither planted secrets nor terminal escape sequences, and is not empty.
pub(crate) fn assert_no_secret(error: &Error) {
    let text = full_text(error);
    for secret in [TOKEN, NONCE, CODE] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(!error.to_string().is_empty());
}

/// Checks the title of a page.
pub(crate) fn assert_title(page: &Page, title: &str) {
    assert!(page.text.contains(&format!("<title>{title}</title>")), "{}", page.text);
}

/// Waits until a port is free.
pub(crate) async fn port_is_free(port: &str) {
    let free = async {
        while std::net::TcpListener::bind(format!("127.0.0.1:{port}")).is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(1), free).await.expect("the port is still taken");
}

/// The planted secrets.
pub(crate) const TOKEN: &str = "planted-token_kD93jfLw0aQz7bYtVn5XhUc2RmEo8GsP";
pub(crate) const NONCE: &str = "0f4b1c77ce09aa01d2e83f6b5c4a7d90e1f2a3b4c5d6e7f80918273645546372";
pub(crate) const CODE: &str = "PKANTEDC0DE23456";

/// Calls an operation with planted secrets.
pub(crate) async fn call(client: &Client, operation_id: &str) -> Result<(), Error> {
    let session = client.session(TOKEN.parse().unwrap());
    let nonce: Nonce = NONCE.parse().unwrap();
    let code: PasteCode = CODE.parse().unwrap();
    match operation_id {
        "cliClaim" => client.claim_token(&nonce).await.map(drop),
        "cliRedeem" => client.redeem_code(code).await.map(drop),
        "cliTransfer" => session.transfer_token(&nonce).await,
        "cliCode" => session.mint_code().await.map(drop),
        "logout" => session.logout().await,
        other => panic!("say here how {other} is called"),
    }
}

/// Prepares to run an ignored test of this program in a child process with its own environment: a process cannot change
/// its environment safely while other threads read it.
pub(crate) fn env_child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).stdout(Stdio::piped());
    for (name, _) in std::env::vars() {
        if name.starts_with("HM_") || name.to_uppercase().ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
}
