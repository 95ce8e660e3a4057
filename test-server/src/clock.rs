//! A clock that only a test moves.

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
    /// Counts new sleepers, to wake up `tick`.
    sleeps: watch::Sender<u64>,
    /// Counts jumps ahead, which look like suspends.
    resumes: watch::Sender<u64>,
}

#[derive(Default)]
struct Time {
    passed: Duration,
    /// The sum of the wall clock's jumps ahead.
    ahead: Duration,
    /// The sum of the wall clock's jumps back.
    back: Duration,
    sleepers: Vec<(Duration, oneshot::Sender<()>)>,
}

impl TestClock {
    /// Creates a clock that shows the current time.
    pub fn new() -> Self {
        Self {
            start: (Instant::now(), SystemTime::now()),
            time: Arc::default(),
            sleeps: watch::Sender::default(),
            resumes: watch::Sender::default(),
        }
    }

    fn time<T>(&self, change: impl FnOnce(&mut Time) -> T) -> T {
        change(&mut self.time.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Moves both clocks ahead, and wakes the sleepers that are due.
    pub fn advance(&self, by: Duration) {
        self.time(|time| {
            time.passed += by;
            let passed = time.passed;
            for (_, sleeper) in time.sleepers.extract_if(.., |(until, _)| *until <= passed) {
                // The sleep may have been dropped.
                let _ = sleeper.send(());
            }
        });
    }

    /// Moves only the wall clock ahead, as a suspend or a time server does. The two cannot be distinguished, so
    /// [`Clock::resumed`] completes.
    pub fn jump_wall_clock(&self, by: Duration) {
        self.time(|time| time.ahead += by);
        self.resumes.send_modify(|count| *count += 1);
    }

    /// Moves only the wall clock back, as a time server can.
    pub fn set_wall_clock_back(&self, by: Duration) {
        self.time(|time| time.back += by);
    }

    /// Returns the number of sleepers.
    pub fn sleepers(&self) -> usize {
        self.time(|time| time.sleepers.iter().filter(|(_, sleeper)| !sleeper.is_closed()).count())
    }

    /// Waits for a sleeper, then moves to the time at which the first one wakes. Returns the time that passed.
    pub async fn tick(&self) -> Duration {
        self.tick_within(Duration::MAX).await
    }

    /// Does the same for a sleeper that wakes before `limit` has passed.
    ///
    /// # Panics
    ///
    /// Panics if there is none within 10 seconds of real time, so that a test of a broken client fails instead of hanging.
    pub async fn tick_within(&self, limit: Duration) -> Duration {
        let mut sleeps = self.sleeps.subscribe();
        let found = sleeps.wait_for(|_| self.next_within(limit).is_some());
        let is_found = tokio::time::timeout(REAL_TIMEOUT, found).await.is_ok();
        assert!(is_found, "no sleeper of less than {limit:?} in {REAL_TIMEOUT:?}");
        let next = self.next_within(limit).unwrap_or_default();
        self.advance(next);
        next
    }

    /// Returns the time until the first sleeper wakes, if that is less than `limit`.
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
                // The clock was dropped, so it never moves again.
                std::future::pending::<()>().await;
            }
        })
    }
}
