//! A browser for tests: opens a page, clicks its button, and follows the redirect.

use std::io;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::REAL_TIMEOUT;

/// A page, as the browser received it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The target of a redirect.
    pub location: Option<String>,
    /// The text of the page.
    pub text: String,
}

impl Page {
    /// Returns the paste code that the page shows, if it shows one.
    pub fn paste_code(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("<code id=\"code\">")?;
        Some(rest.split_once('<')?.0)
    }
}

/// Clicks the button of the sign-in page at `url`, and follows the redirect: for a login, to the tool's listener.
///
/// # Errors
///
/// Fails if a page cannot be reached, such as the listener of a tool that has exited.
pub async fn click(url: &str) -> io::Result<Page> {
    let page = visit("POST", url).await?;
    match &page.location {
        Some(location) => visit("GET", location).await,
        None => Ok(page),
    }
}

/// Sends one request without a body, and follows no redirect.
///
/// # Errors
///
/// Fails without an HTTP response.
pub async fn visit(method: &str, url: &str) -> io::Result<Page> {
    visit_with(method, url, &[]).await
}

/// Sends one request with headers, and follows no redirect.
///
/// # Errors
///
/// Fails without an HTTP response within 30 seconds, and if a header is invalid.
pub async fn visit_with(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<Page> {
    // A listener may hold a browser for 10 seconds.
    let page = tokio::time::timeout(3 * REAL_TIMEOUT, fetch(method, url, headers)).await;
    page.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn fetch(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<Page> {
    let uri: Uri = url.parse().map_err(io::Error::other)?;
    let authority = uri.authority().ok_or_else(|| io::Error::other("the URL has no host"))?;
    let host = authority.host().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let mut request =
        Request::builder().method(method).uri(uri.path_and_query().map_or("/", |target| target.as_str()));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request = request.header(header::HOST, authority.as_str());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(io::Error::other)?;
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    connection.abort();
    let location =
        head.headers.get(header::LOCATION).and_then(|location| location.to_str().ok()).map(str::to_owned);
    Ok(Page {
        status: head.status.as_u16(),
        headers: head.headers,
        location,
        text: String::from_utf8_lossy(&body).into_owned(),
    })
}
