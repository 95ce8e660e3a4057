//! `cargo xtask`: what maintainers and CI run. Each command has a file of its own in the library beside this one.

use std::process::ExitCode;
use std::thread;

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use xtask::output::{Color, Exit, Output, print_error};
use xtask::{Repository, check, drift, regenerate};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Bring in a new specification, and keep what derives from it honest")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Colours in what is printed; `NO_COLOR` is obeyed
    #[arg(long, value_enum, default_value_t, global = true)]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Rewrite everything that derives from openapi.json
    ///
    /// Exit codes: 0 done; 1 done, but a person must add something; 2 bad input, and nothing was written.
    Regenerate {
        /// Take a new specification first, OpenAPI 3.0 or 3.1: an http(s) URL, a file (JSON or YAML), REV:PATH in git, or a
        /// git revision
        #[arg(long, value_name = "SOURCE")]
        from: Option<String>,
    },
    /// Check, without writing, that everything is fresh and every rule is kept
    ///
    /// Exit codes: 0 clean; 4 stale; 1 a rule is broken; 2 could not check.
    Check,
    /// Report how another specification would affect callers, or where a published page disagrees
    ///
    /// Exit codes: 0 below --fail-on; 1 at or above it; 2 could not compare.
    Drift(drift::Options),
}

/// Documents may nest up to 1,000 levels, and are read recursively.
const STACK_BYTES: usize = 256 << 20;

/// The exit code if a command could not do its work. Also that of clap, for arguments that it does not understand.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let Arguments { command, color } = Arguments::parse();
    let work = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run(command, color));
    let result = match work.map(thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        // The panic itself has been printed.
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
