//! `cargo xtask`: the commands that maintainers and CI run. Each has its own file in the library.

use std::process::ExitCode;
use std::thread;

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use xtask::output::{Color, Exit, Output, print_error};
use xtask::{Repository, check, drift, regenerate};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Import specifications, and check the files generated from them"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colors; `auto` respects `NO_COLOR`
    #[arg(long, value_enum, default_value_t, global = true)]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Rewrite all files that are generated from openapi.json
    ///
    /// Exit codes: 0 done; 1 done, but a to-do is left; 2 failed, and nothing was written.
    Regenerate {
        /// Import this OpenAPI 3.0, 3.1 or 3.2 document first: an http(s) URL, a file (JSON or YAML), REV:PATH in
        /// git, or a git revision
        #[arg(long, value_name = "SOURCE")]
        from: Option<String>,
    },
    /// Check that all generated files are up to date and all rules hold
    ///
    /// Writes nothing. Exit codes: 0 clean; 1 a to-do is left (files may also be stale); 2 could not check; 4 files are stale.
    Check,
    /// Report how another specification would affect callers, or where a published page disagrees
    ///
    /// Exit codes: 0 below --fail-on; 1 at or above it; 2 could not compare.
    Drift(drift::Options),
}

/// Documents are read recursively, and may have 1,000 levels.
const STACK_BYTES: usize = 256 << 20;

/// The exit code if a command fails. clap uses the same code for invalid arguments.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let Arguments { command, color } = Arguments::parse();
    let work = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run(command, color));
    let result = match work.map(thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        // The panic message has been printed.
        Ok(Err(_)) => Err(anyhow!("internal error; please report it with the documents")),
        Err(error) => Err(anyhow!("cannot start a thread: {error}")),
    };
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            print_error(&error, color);
            ExitCode::from(FAILED)
        }
    }
}

fn run(command: Command, color: Color) -> anyhow::Result<Exit> {
    let (repository, mut output) = (Repository::find()?, Output::stdout(color));
    match command {
        Command::Regenerate { from } => regenerate::run(&repository, from.as_deref(), &mut output),
        Command::Drift(options) => drift::run(&repository, &options, &mut output),
        Command::Check => check::run(&repository, &mut output),
    }
}
