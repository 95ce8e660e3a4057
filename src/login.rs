//! The browser login: it asks for the token again and again, and the browser's visit only makes it ask at once.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinHandle;

use crate::client::{Claim, Client};
use crate::error::Error;
use crate::secret::Nonce;
use crate::session::Session;
use crate::transport::{Retry, jittered};

#[cfg(feature = "loopback")]
use crate::callback::Callback;
#[cfg(not(feature = "loopback"))]
use no_callback::Callback;

/// The time between two questions while nobody has approved yet.
const POLL: Duration = Duration::from_secs(2);
/// The longest time between two questions when the server or the network fails.
const MAX_POLL: Duration = Duration::from_secs(8);
/// The first time between two questions after the browser came back: the token may become visible a moment later.
const POLL_AFTER_CALLBACK: Duration = Duration::from_millis(250);
/// How long it is worth asking after the browser came back: a parked token lives no longer.
const AFTER_CALLBACK: Duration = Duration::from_secs(60);
/// The longest pause that the server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);
/// How much later than the login's end an answer may still come in.
const GRACE: Duration = Duration::from_secs(1);
/// The port in the URL where nothing listens: the page insists on one. Browsers refuse to visit this one, so that no
/// other program can take the browser in.
const NO_PORT: u16 = 1;

/// A login that waits for the user's browser.
///
/// [`Client::login`] makes one. Show or open [`url`](Self::url), then call [`wait`](Self::wait). The page at that
/// address asks the user to approve and parks a session token under this login's nonce; the login claims it. Nothing
/// but this tool's own connection to the server is needed for that: the browser may run on another machine.
///
/// Dropping the login frees its port. A token that arrives when nobody waits any more is revoked, as far as possible.
///
/// # Examples
///
/// ```no_run
/// # async fn example(client: harmont_auth::Client) -> Result<(), harmont_auth::Error> {
/// let mut login = client.login().await?;
/// println!("To sign in, open {}", login.url());
/// let session = login.wait().await?;
/// # Ok(())
/// # }
/// ```
///
/// # Security
///
/// The URL carries the nonce, so it is as good as the session: show it to the user only. A stranger can send somebody
/// the URL of a login of his own; tell your users to approve only what they started themselves.
pub struct Login {
    client: Client,
    nonce: Nonce,
    url: SecretString,
    callback: Option<Callback>,
    came_back: bool,
    deadline: Deadline,
    /// The question that is under way, in a task of its own: it outlives a dropped `wait`, since its answer may be the
    /// only copy of the token.
    question: Option<JoinHandle<Result<Claim, Error>>>,
    /// The session that a dropped `wait` had already.
    session: Option<Session>,
}

/// The end of the login, by both clocks: one of them stands still while the machine sleeps.
struct Deadline {
    monotonic: Instant,
    wall: SystemTime,
}

impl Login {
    pub(crate) async fn start(client: Client) -> Result<Self, Error> {
        let settings = client.settings();
        let (nonce, state) = (Nonce::generate()?, Nonce::generate()?);
        let deadline = Deadline::after(&client, settings.login_timeout);
        let callback = Callback::bind(&state, &settings.clock).await;
        // All of it is digits and letters that need no escaping.
        let url = format!(
            "{}/cli-login?port={}&nonce={}&state={}",
            settings.app_url,
            callback.as_ref().map_or(NO_PORT, Callback::port),
            nonce.expose_secret(),
            state.expose_secret(),
        );
        let url = SecretString::from(url);
        Ok(Self { client, nonce, url, callback, came_back: false, deadline, question: None, session: None })
    }

    /// Returns the address at which the user approves.
    ///
    /// Call it right after the login was made, to show the address or to open it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(login: harmont_auth::Login) {
    /// println!("To sign in, open {}", login.url());
    /// # }
    /// ```
    ///
    /// # Security
    ///
    /// It carries the nonce: show it to the user, and keep it out of logs.
    pub fn url(&self) -> &str {
        self.url.expose_secret()
    }

    /// Waits until the user has approved, and returns the session.
    ///
    /// The server is asked every 2 seconds, and at once when the browser comes back to this machine. Faults of the
    /// server or the network on the way do not end the login. When its future is dropped, `wait` can be called again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// match login.wait().await {
    ///     Ok(session) => println!("signed in"),
    ///     Err(error) if error.is_timeout() => println!("nobody approved; try again"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_timeout`] when the login's time is over, together with [`Error::is_outcome_unknown`] if an answer
    /// was lost on the way that may have held the token. Any answer that asking again cannot change, such as a 404 or
    /// [`Error::is_protocol`], ends it at once.
    pub async fn wait(&mut self) -> Result<Session, Error> {
        let outcome = match self.session.take() {
            Some(session) => Ok(session),
            None => self.poll().await,
        };
        self.session = outcome.as_ref().ok().cloned();
        if let Some(callback) = &self.callback {
            callback.finish(outcome.is_ok()).await;
        }
        self.session = None;
        if outcome.is_ok()
            && !self.came_back
            && let Some(callback) = self.callback.take()
        {
            callback.linger();
        }
        outcome
    }

