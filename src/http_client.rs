//! Builds the HTTP client, with the TLS of the enabled features.

use reqwest::redirect::Policy;

use crate::error::Error;
use crate::settings::Settings;

/// Fails if no TLS feature is enabled.
pub(crate) fn check_tls() -> Result<(), Error> {
    if cfg!(any(feature = "rustls", feature = "rustls-ring")) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "the base URL is https, but harmont-auth was built without TLS: enable its feature `rustls` or `rustls-ring`, \
         or supply your own client via `ClientBuilder::http_client`",
    ))
}

/// Builds the HTTP client: the user's, or one with the TLS of our features.
pub(crate) fn build(
    settings: &Settings,
    user: Option<reqwest::ClientBuilder>,
) -> Result<reqwest::Client, Error> {
    let is_ours = user.is_none();
    // A redirect would send a code or a nonce elsewhere.
    let mut http = with_tls(user.unwrap_or_default(), is_ours, settings)?
        .redirect(Policy::none())
        .connect_timeout(settings.connect_limit())
        .timeout(settings.attempt_timeout)
        .user_agent(settings.user_agent.as_str());
    if settings.is_loopback {
        http = http.no_proxy();
    }
    http.build().map_err(|error| Error::no_http_client(error.without_url()))
}

#[cfg(feature = "rustls")]
#[allow(clippy::unnecessary_wraps, reason = "it can fail with other features")]
fn with_tls(
    http: reqwest::ClientBuilder,
    is_ours: bool,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    // reqwest sets up TLS eagerly, which takes almost no time without certificates.
    Ok(if is_ours && settings.is_plain { http.tls_certs_only([]) } else { http })
}

#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
fn with_tls(
    http: reqwest::ClientBuilder,
    _: bool,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider};
    use rustls_platform_verifier::BuilderVerifierExt;

    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::no_http_client)?;
    let tls = if settings.is_plain {
        tls.with_root_certificates(RootCertStore::empty())
    } else {
        tls.with_platform_verifier().map_err(Error::no_http_client)?
    };
    // Without a default provider, reqwest panics over any other choice, also the user's.
    Ok(http.tls_backend_preconfigured(tls.with_no_client_auth()))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
fn with_tls(
    http: reqwest::ClientBuilder,
    is_ours: bool,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    if is_ours && !settings.is_plain {
        check_tls()?;
    }
    Ok(http)
}
