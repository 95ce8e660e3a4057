//! Machines that are suspended, and wall clocks that are set.

use std::time::Duration;

use crate::support::{Waiting, passing_time, wait_for_sleepers};
use harmont_auth::clock::Clock;
use harmont_auth_test_server::TestClock;

/// Starts a login that waits for its next poll.
async fn waiting_for_next_poll() -> Waiting {
    let waiting = Waiting::start().await;
    wait_for_sleepers(&waiting.setup.clock, 1).await;
    waiting
}

#[tokio::test]
async fn c10_a_machine_that_was_suspended_polls_at_once_and_ends_by_the_monotonic_clock() {
    let waiting = waiting_for_next_poll().await;
    let (clock, start) = (waiting.setup.clock.clone(), waiting.setup.clock.monotonic());
    // The monotonic clock stands still, so only the resume can cause a poll.
    clock.jump_wall_clock(Duration::from_secs(3600));
    waiting.setup.server.called("cliClaim", 2).await;
    assert!(waiting.error().await.is_timeout());
    assert_eq!((clock.monotonic() - start).as_secs(), 300);
}

#[tokio::test]
async fn c10_an_approval_during_a_suspend_is_claimed_at_once() {
    let waiting = waiting_for_next_poll().await;
    waiting.approve().await;
    waiting.setup.clock.jump_wall_clock(Duration::from_secs(30));
    waiting.assert_signed_in().await;
}

#[tokio::test]
async fn c17_a_wall_clock_that_is_set_does_not_end_or_lengthen_the_login() {
    for set in [
        |clock: &TestClock| clock.jump_wall_clock(Duration::from_secs(600)),
        |clock: &TestClock| clock.set_wall_clock_back(Duration::from_secs(3600)),
    ] {
        let waiting = waiting_for_next_poll().await;
        let (clock, start) = (waiting.setup.clock.clone(), waiting.setup.clock.monotonic());
        set(&clock);
        assert!(waiting.error().await.is_timeout());
        assert_eq!((clock.monotonic() - start).as_secs(), 300);

        let waiting = waiting_for_next_poll().await;
        set(&waiting.setup.clock);
        waiting.approve().await;
        let clock = waiting.setup.clock.clone();
        passing_time(&clock, waiting.assert_signed_in()).await;
    }
}
