//! The interval between polls, and the errors of earlier polls.

use std::time::Duration;

use crate::error::Error;

/// The interval while the user has not approved yet.
const POLL: Duration = Duration::from_secs(2);
/// The longest interval while the server or the network fails.
const MAX_POLL: Duration = Duration::from_secs(8);
/// The first interval after the callback: the token may become visible a moment later.
const POLL_AFTER_CALLBACK: Duration = Duration::from_millis(250);
/// The longest interval that the server can request.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

pub(super) struct PollBackoff {
    interval: Duration,
    last_error: Option<Error>,
    /// The last poll failed with `last_error`.
    is_failing: bool,
    outcome_unknown: bool,
}

impl PollBackoff {
    pub(super) fn new() -> Self {
        Self { interval: POLL, last_error: None, is_failing: false, outcome_unknown: false }
    }

    /// Shortens the interval, since the callback has arrived.
    pub(super) fn reset_after_callback(&mut self) {
        self.interval = POLL_AFTER_CALLBACK;
    }

    /// Records that there is nothing to claim yet, and returns the pause before the next poll.
    pub(super) fn on_pending(&mut self, callback_received: bool) -> Duration {
        self.is_failing = false;
        let pause = if callback_received { self.interval.min(POLL) } else { POLL };
        self.interval = (pause * 2).min(POLL);
        pause
    }

    /// Records a transient error, and returns the pause before the next poll.
    pub(super) fn on_transient_error(&mut self, error: Error, callback_received: bool) -> Duration {
        self.interval = (self.interval * 2).min(MAX_POLL);
        // A parked token lives for a minute: waiting for as long as a server may request would lose it.
        let limit = if callback_received { MAX_POLL } else { MAX_RETRY_AFTER };
        let requested = error.retry_after().unwrap_or_default().min(limit);
        // If connecting failed just before, a timeout most likely means that connecting failed again.
        let is_unreachable = error.is_timeout() && self.current_error().is_some_and(Error::is_connect);
        self.outcome_unknown |= error.is_outcome_unknown() && !is_unreachable;
        self.last_error = Some(error);
        self.is_failing = true;
        self.interval.max(requested)
    }

    /// Returns the error of the last poll, if it failed.
    pub(super) fn current_error(&self) -> Option<&Error> {
        self.last_error.as_ref().filter(|_| self.is_failing)
    }

    pub(super) fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// Takes the last error, and returns whether it is also the current one.
    pub(super) fn take_last_error(&mut self) -> (Option<Error>, bool) {
        (self.last_error.take(), std::mem::take(&mut self.is_failing))
    }

    /// Returns whether a response was lost that may have held the token.
    pub(super) fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }
}
