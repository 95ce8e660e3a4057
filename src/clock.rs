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
/// ```
pub trait Clock: Debug + Send + Sync {
    /// Returns the monotonic time, which may stand still while the machine sleeps.
    fn monotonic(&self) -> Instant;

    /// Returns the wall clock's time, which users and time servers can set.
    fn wall(&self) -> SystemTime;

    /// Completes after `duration` of monotonic time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's own clocks, and tokio's timer.
///
/// # Examples
///
/// ```
/// use harmont_auth::clock::{Clock, SystemClock};
///
/// let start = SystemClock.monotonic();
/// assert!(SystemClock.monotonic() >= start);
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
}

/// The end of something, by both clocks, since the monotonic one may stand still while the machine sleeps.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    monotonic: Instant,
    wall: SystemTime,
}

impl Deadline {
    pub(crate) fn after(clock: &dyn Clock, limit: Duration) -> Self {
        Self { monotonic: clock.monotonic() + limit, wall: clock.wall() + limit }
    }

    pub(crate) fn left(self, clock: &dyn Clock) -> Duration {
        let monotonic = self.monotonic.saturating_duration_since(clock.monotonic());
        monotonic.min(self.wall.duration_since(clock.wall()).unwrap_or_default())
    }

    pub(crate) fn min(self, other: Self) -> Self {
        Self { monotonic: self.monotonic.min(other.monotonic), wall: self.wall.min(other.wall) }
    }
}
