//! Many logins at once while the server fails at random. A ledger shows that no token is lost silently.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "it/support.rs"]
mod support;

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::future::Future;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime};

use harmont_auth::clock::Clock;
use harmont_auth::{Client, Error, Nonce, Session};
use harmont_auth_test_server::{Fault, TestServer};
use support::parameter;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A fast clock: minutes pass in seconds, while sockets run in real time.
#[derive(Clone, Copy, Debug)]
struct FastClock(Instant, SystemTime);

impl FastClock {
    const FACTOR: u32 = 20;

    fn passed(self) -> Duration {
        self.0.elapsed() * Self::FACTOR
    }
}

impl Clock for FastClock {
    fn monotonic(&self) -> Instant {
        self.0 + self.passed()
    }

    fn wall(&self) -> SystemTime {
        self.1 + self.passed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration / Self::FACTOR))
    }
}

/// Generates the same numbers in every run (`SplitMix64`). The order of the requests remains random.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Returns a fault, and whether it occurs after the server has acted. Servers and gateways send these.
fn fault(random: &mut Random) -> (Fault, bool) {
    let token = r#"{"token":"a-token-that-is-cut-short"}"#;
    let kind = random.below(16);
    let fault = match kind {
        0 => Fault::cut(),
        1 => Fault::reply(500),
        2 => Fault::reply(502).body("<h1>Bad gateway</h1>"),
        3 => Fault::reply(503).header("retry-after", "3"),
        4 => Fault::reply(429).header("retry-after", "2"),
        5 => Fault::reply(408),
        6 => Fault::reply(403).body("<html>Who are you?</html>"),
        7 => Fault::reply(400).body("{\"error\":").cut_at(5),
        8 | 9 => Fault::cut().after_acting(),
        10 => Fault::success().body(token).cut_at(15).after_acting(),
        11 => Fault::success().body("<html>Welcome</html>").after_acting(),
        12 => Fault::reply(500).after_acting(),
        13 => Fault::reply(502).body("<h1>Bad gateway</h1>").after_acting(),
        14 => Fault::reply(503).after_acting(),
        _ => Fault::reply(504).after_acting(),
    };
    (fault, kind >= 8)
}

enum Outcome {
    Returned(Session),
    Failed(Error),
    /// The login itself was dropped, so no error can report a loss.
    Dropped,
}

/// Runs one login: the user may approve, the callback may arrive, and the tool may drop its wait.
async fn login(client: Client, web: Session, seed: u64) -> (String, Outcome) {
    let mut random = Random(seed);
    let mut login = client.login().await.unwrap();
    let text = parameter(login.url(), "nonce");
    let nonce: Nonce = text.parse().unwrap();
    let (port, state) = (parameter(login.url(), "port"), parameter(login.url(), "state"));
    let (approves, comes_back) = (random.below(20) > 0, random.below(2) == 0);
    let after = Duration::from_millis(random.below(500));
    let user = tokio::spawn(async move {
        tokio::time::sleep(after).await;
        if approves {
            web.transfer_token(&nonce).await.unwrap();
        }
        if approves && comes_back {
            let url = format!("http://127.0.0.1:{port}/callback?state={state}");
            let _ = harmont_auth_test_server::visit("GET", &url).await;
        }
    });
    let drops = random.below(4);
    for number in 0..drops {
        let patience = Duration::from_millis(random.below(400));
        match tokio::time::timeout(patience, login.wait()).await {
            Ok(outcome) => return (text, outcome.map_or_else(Outcome::Failed, Outcome::Returned)),
            // Some tools drop the login.
            Err(_) if number == 2 && random.below(3) == 0 => {
                drop(login);
                user.await.unwrap();
                return (text, Outcome::Dropped);
            }
            Err(_) => {}
        }
    }
    let outcome = login.wait().await.map_or_else(Outcome::Failed, Outcome::Returned);
    user.await.unwrap();
    (text, outcome)
}

/// Counts the warnings about lost responses of dropped logins.
#[derive(Clone, Default)]
struct Warnings(Arc<AtomicUsize>);

