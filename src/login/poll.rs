//! The polling loop. A callback wakes it up.

use std::time::Duration;

use futures_util::future::{Either, select};

use super::{Login, emit};
use crate::callback::Callback;
use crate::client::Claim;
use crate::clock::Deadline;
use crate::error::Error;
use crate::event::{CallbackActivity, LoginEvent};
use crate::session::Session;
use crate::transport::{Retry, jittered};

/// How long polling continues after a callback: a parked token lives no longer.
const AFTER_CALLBACK: Duration = Duration::from_secs(60);
/// How long after the deadline a response is still accepted.
const RESPONSE_GRACE: Duration = Duration::from_secs(1);
/// The shortest time between two events about rejected callbacks: a flood of them must not flood the terminal.
const REJECTED_INTERVAL: Duration = Duration::from_secs(1);

impl Login {
    /// Polls until there is a session, the deadline passes, or the server responds with a final error.
    pub(super) async fn poll(&mut self) -> Result<Session, Error> {
        if let Some(callback) = &self.callback {
            callback.reset_outcome();
        }
        self.emit_status();
        loop {
            self.sleep().await;
            let is_last = self.time_left().is_zero();
            let outcome = self.poll_once().await;
            self.emit_rejected();
            let callback_received = self.activity.callback_received();
            let pause = match outcome {
                Ok(Claim::Ready(session)) => return Ok(session),
                Ok(Claim::Pending) => {
                    if self.backoff.current_error().is_some() {
                        self.emit_status();
                    }
                    self.backoff.on_pending(callback_received)
                }
                Err(error) if error.is_transient() => {
                    self.backoff.on_transient_error(error, callback_received)
                }
                Err(error) => return Err(self.with_lost_response(error)),
            };
            // A callback received while polling still counts.
            if is_last && !self.poll_now {
                let message = self.timeout_message();
                let (last_error, is_failing) = self.backoff.take_last_error();
                let error = Error::login_timeout(message, last_error, is_failing);
                return Err(self.with_lost_response(error));
            }
            let after = jittered(pause).min(self.time_left());
            if let Some(error) = self.backoff.current_error() {
                emit(&mut self.on_event, LoginEvent::Retrying { after, error });
            }
            self.next_poll = Deadline::after(&*self.client.settings().clock, after);
        }
    }

    fn time_left(&self) -> Duration {
        self.deadline.left(&*self.client.settings().clock)
    }

    /// Polls once, or continues the claim of a dropped `wait`: two claims at a time could lose a token.
    async fn poll_once(&mut self) -> Result<Claim, Error> {
        loop {
            let limit = self.time_left() + RESPONSE_GRACE;
            let claim = self.pending_claim.get_or_insert_with(|| {
                let (client, nonce) = (self.client.clone(), self.nonce.clone());
                tokio::spawn(async move { client.claim(&nonce, Retry::Never, limit).await })
            });
            match select_activity(claim, self.callback.as_ref(), self.activity).await {
                Either::Left(outcome) => {
                    self.pending_claim = None;
                    return outcome.unwrap_or_else(|_| Err(Error::no_runtime()));
                }
                Either::Right(activity) => self.on_callback_activity(activity),
            }
        }
    }

    /// Sleeps until the next poll is due, a callback arrives, or the machine resumes from a suspend: a token parked
    /// meanwhile may be about to expire.
    async fn sleep(&mut self) {
        let clock = &self.client.settings().clock;
        let mut sleep = select(clock.sleep(self.next_poll.left(&**clock)), clock.resumed());
        while !self.poll_now {
            match select_activity(&mut sleep, self.callback.as_ref(), self.activity).await {
                Either::Left(_) => return,
                Either::Right(activity) => self.on_callback_activity(activity),
            }
        }
        self.poll_now = false;
        self.backoff.reset_after_callback();
    }

    /// Emits events about new activity. A callback causes a poll at once.
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
            // Also for a second callback: the first may have come before the approval.
            let clock = &*self.client.settings().clock;
            self.deadline = Deadline::after(clock, AFTER_CALLBACK).min(self.latest_deadline);
            self.poll_now = true;
        }
    }

    /// Emits the number of rejected callbacks, unless it is unchanged or was emitted a moment ago.
    fn emit_rejected(&mut self) {
        let (clock, total) = (&*self.client.settings().clock, self.activity.rejected);
        let (reported, next) = self.reported_rejected;
        if total > reported && next.left(clock).is_zero() {
            self.reported_rejected = (total, Deadline::after(clock, REJECTED_INTERVAL));
            emit(&mut self.on_event, LoginEvent::CallbackRejected { total });
        }
    }

    /// Emits what the login waits for.
    fn emit_status(&mut self) {
        let is_approved = self.activity.callback_received();
        let status = if is_approved { LoginEvent::CallbackReceived } else { LoginEvent::Waiting };
        emit(&mut self.on_event, status);
    }

    /// Marks the final error if an earlier response was lost that may have held the token.
    fn with_lost_response(&mut self, error: Error) -> Error {
        if !self.backoff.outcome_unknown() {
            return error;
        }
        self.loss_reported = true;
        error.after_lost_response()
    }
}

/// Polls `work` until it completes or the listener reports new activity.
async fn select_activity<T>(
    work: impl Future<Output = T> + Unpin,
    callback: Option<&Callback>,
    known: CallbackActivity,
) -> Either<T, CallbackActivity> {
    let Some(callback) = callback else { return Either::Left(work.await) };
    match select(work, std::pin::pin!(callback.changed(known))).await {
        Either::Left((output, _)) => Either::Left(output),
        Either::Right((activity, _)) => Either::Right(activity),
    }
}
