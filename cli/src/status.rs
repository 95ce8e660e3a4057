//! `status`: whether the user is signed in, and where the token comes from.

use std::process::ExitCode;

use serde::Serialize;

use crate::auth::{Auth, print, report};
use crate::command::StatusArgs;
use crate::error::Error;
use crate::token::find_token;

/// What `--json` prints.
#[derive(Serialize)]
struct Status {
    /// A token was found, and the server has not rejected it.
    signed_in: bool,
    /// The server was asked and has responded.
    checked: bool,
    /// `HM_API_TOKEN` or the path of the store; null without a token.
    source: Option<String>,
    api: String,
}

/// Removes control and bidirectional formatting characters: the name comes from the server, and must not control the terminal.
fn printable(name: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    name.chars().filter(|c| !is_hidden(*c)).collect()
}

const NOT_SIGNED_IN: u8 = 1;
/// The check failed, or the token couldn't be read.
pub(crate) const UNKNOWN: u8 = 3;

pub(crate) async fn run(auth: &Auth, arguments: &StatusArgs) -> Result<ExitCode, Error> {
    let (store, api) = auth.locate(Some(&arguments.api))?;
    let found = find_token(&store, &api)?;
    let source = found.as_ref().map(|it| it.source.to_string());
    let asked = match found {
        Some(found) => auth.run_check(auth.api_session(&api, found)?).await,
        None => None,
    };
    let is_rejected = matches!(&asked, Some(Err(error)) if error.is_signed_out());
    let failure = asked.as_ref().and_then(|it| it.as_ref().err()).filter(|it| !it.is_signed_out());
    let status = Status {
        signed_in: source.is_some() && !is_rejected,
        checked: asked.is_some() && failure.is_none(),
        source,
        api: api.url.clone(),
    };

    let text = if arguments.json {
        serde_json::to_string(&status).map_err(|error| Error::new(error.to_string()))?
    } else {
        let origin = status.source.as_deref().unwrap_or_default();
        match &asked {
            _ if status.source.is_none() => auth.not_signed_in(&api).to_string(),
            None => format!("Signed in to {} (token from {origin}; not checked with the server).", api.url),
            Some(Ok(user)) => {
                format!("Signed in to {} as {} (token from {origin}).", api.url, printable(user))
            }
            Some(Err(error)) if is_rejected => format!("Not signed in (token from {origin}). {error}"),
            Some(Err(error)) => {
                format!("A token for {} is in {origin}, but the check failed. {error}", api.url)
            }
        }
    };
    print(format!("{text}\n").as_bytes())?;
    if arguments.json
        && let Some(error) = failure
    {
        report(error);
    }
    Ok(match (failure, status.signed_in) {
        (Some(_), _) => UNKNOWN.into(),
        (None, true) => ExitCode::SUCCESS,
        (None, false) => NOT_SIGNED_IN.into(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_cannot_control_the_terminal() {
        assert_eq!(super::printable("Ada \u{1b}[2J\u{7}\nB\u{202e}"), "Ada [2JB");
        assert_eq!(super::printable("Zoë 李"), "Zoë 李");
    }
}