    async fn poll(&mut self) -> Result<Session, Error> {
        let mut pause = POLL;
        let mut last_fault = None;
        let mut outcome_unknown = false;
        loop {
            let is_last = self.deadline.left(&self.client).is_zero();
            let this_pause;
            (this_pause, pause) = match self.ask().await {
                Ok(Claim::Ready(session)) => return Ok(session),
                Ok(Claim::Pending) if self.came_back => (pause, (pause * 2).min(POLL)),
                Ok(Claim::Pending) => (POLL, POLL),
                Err(fault) if fault.is_transient() => {
                    let doubled = (pause * 2).min(MAX_POLL);
                    // A parked token lives a minute, so that waiting as long as a server may ask for would lose it.
                    let most = if self.came_back { MAX_POLL } else { MAX_RETRY_AFTER };
                    let asked_for = fault.retry_after().unwrap_or_default().min(most);
                    // Where no connection came about before, a time-out most likely was one more of that kind.
                    let unreachable =
                        last_fault.as_ref().is_some_and(Error::is_connect) && fault.is_timeout();
                    outcome_unknown |= fault.is_outcome_unknown() && !unreachable;
                    last_fault = Some(fault);
                    (doubled.max(asked_for), doubled)
                }
                Err(error) => return Err(error),
            };
            if is_last {
                return Err(Error::login_timeout(self.obituary(last_fault), outcome_unknown));
            }
            if self.sleep(jittered(this_pause)).await {
                pause = POLL_AFTER_CALLBACK;
            }
        }
    }

    /// Asks once, or goes on with the question that an earlier `wait` left behind: two at a time could lose a token.
    async fn ask(&mut self) -> Result<Claim, Error> {
        let question = self.question.get_or_insert_with(|| {
            let (client, nonce) = (self.client.clone(), self.nonce.clone());
            let limit = self.deadline.left(&self.client) + GRACE;
            tokio::spawn(async move { client.claim(&nonce, Retry::Never, limit).await })
        });
        let answer = question.await;
        self.question = None;
        answer.unwrap_or_else(|_| Err(Error::no_runtime()))
    }

    /// Sleeps, at most to the deadline, and returns whether the browser came back meanwhile.
    async fn sleep(&mut self, pause: Duration) -> bool {
        let sleep = self.client.settings().clock.sleep(pause.min(self.deadline.left(&self.client)));
        match &self.callback {
            Some(callback) if !self.came_back => {
                futures_util::future::select(sleep, std::pin::pin!(callback.came_back())).await;
                self.came_back = callback.has_come_back();
            }
            _ => {
                sleep.await;
                return false;
            }
        }
        if self.came_back {
            self.deadline = Deadline::after(&self.client, AFTER_CALLBACK).min(&self.deadline);
        }
        self.came_back
    }

    /// Says what a login died of that ran out of time.
    fn obituary(&self, last_fault: Option<Error>) -> String {
        let cause = if self.came_back {
            "the browser came back, but there is no token to claim: it expired, or somebody else has taken it; sign in \
             again"
        } else {
            "nobody approved the login in time; sign in again"
        };
        let mut parts = vec![cause.to_owned()];
        parts.extend(self.callback.iter().flat_map(Callback::report));
        parts.extend(last_fault.map(|fault| format!("the last fault on the way: {fault}")));
        parts.join("; ")
    }
}

impl Deadline {
    fn after(client: &Client, limit: Duration) -> Self {
        let clock = &client.settings().clock;
        Self { monotonic: clock.monotonic() + limit, wall: clock.wall() + limit }
    }

    fn left(&self, client: &Client) -> Duration {
        let clock = &client.settings().clock;
        let monotonic = self.monotonic.saturating_duration_since(clock.monotonic());
        monotonic.min(self.wall.duration_since(clock.wall()).unwrap_or_default())
    }

    fn min(self, other: &Self) -> Self {
        Self { monotonic: self.monotonic.min(other.monotonic), wall: self.wall.min(other.wall) }
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        let (question, session) = (self.question.take(), self.session.take());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if question.is_none() && session.is_none() {
            return;
        }
        runtime.spawn(async move {
            let claimed = match question {
                Some(question) => question.await.ok().and_then(Result::ok),
                None => session.map(Claim::Ready),
            };
            if let Some(Claim::Ready(session)) = claimed {
                // Nobody will ever use this token, and nobody is left to hear of a failure.
                let _ = session.logout().await;
            }
        });
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("client", &self.client).finish_non_exhaustive()
    }
}

/// What stands in for the listener without feature `loopback`: nothing.
#[cfg(not(feature = "loopback"))]
#[allow(clippy::unused_async, reason = "it has the shape of the listener")]
mod no_callback {
    use std::sync::Arc;

    use crate::clock::Clock;
    use crate::secret::Nonce;

    pub(super) enum Callback {}

    impl Callback {
        pub(super) async fn bind(_: &Nonce, _: &Arc<dyn Clock>) -> Option<Self> {
            None
        }

        pub(super) fn port(&self) -> u16 {
            match *self {}
        }

        pub(super) async fn came_back(&self) {
            match *self {}
        }

        pub(super) fn has_come_back(&self) -> bool {
            match *self {}
        }

        pub(super) async fn finish(&self, _: bool) {
            match *self {}
        }

        pub(super) fn linger(self) {
            match self {}
        }

        pub(super) fn report(&self) -> Vec<String> {
            match *self {}
        }
    }
}
