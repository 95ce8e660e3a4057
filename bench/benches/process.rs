//! What a tool pays before its first answer: making a client, and a whole process that makes one call.

use std::process::Command;
use std::time::{Duration, Instant};

use criterion::Criterion;
use harmont_auth_bench::server;

/// A program of its own for each peer: none starts slower for what another links.
const PROGRAMS: [(&str, &str); 4] = [
    ("hyper", env!("CARGO_BIN_EXE_first-call-hyper")),
    ("harmont-auth", env!("CARGO_BIN_EXE_first-call-harmont-auth")),
    ("reqwest", env!("CARGO_BIN_EXE_first-call-reqwest")),
    ("harmont-cloud", env!("CARGO_BIN_EXE_first-call-harmont-cloud")),
];
const ROUNDS: usize = 500;
const WARM_UP: usize = 20;

fn main() {
    clients(&mut Criterion::default().configure_from_args());
    processes();
}

fn clients(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("new");
    group.sample_size(20);
    group.bench_function("harmont-auth", |bencher| bencher.iter(harmont_auth::Client::new));
    group.bench_function("reqwest", |bencher| bencher.iter(reqwest::Client::new));
    group.finish();
}

/// Starts the programs in turn, so that a machine that slows down slows all of them.
fn processes() {
    let base = server::start().expect("a port on the loopback address");
    let path = server::path("cliClaim");
    let mut times = PROGRAMS.map(|_| Vec::with_capacity(ROUNDS));
    for round in 0..WARM_UP + ROUNDS {
        for turn in 0..PROGRAMS.len() {
            let turn = (turn + round) % PROGRAMS.len();
            let started = Instant::now();
            let status = Command::new(PROGRAMS[turn].1).args([&base, path]).status().expect("a program");
            let time = started.elapsed();
            assert!(status.success(), "{} failed", PROGRAMS[turn].0);
            if round >= WARM_UP {
                times[turn].push(time);
            }
        }
    }
    println!("From the start of a process to its end, with one call on loopback, {ROUNDS} times each:");
    println!("{:16}{:>12}{:>12}{:>12}", "", "median", "p99", "to hyper");
    let floor = quantile(&mut times[0], 0.5);
    for ((name, _), times) in PROGRAMS.iter().zip(&mut times) {
        let (median, p99) = (quantile(times, 0.5), quantile(times, 0.99));
        let ratio = median.as_secs_f64() / floor.as_secs_f64();
        println!("{name:16}{median:>12.2?}{p99:>12.2?}{ratio:>12.2}");
    }
}

fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * part) as usize]
}
