//! The time source of a client, replaceable in tests of retries, polls and deadlines.
//!
//! tokio's paused clock does not serve for that: it jumps ahead while a real socket is being read. The test server has a
//! `TestClock` that moves only when the test moves it. [`ClientBuilder::clock`](crate::ClientBuilder::clock) installs one.
//!
//! The feature `test-util` enables this module. Like `wire`, it is **outside the semver promise** of this crate.

#![cfg_attr(
    not(feature = "test-util"),
    allow(unreachable_pub, rustdoc::broken_intra_doc_links, reason = "the feature exports it")
)]

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A source of time for a client.
///
/// Implement it only if the test server's `TestClock` does not fit.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "test-util")] {
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use std::time::{Duration, Instant, SystemTime};
/// use harmont_auth::clock::Clock;
///
/// /// Never waits, so that retries follow each other at once.
/// #[derive(Debug)]
/// struct Impatient;
///
/// impl Clock for Impatient {
///     fn monotonic(&self) -> Instant {
///         Instant::now()
///     }
///
///     fn wall(&self) -> SystemTime {
///         SystemTime::now()
///     }
///
///     fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         Box::pin(ready(()))
///     }
/// }
/// # }
/// ```
pub trait Clock: Debug + Send + Sync {
    /// Returns the monotonic time, which may stand still while the machine sleeps.
    fn monotonic(&self) -> Instant;

    /// Returns the wall clock's time, which users and time servers can set.
    fn wall(&self) -> SystemTime;

    /// Completes after `duration` of monotonic time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Completes when the machine resumes from a suspend, as far as this clock can tell; unless overridden, never.
    fn resumed(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }
}

/// The machine's own clocks, and tokio's timer.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "test-util")] {
/// use harmont_auth::clock::{Clock, SystemClock};
///
/// let start = SystemClock.monotonic();
/// assert!(SystemClock.monotonic() >= start);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn resumed(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            loop {
                let (monotonic, wall) = (Instant::now(), SystemTime::now());
                tokio::time::sleep(CHECK).await;
                // A wall clock that was set back has not run ahead.
                if was_suspended(monotonic.elapsed(), wall.elapsed().unwrap_or_default()) {
                    return;
                }
            }
        })
    }
}

/// A point in time by the monotonic clock, which nobody can set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(clock: &dyn Clock, limit: Duration) -> Self {
        Self(clock.monotonic() + limit)
    }

    pub(crate) fn left(self, clock: &dyn Clock) -> Duration {
        self.0.saturating_duration_since(clock.monotonic())
    }
}

/// How often to look for a suspend: after a resume, a login waits no longer than this.
const CHECK: Duration = Duration::from_secs(1);
/// How far the wall clock must get ahead within one check. Time servers correct less than that.
const SUSPENDED: Duration = Duration::from_secs(5);

/// Returns whether the wall clock ran ahead of the monotonic one, which stands still while a machine is suspended.
fn was_suspended(monotonic: Duration, wall: Duration) -> bool {
    wall > monotonic + SUSPENDED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_only_a_wall_clock_that_runs_ahead_tells_of_a_suspend() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        assert!(was_suspended(second, minute));
        for wall in [Duration::ZERO, second, second + SUSPENDED] {
            assert!(!was_suspended(second, wall), "{wall:?}");
        }
        assert!(!was_suspended(minute, minute), "a busy machine is late by both clocks");
    }
}
