//! The client without a token: what anybody may call, and the ways to a [`Session`].

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use tokio::runtime::Handle;

use crate::config::ClientBuilder;
use crate::error::Error;
use crate::generated::{Client as Api, Operation, types};
use crate::login::Login;
use crate::preflight;
use crate::secret::{Nonce, PasteCode, SessionToken, WireSecret};
use crate::session::Session;
use crate::settings::{Settings, checked};
use crate::tls;
use crate::transport::{Context, Retry, bearer, call, host};

/// The auth API, not signed in.
///
/// It is cheap to clone; clones share their connections. Every way to sign in ends in a [`Session`].
///
/// Calls run on tokio, on a runtime with I/O and time: `#[tokio::main]` and `enable_all` give it both. Where no runtime is,
/// they fail; where it lacks one of the two, tokio panics.
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
    /// Set up at the first call: a tool that makes none must not wait for TLS.
    http: OnceLock<Http>,
}

pub(crate) struct Http {
    client: reqwest::Client,
    base_url: Arc<Url>,
}

impl Http {
    fn new(settings: &Settings, user: Option<reqwest::ClientBuilder>) -> Result<Self, Error> {
        let base_url = Arc::new(checked("base URL", &settings.base_url)?);
        // A client of the user's own may have other certificates and proxies.
        if user.is_none() && !settings.is_loopback {
            preflight::check(&base_url)?;
        }
        Ok(Self { client: tls::http(settings, user)?, base_url })
    }
}

/// What a claim came to: [`Client::claim_token`] returns it.
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
    /// The user has approved: here is the session.
    Ready(Session),
    /// There is nothing to claim under this nonce: not yet, not any more, or never. The server does not tell these
    /// apart.
    Pending,
}

impl Client {
    /// Makes a client of the production API.
    ///
    /// Call it once and keep it: clones share its connections. Nothing is sent, and TLS is not set up before the first
    /// call. Built without a TLS feature, every call of it fails with [`Error::is_invalid_input`]: bring TLS of your own by
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

    /// Makes a client step by step: another base URL, other time limits, your own HTTP client.
    ///
    /// Call it where [`new`](Self::new) does not fit; best set the [`user_agent`](ClientBuilder::user_agent) always.
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

    /// Returns the HTTP client, which is set up at the first call.
    pub(crate) fn http(&self) -> Result<&Http, Error> {
        let Inner { settings, http } = &*self.0;
        if let Some(http) = http.get() {
            return Ok(http);
        }
        // Two first calls at once may each set one up; the second is dropped.
        let new = Http::new(settings, None)?;
        Ok(http.get_or_init(|| new))
    }

    /// Makes the generated client for one call: the token, if there is one, and the secret in the body.
    pub(crate) fn api(
        &self,
        operation: &'static Operation,
        token: Option<&SessionToken>,
        sent: Option<&WireSecret>,
    ) -> Result<Api, Error> {
        self.api_within(self.settings().call_timeout, operation, token, sent)
    }

    fn api_within(
        &self,
        limit: Duration,
        operation: &'static Operation,
        token: Option<&SessionToken>,
        sent: Option<&WireSecret>,
    ) -> Result<Api, Error> {
        operation.check_token(token)?;
        Handle::try_current().map_err(|_| Error::no_runtime())?;
        let settings = &self.0.settings;
        let Http { client, base_url } = self.http()?;
        let context = Context {
            operation,
            settings: Arc::clone(settings),
            base_url: Arc::clone(base_url),
            token: token.cloned(),
            sent: sent.cloned(),
            deadline: settings.clock.monotonic() + limit,
            progress: Arc::default(),
        };
        Ok(Api::new_with_client(&settings.base_url, client.clone(), context))
    }

    /// Sends a request that is none of the specification's operations, once.
    pub(crate) async fn execute(
        &self,
        mut request: reqwest::Request,
        token: &SessionToken,
    ) -> Result<reqwest::Response, Error> {
        Handle::try_current().map_err(|_| Error::no_runtime())?;
        let Http { client, base_url } = self.http()?;
        if request.url().origin() != base_url.origin() {
            return Err(Error::invalid_input(
                "Nothing was sent: the address belongs to another server than the API",
            ));
        }
        request.headers_mut().insert(AUTHORIZATION, bearer(token));
        client.execute(request).await.map_err(|error| Error::from_http(error, host(base_url)))
    }

