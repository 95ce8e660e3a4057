//! When a login asks again, and what it remembers of the answers so far.

use std::time::Duration;

use crate::error::Error;

/// The time between two questions while nobody has approved yet.
const POLL: Duration = Duration::from_secs(2);
/// The longest time between two questions when the server or the network fails.
const MAX_POLL: Duration = Duration::from_secs(8);
/// The first time between two questions after the browser came back: the token may become visible a moment later.
const POLL_AFTER_CALLBACK: Duration = Duration::from_millis(250);
/// The longest pause that the server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

pub(super) struct PollBackoff {
    pause: Duration,
    last_fault: Option<Error>,
    /// The last answer was that fault.
    is_failing: bool,
    outcome_unknown: bool,
}

impl PollBackoff {
    pub(super) fn new() -> Self {
        Self { pause: POLL, last_fault: None, is_failing: false, outcome_unknown: false }
    }

    /// Goes on faster, since the browser has come back.
    pub(super) fn reset_after_callback(&mut self) {
        self.pause = POLL_AFTER_CALLBACK;
    }

    /// Takes note that there is nothing to claim yet, and returns the pause before the next question.
    pub(super) fn on_pending(&mut self, callback_received: bool) -> Duration {
        self.is_failing = false;
        let pause = if callback_received { self.pause.min(POLL) } else { POLL };
        self.pause = (pause * 2).min(POLL);
        pause
    }

    /// Takes note of a passing fault, and returns the pause before the next question.
    pub(super) fn on_transient_error(&mut self, fault: Error, callback_received: bool) -> Duration {
        self.pause = (self.pause * 2).min(MAX_POLL);
        // A parked token lives a minute, so that waiting as long as a server may ask for would lose it.
        let most = if callback_received { MAX_POLL } else { MAX_RETRY_AFTER };
        let asked_for = fault.retry_after().unwrap_or_default().min(most);
        // Where no connection came about just before, a time-out most likely was one more of that kind.
        let unreachable = fault.is_timeout() && self.fault().is_some_and(Error::is_connect);
        self.outcome_unknown |= fault.is_outcome_unknown() && !unreachable;
        self.last_fault = Some(fault);
        self.is_failing = true;
        self.pause.max(asked_for)
    }

    /// The fault that is going on.
    pub(super) fn fault(&self) -> Option<&Error> {
        self.last_fault.as_ref().filter(|_| self.is_failing)
    }

    pub(super) fn last_fault(&self) -> Option<&Error> {
        self.last_fault.as_ref()
    }

    /// Takes the last fault out, for the error at the end, and returns whether it goes on.
    pub(super) fn take_fault(&mut self) -> (Option<Error>, bool) {
        (self.last_fault.take(), std::mem::take(&mut self.is_failing))
    }

    /// Whether an answer was lost that may have held the token.
    pub(super) fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }
}
