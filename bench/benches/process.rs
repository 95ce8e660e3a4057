//! What a tool pays before its first response: creating a client, and a whole process that makes one call. Then the
//! instructions of a process and of a call, which do not depend on what else the machine does.

use std::path::Path;
use std::process::Command;

use criterion::Criterion;
use harmont_auth_bench::process::{self, Times};
use harmont_auth_bench::server;

/// A program of its own for each peer: none starts slower for what another links.
const PROGRAMS: [(&str, &str); 4] = [
    ("hyper", env!("CARGO_BIN_EXE_claim-hyper")),
    ("harmont-auth", env!("CARGO_BIN_EXE_claim-harmont-auth")),
    ("reqwest", env!("CARGO_BIN_EXE_claim-reqwest")),
    ("harmont-cloud", env!("CARGO_BIN_EXE_claim-harmont-cloud")),
];
const ROUNDS: usize = 500;
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

fn times(base: &str) {
    let mut commands: Vec<Command> = PROGRAMS.iter().map(|(_, program)| claims(program, base, 1)).collect();
    let times = process::times(&mut commands, ROUNDS);
    println!("From the start of a process to its end, with one call on loopback, {ROUNDS} times each:");
    println!("{:16}{:>12}{:>12}{:>12}", "", "median", "p99", "to hyper");
    for ((name, _), Times { median, p99, .. }) in PROGRAMS.iter().zip(&times) {
        let ratio = median.as_secs_f64() / times[0].median.as_secs_f64();
        println!("{name:16}{median:>12.2?}{p99:>12.2?}{ratio:>12.2}");
    }
}

fn instructions(base: &str) {
    if !process::has_valgrind() {
        println!("\nInstructions are not counted: there is no valgrind here.");
        return;
    }
    println!("\nThousands of instructions, and where they are spent:");
    println!("{:16}{:>12}{:>12}  profiles", "", "one claim", "each more");
    for (name, program) in PROGRAMS {
        let profile = |calls| {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            process::instructions(&claims(program, base, calls), folder, &format!("{name}.{calls}"))
        };
        let (first, _) = profile(1).expect("a profile");
        let (some, _) = profile(1 + CALLS / 5).expect("a profile");
        let (more, file) = profile(1 + CALLS / 5 + CALLS).expect("a profile");
        let each = (more - some) as f64 / CALLS as f64;
        println!("{name:16}{:>12.0}{:>12.1}  {}", first as f64 / 1e3, each / 1e3, file.display());
    }
}

fn claims(program: &str, base: &str, times: u64) -> Command {
    let mut command = Command::new(program);
    command.args([base, server::path("cliClaim"), &times.to_string()]);
    command
}
