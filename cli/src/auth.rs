//! Runs the commands for the tool that embeds them.

use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;
use std::{fmt, future::Future};

use clap::{Command, CommandFactory};
use harmont_auth::{Client, SessionToken};

use crate::api::Api;
use crate::command::{ApiOption, AuthCommand, TokenArgs};
use crate::error::Error;
use crate::request::ApiSession;
use crate::store::CredentialStore;
use crate::token::{Found, Source, TOKEN_VARIABLE, find_token, login_command};
use crate::{login, logout, status};

/// Runs the commands, and finds the session for the tool's own commands.
///
/// # Examples
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use clap::Parser;
/// use harmont_auth_cli::{Auth, AuthCommand};
///
/// #[derive(Parser)]
/// struct Tool {
///     #[command(subcommand)]
///     command: AuthCommand,
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> ExitCode {
///     Auth::new::<Tool>().run(Tool::parse().command).await
/// }
/// ```
pub struct Auth {
    command: fn() -> Command,
    api: Option<String>,
    check: Option<Check>,
}

type Check = Box<dyn Fn(ApiSession) -> CheckFuture + Send + Sync>;
type CheckFuture = Pin<Box<dyn Future<Output = Result<String, Error>> + Send>>;

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password until it is checked.
        f.debug_struct("Auth").finish_non_exhaustive()
    }
}

impl Auth {
    /// Takes the tool's clap type, the one that embeds [`AuthCommand`].
    ///
    /// Its name and version become the user agent, and messages name its own login command, such as `mytool auth login`.
    /// Completions are those of the whole tool.
    pub fn new<Tool: CommandFactory>() -> Self {
        Self { command: Tool::command, api: None, check: None }
    }

    /// Sets the address of the API for [`session`](Self::session), and for commands without `--api`.
    ///
    /// Call it if the tool has an option for the address. `None` leaves the choice to `HM_API_URL`, the user's
    /// configuration and the default, in this order.
    ///
    /// # Security
    ///
    /// The user's token is sent to this address. Accept it only from the user.
    #[must_use]
    pub fn api(mut self, url: Option<String>) -> Self {
        self.api = url;
        self
    }

