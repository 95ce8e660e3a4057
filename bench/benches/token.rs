//! What a tool pays to find the user's token in the store, against a bare clap program that reads the same file. Time of
//! whole processes, then instructions, which do not depend on what else the machine does.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use harmont_auth_bench::process::{self, Times};
use harmont_auth_cli::CredentialStore;

const API: &str = "https://api.harmont.dev";
const TOKEN: &str = "hm_0123456789abcdefghijklmnopqrstuvwxyz";
const ROUNDS: usize = 500;
/// The longest time, relative to the first program.
const GOAL: f64 = 1.5;
/// Names, programs and their commands.
const PROGRAMS: [(&str, &str, &str); 4] = [
    ("bare", env!("CARGO_BIN_EXE_token-bare"), "token"),
    ("bare, client linked", env!("CARGO_BIN_EXE_token-session"), "bare"),
    ("harmont-auth token", env!("CARGO_BIN_EXE_token-harmont-auth"), "token"),
    ("session()", env!("CARGO_BIN_EXE_token-session"), "session"),
];

fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let store = CredentialStore::at(home.path().join(".config/hm/credentials.toml"));
    store.put(API, &TOKEN.parse().expect("a token")).expect("a store");
    let mut commands = PROGRAMS.map(|(_, program, command)| lookup(program, command, home.path()));
    for command in &mut commands {
        let output = command.stdout(Stdio::piped()).output().expect("a program");
        assert!(String::from_utf8_lossy(&output.stdout).contains(TOKEN), "{command:?} finds no token");
        command.stdout(Stdio::null());
    }

    let times = process::times(&mut commands, ROUNDS);
    println!("From the start of a process to its end, {ROUNDS} times each:");
    println!("{:22}{:>12}{:>10}{:>12}{:>10}{:>12}", "", "median", "to bare", "fastest", "to bare", "p99");
    let ratio = |time: Duration, bare: Duration| time.as_secs_f64() / bare.as_secs_f64();
    for ((name, ..), Times { fastest, median, p99 }) in PROGRAMS.iter().zip(&times) {
        let (of_median, of_fastest) = (ratio(*median, times[0].median), ratio(*fastest, times[0].fastest));
        print!("{name:22}{median:>12.2?}{of_median:>10.2}{fastest:>12.2?}{of_fastest:>10.2}{p99:>12.2?}");
        match of_median <= GOAL {
            _ if name.starts_with("bare") => println!(),
            true => println!("  goal {GOAL}: met"),
            false => println!("  goal {GOAL}: not met"),
        }
    }

    if !process::has_valgrind() {
        println!("\nInstructions are not counted: there is no valgrind here.");
        return;
    }
    println!("\nThousands of instructions, and where they are spent:");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for ((name, ..), command) in PROGRAMS.iter().zip(&commands) {
        let name = name.replace(' ', "-").replace([',', '(', ')'], "");
        let (count, file) = process::instructions(command, folder, &name).expect("a profile");
        println!("{name:22}{:>12.0}  {}", count as f64 / 1e3, file.display());
    }
}

/// Makes a command that finds the token in the store of this home, wherever the benchmark runs.
fn lookup(program: &str, command: &str, home: &Path) -> Command {
    let mut lookup = Command::new(program);
    lookup.arg(command).env("HOME", home).env_remove("HM_API_TOKEN").env_remove("HM_API_URL");
    lookup
}
