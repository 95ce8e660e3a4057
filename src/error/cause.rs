//! Why connecting failed, according to the chain of sources of reqwest's error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use tower_service::Service;

/// The error of a proxy's CONNECT. hyper-util exports its name only as this associated type.
type TunnelError = <Tunnel<HttpConnector> as Service<http::Uri>>::Error;

/// The part of the connection that failed, if tools handle it separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Certificate,
    Proxy,
}

/// Why connecting failed.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) part: Option<Part>,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) advice: &'static str,
    /// Retrying cannot help.
    pub(crate) is_final: bool,
}

const NETWORK: &str = "check the network and the address";
const PROXY: &str = "check the proxy variables, such as HTTPS_PROXY and NO_PROXY";

impl Cause {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        // TLS with the server fails outside the tunnel, so a cause inside it concerns the proxy.
        if let Some(tunnel) = chain(error).find(|source| source.is::<TunnelError>()) {
            return Self::of_proxy(tunnel, error.is_dns());
        }
        if let Some(cause) = tls::cause(error) {
            return cause;
        }
        let (reason, advice) = if error.is_dns() {
            ("its name wasn't found".into(), "check the network, the DNS settings and the address")
        } else {
            (network_reason(error), NETWORK)
        };
        Self { part: None, reason, advice, is_final: false }
    }

    fn of_proxy(tunnel: &(dyn StdError + 'static), is_dns: bool) -> Self {
        // Other crates cannot match these two by type: the variants of hyper-util's error are private, and hyper-rustls
        // reports a plain text. If a text changes, the cause is retried, and a test fails.
        let refused_login = tunnel.to_string() == "tunnel error: proxy authorization required";
        let mut inner = chain(tunnel).skip(1);
        let unsupported = inner.any(|source| source.to_string().starts_with("unsupported scheme "));
        let tls = tls::cause(tunnel);
        let reason: Cow<'static, str> = if refused_login {
            "the proxy requires a valid user name and password (407)".into()
        } else if unsupported {
            "this kind of proxy isn't supported; only http and https proxies are".into()
        } else if let Some(tls) = &tls {
            format!("the proxy: {}", tls.reason).into()
        } else if tunnel.source().is_none() {
            "the proxy refused the connection or closed it".into()
        } else if is_dns {
            "the proxy's name wasn't found".into()
        } else {
            format!("the proxy can't be reached: {}", network_reason(tunnel)).into()
        };
        let is_final = refused_login || unsupported || tls.is_some_and(|cause| cause.is_final);
        Self { part: Some(Part::Proxy), reason, advice: PROXY, is_final }
    }
}

/// Iterates over an error and its sources. Unlike `source`, it includes the error that an I/O error wraps.
pub(super) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}

/// Returns the reason that the operating system gave.
fn network_reason(error: &(dyn StdError + 'static)) -> Cow<'static, str> {
    let kinds = chain(error).filter_map(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    match kinds.last() {
        Some(io::ErrorKind::Other) | None => "the connection failed".into(),
        Some(kind) => kind.to_string().into(),
    }
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
pub(super) mod tls {
    use std::time::{Duration, UNIX_EPOCH};

    use rustls::pki_types::UnixTime;
    use rustls::{CertificateError, Error as TlsError};

    use super::{Cause, Cow, Part, StdError, chain};

    const INTERCEPTED: &str =
        "check the clock, and whether a Wi-Fi login page or an inspecting proxy is in the way";

    /// Returns the cause of a TLS error.
    pub(crate) fn cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
        let cause = |part, reason| Cause { part, reason, advice: INTERCEPTED, is_final: part.is_some() };
        Some(match chain(error).find_map(|source| source.downcast_ref::<TlsError>())? {
            TlsError::InvalidCertificate(problem) => cause(Some(Part::Certificate), reason(problem)),
            _ => cause(None, "the encrypted connection failed".into()),
        })
    }

    fn reason(problem: &CertificateError) -> Cow<'static, str> {
        match problem {
            CertificateError::ExpiredContext { time, not_after } => format!(
                "its certificate expired on {}, and this computer's clock says {}",
                date(*not_after),
                date(*time)
            )
            .into(),
            CertificateError::Expired => "its certificate expired, or this computer's clock is wrong".into(),
            CertificateError::NotValidYetContext { time, not_before } => format!(
                "this computer's clock seems to be wrong: the server's certificate is valid from {}, but the clock says {}",
                date(*not_before),
                date(*time)
            )
            .into(),
            CertificateError::NotValidYet => {
                "this computer's clock seems to be wrong: the server's certificate isn't valid yet".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host".into()
            }
            CertificateError::UnknownIssuer => {
                "its certificate isn't from an authority that this computer trusts".into()
            }
            CertificateError::Revoked => "its certificate was revoked".into(),
            _ => "its certificate isn't valid".into(),
        }
    }

    fn date(time: UnixTime) -> String {
        // The last second of the year 9999: neither certificates nor HTTP dates can express later ones.
        let seconds = time.as_secs().min(253_402_300_799);
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
    }
}

/// Without TLS features, the types of TLS errors are unknown.
#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
pub(super) mod tls {
    use super::{Cause, StdError};

    pub(crate) fn cause(_: &(dyn StdError + 'static)) -> Option<Cause> {
        None
    }
}
