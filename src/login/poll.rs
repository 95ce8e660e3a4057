//! Polls for the token, woken up by the listener.

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

/// How long it is worth asking after the browser came back: a parked token lives no longer.
const AFTER_CALLBACK: Duration = Duration::from_secs(60);
/// How much later than the login's end an answer may still come in.
const GRACE: Duration = Duration::from_secs(1);
/// The shortest time between two events about rejected callbacks: a flood of them must not flood the terminal.
const REJECTED_INTERVAL: Duration = Duration::from_secs(1);

impl Login {
    pub(super) async fn poll(&mut self) -> Result<Session, Error> {
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
