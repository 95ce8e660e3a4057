#![doc = include_str!("../README.md")]

mod browser;
mod clock;
mod fault;
mod page;
mod routes;
mod server;
pub mod state;

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
pub use server::Request;

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
        let server = Arc::new(Server::new(clock));
        let session_token = server::random(32);
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

    /// Gives the next call of an operation a fault; more calls queue more faults.
    ///
    /// # Panics
    ///
    /// Panics when the specification has no such operation: the fault would never come.
    pub fn fail_next(&self, operation_id: &str, fault: Fault) {
        assert!(
            OPERATIONS.iter().any(|operation| operation.id == operation_id),
            "the specification has no operation {operation_id}"
        );
        self.server.add_fault(operation_id, fault);
    }

    /// Chooses the fault of each request from now on that has none by [`fail_next`](Self::fail_next): `None` is an answer as
    /// it should be.
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
        self.server.set_choose_fault(Box::new(choose));
    }

    /// Returns every token that was given away, the oldest first, with the nonce or code that it was parked under: also
    /// those that the client never got, since a fault took the place of the answer.
    pub fn handed_over(&self) -> Vec<(String, String)> {
        self.server.state().handed_over.clone()
    }

    /// Checks every request from now on; a panic in `check` fails the test.
    pub fn inspect(&self, check: impl Fn(&Request) + Send + 'static) {
        self.server.set_inspect(Box::new(check));
    }

    /// Returns all requests so far, the oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests().borrow().clone()
    }

    /// Returns how often an operation was called so far.
    pub fn calls(&self, operation_id: &str) -> usize {
        count(&self.server.requests().borrow(), operation_id)
    }

    /// Waits until an operation has been called so often.
    ///
    /// # Panics
    ///
    /// Panics when the calls do not come within 10 seconds, so that a test of a broken client fails and does not hang.
    #[allow(clippy::panic, reason = "it is how a test fails")]
    pub async fn called(&self, operation_id: &str, times: usize) {
        let mut requests = self.server.requests().subscribe();
        let enough = requests.wait_for(|requests| count(requests, operation_id) >= times);
        if tokio::time::timeout(PATIENCE, enough).await.is_err() {
            let calls = self.calls(operation_id);
            panic!("{operation_id} was called {calls} times in {PATIENCE:?}, and {times} were waited for");
        }
    }
}

/// How long a test waits on the real clock for what is due at once: far more than loopback needs.
const PATIENCE: Duration = Duration::from_secs(10);

fn count(requests: &[Request], operation_id: &str) -> usize {
    requests.iter().filter(|request| request.operation.is_some_and(|it| it.id == operation_id)).count()
}

impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
        let panics = self.server.panics();
        // A second panic would end the process and hide the first.
        if !std::thread::panicking() {
            assert!(panics.is_empty(), "a handler of the test server panicked: {}", panics.join("; "));
        }
    }
}
