//! The HTTP client and its TLS, as the features say.

use reqwest::redirect::Policy;

use crate::config::Settings;
use crate::error::Error;

/// Makes sure that `https` can be spoken at all.
pub(crate) fn check() -> Result<(), Error> {
    if cfg!(any(feature = "rustls", feature = "rustls-ring")) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "the base URL is https, but harmont-auth was built without TLS: enable its feature `rustls` or `rustls-ring`, \
         or bring a client by `ClientBuilder::with_reqwest`",
    ))
}

/// Builds the HTTP client: the user's, or one with the TLS of our features.
pub(crate) fn http(
    settings: &Settings,
    user: Option<reqwest::ClientBuilder>,
) -> Result<reqwest::Client, Error> {
    let mut http = match user {
        Some(http) => http,
        None => with_tls(settings)?,
    };
    // A redirect would take a code or a nonce to another place.
    http = http
        .redirect(Policy::none())
        .connect_timeout(settings.connect_timeout)
        .user_agent(settings.user_agent.as_str());
    if settings.is_loopback {
        http = http.no_proxy();
    }
    http.build().map_err(|error| Error::no_http_client(error.without_url()))
}

#[cfg(feature = "rustls")]
fn with_tls(settings: &Settings) -> Result<reqwest::ClientBuilder, Error> {
    let http = reqwest::Client::builder();
    if settings.is_loopback {
        // reqwest sets TLS up eagerly; without certificates that costs next to nothing.
        return Ok(http.tls_certs_only([]));
    }
    check()?;
    Ok(http)
}

#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
fn with_tls(settings: &Settings) -> Result<reqwest::ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider};
    use rustls_platform_verifier::BuilderVerifierExt;

    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::no_http_client)?;
    let tls = if settings.is_loopback {
        tls.with_root_certificates(RootCertStore::empty())
    } else {
        tls.with_platform_verifier().map_err(Error::no_http_client)?
    };
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls.with_no_client_auth()))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
fn with_tls(settings: &Settings) -> Result<reqwest::ClientBuilder, Error> {
    if !settings.is_loopback {
        check()?;
    }
    Ok(reqwest::Client::builder())
}
