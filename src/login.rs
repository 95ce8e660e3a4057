//! The browser login. It polls for the token; a callback from the browser only makes it poll at once.

mod backoff;
mod poll;
mod timeout_message;

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::callback::Callback;
use crate::client::{Claim, Client};
use crate::clock::Deadline;
use crate::error::Error;
use crate::event::{CallbackActivity, LoginEvent};
use crate::secret::Nonce;
use crate::session::Session;
use backoff::PollBackoff;

/// The port in the URL if nothing listens: the page requires one. Browsers refuse to open this one, so no other program
/// can receive the callback.
const NO_PORT: u16 = 1;

/// How long the listener stays after a success: the browser may come back late, or load its page again.
const CALLBACK_GRACE: Duration = Duration::from_secs(2);
/// The warning if the token of a dropped login may have been lost.
const LOST: &str =
    "a login was dropped, and a response was lost that may have held its session, which may be live";

/// A login that waits for the user's browser.
///
/// [`Client::login`] creates one. Show or open [`url`](Self::url), then call [`wait`](Self::wait). The page at that URL
/// asks the user to approve, and parks a session token under this login's nonce; the login claims the token. It only
/// needs this tool's own connection to the server, so the browser may run on another machine.
///
/// Dropping the login frees its port. If a claim is in flight, the token that it returns is revoked. If revoking fails, or if the token may
/// have been lost, a warning is logged (crate `tracing`).
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
/// The URL contains the nonce, which is as good as the session: show it to the user only. An attacker can send someone the
/// URL of their own login; ask your users to approve only sign-ins that they started themselves.
pub struct Login {
    client: Client,
    nonce: Nonce,
    url: SecretString,
    callback: Option<Callback>,
    activity: CallbackActivity,
    /// A callback arrived after the last poll.
    poll_now: bool,
    deadline: Deadline,
    /// The deadline set when the login started. A callback never moves `deadline` beyond it.
    latest_deadline: Deadline,
    /// The number of rejected callbacks in the last event, and when the next event may follow.
    reported_rejected: (u32, Deadline),
    backoff: PollBackoff,
    /// When the next poll is due. It outlives a dropped `wait`, so that repeated waits do not each poll at once.
    next_poll: Deadline,
    on_event: Option<OnEvent>,
    /// The claim in flight, in a task of its own. It outlives a dropped `wait`, since its response may be the only copy of
    /// the token.
    pending_claim: Option<JoinHandle<Result<Claim, Error>>>,
    /// The session of a `wait` that was dropped before it returned.
    session: Option<Session>,
    completed: bool,
    /// An error returned by `wait` reported the lost response.
    loss_reported: bool,
    /// Runtime used to revoke an unclaimed token, even when `Login` is dropped outside it.
    runtime: Handle,
}

