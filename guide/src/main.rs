//! A command-line tool with a login: `login`, `status`, `logout`. The token is kept in the keyring of the operating
//! system.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use harmont_auth::{Client, Session, SessionToken};
use keyring::Entry;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Sign in to the Harmont API
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Where the API is, if it is not the production API
    #[arg(long, value_name = "URL", env = "HM_API_URL", hide_env_values = true, global = true)]
    api: Option<String>,
}

#[derive(Clone, Copy, Subcommand)]
enum Command {
    /// Sign in, in the browser
    Login {
        /// Open the browser, too
        #[arg(long)]
        open: bool,
    },
    /// Say whether a token is stored; the exit code is 1 if none is
    Status,
    /// Sign out, and delete the stored token
    Logout,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut builder = Client::builder().user_agent(concat!("hm-login/", env!("CARGO_PKG_VERSION")));
    // An empty variable counts as unset.
    if let Some(api) = arguments.api.filter(|it| !it.is_empty()) {
        builder = builder.base_url(api);
    }
    let client = builder.build()?;
    // One entry for each API: a token of one must not be sent to another.
    let keyring = Keyring::open(client.base_url())?;
    let token = keyring.token()?;
    match (arguments.command, token) {
        (Command::Login { .. }, Some(_)) => Err("you are signed in already; run `logout` first".into()),
        (Command::Login { open }, None) => {
            let session = sign_in(&client, open).await?;
            keep(&session, &keyring).await?;
            println!("Signed in.");
            Ok(ExitCode::SUCCESS)
        }
        (Command::Status, Some(_)) => {
            println!("A token is stored.");
            Ok(ExitCode::SUCCESS)
        }
        (Command::Status, None) => {
            println!("No token is stored.");
            Ok(ExitCode::FAILURE)
        }
        (Command::Logout, Some(token)) => {
            // Also a success when the server does not know the token any more.
            if let Err(error) = client.session(token).logout().await {
                return Err(format!("{error}; the token is still stored, so try again").into());
            }
            keyring.delete()?;
            println!("Signed out.");
            Ok(ExitCode::SUCCESS)
        }
        (Command::Logout, None) => {
            println!("You are not signed in.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn sign_in(client: &Client, open: bool) -> Result<Session> {
    let mut login = client.login().await?;
    login.on_event(|event| eprintln!("{event}"));
    println!("To sign in, open {}\nApprove only if you started this.", login.url());
    if open {
        let url = login.url().to_owned();
        // In a thread of its own, since an opener may hang. Without a browser here, the user opens one elsewhere.
        std::thread::spawn(move || webbrowser::open(&url));
    }
    Ok(login.wait().await?)
}

/// Stores the token. One that cannot be stored is revoked: nobody would ever use it.
async fn keep(session: &Session, keyring: &Keyring) -> Result<()> {
    let Err(cause) = keyring.store(session.token()) else { return Ok(()) };
    match session.logout().await {
        Ok(()) => Err(format!("{cause}; the session was ended again").into()),
        Err(error) => Err(format!("{cause}; and it cannot be revoked: {error}").into()),
    }
}

/// Where the token is kept: Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere.
struct Keyring(Entry);

impl Keyring {
    fn open(account: &str) -> Result<Self> {
        let entry = Entry::new("hm-login", account);
        Ok(Self(entry.map_err(|error| match Entry::store_status() {
            Err(cause) => {
                format!("there is no keyring to keep the token in; on Linux, start a Secret Service: {cause}")
            }
            Ok(()) => format!("the keyring cannot be used: {error}"),
        })?))
    }

    fn token(&self) -> Result<Option<SessionToken>> {
        match self.0.get_password() {
            // What is no token is none, so that `login` can put one in its place.
            Ok(token) => Ok(token.parse().ok()),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(format!("the keyring cannot be read; is it locked? {error}").into()),
        }
    }

    fn store(&self, token: &SessionToken) -> Result<()> {
        let stored = self.0.set_password(token.expose_secret());
        stored.map_err(|error| format!("the token cannot be stored in the keyring: {error}").into())
    }

    fn delete(&self) -> Result<()> {
        let deleted = self.0.delete_credential();
        deleted.map_err(|error| format!("the token cannot be deleted from the keyring: {error}").into())
    }
}
