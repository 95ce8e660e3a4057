//! A tool's own command that needs the user: it finds the session in the store, and sends nothing. Another command only prints
//! the file, as the bare program does, to show what the code costs that a tool links and does not run.

use clap::{Parser, Subcommand};
use harmont_auth_cli::{Auth, AuthCommand, Error};

/// A tool of the Harmont API
#[derive(Parser)]
struct Tool {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sign in and out
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Find the session
    Session,
    /// Print the store
    Bare,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<std::process::ExitCode, Error> {
    let auth = Auth::new::<Tool>();
    match Tool::parse().command {
        Command::Auth(command) => return Ok(auth.run(command).await),
        Command::Bare => print!("{}", std::fs::read_to_string(store()).expect("a store")),
        Command::Session => println!("{}", auth.session()?.session().token().expose_secret()),
    }
    Ok(std::process::ExitCode::SUCCESS)
}

fn store() -> std::path::PathBuf {
    std::env::home_dir().unwrap_or_default().join(".config/hm/credentials.toml")
}
