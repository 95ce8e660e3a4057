//! The client without a token, and the ways to get a [`Session`].

mod api;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::config::ClientBuilder;
use crate::error::Error;
use crate::generated::{Client as Api, Operation, types};
use crate::login::Login;
use crate::secret::{Nonce, PasteCode, SessionToken, WireSecret};
use crate::session::Session;
use crate::settings::Settings;
use crate::transport::{Retry, call};
use api::Http;

/// The auth API, not signed in.
///
/// It is cheap to clone; clones share their connections. Every way to sign in returns a [`Session`].
///
/// Calls need a tokio runtime with I/O and time enabled, as `#[tokio::main]` and `enable_all` create. Without a runtime they
/// fail; if the runtime lacks I/O or time, tokio panics.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), harmont_auth::Error> {
/// let client = harmont_auth::Client::new();
/// let mut login = client.login().await?;
/// println!("To sign in, open {}", login.url());
/// let session = login.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Arc<Settings>,
    /// Set up on the first call, so that a tool that makes none does not wait for TLS.
    http: OnceLock<Http>,
}

/// The result of [`Client::claim_token`].
///
/// # Examples
///
/// ```no_run
/// use harmont_auth::{Claim, Nonce};
///
/// # async fn example(client: harmont_auth::Client, nonce: Nonce) -> Result<(), harmont_auth::Error> {
/// let is_signed_in = matches!(client.claim_token(&nonce).await?, Claim::Ready(_));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub enum Claim {
    /// The user has approved.
    Ready(Session),
    /// There is nothing to claim under this nonce: not yet, no longer, or never. The server does not distinguish these.
    Pending,
}

impl Client {
    /// Creates a client for the production API.
    ///
    /// Call it once and keep the client: clones share its connections. Nothing is sent, and TLS is set up on the first call.
    /// Without a TLS feature, every call fails with [`Error::is_invalid_input`]; supply your own TLS via
    /// [`ClientBuilder::http_client`].
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::new();
    /// ```
    pub fn new() -> Self {
        Self(Arc::new(Inner { settings: Arc::default(), http: OnceLock::new() }))
    }

