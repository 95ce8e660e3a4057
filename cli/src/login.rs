//! `login`: signs in, and stores the session. Unless it is killed, it leaves no live session behind that is not stored.

mod browser;
mod code;
mod environment;
mod prompt;

use std::future::pending;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use harmont_auth::{Client, Login, LoginEvent, Session, SessionToken};
use tokio::sync::oneshot;

use crate::api::Api;
use crate::auth::Auth;
use crate::command::LoginArgs;
use crate::error::Error;
use crate::store::CredentialStore;
use crate::terminal::Terminal;
use crate::token::{TOKEN_VARIABLE, token_from_variable};
use code::{ATTEMPTS, read_line, redeem, typed, with_code};
use environment::{Environment, Plan};
use prompt::Prompt;

/// How long the browser has to come back for its page if a poll was faster. Unlike the client's own grace period, it begins after
/// the session is stored, so Ctrl-C during it loses nothing.
const BROWSER_GRACE: Duration = Duration::from_secs(1);
const APPROVE: &str = "Only approve if you started this sign-in.";

pub(crate) async fn run(auth: &Auth, arguments: &LoginArgs) -> Result<ExitCode, Error> {
    let terminal = Terminal::new(arguments.quiet);
    let (store, api) = auth.locate(Some(&arguments.api))?;
    // Always read, so that a damaged store is reported before the user approves.
    let is_stored = store.get(&api.url)?.is_some();
    let has_variable = !matches!(token_from_variable(), Ok(None));
    if !arguments.force {
        refuse_if_signed_in(&api, is_stored, has_variable)?;
    }

    let client = auth.client(&api)?;
    let path = store.path().display();
    let mut browser = None;
    let (stored, message) = if arguments.with_token {
        let token = read_token(&terminal)?;
        let message = if auth.check_token(&api, &token).await? {
            format!("Signed in to {}. The token is stored in {path}.", api.url)
        } else {
            format!("Stored the token for {} in {path}. It wasn't checked with the server.", api.url)
        };
        (store.put(&api.url, &token).map_err(Error::from), message)
    } else {
        let session = if arguments.paste {
            with_code(&client, &terminal).await?
        } else {
            let (session, flow) = in_browser(&client, arguments.no_browser, &terminal).await?;
            browser = Some(flow);
            session
        };
        let message = format!("Signed in to {}. The session is stored in {path}.", api.url);
        (store_or_revoke(&client, &session, &store, &api).await, message)
    };
    if let Ok(replaced) = &stored {
        revoke_replaced(&client, replaced.clone(), &terminal).await;
        terminal.line(message);
        if has_variable {
            terminal.line(format_args!(
                "{TOKEN_VARIABLE} is set and takes precedence. Unset it to use the stored session."
            ));
        }
    }
    if let Some(BrowserFlow { login, is_returning }) = browser {
        // If the user typed a code, a claim may still return another session. It is revoked after this one is stored.
        login.cancel().await;
        if is_returning && stored.is_ok() {
            // The page is served as long as the tool runs.
            tokio::time::sleep(BROWSER_GRACE).await;
        }
    }
    stored.map(|_| ExitCode::SUCCESS)
}

fn refuse_if_signed_in(api: &Api, is_stored: bool, has_variable: bool) -> Result<(), Error> {
    if has_variable {
        return Err(Error::new(format!(
            "{TOKEN_VARIABLE} is set, so every command uses it. Unset it first, or use --force to sign in all the same."
        )));
    }
    if is_stored {
        return Err(Error::new(format!(
            "A session for {} is already stored. Use --force to replace it, or sign out first.",
            api.url
        )));
    }
    Ok(())
}

/// Stores a new session, and returns the one that it replaces. Revokes a session that cannot be stored, since it would never be
/// used.
async fn store_or_revoke(
    client: &Client,
    session: &Session,
    store: &CredentialStore,
    api: &Api,
) -> Result<Option<SessionToken>, Error> {
    let error = match store.put(&api.url, session.token()) {
        Ok(replaced) => return Ok(replaced),
        Err(error) => error,
    };
    Err(Error::new(match session.logout().await {
        Ok(()) => format!("{error} The new session was revoked."),
        Err(cause) => {
            format!("{error} The new session couldn't be revoked either ({cause}). {}", by_hand(client))
        }
    }))
}

