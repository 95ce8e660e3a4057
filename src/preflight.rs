//! Checks the environment variables of the HTTP stack before it is set up. The stack ignores a variable that points nowhere,
//! so a login would fail much later, or bypass the proxy that the user configured.

use std::env;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::error::Error;

/// Checks the variables that affect calls to a base URL over TLS.
pub(crate) fn check(base_url: &Url) -> Result<(), Error> {
    certificates()?;
    proxies(base_url)
}

/// Checks the variables that rustls-native-certs reads, on the systems that use it.
fn certificates() -> Result<(), Error> {
    let is_used = cfg!(all(
        any(feature = "rustls", feature = "rustls-ring"),
        unix,
        not(target_vendor = "apple"),
        not(target_os = "android")
    ));
    if !is_used {
        return Ok(());
    }
    if let Some(file) = env::var_os("SSL_CERT_FILE")
        && let Err(error) = std::fs::File::open(&file)
    {
        let why = format!("names a file that can't be read, {:?} ({})", file.to_string_lossy(), error.kind());
        return Err(Error::invalid_certificate_var("SSL_CERT_FILE", &why));
    }
    let Some(folders) = env::var_os("SSL_CERT_DIR") else { return Ok(()) };
    // Some systems list folders that may not exist.
    let mut folders = env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty()).peekable();
    if folders.peek().is_none() || folders.any(|folder| folder.is_dir()) {
        return Ok(());
    }
    Err(Error::invalid_certificate_var("SSL_CERT_DIR", "names no existing folder"))
}

/// Checks the variables that name a proxy. reqwest ignores an invalid one, and calls the server directly.
fn proxies(base_url: &Url) -> Result<(), Error> {
    // In a CGI program, a request header can set HTTP_PROXY, so reqwest reads none of these variables there.
    if env::var_os("REQUEST_METHOD").is_some() {
        return Ok(());
    }
    let Ok(server) = base_url.as_str().parse::<http::Uri>() else { return Ok(()) };
    let (_, exceptions) = first_of(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let is_named =
        |proxy: &str| Matcher::builder().https(proxy).no(&exceptions).build().intercept(&server).is_some();
    // A valid proxy URL shows whether NO_PROXY excludes the server.
    if !is_named("http://localhost") {
        return Ok(());
    }
    for names in [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]] {
        match first_of(names).filter(|(_, proxy)| !proxy.is_empty()) {
            Some((_, proxy)) if is_named(&proxy) => return Ok(()),
            Some((name, _)) => return Err(Error::invalid_proxy_var(name)),
            None => {}
        }
    }
    Ok(())
}

/// Returns the first variable that is set, as hyper-util does.
fn first_of(names: [&'static str; 2]) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| env::var(name).ok().map(|value| (name, value)))
}
