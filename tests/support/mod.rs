//! A server, a client of it, and one clock for both.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "every test file uses some of it")]

use std::fmt::Write;
use std::sync::Arc;

use harmont_auth::{Client, ClientBuilder, Error, Login, Nonce, Session};
use harmont_auth_test_server::{TestClock, TestServer};

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
    let builder = Client::builder().base_url(server.url()).clock(Arc::new(clock.clone()));
    let client = configure(builder).build().unwrap();
    Setup { server, client, clock }
}

impl Setup {
    /// The session of the user in the web app.
    pub(crate) fn web_session(&self) -> Session {
        self.client.session(self.server.session_token().parse().unwrap())
    }

    /// Approves without the page, so that no browser ever comes back.
    pub(crate) async fn approve_elsewhere(&self, login: &Login) {
        let nonce: Nonce = parameter(login, "nonce").parse().unwrap();
        self.web_session().transfer_token(&nonce).await.unwrap();
    }

    pub(crate) fn assert_signed_in(&self, session: &Session) {
        assert!(self.server.is_signed_in(session.token().expose_secret()));
    }

    /// Lets time pass for as long as somebody sleeps.
    pub(crate) async fn passing_time<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                _ = self.clock.tick() => {}
            }
        }
    }
}

/// A parameter of the login's URL.
pub(crate) fn parameter(login: &Login, name: &str) -> String {
    let (_, query) = login.url().split_once('?').unwrap();
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.unwrap().to_owned()
}

/// All that can be read of an error.
pub(crate) fn everything(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        writeln!(text, "{error}\n{error:?}").unwrap();
        source = error.source();
    }
    text
}
