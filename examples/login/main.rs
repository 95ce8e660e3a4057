//! Signs in, in the browser or with a paste code, and logs out again.
//!
//! Without an address it starts a server in memory and approves by itself: `cargo run --example login`.

#![allow(clippy::print_stdout, reason = "a command-line tool talks to its user")]

mod steps;

use std::error::Error;
use std::io::{self, BufRead};
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
    /// Type in a code instead of coming back from the browser
    #[arg(long)]
    paste: bool,
    /// Open the browser, also without a display or terminal; BROWSER names another one
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
    if let Some(api) = &arguments.api {
        builder = builder.base_url(api);
    } else {
        let started = TestServer::start().await?;
        steps.say(&format!("no --api given: started a server in memory at {}", started.url()));
        builder = builder.base_url(started.url());
        server = Some(started);
    }
    if let Some(app) = &arguments.app {
        builder = builder.app_url(app);
    }
    let client = builder.build()?;

    let approves_itself = server.is_some();
    let session = if arguments.paste {
        redeem(&client, &arguments, approves_itself, steps).await?
    } else {
        browse(&client, &arguments, approves_itself, steps).await?
    };
    steps.say("signed in");

    if arguments.keep {
        steps.say("the session stays open (--keep)");
    } else {
        steps.during("logging out", session.logout()).await?;
        steps.say("logged out");
    }
    Ok(())
}

/// The browser flow: the user approves on a page, and the token comes by itself.
async fn browse(
    client: &Client,
    arguments: &Arguments,
    approves_itself: bool,
    steps: &Steps,
) -> Result<Session, Box<dyn Error>> {
    let mut login = client.login().await?;
    invite(login.url(), arguments, approves_itself, steps);
    if approves_itself {
        let url = login.url().to_owned();
        // The login notices by itself if this fails.
        tokio::spawn(async move { click(&url).await });
        steps.say("approved, as nobody else is here");
    }
    Ok(steps.during("waiting for the browser", login.wait()).await?)
}

/// The paste flow: the page shows a code, and the user types it in here.
async fn redeem(
    client: &Client,
    arguments: &Arguments,
    approves_itself: bool,
    steps: &Steps,
) -> Result<Session, Box<dyn Error>> {
    invite(&client.paste_url(), arguments, approves_itself, steps);
    let code = if approves_itself {
        let page = click(&client.paste_url()).await?;
        steps.say("took the code from the page, as nobody else is here");
        page.paste_code().ok_or("the page shows no code")?.to_owned()
    } else {
        steps.say("then type in the code that the page shows:");
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line
    };
    Ok(steps.during("redeeming the code", client.redeem_code(code.parse()?)).await?)
}

/// Shows the address, and opens it where the user asked for that.
fn invite(url: &str, arguments: &Arguments, approves_itself: bool, steps: &Steps) {
    steps.say(&format!("to sign in, open {url}"));
    if !approves_itself {
        steps.say("approve only if you started this");
    }
    if arguments.open {
        let (url, steps) = (url.to_owned(), steps.clone());
        // A thread of its own: an opener that hangs must hold up neither the login nor the end of the program.
        std::thread::spawn(move || {
            if let Err(error) = webbrowser::open(&url) {
                steps.say(&format!("the browser could not be opened ({error}); open the address yourself"));
            }
        });
    }
}
