//! Requests to the rest of the API, with the session's token and to the API alone.

use std::fmt;
use std::time::Duration;

use harmont_auth::Session;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::Serialize;

use crate::error::Error;
use crate::response::{Response, error_code};
use crate::token::{Source, advice};

/// A signed-in user's access to the API; [`Auth::session`](crate::Auth::session) makes one.
///
/// Its requests take a path of the API, never a full URL. They send the token only to the API's own origin and follow no
/// redirects. It is cheap to clone.
///
/// # Examples
///
/// ```no_run
/// # #[derive(serde::Deserialize)] struct User { name: String }
/// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
/// let user: User = session.get("/api/v0/user").send().await?.json().await?;
/// println!("Hello, {}!", user.name);
/// # Ok(())
/// # }
/// ```
///
/// # Security
///
/// It holds a live token until the user signs out.
#[derive(Clone, Debug)]
pub struct ApiSession {
    session: Session,
    base_url: String,
    /// Both say what the user does if the API no longer accepts the token.
    source: Source,
    tool: fn() -> clap::Command,
}

impl ApiSession {
    pub(crate) fn new(
        session: Session,
        base_url: String,
        source: Source,
        tool: fn() -> clap::Command,
    ) -> Self {
        Self { session, base_url, source, tool }
    }

    /// Returns the session itself, for the operations of `harmont-auth` and for other HTTP clients.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// let code = session.session().mint_code().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Security
    ///
    /// Its [`authorization`](Session::authorization) header is for the API alone.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Makes a GET request; `path` begins with a slash, such as `/api/v0/user`.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// Makes a POST request; `path` begins with a slash.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Makes a PUT request; `path` begins with a slash.
    pub fn put(&self, path: &str) -> RequestBuilder {
        self.request(Method::PUT, path)
    }

    /// Makes a PATCH request; `path` begins with a slash.
    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.request(Method::PATCH, path)
    }

    /// Makes a DELETE request; `path` begins with a slash.
    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = address(&self.base_url, path).map(|url| reqwest::Request::new(method, url));
        RequestBuilder { session: self.clone(), request }
    }
}

/// Appends a path to the base URL. Rejects full URLs, which could name another server.
fn address(base_url: &str, path: &str) -> Result<Url, Error> {
    let base = Url::parse(base_url).ok().filter(|_| path.starts_with('/'));
    let url = base.and_then(|base| {
        let url = Url::parse(&format!("{}{path}", base_url.trim_end_matches('/'))).ok()?;
        (url.origin() == base.origin()).then_some(url)
    });
    url.ok_or_else(|| {
        Error::new("Nothing was sent: a request takes a path of the API that begins with `/`, not a full URL")
    })
}

/// A request that is not sent yet. An error in it is returned by [`send`](Self::send).
#[must_use = "it is sent by `send`"]
pub struct RequestBuilder {
    session: ApiSession,
    request: Result<reqwest::Request, Error>,
}

/// Without the query, headers and body, which may contain secrets of the tool.
impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder").field("session", &self.session).finish_non_exhaustive()
    }
}

impl RequestBuilder {
    /// Adds parameters to the query; they are percent-encoded.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// session.get("/api/v0/builds").query([("branch", "main"), ("limit", "5")]).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<K: AsRef<str>, V: AsRef<str>>(
        mut self,
        parameters: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        if let Ok(request) = &mut self.request {
            request.url_mut().query_pairs_mut().extend_pairs(parameters);
        }
        self
    }

    /// Sets the body to a value in JSON.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// session.post("/api/v0/builds").json(&serde_json::json!({"branch": "main"})).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.and_then(|mut request| {
            let body = serde_json::to_vec(body)
                .map_err(|error| Error::new(format!("The request has no JSON form: {error}")))?;
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
            Ok(request)
        });
        self
    }

    /// Sets a header. `Authorization` is always that of the session.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// session.post("/api/v0/builds").header("Idempotency-Key", "7f3a").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.and_then(|mut request| {
            let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
            let (name, value) =
                header.ok_or_else(|| Error::new(format!("The header {name:?} or its value is not valid")))?;
            request.headers_mut().insert(name, value);
            Ok(request)
        });
        self
    }

    /// Sets the time limit of the request, for everything from connecting to the end of the body; 30 seconds by default.
    ///
    /// Call it for long downloads.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// let log = session.get("/api/v0/builds/7/log").timeout(Duration::from_secs(600)).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(mut self, limit: Duration) -> Self {
        if let Ok(request) = &mut self.request {
            *request.timeout_mut() = Some(limit);
        }
        self
    }

    /// Sends the request, once, and returns a success.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth_cli::ApiSession) -> Result<(), harmont_auth_cli::Error> {
    /// match session.get("/api/v0/builds/7").send().await {
    ///     Ok(response) => println!("{}", String::from_utf8_lossy(&response.bytes().await?)),
    ///     Err(error) if error.status().is_some_and(|it| it == 404) => println!("There is no build 7."),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_signed_out`] for a 401: the text tells the user how to sign in again. [`Error::status`] and
    /// [`Error::code`] for any other response than a success; redirects are errors, too. Also fails if the server
    /// cannot be reached, if it does not respond within the [time limit](Self::timeout), and if the path does not begin with `/`.
    ///
    /// # Security
    ///
    /// The token is sent to the API's own origin only.
    pub async fn send(self) -> Result<Response, Error> {
        let Self { session, request } = self;
        let request = request?;
        let call = format!("{} {}", request.method(), request.url().path());
        let response = session.session.execute(request).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(Response::new(response, call));
        }
        let host = response.url().host_str().unwrap_or_default().to_owned();
        if status == StatusCode::UNAUTHORIZED {
            let message =
                format!("{host} doesn't accept the session token. {}", advice(&session.source, session.tool));
            return Err(Error::signed_out(message).with_status(status, None));
        }
        let code = error_code(response, session.session.token().expose_secret()).await;
        let known = code.as_ref().map(|code| format!(" (code {code})")).unwrap_or_default();
        let advice = if status.is_redirection() {
            "; redirects aren't followed, since they could take the token to another place"
        } else {
            ""
        };
        let message = format!("{host} responded to {call} with {status}{known}{advice}");
        Err(Error::new(message).with_status(status, code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_on_the_api_and_nothing_else_is_one() {
        for (base, path, url) in [
            ("https://api.example.com", "/api/v0/user", "https://api.example.com/api/v0/user"),
            ("https://example.com/sub/", "/user?x=1", "https://example.com/sub/user?x=1"),
            ("https://api.example.com", "//evil.example", "https://api.example.com//evil.example"),
            ("https://api.example.com", "/\\evil.example", "https://api.example.com//evil.example"),
            ("http://[::1]:4000", "/@evil.example:80/", "http://[::1]:4000/@evil.example:80/"),
        ] {
            assert_eq!(address(base, path).unwrap().as_str(), url);
        }
        for path in ["https://evil.example/x", ".evil.example", "@evil.example", ":80", "", "user", "\t/x"] {
            assert!(address("https://api.example.com", path).is_err(), "{path:?}");
        }
    }
}
