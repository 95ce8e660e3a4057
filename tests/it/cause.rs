//! Why the server cannot be reached: certificates, clocks, proxies, names.

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::support::{PATIENCE, child, everything, passing_time};
use harmont_auth::{Client, ClientBuilder, Error};
use harmont_auth_test_server::TestClock;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Waits with a client, on a clock that a test moves; returns the error and the texts of the events.
async fn login_error(builder: ClientBuilder) -> (Error, Vec<String>) {
    let clock = TestClock::new();
    let client =
        builder.clock(Arc::new(clock.clone())).login_timeout(Duration::from_secs(30)).build().unwrap();
    let mut login = client.login().await.unwrap();
    let events = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&events);
    login.on_event(move |event| record.lock().unwrap().push(event.to_string()));
    let error = passing_time(&clock, login.wait()).await.unwrap_err();
    let events = events.lock().unwrap().clone();
    (error, events)
}

/// The chain of sources.
fn sources(error: &Error) -> String {
    format!("{error:?}").split_once("because: ").unwrap_or_default().1.to_owned()
}

mod certificates {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A server at localhost with a certificate; returns the client that trusts its authority.
    async fn served(host: &str, change: impl FnOnce(&mut CertificateParams)) -> (ClientBuilder, String) {
        let authority = authority();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let tls = TlsAcceptor::from(Arc::new(tls));
            while let Ok((stream, _)) = listener.accept().await {
                // The client is the one to end it.
                let _ = tls.accept(stream).await;
            }
        });
        let root = reqwest::Certificate::from_der(authority.der()).unwrap();
        let http = reqwest::Client::builder().tls_certs_only([root]);
        (
            Client::builder().base_url(format!("https://localhost:{port}")).http_client(http),
            format!("localhost:{port}"),
        )
    }

    fn assert_certificate(error: &Error, host: &str, reason: &str) {
        assert!(
            error.is_certificate() && error.is_connect() && !error.is_proxy() && !error.is_timeout(),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.starts_with(&format!("Can't reach {host} (")), "{text}");
        assert!(text.contains(reason), "{text}");
        assert!(text.contains("a Wi-Fi login page or an inspecting proxy"), "{text}");
        assert!(sources(error).contains("certificate"), "{error:?}");
    }

    #[tokio::test]
    async fn c14_a_certificate_of_an_unknown_authority_ends_the_login() {
        let (builder, host) = served("localhost", |_| {}).await;
        // Trusts what the machine trusts.
        let (error, events) = login_error(builder.http_client(reqwest::Client::builder())).await;
        assert_certificate(&error, &host, "isn't from an authority that this computer trusts");
        assert_eq!(events.len(), 1, "nothing is tried again: {events:?}");
    }

    #[cfg(feature = "rustls")]
    #[tokio::test]
    async fn c14_a_certificate_for_another_host_ends_the_login() {
        let (builder, host) = served("other.example", |_| {}).await;
        let (error, _) = login_error(builder).await;
        assert_certificate(&error, &host, "its certificate is for another host");
        assert!(
            !error.to_string().contains("other.example"),
            "only the host of the base URL is named: {error}"
        );
    }

    #[cfg(feature = "rustls")]
    #[tokio::test]
    async fn c14_an_expired_certificate_ends_the_login_and_says_both_dates() {
        let expired = SystemTime::now() - 10 * DAY;
        let (builder, host) = served("localhost", |it| {
            it.not_before = (SystemTime::now() - 20 * DAY).into();
            it.not_after = expired.into();
        })
        .await;
        let (error, _) = login_error(builder).await;
        assert_certificate(&error, &host, &format!("expired on {}", httpdate::fmt_http_date(expired)));
        assert!(error.to_string().contains("this computer's clock says"), "{error}");
    }

    #[cfg(feature = "rustls")]
    #[tokio::test]
    async fn c14_a_certificate_of_the_future_is_a_problem_of_the_clock() {
        let (builder, host) = served("localhost", |it| {
            it.not_before = (SystemTime::now() + 10 * DAY).into();
            it.not_after = (SystemTime::now() + 20 * DAY).into();
        })
        .await;
        let (error, _) = login_error(builder).await;
        assert_certificate(&error, &host, "this computer's clock seems to be wrong");
    }

    #[tokio::test]
    async fn c14_what_is_no_tls_at_all_is_tried_again_and_not_called_a_certificate() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ =
                    stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://portal.example\r\n\r\n").await;
            }
        });
        let (error, events) =
            login_error(Client::builder().base_url(format!("https://localhost:{port}"))).await;
        assert!(error.is_timeout() && !error.is_certificate() && !error.is_outcome_unknown(), "{error}");
        let expected =
            format!("Can't reach localhost:{port} (no encrypted connection could be agreed on); retrying in");
        assert!(events[1].starts_with(&expected), "{events:?}");
    }

    #[tokio::test]
    async fn c14_a_call_is_made_once() {
        let (builder, _) = served("localhost", |_| {}).await;
        let builder = builder.http_client(reqwest::Client::builder()).clock(Arc::new(TestClock::new()));
        let client = builder.build().unwrap();
        // On a clock that stands still, a pause before another attempt would never end.
        let call = client.redeem_code("K7P2QR9MX3WZ4NTV".parse().unwrap());
        let error = tokio::time::timeout(PATIENCE, call).await.unwrap().unwrap_err();
        assert!(error.is_certificate(), "{error}");
    }
}

