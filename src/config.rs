//! The builder of clients: base URLs, timeouts, the user's own HTTP client.

use std::fmt;
use std::time::Duration;

use crate::Client;
use crate::error::Error;
use crate::settings::{Settings, app_url, checked, is_loopback, without_slash};

/// The largest timeout, so that adding one to an `Instant` cannot overflow.
const MAX_LIMIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Configures a [`Client`]. [`Client::builder`] returns one.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use harmont_auth::Client;
///
/// let client = Client::builder()
///     .base_url("http://localhost:4000")
///     .user_agent("hm/1.2")
///     .login_timeout(Duration::from_secs(120))
///     .build()?;
/// # Ok::<(), harmont_auth::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    settings: Settings,
    pub(crate) base_url: Option<String>,
    pub(crate) app_url: Option<String>,
    http: Option<reqwest::ClientBuilder>,
}

impl fmt::Debug for ClientBuilder {
    /// Omits the URLs: before they are checked, they may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Sets the base URL of the API. The default is `https://api.harmont.dev`.
    ///
    /// Call it for a test server or your own installation. The URL must be `https`, or `http` on a loopback host, without
    /// user name and password. A trailing slash is ignored. Calls to a loopback host bypass proxies.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::builder().base_url("http://localhost:4000").build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Security
    ///
    /// The user's token is sent to this URL. Accept it only from the user.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the base URL of the web app with the sign-in pages.
    ///
    /// Call it if the default does not fit: `app.X` for an API at `api.X`, and the API's own URL for any other host. The
    /// rules of [`base_url`](Self::base_url) apply.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = harmont_auth::Client::builder()
    ///     .base_url("http://localhost:4000")
    ///     .app_url("https://sign-in.example.com")
    ///     .build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Security
    ///
    /// The nonce of each login is sent to this URL, which is enough to claim the user's session.
    pub fn app_url(mut self, url: impl Into<String>) -> Self {
        self.app_url = Some(url.into());
        self
    }