impl Write for Warnings {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.fetch_add(
            text.matches("a login was dropped, and a response was lost").count(),
            Ordering::Relaxed,
        );
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Warnings {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// One storm at a time, since the warnings are counted for the whole process.
static WARNINGS: LazyLock<tokio::sync::Mutex<Warnings>> = LazyLock::new(|| {
    let warnings = Warnings::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::WARN).with_ansi(false);
    subscriber.with_writer(warnings.clone()).init();
    tokio::sync::Mutex::new(warnings)
});

#[derive(Debug, Default)]
struct Ledger {
    returned: usize,
    unknown: usize,
    revoked: usize,
    /// The response was lost after the login was dropped, so only the log reports it.
    logged: usize,
    not_consumed: usize,
    faults: usize,
}

async fn storm(logins: u64, at_once: usize, seed: u64, limit: Duration) -> Ledger {
    let warnings = WARNINGS.lock().await;
    let before = warnings.0.load(Ordering::Relaxed);
    let clock = Arc::new(FastClock(Instant::now(), SystemTime::now()));
    let server = TestServer::start_on(0, clock.clone()).await.unwrap();
    // The bodies of the claims whose responses were lost after the server acted, and the number of other faults.
    let faults = Arc::new(Mutex::new((HashSet::new(), 0)));
    let record = Arc::clone(&faults);
    let mut random = Random(seed);
    server.fail_by(move |request| {
        let is_claim = request.operation.is_some_and(|it| it.id == "cliClaim");
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let (lost, others) = &mut *record.lock().unwrap();
        // Only one response is lost per login: a second loss would hide that the client forgot the first.
        if !is_claim || lost.contains(&body) || random.below(100) >= 30 {
            return None;
        }
        let (fault, acts) = fault(&mut random);
        if acts {
            lost.insert(body);
        } else {
            *others += 1;
        }
        Some(fault)
    });
    let client = Client::builder().base_url(server.url()).clock(clock).login_timeout(limit).build().unwrap();
    let web = client.session(server.session_token().parse().unwrap());
    let turns = Arc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for number in 0..logins {
        let (client, web, turns) = (client.clone(), web.clone(), Arc::clone(&turns));
        tasks.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            login(client, web, seed.wrapping_mul(1_000_003).wrapping_add(number)).await
        });
    }
    let outcomes = tasks.join_all().await;
    let (lost, others) = std::mem::take(&mut *faults.lock().unwrap());
    let mut ledger = Ledger { faults: lost.len() + others, ..Ledger::default() };
    let mut consumed = HashMap::new();
    for (nonce, token) in server.handed_over() {
        assert!(consumed.insert(nonce, token).is_none(), "a token was given away twice");
    }
    let mut tokens = HashSet::new();
    for (nonce, outcome) in outcomes {
        match (consumed.get(&nonce), outcome) {
            (Some(token), Outcome::Returned(session)) => {
                assert_eq!(session.token().expose_secret(), token, "it got another one's token");
                assert!(tokens.insert(token.clone()), "a token was returned twice");
                assert!(server.is_signed_in(token), "it was revoked");
                ledger.returned += 1;
            }
            (Some(_), Outcome::Failed(error)) => {
                assert!(
                    error.is_outcome_unknown(),
                    "a token was lost, and the error says nothing: {error:?}"
                );
                ledger.unknown += 1;
                assert_blames_no_one(&error);
            }
            (Some(token), Outcome::Dropped) => {
                let may_be_lost = lost.iter().any(|it| it.contains(&nonce));
                // Waits until the response has arrived and the logout is complete.
                let revoked = async {
                    while server.is_signed_in(token) {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                let patience = if may_be_lost { Duration::from_millis(500) } else { support::REAL_TIMEOUT };
                let is_revoked = tokio::time::timeout(patience, revoked).await.is_ok();
                if is_revoked {
                    ledger.revoked += 1;
                } else {
                    assert!(may_be_lost, "a token arrived, and was not revoked");
                    ledger.logged += 1;
                }
            }
            (None, Outcome::Returned(_)) => panic!("a token from nowhere"),
            (None, _) => ledger.not_consumed += 1,
        }
    }
    let warned = warnings.0.load(Ordering::Relaxed) - before;
    assert!(warned >= ledger.logged, "{warned} warnings: {ledger:?}");
    println!("{logins} logins, {at_once} at once, seed {seed}: {ledger:?}");
    ledger
}

fn assert_blames_no_one(error: &Error) {
    let text = error.to_string();
    assert!(!text.contains("someone else") && !text.contains("wasn't approved"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_no_token_is_lost_silently() {
    let ledger = storm(60, 60, 1, Duration::from_secs(30)).await;
    assert!(ledger.returned > 20 && ledger.unknown > 0 && ledger.faults > 20, "{ledger:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it by `cargo test -p harmont-auth --test storm -- --ignored --nocapture`"]
async fn t12_a_storm_of_1000_logins() {
    for seed in [2, 3] {
        let ledger = storm(1000, 200, seed, Duration::from_secs(300)).await;
        assert!(ledger.returned > 500 && ledger.unknown > 50, "{ledger:?}");
    }
}
