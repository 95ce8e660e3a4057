//! The builder: base URLs, time limits, the user's own HTTP client.

use std::fmt;
use std::time::Duration;

use crate::Client;
use crate::error::Error;
use crate::settings::{Settings, app_url, checked, is_loopback, without_slash};

/// No limit is longer than this, so that adding one to a point in time always gives another one.
const MAX_LIMIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Sets up a [`Client`]; [`Client::builder`] makes one.
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
    /// Leaves the addresses out: before they are checked, they may carry a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Sets where the API is; `https://api.harmont.dev` unless set.
    ///
    /// It must be `https`, or `http` on a loopback host, and carry no user name or password. A slash at the end is
    /// forgiven. Calls to a loopback host bypass proxies. Call it for a test server, or an installation of your own.
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
    /// Whoever chooses this address is sent the user's token: take it from the user, and from nobody else.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets where the web app with the sign-in pages is.
    ///
    /// Unless set, it follows from the API's address: `app.X` for `api.X`, and the same for any other host. The rules
    /// of [`base_url`](Self::base_url) hold. Call it where the two do not stand side by side.
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
    /// Whoever chooses this address is sent the nonce of each login, and with it can take the user's session.
    pub fn app_url(mut self, url: impl Into<String>) -> Self {
        self.app_url = Some(url.into());
        self
    }

    /// Sets what the server's logs call your tool (RFC 9110, `User-Agent`); `harmont-auth` and its version unless set.
    ///
    /// Call it in every tool; best is a name and a version.
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

    /// Sets how long one connection may take to come about; 10 seconds unless set, and never more than half of what an
    /// attempt or a call may take: a first attempt that runs out of time then tells whether the request was sent.
    ///
    /// Call it with less where a person waits, and with more on slow networks.
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

    /// Sets how long one attempt at a call may take, the answer's body included; 30 seconds unless set.
    ///
    /// Call it where a call that hangs should be made again sooner.
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

    /// Sets how long a call may take with all its attempts and pauses; 60 seconds unless set.
    ///
    /// Call it to bound what a user waits for. The questions of [`Login::wait`](crate::Login::wait) have limits of their
    /// own.
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

    /// Sets the longest `Retry-After` (RFC 9110) that a call waits out by itself; 10 seconds unless set.
    ///
    /// If the server requests a longer pause, the call fails at once with [`Error::is_rate_limited`], or another error
    /// that has [`Error::retry_after`], so that the tool can show the wait or give up. With `Duration::ZERO`, every such
    /// wait is yours. It does not apply to [`Login::wait`](crate::Login::wait), which reports each pause as an event.
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

    /// Sets how long a login stays open, counted from [`Client::login`]; 300 seconds unless set.
    ///
    /// Call it where users need longer to sign in. The clock is the monotonic one: on most systems, the time for which a
    /// machine is suspended does not count. Once the browser has come back, 60 seconds are left at most.
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

    /// Sets how long [`Login::wait`](crate::Login::wait) gives the browser to come back after a poll was faster; 1 second
    /// unless set.
    ///
    /// A tool that ends right after `wait` closes the port, so the browser would show an error in place of the page
    /// "Signed in". [`LoginEvent::SignedIn`](crate::LoginEvent::SignedIn) comes before this wait. There is none if the
    /// browser has come back already. Call it with `Duration::ZERO` in tools that go on running after a login.
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

    /// Sets the HTTP client to build on, of reqwest 0.13: another TLS stack, certificates of your own, a proxy.
    ///
    /// Call it where reqwest's defaults do not reach the API.
    ///
    /// The rules of this crate come on top: no redirects, no proxy for loopback hosts, its time limits and user agent.
    /// With feature `rustls-ring` and not `rustls`, its TLS comes on top, too; to bring TLS of your own, build this crate
    /// with neither.
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
    /// What it weakens stays weak: it can accept any certificate, or log what is sent, tokens included.
    pub fn http_client(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    /// Sets the time source, for tests of timeouts, retries and polls.
    ///
    /// Call it with the test server's `TestClock`, and give the server the same one. Outside the semver promise of this
    /// crate.
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

    /// Makes the client.
    ///
    /// Call it last, and keep what it returns: clones share their connections. Nothing is sent.
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
    /// [`Error::is_invalid_input`] when a URL breaks its rules or the user agent cannot be a header, and when the base
    /// URL is `https` but the crate was built without TLS. A client given by [`http_client`](Self::http_client) may
    /// also fail to be set up.
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
                "the user agent has a control character in it; use a name and a version",
            ));
        }
        if !self.settings.is_plain && self.http.is_none() {
            crate::http_client::check_tls()?;
        }
        Client::with_settings(self.settings, self.http)
    }
}
