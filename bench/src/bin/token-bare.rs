//! The least that a clap program can do to print a token: it reads the file of the store and prints it as it is.

use clap::{Parser, Subcommand};

/// Print the store
#[derive(Parser)]
struct Tool {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the store
    Token {
        /// Address of the API
        #[arg(long)]
        api: Option<String>,
    },
}

fn main() -> std::io::Result<()> {
    let Command::Token { api: _ } = Tool::parse().command;
    let home = std::env::home_dir().unwrap_or_default();
    print!("{}", std::fs::read_to_string(home.join(".config/hm/credentials.toml"))?);
    Ok(())
}
