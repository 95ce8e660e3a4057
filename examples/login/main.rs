//! Signs in, in the browser or with a paste code, and logs out again. The package `harmont-auth-cli` has the same as ready-made
//! commands, with a prompt beside the browser and a store.
//!
//! Without an address it starts a server in memory and approves by itself: `cargo run --example login`.

#![allow(clippy::print_stdout, reason = "a command-line tool talks to its user")]

mod steps;

use std::error::Error;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use clap::Parser;
use harmont_auth::{Client, Session};
use harmont_auth_test_server::{TestServer, click};

use steps::Steps;

/// Sign in to the Harmont API, and log out again.
#[derive(Parser)]
struct Arguments {
    /// Where the API is; without it, a server in memory that approves by itself
    #[arg(long, value_name = "URL", env = "HM_API_URL", hide_env_values = true)]
    api: Option<String>,
    /// Where the web app is, if that does not follow from the API's address
    #[arg(long, value_name = "URL", env = "HM_APP_URL", hide_env_values = true)]
    app: Option<String>,
    /// Take a code from standard input, and do not wait for the browser
    #[arg(long)]
    paste: bool,
    /// Open the browser, too; on Linux and BSD, BROWSER names another one
    #[arg(long)]
    open: bool,
    /// Do not log out at the end
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let steps = Steps::new();
    match run(Arguments::parse(), &steps).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            steps.fail(&*error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, steps: &Steps) -> Result<(), Box<dyn Error>> {
    let mut builder = Client::builder().user_agent(concat!("login-example/", env!("CARGO_PKG_VERSION")));
    let mut server = None;
    // An empty variable is none.
    let is_set = |it: &&String| !it.is_empty();
    if let Some(api) = arguments.api.as_ref().filter(is_set) {
        builder = builder.base_url(api);
    } else {
        let started = TestServer::start().await?;
        steps.say(&format!("No --api given: started a server in memory at {}.", started.url()));
        builder = builder.base_url(started.url());
        server = Some(started);
    }
    if let Some(app) = arguments.app.as_ref().filter(is_set) {
        builder = builder.app_url(app);
    }
    let client = builder.build()?;

    let approves_itself = server.is_some();
    let session = match (arguments.paste, approves_itself) {
        (false, false) => sign_in(&client, arguments.open, steps).await?,
        (false, true) => approve_and_wait(&client, steps).await?,
        (true, _) => paste(&client, approves_itself, steps).await?,
    };
    steps.say("Signed in.");

    if arguments.keep {
        steps.say("The session stays open (--keep).");
    } else {
        steps.note("Signing out...");
        steps.during(session.logout()).await?;
        steps.say("Signed out.");
    }
    Ok(())
}

/// The browser flow: the user opens the URL, here or on another machine, and approves.
async fn sign_in(client: &Client, opens: bool, steps: &Steps) -> Result<Session, Box<dyn Error>> {
    let mut login = client.login().await?;
    steps.say(&format!(
        "To sign in, open this URL in your browser:\n{}\nOnly approve if you started this sign-in.\nOr run again with \
         --paste and enter the code from {}",
        login.url(),
        client.paste_url()
    ));
    if opens {
        let url = login.url().to_owned();
        // In a thread of its own, since an opener may hang. The URL is on the screen in any case.
        std::thread::spawn(move || webbrowser::open(&url));
    }
    steps.follow(&mut login);
    Ok(steps.during(login.wait()).await?)
}

/// The browser flow on the server in memory, where nobody else can click.
async fn approve_and_wait(client: &Client, steps: &Steps) -> Result<Session, Box<dyn Error>> {
    let mut login = client.login().await?;
    steps.say(&format!("To sign in, open {}", login.url()));
    let url = login.url().to_owned();
    // The login notices by itself if this fails.
    tokio::spawn(async move { click(&url).await });
    steps.say("Approved, since nobody else is here.");
    steps.follow(&mut login);
    Ok(steps.during(login.wait()).await?)
}

/// The paste flow: the page shows a code, and the user types it in here.
async fn paste(client: &Client, approves_itself: bool, steps: &Steps) -> Result<Session, Box<dyn Error>> {
    steps.say(&format!("To sign in, open {}", client.paste_url()));
    let code = if approves_itself {
        let page = click(&client.paste_url()).await?;
        steps.say("Took the code from the page, since nobody else is here.");
        page.paste_code().ok_or("the page shows no code")?.to_owned()
    } else {
        if io::stdin().is_terminal() {
            steps.say("Only approve if you started this sign-in. Code:");
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line
    };
    steps.note("Checking the code...");
    Ok(steps.during(client.redeem_code(code.parse()?)).await?)
}
