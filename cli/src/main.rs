//! The commands as a tool of their own.

use std::process::ExitCode;

use clap::Parser;
use harmont_auth_cli::{Auth, AuthCommand};

/// Sign in to the Harmont API, for every tool that shares the session
#[derive(Parser)]
#[command(name = "harmont-auth", version)]
struct Arguments {
    #[command(subcommand)]
    command: AuthCommand,
}

// One thread: most commands make no or one request.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    Auth::new::<Arguments>().run(Arguments::parse().command).await
}
