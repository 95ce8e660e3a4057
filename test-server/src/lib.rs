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
/// Dropping it panics when a handler or the check of [`inspect`](Self::inspect) has panicked, so that the test fails.
pub struct TestServer {
    url: String,
    session_token: String,
    server: Arc<Server>,
    task: AbortHandle,
}

impl TestServer {
    /// Starts on a free port, with the machine's time.
    ///
    /// # Errors
    ///
    /// Fails when no port can be had.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0, Arc::new(SystemClock)).await
    }

    /// Starts on a port of your choice, 0 for a free one, with a clock of your choice, such as a [`TestClock`].
    ///
    /// # Errors
    ///
    /// Fails when the port cannot be had.
    pub async fn start_on(port: u16, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let server = Arc::new(Server::new(clock, routes::respond));
        let session_token = random::token();
        server.state().sign_in(&session_token);
        let (port, task) = server.listen(port).await?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), session_token, server, task })
    }

    /// Returns the base URL, without a slash at the end.
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

    /// Signs a token out, as the user can do in the web app: calls with it fail with 401 from now on.
    ///
    /// A token that is not signed in stays so.
    pub fn revoke(&self, token: &str) {
        self.server.state().revoke(token);
    }

    /// Adds a route of your tool's own API, for signed-in users, or replaces it.
    ///
    /// Without the token of a session that is signed in, the server responds 401 by itself, as the API does. In `path`, a
    /// segment in braces stands for any one segment. The operations of the specification cannot be replaced; give them
    /// faults. [`fail_next`](Self::fail_next), [`fail_always`](Self::fail_always) and [`calls`](Self::calls) know the
    /// route by its method and path, such as `GET /api/v0/user`.
    ///
    /// # Examples
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use harmont_auth_test_server::{Reply, TestServer, visit_with};
    ///
    /// let server = TestServer::start().await?;
    /// server.route("GET", "/api/v0/user", |_| Reply::json(200, &[("name", "Ada")]));
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
    /// Panics if method and path belong to an operation of the specification: the route would never be used.
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

    /// Gives the next call of an operation or a route a fault; more calls queue more faults.
    ///
    /// # Panics
    ///
    /// Panics when there is no such operation or route: the fault would never come.
    pub fn fail_next(&self, call: &str, fault: Fault) {
        self.assert_known(call);
        self.server.faults().push(call, fault);
    }

    /// Gives every call of an operation or a route the same fault, until [`clear_faults`](Self::clear_faults). Queued
    /// faults come first.
    ///
    /// # Panics
    ///
    /// Panics when there is no such operation or route: the fault would never come.
    pub fn fail_always(&self, call: &str, fault: Fault) {
        self.assert_known(call);
        self.server.faults().repeat(call, fault);
    }

    /// Removes all faults, those of [`fail_by`](Self::fail_by) included: the server is well again.
    pub fn clear_faults(&self) {
        self.server.faults().clear();
        self.server.set_choose_fault(None);
    }

    fn assert_known(&self, call: &str) {
        let is_known = OPERATIONS.iter().any(|operation| operation.id == call)
            || self.server.custom_routes().contains(call);
        assert!(is_known, "there is no operation or route {call}");
    }

    /// Chooses the fault of each request that has none by [`fail_next`](Self::fail_next) or
    /// [`fail_always`](Self::fail_always), until [`clear_faults`](Self::clear_faults). For `None`, the server responds as it
    /// should.
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

    /// Returns every token that was given away, the oldest first, with the nonce or code that it was parked under: also
    /// those that the client never got, since a fault took the place of the answer.
    pub fn handed_over(&self) -> Vec<(String, String)> {
        self.server.state().handed_over().to_vec()
    }

    /// Checks every request from now on; a panic in `check` fails the test.
    pub fn inspect(&self, check: impl Fn(&Request) + Send + 'static) {
        self.server.set_inspect(Box::new(check));
    }

    /// Returns all requests so far, the oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests().borrow().clone()
    }

    /// Returns how often an operation or a route was called so far.
    pub fn calls(&self, call: &str) -> usize {
        count(&self.server.requests().borrow(), call)
    }

    /// Waits until an operation or a route has been called so often.
    ///
    /// # Panics
    ///
    /// Panics when the calls do not come within 10 seconds, so that a test of a broken client fails and does not hang.
    #[allow(clippy::panic, reason = "it is how a test fails")]
    pub async fn called(&self, call: &str, times: usize) {
        let mut requests = self.server.requests().subscribe();
        let enough = requests.wait_for(|requests| count(requests, call) >= times);
        if tokio::time::timeout(REAL_TIMEOUT, enough).await.is_err() {
            let calls = self.calls(call);
            panic!("{call} was called {calls} times in {REAL_TIMEOUT:?}, and {times} were waited for");
        }
    }
}

/// How long a test waits on the real clock for what is due at once: far more than loopback needs.
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
