#![doc = include_str!("../README.md")]

mod browser;
mod clock;
mod custom_routes;
mod fault;

mod random;
mod reply;
mod request;
mod response;
mod routes;
mod server;
mod sign_in_page;
mod state;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use harmont_auth::clock::{Clock, SystemClock};
use harmont_auth::wire::OPERATIONS;
use tokio::task::AbortHandle;

pub use browser::{Page, click, visit, visit_with};
pub use clock::TestClock;
pub use fault::Fault;
pub use reply::Reply;
pub use request::Request;

use server::Server;

/// A running server. It stops when it is dropped.
///
/// # Panics
///
/// Dropping it panics if a handler or the check of [`inspect`](Self::inspect) panicked, so that the test fails.
pub struct TestServer {
    url: String,
    session_token: String,
    server: Arc<Server>,
    task: AbortHandle,
}

impl TestServer {
    /// Starts on a free port with the system clock.
    ///
    /// # Errors
    ///
    /// Fails if no port is available.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0, Arc::new(SystemClock)).await
    }

    /// Starts on a port, 0 for any free one, with a clock such as a [`TestClock`].
    ///
    /// # Errors
    ///
    /// Fails if the port is not available.
    pub async fn start_on(port: u16, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let server = Arc::new(Server::new(clock, routes::respond));
        let session_token = random::token();
        server.state().sign_in(&session_token);
        let (port, task) = server.listen(port).await?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), session_token, server, task })
    }

    /// Returns the base URL without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the token of the user's session in the web app.
    pub fn session_token(&self) -> &str {
        &self.session_token
    }

    /// Returns whether a token is signed in.
    pub fn is_signed_in(&self, token: &str) -> bool {
        self.server.state().is_signed_in(token)
    }

    /// Revokes a token, as the user can in the web app: later calls with it fail with 401. An unknown token is ignored.
    pub fn revoke(&self, token: &str) {
        self.server.state().revoke(token);
    }

    /// Adds or replaces a route of your tool's own API, for signed-in users.
    ///
    /// Without a signed-in token, the server responds 401, as the API does. In `path`, a segment in braces matches any
    /// one segment. The operations of the specification cannot be replaced; use faults instead.
    /// [`fail_next`](Self::fail_next), [`fail_always`](Self::fail_always) and [`calls`](Self::calls) identify the route
    /// by its method and path, such as `GET /api/v0/user`.
    ///
    /// # Examples
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use harmont_auth_test_server::{Reply, TestServer, visit_with};
    ///
    /// let server = TestServer::start().await?;
    /// server.route("GET", "/api/v0/user", |_| Reply::json(200, &serde_json::json!({"name": "Ada"})));
    ///
    /// let bearer = format!("Bearer {}", server.session_token());
    /// let url = format!("{}/api/v0/user", server.url());
    /// let page = visit_with("GET", &url, &[("authorization", &bearer)]).await?;
    /// assert_eq!(page.status, 200);
    /// server.revoke(server.session_token());
    /// assert_eq!(visit_with("GET", &url, &[("authorization", &bearer)]).await?.status, 401);
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the method and the path belong to an operation of the specification: the route would never be used.
    pub fn route(
        &self,
        method: &str,
        path: &str,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) {
        let operation = request::find_operation(method, path);
        assert!(operation.is_none(), "{method} {path} is an operation of the specification");
        self.server.custom_routes().add(&format!("{method} {path}"), Arc::new(handler));
    }

    /// Injects a fault into the next call of an operation or a route. Several faults form a queue.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation or route: the fault would never occur.
    pub fn fail_next(&self, call: &str, fault: Fault) {
        self.assert_known(call);
        self.server.faults().push(call, fault);
    }

    /// Injects the same fault into every call of an operation or a route, until [`clear_faults`](Self::clear_faults). Queued
    /// faults come first.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation or route: the fault would never occur.
    pub fn fail_always(&self, call: &str, fault: Fault) {
        self.assert_known(call);
        self.server.faults().repeat(call, fault);
    }

    /// Removes all faults, including those of [`fail_by`](Self::fail_by).
    pub fn clear_faults(&self) {
        self.server.faults().clear();
        self.server.set_choose_fault(None);
    }

    fn assert_known(&self, call: &str) {
        let is_known = OPERATIONS.iter().any(|operation| operation.id == call)
            || self.server.custom_routes().contains(call);
        assert!(is_known, "there is no operation or route {call}");
    }

    /// Chooses the fault of each request without one from [`fail_next`](Self::fail_next) or
    /// [`fail_always`](Self::fail_always), until [`clear_faults`](Self::clear_faults). For `None`, the server responds
    /// normally.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example(server: harmont_auth_test_server::TestServer) {
    /// use harmont_auth_test_server::Fault;
    ///
    /// let mut count = 0;
    /// server.fail_by(move |_| {
    ///     count += 1;
    ///     (count % 3 == 0).then(|| Fault::reply(503))
    /// });
    /// # }
    /// ```
    pub fn fail_by(&self, choose: impl FnMut(&Request) -> Option<Fault> + Send + 'static) {
        self.server.set_choose_fault(Some(Box::new(choose)));
    }

    /// Returns every claimed or redeemed token with its nonce or code, the oldest first. It includes those whose response
    /// was replaced by a fault.
    pub fn handed_over(&self) -> Vec<(String, String)> {
        self.server.state().handed_over().to_vec()
    }

    /// Calls `check` with every later request. A panic in `check` fails the test.
    pub fn inspect(&self, check: impl Fn(&Request) + Send + 'static) {
        self.server.set_inspect(Box::new(check));
    }

    /// Returns all requests so far, the oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests().borrow().clone()
    }

    /// Returns the number of calls of an operation or a route so far.
    pub fn calls(&self, call: &str) -> usize {
        count(&self.server.requests().borrow(), call)
    }

    /// Waits until an operation or a route has been called `times` times.
    ///
    /// # Panics
    ///
    /// Panics after 10 seconds, so that a test of a broken client fails instead of hanging.
    #[allow(clippy::panic, reason = "it is how a test fails")]
    pub async fn called(&self, call: &str, times: usize) {
        let mut requests = self.server.requests().subscribe();
        let enough = requests.wait_for(|requests| count(requests, call) >= times);
        if tokio::time::timeout(REAL_TIMEOUT, enough).await.is_err() {
            let calls = self.calls(call);
            panic!("{call} was called {calls} times in {REAL_TIMEOUT:?} instead of {times}");
        }
    }
}

/// How long a test waits in real time for something immediate: far more than loopback needs.
const REAL_TIMEOUT: Duration = Duration::from_secs(10);

fn count(requests: &[Request], call: &str) -> usize {
    requests.iter().filter(|request| request.call() == Some(call)).count()
}

impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
        let panics = self.server.take_panics();
        // A second panic would end the process and hide the first.
        if !std::thread::panicking() {
            assert!(panics.is_empty(), "a handler of the test server panicked: {}", panics.join("; "));
        }
    }
}
