//! Certificates that are not accepted.

use std::sync::Arc;
#[cfg(feature = "rustls")]
use std::time::{Duration, SystemTime};

use super::{login_error, sources};
use crate::support::REAL_TIMEOUT;
use harmont_auth::{Client, ClientBuilder, Error};
use harmont_auth_test_server::TestClock;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

#[cfg(feature = "rustls")]
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Starts a server at localhost with a certificate. Returns a client that trusts its authority, and the host.
pub(crate) async fn served(
    host: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> (ClientBuilder, String) {
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
            // The client closes the connection.
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
    // This client trusts the authorities of the machine.
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
    assert!(!error.to_string().contains("other.example"), "only the host of the base URL is named: {error}");
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn c14_an_expired_certificate_ends_the_login_and_the_error_has_both_dates() {
    let expired = SystemTime::now() - 10 * DAY;
    let (builder, host) = served("localhost", |params| {
        params.not_before = (SystemTime::now() - 20 * DAY).into();
        params.not_after = expired.into();
    })
    .await;
    let (error, _) = login_error(builder).await;
    assert_certificate(&error, &host, &format!("expired on {}", httpdate::fmt_http_date(expired)));
    assert!(error.to_string().contains("this computer's clock says"), "{error}");
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn c14_a_certificate_of_the_future_is_a_problem_of_the_clock() {
    let (builder, host) = served("localhost", |params| {
        params.not_before = (SystemTime::now() + 10 * DAY).into();
        params.not_after = (SystemTime::now() + 20 * DAY).into();
    })
    .await;
    let (error, _) = login_error(builder).await;
    assert_certificate(&error, &host, "this computer's clock seems to be wrong");
}

#[tokio::test]
async fn c14_a_server_without_tls_is_retried_and_no_certificate_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://portal.example\r\n\r\n").await;
        }
    });
    let (error, events) = login_error(Client::builder().base_url(format!("https://localhost:{port}"))).await;
    assert!(error.is_timeout() && !error.is_certificate() && !error.is_outcome_unknown(), "{error}");
    let expected = format!("Can't reach localhost:{port} (the encrypted connection failed); retrying in");
    assert!(events[1].starts_with(&expected), "{events:?}");
}

#[tokio::test]
async fn c14_a_call_is_made_once() {
    let (builder, _) = served("localhost", |_| {}).await;
    let builder = builder.http_client(reqwest::Client::builder()).clock(Arc::new(TestClock::new()));
    let client = builder.build().unwrap();
    // The clock stands still, so a pause before a retry would never end.
    let call = client.redeem_code("K7P2QR9MX3WZ4NTV".parse().unwrap());
    let error = tokio::time::timeout(REAL_TIMEOUT, call).await.unwrap().unwrap_err();
    assert!(error.is_certificate(), "{error}");
}
