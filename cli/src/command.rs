//! The commands and their options, for clap.

use clap::{Args, Subcommand};
use clap_complete::Shell;

/// The commands `login`, `logout`, `status`, `token` and `completions`.
///
/// Embed it as a `#[command(subcommand)]`, so that users type `mytool auth login`, or with `#[command(flatten)]` for
/// `mytool login`. Hand what was parsed to [`Auth::run`](crate::Auth::run).
///
/// # Examples
///
/// ```
/// use clap::Parser;
/// use harmont_auth_cli::AuthCommand;
///
/// #[derive(Parser)]
/// enum Tool {
///     /// Sign in and out
///     #[command(subcommand)]
///     Auth(AuthCommand),
/// }
///
/// assert!(Tool::try_parse_from(["mytool", "auth", "login", "--no-browser"]).is_ok());
/// ```
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum AuthCommand {
    /// Sign in, in your browser or with a one-time code
    ///
    /// Prints a URL and opens it in your browser. On a machine without one, open the URL on any other, or type a one-time
    /// code. The session is stored in credentials.toml in the configuration folder that all tools of the Harmont API share.
    ///
    /// In CI and scripts, set `HM_API_TOKEN` instead.
    Login(LoginArgs),
    /// Sign out, and revoke the session
    ///
    /// Signs out every tool that shares the session, `hm` included.
    Logout(LogoutArgs),
    /// Show whether you are signed in
    ///
    /// The exit code is 0 if a token was found and the server did not reject it, 1 if you are not signed in, and 3 if an
    /// error left that unknown. Not every tool asks the server; the output says whether it did.
    Status(StatusArgs),
    /// Print the session token, for scripts
    ///
    /// Keep the token secret: it gives full access to your account. The exit code is 1 if you are not signed in.
    Token(TokenArgs),
    /// Print completions for your shell
    Completions(CompletionsArgs),
}

const API_HELP: &str = "URL of the API [default: HM_API_URL, else api_url in the config.toml that tools of the Harmont API share, \
                        else https://api.harmont.dev]";

/// The id of an option, which identifies the login command of this package among a tool's commands.
pub(crate) const WITH_TOKEN: &str = "harmont_auth_with_token";

/// Which API a command talks to.
#[derive(Args, Clone, Debug)]
pub(crate) struct ApiOption {
    #[arg(long, value_name = "URL", help = API_HELP)]
    pub(crate) api: Option<String>,
}

/// The options of `login`.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct LoginArgs {
    #[command(flatten)]
    pub(crate) api: ApiOption,
    /// Sign in with a one-time code alone, without waiting for a browser
    #[arg(long, conflicts_with = WITH_TOKEN)]
    pub(crate) paste: bool,
    /// Do not open a browser. Use it on a shared computer: while a browser starts, other users can see the URL
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Read a token from standard input and store it
    #[arg(long, id = WITH_TOKEN)]
    pub(crate) with_token: bool,
    /// Sign in even if a session is stored; the old session is revoked
    #[arg(long)]
    pub(crate) force: bool,
    /// Print each step once, without a spinner
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The options of `logout`.
#[derive(Args, Clone, Debug)]
pub struct LogoutArgs {
    #[command(flatten)]
    pub(crate) api: ApiOption,
    /// Delete the session here without revoking it on the server
    #[arg(long)]
    pub(crate) local: bool,
    /// Print each step once, without a spinner
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The options of `status`.
#[derive(Args, Clone, Debug)]
pub struct StatusArgs {
    #[command(flatten)]
    pub(crate) api: ApiOption,
    #[arg(long, help = "Print JSON with the keys signed_in, checked, source and api")]
    pub(crate) json: bool,
}

/// The options of `token`.
#[derive(Args, Clone, Debug)]
pub struct TokenArgs {
    #[command(flatten)]
    pub(crate) api: ApiOption,
}

/// The options of `completions`.
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}
