//! Where the token comes from, and what the user does if there is none.

use std::fmt;
use std::path::PathBuf;

use clap::Command;
use harmont_auth::{Client, SessionToken};

use crate::api::Api;
use crate::command::WITH_TOKEN;
use crate::error::Error;
use crate::store::CredentialStore;

pub(crate) const TOKEN_VARIABLE: &str = "HM_API_TOKEN";

/// A token, and where it was found.
pub(crate) struct Found {
    pub(crate) token: SessionToken,
    pub(crate) source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Variable,
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str(TOKEN_VARIABLE),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// Finds the token: the variable first, as for every tool of this API.
pub(crate) fn find_token(store: &CredentialStore, api: &Api) -> Result<Option<Found>, Error> {
    if let Some(token) = token_from_variable()? {
        return Ok(Some(Found { token, source: Source::Variable }));
    }
    let token = store.get(&api.url)?;
    Ok(token.map(|token| Found { token, source: Source::File(store.path().to_owned()) }))
}

/// Returns the token in `HM_API_TOKEN`, if it is set and not empty.
pub(crate) fn token_from_variable() -> Result<Option<SessionToken>, Error> {
    Ok(Client::new().session_from_env()?.map(|session| session.token().clone()))
}

/// Returns what the user types to sign in with a tool.
pub(crate) fn login_command(tool: fn() -> Command) -> String {
    let command = tool();
    path_to_login(&command).unwrap_or_else(|| format!("{} login", command.get_name()))
}

/// Says what to do if the API no longer accepts a token.
pub(crate) fn advice(source: &Source, tool: fn() -> Command) -> String {
    let login = login_command(tool);
    match source {
        Source::Variable => format!("Set {TOKEN_VARIABLE} to a new one, or unset it and run `{login}`."),
        Source::File(_) => format!("Run `{login} --force` to sign in again."),
    }
}

/// Finds the login command of this package in a tool's commands, and returns the words that lead there.
fn path_to_login(command: &Command) -> Option<String> {
    command.get_subcommands().find_map(|child| {
        let is_ours = child.get_arguments().any(|it| it.get_id() == WITH_TOKEN);
        let rest = if is_ours { Some(child.get_name().to_owned()) } else { path_to_login(child) };
        rest.map(|rest| format!("{} {rest}", command.get_name()))
    })
}
