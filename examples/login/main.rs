//! Signs in with the browser or a paste code, and signs out again. The package `harmont-auth-cli` provides ready-made
//! commands for this, with a prompt and a token store.
//!
//! Without `--api`, it starts an in-memory server and approves the sign-in itself: `cargo run --example login`.

#![allow(clippy::print_stdout, reason = "a command-line tool prints to the terminal")]

mod progress;

use std::error::Error;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use clap::Parser;
use harmont_auth::{Client, Session};
use harmont_auth_test_server::{TestServer, click};

use progress::Progress;

/// Sign in to the Harmont API, and sign out again.
#[derive(Parser)]
struct Arguments {
    /// Base URL of the API; by default, an in-memory server that approves the sign-in itself
    #[arg(long, value_name = "URL", env = "HM_API_URL", hide_env_values = true)]
    api: Option<String>,
    /// URL of the web app, if it can't be derived from the API's
    #[arg(long, value_name = "URL", env = "HM_APP_URL", hide_env_values = true)]
    app: Option<String>,
    /// Read a paste code from standard input instead of waiting for the browser
    #[arg(long)]
    paste: bool,
    /// Open the browser; on Linux and BSD, BROWSER selects it
    #[arg(long)]
    open: bool,
    /// Don't sign out at the end
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let progress = Progress::new();
    match run(Arguments::parse(), &progress).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress.error(&*error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, progress: &Progress) -> Result<(), Box<dyn Error>> {
    let mut builder = Client::builder().user_agent(concat!("login-example/", env!("CARGO_PKG_VERSION")));
    let mut server = None;
    // An empty variable counts as unset.
    let is_set = |value: &&String| !value.is_empty();
    if let Some(api) = arguments.api.as_ref().filter(is_set) {
        builder = builder.base_url(api);
    } else {
        let started = TestServer::start().await?;
        progress.line(&format!("No --api given. Started an in-memory server at {}.", started.url()));
        builder = builder.base_url(started.url());
        server = Some(started);
    }
    if let Some(app) = arguments.app.as_ref().filter(is_set) {
        builder = builder.app_url(app);
    }
    let client = builder.build()?;

    let approves_itself = server.is_some();
    let session = match (arguments.paste, approves_itself) {
        (false, false) => sign_in(&client, arguments.open, progress).await?,
        (false, true) => approve_and_wait(&client, progress).await?,
        (true, _) => paste(&client, approves_itself, progress).await?,
    };
    progress.line("Signed in.");

    if arguments.keep {
        progress.line("The session stays open (--keep).");
    } else {
        progress.status("Signing out...");
        progress.with_spinner(session.logout()).await?;
        progress.line("Signed out.");
    }
    Ok(())
}

/// The browser flow: the user opens the URL, here or on another machine, and approves.
async fn sign_in(client: &Client, opens: bool, progress: &Progress) -> Result<Session, Box<dyn Error>> {
    let mut login = client.login().await?;
    progress.line(&format!(
        "To sign in, open this URL in your browser:\n{}\nOnly approve if you started this sign-in.\nOr run again with \
         --paste and enter the code from {}",
        login.url(),
        client.paste_url()
    ));
    if opens {
        let url = login.url().to_owned();
        // On a separate thread, since the opener may hang. The URL is printed in any case.
        std::thread::spawn(move || webbrowser::open(&url));
    }
    progress.show_events(&mut login);
    Ok(progress.with_spinner(login.wait()).await?)
}

/// The browser flow with the in-memory server, where the example clicks itself.
async fn approve_and_wait(client: &Client, progress: &Progress) -> Result<Session, Box<dyn Error>> {
    let mut login = client.login().await?;
    progress.line(&format!("To sign in, open {}", login.url()));
    let url = login.url().to_owned();
    // If this fails, the login times out.
    tokio::spawn(async move { click(&url).await });
    progress.line("Approved the sign-in automatically.");
    progress.show_events(&mut login);
    Ok(progress.with_spinner(login.wait()).await?)
}

/// The paste flow: the page shows a code, and the user types it here.
async fn paste(
    client: &Client,
    approves_itself: bool,
    progress: &Progress,
) -> Result<Session, Box<dyn Error>> {
    progress.line(&format!("To sign in, open {}", client.paste_url()));
    let code = if approves_itself {
        let page = click(&client.paste_url()).await?;
        progress.line("Copied the code from the page automatically.");
        page.paste_code().ok_or("the page shows no code")?.to_owned()
    } else {
        if io::stdin().is_terminal() {
            progress.line("Only approve if you started this sign-in. Code:");
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line
    };
    progress.status("Checking the code...");
    Ok(progress.with_spinner(client.redeem_code(code.parse()?)).await?)
}