/// A proxy that answers every CONNECT in one way; returns its port, and the heads of what it was asked.
async fn proxy(answer: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            record.lock().unwrap().push(String::from_utf8_lossy(&head[..length]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, heads)
}

fn behind(proxy: &str) -> ClientBuilder {
    let http = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy).unwrap());
    Client::builder().base_url("https://api.example.com").http_client(http)
}

fn assert_proxy(text: &str, reason: &str) {
    assert!(text.starts_with(&format!("Can't reach api.example.com ({reason})")), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn c15_a_proxy_that_requires_credentials_ends_the_login_and_gets_a_password_once() {
    let (port, heads) =
        proxy("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let (error, events) = login_error(behind(&format!("http://user:hunter2@127.0.0.1:{port}"))).await;
    assert!(error.is_proxy() && error.is_connect() && !error.is_certificate(), "{error}");
    assert_proxy(&error.to_string(), "the proxy requires another user name and password (407)");
    assert!(
        error.to_string().ends_with("; check the proxy variables, such as HTTPS_PROXY and NO_PROXY"),
        "{error}"
    );
    assert!(sources(&error).contains("proxy authorization required"), "{error:?}");
    assert!(!everything(&error).contains("hunter2"));
    assert_eq!(events.len(), 1, "{events:?}");
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(heads[0].to_ascii_lowercase().contains("proxy-authorization: basic "), "{heads:?}");
}

#[tokio::test]
async fn c15_a_call_sends_a_proxy_password_once() {
    let (port, heads) =
        proxy("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let client = behind(&format!("http://user:hunter2@127.0.0.1:{port}")).build().unwrap();
    let session = client.session("token".parse().unwrap());
    assert!(session.logout().await.unwrap_err().is_proxy());
    assert_eq!(heads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn c15_a_proxy_that_refuses_is_tried_again() {
    let (port, heads) = proxy("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    let (error, events) = login_error(behind(&format!("http://127.0.0.1:{port}"))).await;
    assert!(error.is_timeout() && error.is_proxy() && !error.is_outcome_unknown(), "{error}");
    assert_proxy(&events[1], "the proxy refused the connection or closed it");
    assert!(error.to_string().contains("the proxy refused the connection"), "{error}");
    assert!(sources(&error).contains("tunnel error: unsuccessful"), "{error:?}");
    assert!(heads.lock().unwrap().len() > 2);
}

#[tokio::test]
async fn c15_a_proxy_whose_name_is_unknown_is_tried_again() {
    struct Unknown;
    impl reqwest::dns::Resolve for Unknown {
        fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
            assert_eq!(name.as_str(), "proxy.example");
            Box::pin(std::future::ready(Err("no such host".into())))
        }
    }
    let http = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all("http://proxy.example:3128").unwrap())
        .dns_resolver(Unknown);
    let builder = Client::builder().base_url("https://api.example.com").http_client(http);
    let (error, events) = login_error(builder).await;
    assert!(error.is_timeout() && error.is_proxy(), "{error}");
    assert_proxy(&events[1], "the proxy's name wasn't found");
    assert!(events.len() > 2, "{events:?}");
}

#[tokio::test]
async fn c15_a_proxy_that_is_not_there_is_tried_again() {
    // Nothing listens on port 1.
    let (error, events) = login_error(behind("http://127.0.0.1:1")).await;
    assert!(error.is_timeout() && error.is_proxy(), "{error}");
    assert_proxy(&events[1], "the proxy can't be reached: connection refused");
}

#[tokio::test]
async fn c15_a_kind_of_proxy_that_is_not_supported_ends_the_login() {
    let (error, events) = login_error(behind("socks5://127.0.0.1:1080")).await;
    assert!(error.is_proxy() && !error.is_timeout(), "{error}");
    assert_proxy(&error.to_string(), "the kind of proxy isn't supported; only http and https proxies are");
    assert_eq!(events.len(), 1, "{events:?}");
}

#[tokio::test]
async fn c15_a_server_whose_name_is_unknown_is_named() {
    struct Unknown;
    impl reqwest::dns::Resolve for Unknown {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::ready(Err("no such host".into())))
        }
    }
    let http = reqwest::Client::builder().no_proxy().dns_resolver(Unknown);
    let builder = Client::builder().base_url("https://api.example.com").http_client(http);
    let (error, events) = login_error(builder).await;
    assert!(error.is_timeout() && !error.is_proxy(), "{error}");
    assert!(
        events[1].starts_with("Can't reach api.example.com (its name wasn't found); retrying in"),
        "{events:?}"
    );
}

#[tokio::test]
#[ignore = "runs in a child process of the tests below"]
async fn child_that_logs_in() {
    match Client::builder().base_url("https://api.example.com").build().unwrap().login().await {
        Ok(_) => println!("started"),
        Err(error) => println!(
            "refused: {error} (proxy {}, certificate {}, input {})",
            error.is_proxy(),
            error.is_certificate(),
            error.is_invalid_input()
        ),
    }
}

/// What a login says that is started in an environment of its own.
fn started(variables: &[(&str, &str)]) -> String {
    let mut child: Command = child("cause::child_that_logs_in");
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        child.env_remove(name);
    }
    String::from_utf8(child.envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn c18_without_ca_certificates_no_login_starts() {
    // A file that is there, and has none.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = started(&[("SSL_CERT_FILE", file)]);
    assert!(
        output.contains("refused: Couldn't set up HTTPS: no CA certificates found; install them"),
        "{output}"
    );
    assert!(output.contains("ca-certificates") && output.contains("certificate true"), "{output}");
}

#[cfg(target_os = "linux")]
#[test]
fn c18_a_variable_that_names_no_certificates_is_named() {
    let output = started(&[("SSL_CERT_FILE", "/nowhere/ca\u{1b}.pem")]);
    assert!(
        output.contains("refused: SSL_CERT_FILE names a file that can't be read, \"/nowhere/ca\\u{1b}.pem\""),
        "{output}"
    );
    assert!(output.contains("certificate true, input true"), "{output}");
    let output = started(&[("SSL_CERT_DIR", "/nowhere:/nowhere/else")]);
    assert!(output.contains("refused: SSL_CERT_DIR names no folder that exists"), "{output}");
}

#[test]
fn c18_a_proxy_variable_that_points_nowhere_is_named_and_not_repeated() {
    for (name, value) in [
        ("HTTPS_PROXY", "http://user:hunter2@"),
        ("https_proxy", "quic://hunter2.example"),
        ("ALL_PROXY", "hunter2 example"),
    ] {
        let output = started(&[(name, value)]);
        assert!(output.contains(&format!("refused: {name} isn't the address of a proxy")), "{output}");
        assert!(output.contains("proxy true") && !output.contains("hunter2"), "{output}");
    }
}

#[test]
fn c18_variables_that_are_in_order_or_do_not_matter_do_no_harm() {
    for variables in [
        &[][..],
        &[("HTTPS_PROXY", "")],
        &[("HTTPS_PROXY", "proxy.example:3128")],
        &[("HTTPS_PROXY", "https://user:hunter2@proxy.example")],
        &[("HTTPS_PROXY", "quic://proxy.example"), ("NO_PROXY", "example.com")],
        &[("HTTPS_PROXY", "http://proxy.example"), ("ALL_PROXY", "quic://proxy.example")],
        &[("HTTP_PROXY", "quic://proxy.example")],
        &[("SSL_CERT_DIR", "/nowhere:/etc/ssl/certs")],
    ] {
        assert!(started(variables).contains("started"), "{variables:?}: {}", started(variables));
    }
}