    /// Starts a login in the user's browser.
    ///
    /// Call it when the tool needs a session, show the user [`Login::url`] or open it, then call [`Login::wait`]. No
    /// request is sent: a nonce and a state are made, and with feature `loopback` a listener on a free port of this
    /// machine, which hears when the browser is done.
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
    /// Fails without a tokio runtime, if the operating system gives no random bytes, and if HTTPS cannot be set up:
    /// [`Error::is_certificate`] if the machine has no CA certificates, or `SSL_CERT_FILE` or `SSL_CERT_DIR` points
    /// nowhere; [`Error::is_proxy`] if a proxy variable is malformed. Without a free port, the login goes by polling alone.
    ///
    /// # Security
    ///
    /// See [`Login`].
    pub async fn login(&self) -> Result<Login, Error> {
        Login::start(self.clone()).await
    }

    /// Claims the session token that was parked under a nonce, once.
    ///
    /// [`Login::wait`] does this for you. Call it yourself when the nonce reached the browser by other means. The server
    /// keeps a token parked for 60 seconds and gives it away once.
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
    ///     Claim::Pending => println!("nobody has approved yet"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_connect`], [`Error::is_timeout`], [`Error::is_rate_limited`], [`Error::is_protocol`]. If the response is
    /// lost, or a 500, 502 or 504 takes its place, it asks once more, and then fails with [`Error::is_outcome_unknown`]: the
    /// token may be lost.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: an answer that is dropped may be the only copy of the token. Bound it by
    /// [`ClientBuilder::call_timeout`].
    ///
    /// # Security
    ///
    /// Whoever knows the nonce can make this call; no token is asked for.
    #[doc(alias = "cliClaim")]
    pub async fn claim_token(&self, nonce: &Nonce) -> Result<Claim, Error> {
        self.claim(nonce, Retry::SingleUse, self.settings().call_timeout).await
    }

    pub(crate) async fn claim(&self, nonce: &Nonce, retry: Retry, limit: Duration) -> Result<Claim, Error> {
        let body = types::CliClaimRequest::new(nonce.into());
        let api = self.api_within(limit, &Operation::CLI_CLAIM, None, Some(&body.nonce))?;
        match call(&api, retry, || api.cli_claim(&body)).await {
            Ok(answer) => Ok(Claim::Ready(self.signed_in(&api, answer.token)?)),
            Err(error) if error.is_code_invalid() => Ok(Claim::Pending),
            Err(error) => Err(error),
        }
    }

    /// Redeems the code that the user typed in for a session.
    ///
    /// Call it where the user cannot open the address of a [`login`](Self::login), or rather types: show
    /// [`paste_url`](Self::paste_url), let the user sign in there on any machine, and read the code that the page shows.
    /// The server gives the token away once.
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
    /// [`Error::is_timeout`], [`Error::is_rate_limited`], [`Error::is_protocol`]. If the response is lost, or a 500, 502 or
    /// 504 takes its place, it asks once more, and then fails with [`Error::is_outcome_unknown`]: the code may be used up,
    /// so let the user get a new one.
    ///
    /// If the server requests a pause longer than [`ClientBuilder::retry_after_limit`], it fails at once;
    /// [`Error::retry_after`] says how long to wait before the same code can be tried again.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: an answer that is dropped may be the only copy of the token. Bound it by
    /// [`ClientBuilder::call_timeout`].
    ///
    /// # Security
    ///
    /// Whoever redeems the code first is signed in as the user. Read it from a terminal, not from an argument that others
    /// can list.
    #[doc(alias = "cliRedeem")]
    pub async fn redeem_code(&self, code: PasteCode) -> Result<Session, Error> {
        let body = types::CliRedeemRequest::new((&code).into());
        let api = self.api(&Operation::CLI_REDEEM, None, Some(&body.code))?;
        let answer = call(&api, Retry::SingleUse, || api.cli_redeem(&body)).await?;
        self.signed_in(&api, answer.token)
    }

    /// Returns the API's base URL, without a slash at the end.
    ///
    /// Call it to reach the rest of the API, to show which server is used, or as the key under which a token is stored:
    /// a token of one server must not be sent to another.
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

    /// Returns the address of the page that shows the signed-in user a [`PasteCode`].
    ///
    /// Call it to show the user where to go before the tool reads the code. The address holds no secret.
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

    /// Takes up a session with a stored token.
    ///
    /// Call it when the tool starts and finds the token of an earlier login. Nothing is sent, so the token may turn out to
    /// be expired at the first call.
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
    /// The token goes to this client's base URL with every call of the session: take it up with a client of the same
    /// server that it came from.
    pub fn session(&self, token: SessionToken) -> Session {
        Session::new(self.clone(), token)
    }

    fn signed_in(&self, api: &Api, token: WireSecret) -> Result<Session, Error> {
        match SessionToken::from_wire(token) {
            Some(token) => Ok(self.session(token)),
            None => Err(api.inner.protocol("its token cannot be sent in a header")),
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
