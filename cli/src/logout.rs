//! `logout`: revokes the session on the server, then deletes it here.

use std::process::ExitCode;

use crate::auth::Auth;
use crate::command::LogoutArgs;
use crate::error::Error;
use crate::terminal::Terminal;
use crate::token::{TOKEN_VARIABLE, token_from_variable};

pub(crate) async fn run(auth: &Auth, arguments: &LogoutArgs) -> Result<ExitCode, Error> {
    let terminal = Terminal::new(arguments.quiet);
    let (store, api) = auth.locate(Some(&arguments.api))?;
    // A variable that holds no token stays in force, too: the other commands fail over it.
    let has_variable = !matches!(token_from_variable(), Ok(None));
    if let Some(token) = store.get(&api.url)? {
        if !arguments.local {
            terminal.progress("Signing out...", "logout");
            let revoked = auth.client(&api)?.session(token.clone()).logout().await;
            terminal.clear();
            // If it were deleted here, it would stay live on the server and could no longer be revoked.
            revoked.map_err(|error| {
                Error::new(format!(
                    "{error}. The session is still stored. Use --local to delete it here only."
                ))
            })?;
        }
        store.remove(&api.url, &token).map_err(|error| {
            if arguments.local {
                error.into()
            } else {
                Error::new(format!("The session was revoked. {error}"))
            }
        })?;
        if arguments.local {
            terminal.line(format_args!(
                "Deleted the session for {}. It's still live on the server until it expires or you revoke it there.",
                api.url
            ));
        } else {
            terminal.line(format_args!("Signed out of {}.", api.url));
        }
        terminal.line("This signs out every tool that shares the session, hm included.");
        // Another login stored it in the meantime, or it is stored under the other form of the address.
        if store.get(&api.url)?.is_some() {
            terminal.line(
                "Another session for this API is stored. Run the command again to sign out of it, too.",
            );
            return Ok(ExitCode::FAILURE);
        }
    } else {
        terminal.line(format_args!("You're not signed in to {}: no session is stored.", api.url));
    }
    if has_variable {
        terminal.line(format_args!(
            "{TOKEN_VARIABLE} is still set and stays in force. Unset it to sign out completely."
        ));
    }
    Ok(ExitCode::SUCCESS)
}
