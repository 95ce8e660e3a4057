//! The browser login: it asks for the token again and again, and the browser's visit only makes it ask at once.

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

/// The port in the URL where nothing listens: the page insists on one. Browsers refuse to visit this one, so that no
/// other program can take the browser in.
const NO_PORT: u16 = 1;

/// What is logged of a login whose token may have been lost when nobody was left to be told.
const LOST: &str =
    "a login was dropped, and a response was lost that may have held its session, which may be live";

/// A login that waits for the user's browser.
///
/// [`Client::login`] makes one. Show or open [`url`](Self::url), then call [`wait`](Self::wait). The page at that
/// address asks the user to approve and parks a session token under this login's nonce; the login claims it. Nothing
/// but this tool's own connection to the server is needed for that: the browser may run on another machine.
///
/// Dropping the login frees its port. A token that arrives when nobody waits any more is revoked, as far as possible; where
/// that is not possible, or the token may have been lost, a warning is logged (crate `tracing`).
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
    activity: CallbackActivity,
    /// The browser has come back, and nobody has asked since.
    poll_now: bool,
    deadline: Deadline,
    /// The latest that `deadline` can be.
    end: Deadline,
    /// How many rejected callbacks an event has told of, and when the next may.
    reported_rejected: (u32, Deadline),
    backoff: PollBackoff,
    /// When it may be asked again: it outlives a dropped `wait`, so that waits in a row do not ask at every turn.
    next: Deadline,
    on_event: Option<OnEvent>,
    /// The pending_claim that is under way, in a task of its own: it outlives a dropped `wait`, since its answer may be the
    /// only copy of the token.
    pending_claim: Option<JoinHandle<Result<Claim, Error>>>,
    /// The session that a dropped `wait` had already.
    session: Option<Session>,
    completed: bool,
    /// The error of a wait has said that a response was lost.
    loss_reported: bool,
    /// Where a token is revoked that nobody waits for, also when the login is dropped outside of the runtime.
    runtime: Handle,
}

type OnEvent = Box<dyn FnMut(LoginEvent<'_>) + Send + Sync>;

impl Login {
    pub(crate) async fn start(client: Client) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|_| Error::no_runtime())?;
        // What this machine lacks is better said before the user approves than after.
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
        let next = Deadline::after(&*settings.clock, Duration::ZERO);
        let port = callback.as_ref().map_or(NO_PORT, Callback::port);
        let page = format!("{}/cli-login?port={port}", settings.app_url);
        // All of it is digits and letters that need no escaping. In one piece: growing would leave copies behind.
        let url = [&page, "&nonce=", nonce.expose_secret(), "&state=", state.expose_secret()].concat();
        Ok(Self {
            client,
            nonce,
            url: url.into(),
            callback,
            activity: CallbackActivity::default(),
            poll_now: false,
            deadline,
            end: deadline,
            reported_rejected: (0, next),
            backoff: PollBackoff::new(),
            next,
            on_event: None,
            pending_claim: None,
            session: None,
            completed: false,
            loss_reported: false,
            runtime,
        })
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
    /// It carries the nonce: show it to the user, and keep it out of logs. Whoever opens it by a command shows it to all
    /// users of the machine, who can list its processes.
    pub fn url(&self) -> &str {
        self.url.expose_secret()
    }

    /// Takes a function that hears what happens during [`wait`](Self::wait), for spinners and logs.
    ///
    /// Call it before `wait`. The function is called in between, so it should return at once. A second one takes the
    /// place of the first.
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
    /// Call it when the user has the address. The server is asked every 2 seconds, less often while it or the network has
    /// a fault, which does not end the login, and at once when the browser comes back to this machine; from then on the
    /// login has 60 seconds left.
    ///
    /// If a poll finds the token before the browser comes back, this gives the browser a moment to show its page
    /// ([`ClientBuilder::browser_grace`](crate::ClientBuilder::browser_grace)); [`LoginEvent::SignedIn`] comes at once.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// match login.wait().await {
    ///     Ok(session) => println!("signed in"),
    ///     Err(error) => println!("{error}"), // also says what to do
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_timeout`] if the login's time is over; the last fault is its source. [`Error::is_invalid_input`] if it
    /// has signed in already. What asking again cannot change ends it at once: the API's own errors, a 404,
    /// [`Error::is_protocol`], [`Error::is_certificate`], and of [`Error::is_proxy`] what asks for other settings. Each of
    /// these also has [`Error::is_outcome_unknown`] if a response was lost earlier that may have held the token.
    ///
    /// # Cancel safety
    ///
    /// When its future is dropped, `wait` can be called again, and nothing is lost. When the login itself is dropped, a
    /// token that arrives after that is revoked, as long as the runtime goes on.
    ///
    /// # Security
    ///
    /// Show the user the error itself: it says when the browser came back and somebody else has taken the token.
    pub async fn wait(&mut self) -> Result<Session, Error> {
        if self.completed {
            return Err(Error::invalid_input("this login has signed in already; start another one"));
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
            Ok(_) => self.callback.take().map_or((), Callback::shut_down_after_grace),
            Err(error) if error.is_timeout() => self.callback = None,
            Err(_) => {}
        }
        outcome
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
        let (pending_claim, session) = (self.pending_claim.take(), self.session.take());
        if pending_claim.is_none() && session.is_none() {
            return;
        }
        self.runtime.spawn(async move {
            let claimed = match pending_claim {
                Some(pending_claim) => pending_claim.await.unwrap_or_else(|_| Err(Error::no_runtime())),
                None => Ok(session.map_or(Claim::Pending, Claim::Ready)),
            };
            // Nobody will ever use this token, and nobody is left to hear of a failure but the log.
            match claimed {
                Ok(Claim::Ready(session)) => {
                    if let Err(error) = session.logout().await {
                        tracing::warn!(%error, "the session of a dropped login could not be revoked");
                    }
                }
                Err(error) if error.is_outcome_unknown() => tracing::warn!("{LOST}"),
                Ok(Claim::Pending) | Err(_) => {}
            }
        });
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("client", &self.client).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "loopback"))]
mod tests;