    /// Returns a builder for another base URL, other timeouts, or your own HTTP client.
    ///
    /// Call it if [`new`](Self::new) does not fit. Always set the [`user_agent`](ClientBuilder::user_agent).
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::builder().base_url("http://localhost:4000").build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn with_settings(
        settings: Settings,
        user: Option<reqwest::ClientBuilder>,
    ) -> Result<Self, Error> {
        let http = match user {
            Some(user) => OnceLock::from(Http::new(&settings, Some(user))?),
            None => OnceLock::new(),
        };
        Ok(Self(Arc::new(Inner { settings: Arc::new(settings), http })))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Starts a login in the user's browser.
    ///
    /// Call it when the tool needs a session, show the user [`Login::url`] or open it, then call [`Login::wait`]. It
    /// sends no request. It generates a nonce and a state, and with the feature `loopback` it listens on a free loopback
    /// port for the browser's callback.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(client: harmont_auth::Client) -> Result<(), harmont_auth::Error> {
    /// let mut login = client.login().await?;
    /// println!("To sign in, open {}", login.url());
    /// let session = login.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails without a tokio runtime, without random bytes from the operating system, and if HTTPS cannot be set up:
    /// [`Error::is_certificate`] if the machine has no CA certificates, or `SSL_CERT_FILE` or `SSL_CERT_DIR` points
    /// nowhere; [`Error::is_proxy`] if a proxy variable is malformed. Without a free port, the login only polls.
    ///
    /// # Security
    ///
    /// See [`Login`].
    pub async fn login(&self) -> Result<Login, Error> {
        Login::start(self.clone()).await
    }

    /// Claims the session token that was parked under a nonce, once.
    ///
    /// [`Login::wait`] does this for you. Call it yourself if the nonce reached the browser by other means. The server keeps a
    /// token parked for 60 seconds and hands it out once.
    ///
    /// Operation `cliClaim`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use harmont_auth::{Claim, Nonce};
    ///
    /// # async fn example(client: harmont_auth::Client, nonce: Nonce) -> Result<(), harmont_auth::Error> {
    /// match client.claim_token(&nonce).await? {
    ///     Claim::Ready(session) => println!("signed in"),
    ///     Claim::Pending => println!("not approved yet"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_connect`], [`Error::is_timeout`], [`Error::is_rate_limited`], [`Error::is_protocol`]. If the response is
    /// lost (see [`Error::is_outcome_unknown`]), it tries once more, and then fails with [`Error::is_outcome_unknown`]: the
    /// token may be lost.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a dropped response may be the only copy of the token. Limit the time with
    /// [`ClientBuilder::call_timeout`].
    ///
    /// # Security
    ///
    /// Anyone who knows the nonce can make this call; it requires no token.
    #[doc(alias = "cliClaim")]
    pub async fn claim_token(&self, nonce: &Nonce) -> Result<Claim, Error> {
        self.claim(nonce, Retry::SingleUse, self.settings().call_timeout).await
    }

    pub(crate) async fn claim(&self, nonce: &Nonce, retry: Retry, limit: Duration) -> Result<Claim, Error> {
        let body = types::CliClaimRequest::new(nonce.into());
        let api = self.api_within(limit, &Operation::CLI_CLAIM, None, Some(&body.nonce))?;
        match call(&api, retry, || api.cli_claim(&body)).await {
            Ok(response) => Ok(Claim::Ready(self.signed_in(&api, response.token)?)),
            Err(error) if error.is_code_invalid() => Ok(Claim::Pending),
            Err(error) => Err(error),
        }
    }

    /// Redeems a paste code for a session.
    ///
    /// Call it if the user can't open the URL of a [`login`](Self::login), or would rather type. Show
    /// [`paste_url`](Self::paste_url), let the user sign in there on any machine, and read the code that the page shows. The
    /// server accepts each code once.
    ///
    /// Operation `cliRedeem`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(client: harmont_auth::Client) -> Result<(), harmont_auth::Error> {
    /// let session = client.redeem_code("k7p2-qr9m x3wz 4ntv".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_code_invalid`] when the code is mistyped, expired or used; [`Error::is_connect`],
    /// [`Error::is_timeout`], [`Error::is_rate_limited`], [`Error::is_protocol`]. If the response is lost (see
    /// [`Error::is_outcome_unknown`]), it tries once more, and then fails: the code may be used up, so let the user get a new
    /// one.
    ///
    /// If the server requests a pause longer than [`ClientBuilder::retry_after_limit`], it fails at once;
    /// [`Error::retry_after`] returns how long to wait before trying the same code again.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a dropped response may be the only copy of the token. Limit the time with
    /// [`ClientBuilder::call_timeout`].
    ///
    /// # Security
    ///
    /// The first tool that redeems the code is signed in as the user. Read it from a terminal, not from a command-line
    /// argument, which other users can list.
    #[doc(alias = "cliRedeem")]
    pub async fn redeem_code(&self, code: PasteCode) -> Result<Session, Error> {
        let body = types::CliRedeemRequest::new((&code).into());
        let api = self.api(&Operation::CLI_REDEEM, None, Some(&body.code))?;
        let response = call(&api, Retry::SingleUse, || api.cli_redeem(&body)).await?;
        self.signed_in(&api, response.token)
    }

    /// Returns the API's base URL, without a slash at the end.
    ///
    /// Call it to reach the rest of the API, to show which server is used, or as the key for storing a token: a token of one
    /// server must not be sent to another.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::builder().base_url("http://localhost:4000/").build()?;
    /// assert_eq!(client.base_url(), "http://localhost:4000");
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn base_url(&self) -> &str {
        &self.settings().base_url
    }

    /// Returns the base URL of the web app, without a slash at the end.
    ///
    /// Call it to link to the user's pages, such as the list of sessions.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(harmont_auth::Client::new().app_url(), "https://app.harmont.dev");
    /// ```
    pub fn app_url(&self) -> &str {
        &self.settings().app_url
    }

    /// Returns the URL of the page that shows the signed-in user a [`PasteCode`].
    ///
    /// Call it to show the user where to go before the tool reads the code. The URL contains no secret.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::new();
    /// assert_eq!(client.paste_url(), "https://app.harmont.dev/cli-login?paste=true");
    /// ```
    pub fn paste_url(&self) -> String {
        format!("{}/cli-login?paste=true", self.settings().app_url)
    }

    /// Restores a session from a stored token.
    ///
    /// Call it when the tool starts and finds the token of an earlier login. Nothing is sent, so an expired token is noticed
    /// on the first call.
    ///
    /// # Examples
    ///
    /// ```
    /// # let client = harmont_auth::Client::new();
    /// let session = client.session("a-stored-token".parse()?);
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Security
    ///
    /// The token is sent to this client's base URL with every call of the session. Use a client for the server that issued
    /// it.
    pub fn session(&self, token: SessionToken) -> Session {
        Session::new(self.clone(), token)
    }

    fn signed_in(&self, api: &Api, token: WireSecret) -> Result<Session, Error> {
        match SessionToken::from_wire(token) {
            Some(token) => Ok(self.session(token)),
            None => Err(api.inner.protocol("its token can't be sent in a header")),
        }
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.settings().base_url).finish_non_exhaustive()
    }
}
