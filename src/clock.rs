//! Time, behind a trait of our own: tests of retries, polls and deadlines bring a clock that moves by itself. tokio's
//! paused clock would jump ahead while a real socket is being read.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// Where the client takes its time from. Not part of the semver promise.
pub trait Clock: Debug + Send + Sync {
    /// Returns the monotonic time, which may stand still while the machine sleeps.
    fn monotonic(&self) -> Instant;

    /// Returns the wall clock's time, which goes on while the machine sleeps.
    fn wall(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's own time. Not part of the semver promise.
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
