//! Downloads documents.

use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::config::RedirectAuthHeaders;
use ureq::{Agent, Timeout};

use super::url::SpecUrl;
use super::{MAX_BYTES, decode, local, reason, too_large};
use crate::error::Error;

const MAX_REDIRECTS: u32 = 10;

/// The limits of a download.
pub(super) struct Limits {
    pub(super) max_bytes: u64,
    pub(super) connect: Duration,
    /// The longest pause between two reads of the response.
    pub(super) silence: Duration,
    pub(super) total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: MAX_BYTES,
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            total: Duration::from_secs(300),
        }
    }
}

/// Fetches the text at a URL.
pub(super) fn fetch(url: &SpecUrl, limits: &Limits) -> Result<String, Error> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(MAX_REDIRECTS)
        .redirect_auth_headers(RedirectAuthHeaders::SameHost)
        .timeout_connect(Some(limits.connect))
        .timeout_recv_response(Some(limits.silence))
        .timeout_per_read(Some(limits.silence))
        .timeout_global(Some(limits.total))
        .user_agent(concat!("openapi-drift/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    // The HTTP client gets the URL without credentials, so its errors cannot contain them.
    let (url, credentials) = url.split();
    let mut request = agent.get(&url);
    if let Some((user, password)) = credentials {
        let decode = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
        let credentials = [decode(user), decode(password)].join(&b':');
        request = request.header("Authorization", format!("Basic {}", STANDARD.encode(credentials)));
    }
    let mut response = request.call().map_err(|error| explain(&error, limits))?;
    if !response.status().is_success() {
        return Err(Error::new(format!("the server responded with {}", response.status())));
    }
    if response.body().content_length().is_some_and(|length| length > limits.max_bytes) {
        return Err(too_large(limits.max_bytes));
    }
    let bytes = local::read_bounded(response.body_mut().as_reader(), limits.max_bytes);
    decode(bytes.map_err(|error| explain(&error.into(), limits))?, limits.max_bytes)
}

/// Explains a failed request. The client's own message may contain the URL of a proxy with its password.
fn explain(error: &ureq::Error, limits: &Limits) -> Error {
    Error::new(match error {
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            format!("the server could not be reached within {} s", limits.connect.as_secs())
        }
        ureq::Error::Timeout(Timeout::Global) => {
            format!("the download took longer than {} s", limits.total.as_secs())
        }
        ureq::Error::Timeout(_) => format!("the server sent nothing for {} s", limits.silence.as_secs()),
        ureq::Error::HostNotFound => "the host name cannot be resolved; check the spelling".to_owned(),
        ureq::Error::TooManyRedirects => format!("the server redirected more than {MAX_REDIRECTS} times"),
        ureq::Error::Http(_) | ureq::Error::BadUri(_) => "it is not a valid URL".to_owned(),
        ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "the server closed the connection before the response was complete".to_owned()
        }
        ureq::Error::Io(error) => reason(error),
        ureq::Error::Decompress(..) => "the response cannot be decompressed".to_owned(),
        ureq::Error::Rustls(error) => format!("the connection is not secure: {error}"),
        ureq::Error::Tls(reason) => format!("the connection is not secure: {reason}"),
        ureq::Error::InvalidProxyUrl => "the proxy URL in the environment is not valid".to_owned(),
        ureq::Error::ConnectProxyFailed(_) => {
            "the proxy in the environment refused the connection".to_owned()
        }
        ureq::Error::Protocol(_) => "the server sent an invalid HTTP response".to_owned(),
        _ => "the request failed".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::*;

    /// Fetches from a server that handles one request, with small limits.
    fn fetch_from(respond: impl FnOnce(&mut TcpStream) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            respond(&mut stream);
        });
        let limits = Limits {
            max_bytes: 1 << 20,
            connect: Duration::from_secs(5),
            silence: Duration::from_millis(200),
            total: Duration::from_secs(1),
        };
        fetch(&SpecUrl::parse(&url).unwrap().unwrap(), &limits).unwrap_err().to_string()
    }

    fn send_head(stream: &mut TcpStream) {
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").unwrap();
    }

    #[test]
    fn an_endless_response_is_cut_off() {
        let error = fetch_from(|stream| {
            send_head(stream);
            while stream.write_all(&[b' '; 4096]).is_ok() {}
        });
        assert_eq!(error, "it is larger than 1 MiB; is it the right document?");
    }

    #[test]
    fn a_silent_server_times_out() {
        let wait = |stream: &mut TcpStream| drop(stream.read(&mut [0]));
        assert_eq!(fetch_from(wait), "the server sent nothing for 0 s");
        let error = fetch_from(move |stream| {
            send_head(stream);
            wait(stream);
        });
        assert_eq!(error, "the server sent nothing for 0 s");
    }

    #[test]
    fn a_slow_response_times_out() {
        let error = fetch_from(|stream| {
            send_head(stream);
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        assert_eq!(error, "the download took longer than 1 s");
    }
}