type OnEvent = Box<dyn FnMut(LoginEvent<'_>) + Send + Sync>;

impl Login {
    pub(crate) async fn start(client: Client) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|_| Error::no_runtime())?;
        // Report missing certificates and the like before the user approves, not after.
        client.http()?;
        let state = Nonce::generate()?;
        let callback = Callback::bind(&state, &client.settings().clock).await;
        Self::with_callback(client, runtime, &state, callback)
    }

    fn with_callback(
        client: Client,
        runtime: Handle,
        state: &Nonce,
        callback: Option<Callback>,
    ) -> Result<Self, Error> {
        let settings = client.settings();
        let nonce = Nonce::generate()?;
        let deadline = Deadline::after(&*settings.clock, settings.login_timeout);
        let now = Deadline::after(&*settings.clock, Duration::ZERO);
        let port = callback.as_ref().map_or(NO_PORT, Callback::port);
        let page = format!("{}/cli-login?port={port}", settings.app_url);
        // Hexadecimal digits need no escaping. `concat` allocates once: growing would leave copies behind.
        let url = [&page, "&nonce=", nonce.expose_secret(), "&state=", state.expose_secret()].concat();
        Ok(Self {
            client,
            nonce,
            url: url.into(),
            callback,
            activity: CallbackActivity::default(),
            poll_now: false,
            deadline,
            latest_deadline: deadline,
            reported_rejected: (0, now),
            backoff: PollBackoff::new(),
            next_poll: now,
            on_event: None,
            pending_claim: None,
            session: None,
            completed: false,
            loss_reported: false,
            runtime,
        })
    }

    /// Returns the URL at which the user approves.
    ///
    /// Call it right after [`Client::login`], to show the URL or to open it.
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
    /// It contains the nonce: show it to the user, and keep it out of logs. Opening it with a command exposes it to all
    /// users of the machine, who can list its processes.
    pub fn url(&self) -> &str {
        self.url.expose_secret()
    }

    /// Registers a callback for progress events emitted by [`wait`](Self::wait), for spinners and logs.
    ///
    /// Call it before `wait`. The callback delays the login, so it should return quickly. A second one replaces the first.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) -> Result<(), harmont_auth::Error> {
    /// login.on_event(|event| eprintln!("{event}"));
    /// let session = login.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_event(&mut self, callback: impl FnMut(LoginEvent<'_>) + Send + Sync + 'static) {
        self.on_event = Some(Box::new(callback));
    }

    /// Waits until the user has approved, and returns the session.
    ///
    /// Call it once the user has the URL. It polls the server every 2 seconds, and at once when the callback from the
    /// browser arrives; from then on the login has 60 seconds left. While the server or the network fails temporarily, it
    /// polls less often.
    ///
    /// If a poll finds the token before the callback arrives, this method gives the browser a moment to load its page
    /// ([`ClientBuilder::browser_grace`](crate::ClientBuilder::browser_grace)). [`LoginEvent::SignedIn`] is emitted
    /// before that.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// match login.wait().await {
    ///     Ok(session) => println!("signed in"),
    ///     Err(error) => println!("{error}"), // includes what to do next
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_timeout`] if the login timed out; the last error of a poll is its source. [`Error::is_invalid_input`] if
    /// it has already signed in. Errors that polling again cannot fix end the login at once: the API's own errors, a 404,
    /// [`Error::is_protocol`], [`Error::is_certificate`], and an [`Error::is_proxy`] that requires other settings. Each of
    /// these is also [`Error::is_outcome_unknown`] if an earlier response was lost that may have held the token.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: when the future is dropped, `wait` can be called again, and nothing is lost. When the login itself is
    /// dropped, a token that arrives later is revoked, as long as the runtime keeps running.
    ///
    /// # Security
    ///
    /// Show the user the error itself: it reports an approved login whose token someone else claimed.
    pub async fn wait(&mut self) -> Result<Session, Error> {
        if self.completed {
            return Err(Error::invalid_input("This login has already signed in; start another one"));
        }
        Handle::try_current().map_err(|_| Error::no_runtime())?;
        let outcome = match self.session.take() {
            Some(session) => Ok(session),
            None => self.poll().await,
        };
        self.session = outcome.as_ref().ok().cloned();
        if outcome.is_ok() {
            emit(&mut self.on_event, LoginEvent::SignedIn);
        }
        if let Some(callback) = &self.callback {
            callback.respond(outcome.is_ok(), self.client.settings().browser_grace).await;
        }
        self.session = None;
        self.completed = outcome.is_ok();
        match &outcome {
            Ok(_) => {
                if let Some(callback) = self.callback.take() {
                    callback.shut_down_after(CALLBACK_GRACE);
                }
            }
            Err(error) if error.is_timeout() => self.callback = None,
            Err(_) => {}
        }
        outcome
    }

    /// Cancels the login: frees its port, and revokes the token if a claim is in flight.
    ///
    /// Call it if the user has signed in another way. Dropping the login does the same in the background, which a runtime
    /// that shuts down at once does not finish.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(client: harmont_auth::Client, typed: &str) -> Result<(), harmont_auth::Error> {
    /// let login = client.login().await?;
    /// let session = client.redeem_code(typed.parse()?).await?;
    /// login.cancel().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the rest happens in the background.
    pub async fn cancel(mut self) {
        if let Some(revoked) = self.revoke_unclaimed() {
            // It does not panic, so it only fails if the runtime shuts down.
            let _ = revoked.await;
        }
    }

    /// Revokes the token of a claim in flight, or of a session that was not returned.
    fn revoke_unclaimed(&mut self) -> Option<JoinHandle<()>> {
        let (claim, session) = (self.pending_claim.take(), self.session.take());
        if claim.is_none() && session.is_none() {
            return None;
        }
        Some(self.runtime.spawn(async move {
            let claimed = match claim {
                Some(claim) => claim.await.unwrap_or_else(|_| Err(Error::no_runtime())),
                None => Ok(session.map_or(Claim::Pending, Claim::Ready)),
            };
            // The token is never used, and only the log can report a failure.
            match claimed {
                Ok(Claim::Ready(session)) => {
                    if let Err(error) = session.logout().await {
                        tracing::warn!(%error, "the session of a dropped login could not be revoked");
                    }
                }
                Err(error) if error.is_outcome_unknown() => tracing::warn!("{LOST}"),
                Ok(Claim::Pending) | Err(_) => {}
            }
        }))
    }
}

fn emit(on_event: &mut Option<OnEvent>, event: LoginEvent<'_>) {
    if let Some(on_event) = on_event {
        on_event(event);
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        if self.backoff.outcome_unknown() && !self.completed && !self.loss_reported {
            tracing::warn!("{LOST}");
        }
        self.revoke_unclaimed();
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("client", &self.client).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "loopback"))]
mod tests;
