//! The browser login: it asks for the token again and again, and the browser's visit only makes it ask at once.

mod backoff;

use std::fmt;
use std::time::Duration;

use futures_util::future::{Either, select};
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
use crate::transport::{Retry, jittered};
use backoff::PollBackoff;

/// How long it is worth asking after the browser came back: a parked token lives no longer.
const AFTER_CALLBACK: Duration = Duration::from_secs(60);
/// How much later than the login's end an answer may still come in.
const GRACE: Duration = Duration::from_secs(1);
/// The port in the URL where nothing listens: the page insists on one. Browsers refuse to visit this one, so that no
/// other program can take the browser in.
const NO_PORT: u16 = 1;
/// The shortest time between two events about rejected callbacks: a flood of them must not flood the terminal.
const REJECTED_INTERVAL: Duration = Duration::from_secs(1);

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

    async fn poll(&mut self) -> Result<Session, Error> {
        if let Some(callback) = &self.callback {
            callback.reset_outcome();
        }
        self.emit_status();
        loop {
            self.sleep().await;
            let is_last = self.left().is_zero();
            let outcome = self.poll_once().await;
            self.emit_rejected();
            let callback_received = self.activity.callback_received();
            let pause = match outcome {
                Ok(Claim::Ready(session)) => return Ok(session),
                Ok(Claim::Pending) => {
                    if self.backoff.fault().is_some() {
                        self.emit_status();
                    }
                    self.backoff.on_pending(callback_received)
                }
                Err(fault) if fault.is_transient() => {
                    self.backoff.on_transient_error(fault, callback_received)
                }
                Err(error) => return Err(self.remembering(error)),
            };
            // A browser that came back meanwhile came in time.
            if is_last && !self.poll_now {
                let message = self.timeout_message();
                let (fault, is_failing) = self.backoff.take_fault();
                return Err(self.remembering(Error::login_timeout(message, fault, is_failing)));
            }
            let after = jittered(pause).min(self.left());
            if let Some(error) = self.backoff.fault() {
                emit(&mut self.on_event, LoginEvent::Retrying { after, error });
            }
            self.next = Deadline::after(&*self.client.settings().clock, after);
        }
    }

    fn left(&self) -> Duration {
        self.deadline.left(&*self.client.settings().clock)
    }

    /// Asks once, or goes on with the pending_claim that an earlier `wait` left behind: two at a time could lose a token.
    async fn poll_once(&mut self) -> Result<Claim, Error> {
        loop {
            let limit = self.left() + GRACE;
            let pending_claim = self.pending_claim.get_or_insert_with(|| {
                let (client, nonce) = (self.client.clone(), self.nonce.clone());
                tokio::spawn(async move { client.claim(&nonce, Retry::Never, limit).await })
            });
            match select_activity(pending_claim, self.callback.as_ref(), self.activity).await {
                Either::Left(outcome) => {
                    self.pending_claim = None;
                    return outcome.unwrap_or_else(|_| Err(Error::no_runtime()));
                }
                Either::Right(activity) => self.on_callback_activity(activity),
            }
        }
    }

    /// Sleeps until it may be asked again, until the browser comes back, or until the machine resumes from a suspend: a
    /// token that was parked meanwhile may be about to expire.
    async fn sleep(&mut self) {
        let clock = &self.client.settings().clock;
        let mut sleep = select(clock.sleep(self.next.left(&**clock)), clock.resumed());
        while !self.poll_now {
            match select_activity(&mut sleep, self.callback.as_ref(), self.activity).await {
                Either::Left(_) => return,
                Either::Right(activity) => self.on_callback_activity(activity),
            }
        }
        self.poll_now = false;
        self.backoff.reset_after_callback();
    }

    /// Takes note of what came to the port.
    fn on_callback_activity(&mut self, activity: CallbackActivity) {
        let old = std::mem::replace(&mut self.activity, activity);
        self.emit_rejected();
        if activity.forwarded > 0 && old.forwarded == 0 {
            emit(&mut self.on_event, LoginEvent::CallbackForwarded);
        }
        if activity.https > 0 && old.https == 0 {
            emit(&mut self.on_event, LoginEvent::HttpsOnly);
        }
        if activity.callbacks > old.callbacks {
            if !old.callback_received() {
                emit(&mut self.on_event, LoginEvent::CallbackReceived);
            }
            // Also the second time: the first may have come before the approval.
            let clock = &*self.client.settings().clock;
            self.deadline = Deadline::after(clock, AFTER_CALLBACK).min(self.end);
            self.poll_now = true;
        }
    }

    /// Tells of rejected callbacks, unless that was done just old.
    fn emit_rejected(&mut self) {
        let (clock, total) = (&*self.client.settings().clock, self.activity.rejected);
        let (reported, next) = self.reported_rejected;
        if total > reported && next.left(clock).is_zero() {
            self.reported_rejected = (total, Deadline::after(clock, REJECTED_INTERVAL));
            emit(&mut self.on_event, LoginEvent::CallbackRejected { total });
        }
    }

    /// Tells what is waited for.
    fn emit_status(&mut self) {
        let state = if self.activity.callback_received() {
            LoginEvent::CallbackReceived
        } else {
            LoginEvent::Waiting
        };
        emit(&mut self.on_event, state);
    }

    /// Adds to the error at the end that a response was lost earlier which may have held the token.
    fn remembering(&mut self, error: Error) -> Error {
        if !self.backoff.outcome_unknown() {
            return error;
        }
        self.loss_reported = true;
        error.after_lost_response()
    }

    /// Explains why the login timed out.
    fn timeout_message(&self) -> String {
        let has_fault = self.backoff.fault().is_some();
        let fault = self.backoff.last_fault();
        let fault = fault.map(|it| format!(" (last error: {})", it.summary())).unwrap_or_default();
        let message = match (self.activity.callback_received(), has_fault) {
            _ if self.backoff.outcome_unknown() => {
                format!("Sign-in timed out, and a response was lost that may have held the session{fault}. Run the command \
                         again.")
            }
            (true, false) => {
                "You approved, but the token had expired or someone else had already claimed it. Check your active \
                 sessions, then sign in again."
                    .to_owned()
            }
            (false, false) => {
                let limit = in_words(self.client.settings().login_timeout);
                format!("Sign-in timed out: it wasn't approved within {limit}. Run the command again.")
            }
            // Whether there was a token, the last response would have said.
            (true, true) => {
                format!("You approved, but the server couldn't be asked for the session in time{fault}. Run the command \
                         again.")
            }
            (false, true) => {
                format!("Sign-in timed out because the server couldn't be reached{fault}. Run the command again.")
            }
        };
        let mut parts = vec![message];
        if self.activity.rejected > 0 {
            let rejected = self.activity.rejected;
            parts.push(format!("Callbacks that didn't belong to this sign-in and were ignored: {rejected}."));
        }
        if self.activity.forwarded > 0 {
            parts.push(
                "The browser came back over a forwarded address, which can't be confirmed here.".to_owned(),
            );
        }
        if self.activity.https > 0 {
            parts.push("The browser only allows HTTPS, so it couldn't report back here.".to_owned());
        }
        parts.join(" ")
    }
}

fn in_words(limit: Duration) -> String {
    match limit.as_secs() {
        60 => "1 minute".to_owned(),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}

fn emit(on_event: &mut Option<OnEvent>, event: LoginEvent<'_>) {
    if let Some(on_event) = on_event {
        on_event(event);
    }
}

/// Goes on with some work until it is done, or until more has come to the port than is known.
async fn select_activity<T>(
    work: impl Future<Output = T> + Unpin,
    callback: Option<&Callback>,
    known: CallbackActivity,
) -> Either<T, CallbackActivity> {
    let Some(callback) = callback else { return Either::Left(work.await) };
    match select(work, std::pin::pin!(callback.changed(known))).await {
        Either::Left((done, _)) => Either::Left(done),
        Either::Right((activity, _)) => Either::Right(activity),
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
