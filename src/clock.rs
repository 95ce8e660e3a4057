//! The time source of a client, replaceable in tests of retries, polls and deadlines.
//!
//! tokio's paused clock does not work here: it jumps ahead while a real socket is being read. The test server has a
//! `TestClock` that moves only when the test moves it. [`ClientBuilder::clock`](crate::ClientBuilder::clock) sets one.
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
/// /// Never sleeps, so that retries follow immediately.
/// #[derive(Debug)]
/// struct InstantClock;
///
/// impl Clock for InstantClock {
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

    /// Returns the time of the wall clock, which users and time servers can set.
    fn wall(&self) -> SystemTime;

    /// Completes after `duration` of monotonic time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Completes when the machine resumes from a suspend, if this clock can detect it. The default never completes.
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
                // An error means that the wall clock was set back.
                if was_suspended(monotonic.elapsed(), wall.elapsed().unwrap_or_default()) {
                    return;
                }
            }
        })
    }
}

/// A point in time of the monotonic clock, which cannot be set.
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

/// The interval of checks for a suspend, and so the longest delay after a resume.
const CHECK: Duration = Duration::from_secs(1);
/// How far the wall clock must run ahead within one check. Time servers correct by less.
const SUSPENDED: Duration = Duration::from_secs(5);

/// Returns whether the wall clock ran ahead of the monotonic clock, which stops while a machine is suspended.
fn was_suspended(monotonic: Duration, wall: Duration) -> bool {
    wall > monotonic + SUSPENDED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_only_a_wall_clock_that_runs_ahead_means_a_suspend() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        assert!(was_suspended(second, minute));
        for wall in [Duration::ZERO, second, second + SUSPENDED] {
            assert!(!was_suspended(second, wall), "{wall:?}");
        }
        assert!(!was_suspended(minute, minute), "a busy machine is late on both clocks");
    }
}