    /// Sets the `User-Agent` (RFC 9110), which identifies your tool in the server's logs. The default is `harmont-auth`
    /// with its version.
    ///
    /// Call it in every tool, with a name and a version.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let client = harmont_auth::Client::builder().user_agent("hm/1.2").build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.settings.user_agent = name.into();
        self
    }

    /// Sets the connect timeout. The default is 10 seconds.
    ///
    /// Call it with less if a person waits, and with more on slow networks. It is limited to half the timeout of an
    /// attempt or a call, so that a timeout tells whether the request was sent.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let client = harmont_auth::Client::builder().connect_timeout(Duration::from_secs(5)).build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.settings.connect_timeout = limit.min(MAX_LIMIT);
        self
    }

    /// Sets the timeout of one attempt, including the response body. The default is 30 seconds.
    ///
    /// Call it if a call that hangs should be retried sooner.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let client = harmont_auth::Client::builder().attempt_timeout(Duration::from_secs(15)).build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.settings.attempt_timeout = limit.min(MAX_LIMIT);
        self
    }

    /// Sets the timeout of a call with all its attempts and pauses. The default is 60 seconds.
    ///
    /// Call it to limit how long a user waits. The polls of [`Login::wait`](crate::Login::wait) have their own timeouts.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let client = harmont_auth::Client::builder().call_timeout(Duration::from_secs(20)).build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.settings.call_timeout = limit.min(MAX_LIMIT);
        self
    }

    /// Sets the longest `Retry-After` (RFC 9110) that a call waits for. The default is 10 seconds.
    ///
    /// Lower it to handle rate limits yourself, or raise it to let calls wait longer. If the server requests a longer pause, the
    /// call fails at once with [`Error::is_rate_limited`], or another error that has [`Error::retry_after`]. With
    /// `Duration::ZERO`, a call never waits for a `Retry-After`. [`Login::wait`](crate::Login::wait) ignores this setting: it reports each pause as an event.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(code: harmont_auth::PasteCode) -> Result<(), harmont_auth::Error> {
    /// let client = harmont_auth::Client::builder().retry_after_limit(Duration::from_secs(3)).build()?;
    /// match client.redeem_code(code).await {
    ///     Ok(session) => println!("Signed in."),
    ///     Err(error) => match error.retry_after() {
    ///         Some(wait) => println!("Too many attempts. Try again in {} s.", wait.as_secs()),
    ///         None => return Err(error),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry_after_limit(mut self, limit: Duration) -> Self {
        self.settings.retry_after_limit = limit.min(MAX_LIMIT);
        self
    }

    /// Sets the timeout of a login, counted from [`Client::login`]. The default is 300 seconds.
    ///
    /// Call it if users need longer to sign in. It uses the monotonic clock: on most systems, the time for which a
    /// machine is suspended does not count. After the browser's callback, at most 60 seconds are left.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let client = harmont_auth::Client::builder().login_timeout(Duration::from_secs(120)).build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn login_timeout(mut self, limit: Duration) -> Self {
        self.settings.login_timeout = limit.min(MAX_LIMIT);
        self
    }

    /// Sets how long [`Login::wait`](crate::Login::wait) waits for the browser's callback after a poll has found the
    /// token. The default is 1 second.
    ///
    /// Call it with `Duration::ZERO` in tools that keep running after a login. A tool that exits right after `wait`
    /// closes the port, so the browser would show an error instead of the page "Signed in".
    /// [`LoginEvent::SignedIn`](crate::LoginEvent::SignedIn) is emitted before this wait. There is none if the callback
    /// has already arrived.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let client = harmont_auth::Client::builder().browser_grace(Duration::ZERO).build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    pub fn browser_grace(mut self, limit: Duration) -> Self {
        self.settings.browser_grace = limit.min(MAX_LIMIT);
        self
    }

    /// Sets the builder of the HTTP client (reqwest 0.13), for another TLS stack, your own certificates, or a proxy.
    ///
    /// Call it if reqwest's defaults do not reach the API.
    ///
    /// This crate overrides some settings: no redirects, no proxy for loopback hosts, its timeouts and user agent. With the
    /// feature `rustls-ring` and without `rustls`, it overrides TLS, too; to use your own TLS, enable neither.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let http = reqwest::Client::builder().proxy(reqwest::Proxy::all("http://proxy.example.com:3128")?);
    /// let client = harmont_auth::Client::builder().http_client(http).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Security
    ///
    /// Its other settings remain in effect: it can accept any certificate, or log requests with their tokens.
    pub fn http_client(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    /// Sets the time source, for tests of timeouts, retries and polls.
    ///
    /// Call it with the test server's `TestClock`, and pass the same one to the server. It is outside the semver promise of
    /// this crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use harmont_auth::clock::SystemClock;
    ///
    /// let client = harmont_auth::Client::builder()
    ///     .base_url("http://localhost:4000")
    ///     .clock(Arc::new(SystemClock))
    ///     .build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, clock: std::sync::Arc<dyn crate::clock::Clock>) -> Self {
        self.settings.clock = clock;
        self
    }

    /// Builds the client.
    ///
    /// Call it last, and keep the client: clones share its connections. Nothing is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = harmont_auth::Client::builder().base_url("http://api.example.com").build().unwrap_err();
    /// assert!(error.to_string().contains("must be https"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if a URL breaks its rules, if the user agent is not a valid header, or if the base URL is
    /// `https` and the crate was built without TLS. Building the client of [`http_client`](Self::http_client) may also fail.
    pub fn build(mut self) -> Result<Client, Error> {
        if let Some(url) = &self.base_url {
            let url = checked("base URL", url)?;
            self.settings.is_loopback = is_loopback(&url);
            self.settings.is_plain = url.scheme() == "http";
            self.settings.base_url = without_slash(&url);
            self.settings.app_url = app_url(&self.settings.base_url);
        }
        if let Some(url) = &self.app_url {
            self.settings.app_url = without_slash(&checked("app URL", url)?);
        }
        if http::HeaderValue::try_from(&self.settings.user_agent).is_err() {
            return Err(Error::invalid_input(
                "the user agent contains a control character; use a name and a version",
            ));
        }
        if !self.settings.is_plain && self.http.is_none() {
            crate::http_client::check_tls()?;
        }
        Client::with_settings(self.settings, self.http)
    }
}
