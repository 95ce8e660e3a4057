//! A command-line tool of the Harmont API: `auth login`, `auth logout`, `auth status` and one call.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use harmont_auth_cli::{ApiSession, Auth, AuthCommand, Error};

/// A tool of the Harmont API
#[derive(Parser)]
#[command(name = "hm-guide", version)]
struct Tool {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sign in and out
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Show who you are
    Whoami,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Error> {
    let auth = Auth::new::<Tool>().check(user_name);
    match Tool::parse().command {
        Command::Auth(command) => return Ok(auth.run(command).await),
        Command::Whoami => println!("{}", user_name(auth.session()?).await?),
    }
    Ok(ExitCode::SUCCESS)
}

async fn user_name(session: ApiSession) -> Result<String, Error> {
    let user: serde_json::Value = session.get("/api/v0/user").send().await?.json().await?;
    Ok(user["name"].as_str().unwrap_or("unknown").to_owned())
}
