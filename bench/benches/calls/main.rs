//! What a call costs, one after the other and 64 at once on one client, beside the ways to make it without this crate.
//!
//! Criterion's estimates come from one peer after the other. The table at the end is what to compare by: there the peers
//! take turns, so that a machine that slows down slows all of them.

mod peers;

use std::time::{Duration, Instant};

use criterion::Criterion;
use fastrand::Rng;
use futures_util::future::join_all;
use harmont_auth_bench::server;
use peers::{Auth, Call, Hyper, Reqwest, Ureq, Vendor};
use tokio::runtime::Runtime;

const ROUNDS: usize = 50;
/// How many calls a peer makes in a round: so many that it finds little in the processor's caches but its own.
const TURN: usize = 1024;

/// A name, and what makes so many calls at once.
type Peer<'a> = (&'static str, Box<dyn Fn() + 'a>);

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let base = server::start().expect("a port on the loopback address");
    // Each client has one thread, beside the server's: what is compared is work, not luck in scheduling.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (hyper, ureq) = (Hyper::new(), Ureq::new());
    let (reqwest, alike) = (Reqwest::new(reqwest::Client::builder()), Reqwest::new(alike()));
    let (auth, vendor) = (Auth::new(&base), Vendor::new(&base));
    let mut table = vec![];
    for call in &Call::all(&base) {
        for at_once in [1, 64] {
            let peers = [
                peer("hyper", &runtime, at_once, || hyper.call(call)),
                peer("reqwest", &runtime, at_once, || reqwest.call(call)),
                peer("reqwest, set up alike", &runtime, at_once, || alike.call(call)),
                peer("harmont-auth", &runtime, at_once, || auth.call(call)),
                peer("harmont-cloud", &runtime, at_once, || vendor.call(call)),
                peer("ureq", &runtime, at_once, || ureq.call(call)),
            ];
            let mut group = criterion.benchmark_group(format!("{} {at_once} at once", call.operation));
            for (name, run) in &peers {
                group.bench_function(*name, |bencher| bencher.iter(run));
            }
            group.finish();
            table.push(in_turn(call.operation, at_once, &peers));
        }
    }
    println!(
        "Microseconds a call, and the ratio of harmont-auth to reqwest, to reqwest set up alike, and to harmont-cloud, \
         medians in turn:"
    );
    println!(
        "{:12}{:>8}   hyper reqwest   alike    auth   cloud    ureq  /reqwest    /alike  /cloud",
        "", "at once"
    );
    table.iter().for_each(|row| println!("{row}"));
    criterion.final_summary();
}

fn peer<'a, F: Future<Output = ()>>(
    name: &'static str,
    runtime: &'a Runtime,
    at_once: usize,
    call: impl Fn() -> F + 'a,
) -> Peer<'a> {
    let run = move || {
        runtime.block_on(join_all((0..at_once).map(|_| call())));
    };
    (name, Box::new(run))
}

/// Lets the peers take turns, and makes a row of the table.
fn in_turn(operation: &str, at_once: usize, peers: &[Peer; 6]) -> String {
    let mut times = [const { vec![] }; 6];
    let mut order: Vec<usize> = (0..peers.len()).collect();
    // Shuffled: a peer that always runs after the same other peer would be biased by its caches.
    let mut random = Rng::with_seed(1);
    for _ in 0..ROUNDS {
        random.shuffle(&mut order);
        for &turn in &order {
            let started = Instant::now();
            for _ in 0..TURN / at_once {
                peers[turn].1();
            }
            times[turn].push(started.elapsed().as_secs_f64() * 1e6 / TURN as f64);
        }
    }
    let [_, reqwest, alike, auth, vendor, _] = &times;
    let ratio = |to: &[f64]| median(auth.iter().zip(to).map(|(auth, to)| auth / to).collect());
    let (to_reqwest, to_alike, to_vendor) = (ratio(reqwest), ratio(alike), ratio(vendor));
    let times: String = times.into_iter().map(|times| format!("{:8.1}", median(times))).collect();
    format!("{operation:12}{at_once:8}{times}{to_reqwest:10.2}{to_alike:10.2}{to_vendor:8.2}")
}

/// With a time limit and a name, as harmont-auth.
fn alike() -> reqwest::ClientBuilder {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).user_agent("reqwest/0.13.5")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