    /// Sets the request with which `status` and `login --with-token` check a token. It returns the user's name.
    ///
    /// Call it if the API has a request for that. Without it, `status` says "not checked", since no auth operation can check a
    /// token without side effects. A 401 means "not signed in". After any other error, `status` exits with 3, and
    /// `login --with-token` stores nothing. Control characters of the name are not printed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[derive(clap::Parser)] struct Tool {}
    /// # #[derive(serde::Deserialize)] struct User { name: String }
    /// # use harmont_auth_cli::Auth;
    /// let auth = Auth::new::<Tool>().check(|session| async move {
    ///     let user: User = session.get("/api/v0/user").send().await?.json().await?;
    ///     Ok(user.name)
    /// });
    /// ```
    #[must_use]
    pub fn check<F>(mut self, check: impl Fn(ApiSession) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, Error>> + Send + 'static,
    {
        self.check = Some(Box::new(move |session| Box::pin(check(session))));
        self
    }

    /// Runs a command, and prints its result or error.
    ///
    /// Return its exit code from `main`: 0 for success, 1 for failure; that of `status` is in its help. Instructions and
    /// errors go to standard error.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with I/O and time, as `#[tokio::main]` makes it.
    pub async fn run(&self, command: AuthCommand) -> ExitCode {
        let result = match command {
            AuthCommand::Login(arguments) => login::run(self, &arguments).await,
            AuthCommand::Logout(arguments) => logout::run(self, &arguments).await,
            // After an error, it is unknown whether the user is signed in.
            AuthCommand::Status(arguments) => match status::run(self, &arguments).await {
                Err(error) => {
                    report(&error);
                    Ok(status::UNKNOWN.into())
                }
                decided => decided,
            },
            AuthCommand::Token(arguments) => self.print_token(&arguments),
            AuthCommand::Completions(arguments) => {
                let (mut command, mut script) = ((self.command)(), Vec::new());
                let name = command.get_name().to_owned();
                // It would panic if it could not write.
                clap_complete::generate(arguments.shell, &mut command, name, &mut script);
                print(&script)
            }
        };
        result.unwrap_or_else(|error| {
            report(&error);
            ExitCode::FAILURE
        })
    }

    /// Returns the user's session for the tool's own requests: that of `HM_API_TOKEN`, else the stored one.
    ///
    /// Call it in each command that needs the user. It sends nothing, and sets up neither TLS nor the network; an expired token
    /// is noticed on the first request. A warning about permissions that were too open goes to standard error.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # #[derive(clap::Parser)] struct Tool {}
    /// # async fn example() -> Result<(), harmont_auth_cli::Error> {
    /// # let auth = harmont_auth_cli::Auth::new::<Tool>();
    /// let session = auth.session()?;
    /// session.delete("/api/v0/builds/7").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_signed_out`] if there is no token; the text names the tool's login command. Also fails if a variable,
    /// the user's configuration or the store is damaged; the text names it.
    ///
    /// # Security
    ///
    /// The token is sent to the API that it was stored for. That of `HM_API_TOKEN` is sent to whichever API is configured.
    pub fn session(&self) -> Result<ApiSession, Error> {
        let (store, api) = self.locate(None)?;
        match find_token(&store, &api)? {
            Some(found) => self.api_session(&api, found),
            None => Err(self.not_signed_in(&api)),
        }
    }

    /// Finds the store and the API; `--api` of a command takes precedence.
    pub(crate) fn locate(&self, option: Option<&ApiOption>) -> Result<(CredentialStore, Api), Error> {
        let mut store = CredentialStore::of_user()?;
        store.on_warning(|warning| {
            let _ = writeln!(io::stderr(), "warning: {warning}");
        });
        let option = option.and_then(|it| it.api.as_deref()).or(self.api.as_deref());
        let api = Api::find(option, &store)?;
        Ok((store, api))
    }

    pub(crate) fn api_session(&self, api: &Api, found: Found) -> Result<ApiSession, Error> {
        let session = self.client(api)?.session(found.token);
        Ok(ApiSession::new(session, api.url.clone(), found.source, self.command))
    }

    pub(crate) fn client(&self, api: &Api) -> Result<Client, Error> {
        let command = (self.command)();
        let version = command.get_version().map(|it| format!("/{it}")).unwrap_or_default();
        api.client(&format!("{}{version}", command.get_name()))
    }

    /// Runs the tool's check; `None` if it has none.
    pub(crate) async fn run_check(&self, session: ApiSession) -> Option<Result<String, Error>> {
        match &self.check {
            Some(check) => Some(check(session).await),
            None => None,
        }
    }

    /// Checks a new token with the tool's check. Returns whether it has one; a rejected token is an error.
    pub(crate) async fn check_token(&self, api: &Api, token: &SessionToken) -> Result<bool, Error> {
        // The source only matters for the advice after a 401, which is replaced below.
        let found = Found { token: token.clone(), source: Source::Variable };
        match self.run_check(self.api_session(api, found)?).await {
            Some(Ok(_)) => Ok(true),
            Some(Err(error)) if error.is_signed_out() => {
                Err(Error::new(format!("{} doesn't accept this token. Nothing was stored.", api.url)))
            }
            Some(Err(error)) => {
                Err(Error::new(format!("The token couldn't be checked, so nothing was stored. {error}")))
            }
            None => Ok(false),
        }
    }

    pub(crate) fn not_signed_in(&self, api: &Api) -> Error {
        let login = login_command(self.command);
        Error::signed_out(format!(
            "You're not signed in to {}. Run `{login}`, or set {TOKEN_VARIABLE}.",
            api.url
        ))
    }

    fn print_token(&self, arguments: &TokenArgs) -> Result<ExitCode, Error> {
        let (store, api) = self.locate(Some(&arguments.api))?;
        match find_token(&store, &api)? {
            Some(found) => print(format!("{}\n", found.token.expose_secret()).as_bytes()),
            None => Err(self.not_signed_in(&api)),
        }
    }
}

/// Prints an error. A failure to print is ignored, since it could not be reported.
pub(crate) fn report(error: &Error) {
    let _ = writeln!(io::stderr(), "error: {error}");
}

/// Writes a command's result to standard output. Ignores a closed pipe, as in `| head -1`.
pub(crate) fn print(text: &[u8]) -> Result<ExitCode, Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("Couldn't write to standard output: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
