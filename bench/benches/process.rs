//! What a tool pays before its first answer: making a client, and a whole process that makes one call. Then the
//! instructions of a process and of a call, which do not depend on what else the machine does.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::Criterion;
use fastrand::Rng;
use harmont_auth_bench::server;

/// A program of its own for each peer: none starts slower for what another links.
const PROGRAMS: [(&str, &str); 4] = [
    ("hyper", env!("CARGO_BIN_EXE_claim-hyper")),
    ("harmont-auth", env!("CARGO_BIN_EXE_claim-harmont-auth")),
    ("reqwest", env!("CARGO_BIN_EXE_claim-reqwest")),
    ("harmont-cloud", env!("CARGO_BIN_EXE_claim-harmont-cloud")),
];
const ROUNDS: usize = 500;
const WARM_UP: usize = 20;
/// As many calls are in the longer of two runs, and not in the shorter.
const CALLS: u64 = 500;

fn main() {
    clients(&mut Criterion::default().configure_from_args());
    let base = server::start().expect("a port on the loopback address");
    times(&base);
    instructions(&base);
}

fn clients(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("new");
    group.sample_size(20);
    group.bench_function("harmont-auth", |bencher| bencher.iter(harmont_auth::Client::new));
    group.bench_function("reqwest", |bencher| bencher.iter(reqwest::Client::new));
    group.finish();
}

/// Starts the programs in turn, so that a machine that slows down slows all of them.
fn times(base: &str) {
    let mut times = PROGRAMS.map(|_| Vec::with_capacity(ROUNDS));
    let mut order: Vec<usize> = (0..PROGRAMS.len()).collect();
    let mut random = Rng::with_seed(1);
    for round in 0..WARM_UP + ROUNDS {
        random.shuffle(&mut order);
        for &turn in &order {
            let mut command = Command::new(PROGRAMS[turn].1);
            let started = Instant::now();
            run(claims(&mut command, base, 1));
            let time = started.elapsed();
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

/// Counts them with callgrind, and leaves its profiles for callgrind_annotate.
fn instructions(base: &str) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("\nInstructions are not counted: there is no valgrind here.");
        return;
    }
    println!("\nThousands of instructions, and where they are spent:");
    println!("{:16}{:>12}{:>12}  profiles", "", "one claim", "each more");
    for (name, program) in PROGRAMS {
        let (first, _) = profile(base, name, program, 1);
        let (some, _) = profile(base, name, program, 1 + CALLS / 5);
        let (more, file) = profile(base, name, program, 1 + CALLS / 5 + CALLS);
        let each = (more - some) as f64 / CALLS as f64;
        println!("{name:16}{:>12.0}{:>12.1}  {}", first as f64 / 1e3, each / 1e3, file.display());
    }
}

/// Runs a program of that many claims: its instructions, and the file that tells where they are.
fn profile(base: &str, name: &str, program: &str, calls: u64) -> (u64, PathBuf) {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.{calls}.callgrind"));
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", file.display()));
    run(claims(command.arg(program), base, calls));
    let profile = std::fs::read_to_string(&file).expect("a profile");
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: ")).expect("a total");
    (total.parse().expect("a number"), file)
}

fn claims<'a>(command: &'a mut Command, base: &str, times: u64) -> &'a mut Command {
    command.args([base, server::path("cliClaim"), &times.to_string()])
}

fn run(command: &mut Command) {
    let status = command.status().expect("a program");
    assert!(status.success(), "{command:?} failed");
}

fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * part) as usize]
}
