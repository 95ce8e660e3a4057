//! Measures whole processes, from start to end, and the instructions that they take.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;

const WARM_UP: usize = 20;

/// What a program's runs took.
pub struct Times {
    /// The least disturbed run, if other programs keep the machine busy.
    pub fastest: Duration,
    pub median: Duration,
    pub p99: Duration,
}

/// Runs the commands in shuffled turns, so that a machine that slows down slows all of them.
pub fn times(commands: &mut [Command], rounds: usize) -> Vec<Times> {
    let mut times = vec![Vec::with_capacity(rounds); commands.len()];
    let mut order: Vec<usize> = (0..commands.len()).collect();
    let mut random = Rng::with_seed(1);
    for round in 0..WARM_UP + rounds {
        random.shuffle(&mut order);
        for &turn in &order {
            let started = Instant::now();
            run(&mut commands[turn]);
            let time = started.elapsed();
            if round >= WARM_UP {
                times[turn].push(time);
            }
        }
    }
    let quantile = |times: &[Duration], part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let summarize = |mut times: Vec<Duration>| {
        times.sort_unstable();
        Times { fastest: times[0], median: quantile(&times, 0.5), p99: quantile(&times, 0.99) }
    };
    times.into_iter().map(summarize).collect()
}

/// Returns whether there is a valgrind here to count instructions with.
pub fn has_valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// Counts the instructions of a command with callgrind, and leaves its profile in a folder, for `callgrind_annotate`.
pub fn instructions(command: &Command, folder: &Path, name: &str) -> io::Result<(u64, PathBuf)> {
    let file = folder.join(format!("{name}.callgrind"));
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", file.display()));
    valgrind.arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
    for (variable, value) in command.get_envs() {
        match value {
            Some(value) => valgrind.env(variable, value),
            None => valgrind.env_remove(variable),
        };
    }
    run(&mut valgrind);
    let profile = std::fs::read_to_string(&file)?;
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = total.and_then(|it| it.parse().ok());
    Ok((total.ok_or_else(|| io::Error::other("a profile without a total"))?, file))
}

fn run(command: &mut Command) {
    let status = command.status().expect("a program");
    assert!(status.success(), "{command:?} failed");
}