/// Revokes the session that a new one has replaced. Another login at the same time may have stored it, without `--force`.
async fn revoke_replaced(client: &Client, replaced: Option<SessionToken>, terminal: &Terminal) {
    let Some(old) = replaced else { return };
    terminal.progress("Revoking the previous session...", "revoke");
    let revoked = client.session(old).logout().await;
    terminal.clear();
    if let Err(error) = revoked {
        terminal.line(format_args!(
            "warning: The previous session couldn't be revoked ({error}). {}",
            by_hand(client)
        ));
    }
}

fn by_hand(client: &Client) -> String {
    format!("It may still be live; revoke it at {}.", client.app_url())
}

/// The browser's part of a login that has a session.
struct BrowserFlow {
    login: Login,
    /// The browser may still come back for its page.
    is_returning: bool,
}

/// Waits for the browser, and accepts a code at the same time if a person can type it.
async fn in_browser(
    client: &Client,
    no_browser: bool,
    terminal: &Terminal,
) -> Result<(Session, BrowserFlow), Error> {
    let plan = Plan::new(Environment::detect(), no_browser);
    let mut login = client.login().await?;
    terminal.line("To sign in, open this URL in your browser:");
    terminal.url(login.url());
    terminal.line(format_args!("{} {APPROVE}", plan.explanation));
    terminal.line(if plan.prompts {
        format!("Or get a one-time code at {} and type it here.", client.paste_url())
    } else {
        format!("Or run again with --paste and enter the code from {}", client.paste_url())
    });

    let mut browser = plan.opens_browser.then(|| browser::open(login.url()));
    let mut prompt = if plan.prompts { Prompt::start().ok() } else { None };
    let is_returning = Arc::new(AtomicBool::new(cfg!(feature = "loopback")));
    let (screen, is_back) = (terminal.clone(), Arc::clone(&is_returning));
    login.on_event(move |event| {
        if matches!(event, LoginEvent::CallbackReceived | LoginEvent::CallbackForwarded) {
            is_back.store(false, Ordering::Relaxed);
        }
        show(event, &screen);
    });
    let mut attempts = ATTEMPTS;
    let mut wait = Box::pin(login.wait());
    let mut has_code = false;
    let session = loop {
        tokio::select! {
            // The order is that of the lines on the screen: what is waited for comes before the prompt.
            biased;
            session = &mut wait => break session,
            reason = failure_of(&mut browser) => {
                terminal.line(format_args!("Couldn't open a browser ({reason}). Open the URL above yourself."));
            }
            // The login isn't polled while a code is checked, so that only one of the two returns a session.
            input = typed(&mut prompt, terminal) => match redeem(client, input, &mut attempts, terminal).await {
                Ok(Some(session)) => {
                    has_code = true;
                    break Ok(session);
                }
                Ok(None) => {}
                Err(reason) => {
                    prompt = None;
                    terminal.line(format_args!("{reason} Still waiting for the browser."));
                    terminal.resume(LoginEvent::Waiting);
                }
            }
        }
    };
    drop(wait);
    drop(prompt);
    terminal.end_prompt();
    terminal.clear();
    let is_returning = !has_code && is_returning.load(Ordering::Relaxed);
    Ok((session?, BrowserFlow { login, is_returning }))
}

/// Waits for the report that no browser could be started.
async fn failure_of(browser: &mut Option<oneshot::Receiver<String>>) -> String {
    if let Some(report) = browser {
        let report = report.await;
        *browser = None;
        if let Ok(reason) = report {
            return reason;
        }
    }
    pending().await
}

/// Shows what a login waits for.
fn show(event: LoginEvent<'_>, terminal: &Terminal) {
    match event {
        // A different pause alone is not worth another line.
        LoginEvent::Retrying { error, .. } => terminal.progress(event, error),
        LoginEvent::CallbackReceived | LoginEvent::SignedIn => {
            terminal.end_prompt();
            terminal.progress(event, event);
        }
        _ => terminal.progress(event, event),
    }
}

fn read_token(terminal: &Terminal) -> Result<SessionToken, Error> {
    if io::stdin().is_terminal() {
        terminal.line("Paste the token and press Enter:");
    }
    Ok(read_line("token")?.parse()?)
}
