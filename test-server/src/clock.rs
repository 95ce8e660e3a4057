//! A clock that only moves when a test says so.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use harmont_auth::clock::Clock;
use tokio::sync::{oneshot, watch};

use crate::REAL_TIMEOUT;

/// A clock that stands still until a test moves it, for the client ([`ClientBuilder::clock`]) and the server alike.
///
/// [`ClientBuilder::clock`]: harmont_auth::ClientBuilder::clock
///
/// # Examples
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use std::time::Duration;
/// use harmont_auth::clock::Clock;
/// use harmont_auth_test_server::TestClock;
///
/// let clock = TestClock::new();
/// let sleep = tokio::spawn(clock.sleep(Duration::from_secs(3600)));
/// clock.tick().await;
/// sleep.await.unwrap();
/// # });
/// ```
#[derive(Clone)]
pub struct TestClock {
    start: (Instant, SystemTime),
    time: Arc<Mutex<Time>>,
    /// Rises with each new sleeper, to wake up whoever waits for one.
    sleeps: watch::Sender<u64>,
    /// Rises with each jump ahead, which looks like a suspend.
    resumes: watch::Sender<u64>,
}

#[derive(Default)]
struct Time {
    passed: Duration,
    /// How far the wall clock has jumped: ahead, and back.
    ahead: Duration,
    back: Duration,
    sleepers: Vec<(Duration, oneshot::Sender<()>)>,
}

impl TestClock {
    /// Makes a clock that shows the present.
    pub fn new() -> Self {
        Self {
            start: (Instant::now(), SystemTime::now()),
            time: Arc::default(),
            sleeps: watch::Sender::default(),
            resumes: watch::Sender::default(),
        }
    }

    fn time<T>(&self, use_it: impl FnOnce(&mut Time) -> T) -> T {
        use_it(&mut self.time.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Moves both clocks, and wakes whoever has slept enough.
    pub fn advance(&self, by: Duration) {
        self.time(|time| {
            time.passed += by;
            let passed = time.passed;
            for (_, sleeper) in time.sleepers.extract_if(.., |(until, _)| *until <= passed) {
                // Whoever slept may have stopped waiting.
                let _ = sleeper.send(());
            }
        });
    }

    /// Moves the wall clock alone ahead, as when a machine is suspended or a time server sets it: nothing tells these
    /// apart, so [`Clock::resumed`] completes.
    pub fn jump_wall_clock(&self, by: Duration) {
        self.time(|time| time.ahead += by);
        self.resumes.send_modify(|count| *count += 1);
    }

    /// Sets the wall clock alone back, as a time server can.
    pub fn set_wall_clock_back(&self, by: Duration) {
        self.time(|time| time.back += by);
    }

    /// Returns how many sleep.
    pub fn sleepers(&self) -> usize {
        self.time(|time| time.sleepers.iter().filter(|(_, sleeper)| !sleeper.is_closed()).count())
    }

    /// Waits until somebody sleeps, then moves to the moment at which the first sleeper wakes; returns by how much.
    pub async fn tick(&self) -> Duration {
        self.tick_within(Duration::MAX).await
    }

    /// Does the same, but waits for somebody who wakes before so much time is over.
    ///
    /// # Panics
    ///
    /// Panics when nobody does within 10 seconds of real time, so that a test of a broken client fails and does not hang.
    pub async fn tick_within(&self, limit: Duration) -> Duration {
        let mut sleeps = self.sleeps.subscribe();
        let found = sleeps.wait_for(|_| self.next_within(limit).is_some());
        let is_found = tokio::time::timeout(REAL_TIMEOUT, found).await.is_ok();
        assert!(is_found, "nobody slept for less than {limit:?} in {REAL_TIMEOUT:?}");
        let next = self.next_within(limit).unwrap_or_default();
        self.advance(next);
        next
    }

    /// Returns when the first sleeper wakes, if that is before so much time is over.
    fn next_within(&self, limit: Duration) -> Option<Duration> {
        self.time(|time| {
            time.sleepers.retain(|(_, sleeper)| !sleeper.is_closed());
            let left = time.sleepers.iter().map(|(until, _)| until.saturating_sub(time.passed));
            left.min().filter(|left| *left < limit)
        })
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestClock({:?})", self.time(|time| time.passed))
    }
}

impl Clock for TestClock {
    fn monotonic(&self) -> Instant {
        self.start.0 + self.time(|time| time.passed)
    }

    fn wall(&self) -> SystemTime {
        self.time(|time| self.start.1 + time.passed + time.ahead - time.back)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if duration.is_zero() {
            return Box::pin(std::future::ready(()));
        }
        let (sleeper, woken) = oneshot::channel();
        self.time(|time| time.sleepers.push((time.passed + duration, sleeper)));
        self.sleeps.send_modify(|count| *count += 1);
        Box::pin(async move { drop(woken.await) })
    }

    fn resumed(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut resumes = self.resumes.subscribe();
        Box::pin(async move {
            if resumes.changed().await.is_err() {
                // The clock is gone, so nobody moves it.
                std::future::pending::<()>().await;
            }
        })
    }
}
