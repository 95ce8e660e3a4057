//! What the environment says to the HTTP stack, checked before it is used: by itself, the stack passes over a variable that
//! points nowhere, and a login fails much later, or goes another way than the user wants.

use std::env;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::error::Error;

/// Checks the variables that matter to calls of a base URL over TLS.
pub(crate) fn check(base_url: &Url) -> Result<(), Error> {
    certificates()?;
    proxies(base_url)
}

/// Checks the variables that rustls-native-certs reads, on the systems where it is used.
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
    // Some systems list places that may or may not exist.
    let mut folders = env::split_paths(&folders).filter(|it| !it.as_os_str().is_empty()).peekable();
    if folders.peek().is_none() || folders.any(|it| it.is_dir()) {
        return Ok(());
    }
    Err(Error::invalid_certificate_var("SSL_CERT_DIR", "names no folder that exists"))
}

/// Checks the variables that name a proxy. reqwest ignores one that it cannot read, and calls the server directly.
fn proxies(base_url: &Url) -> Result<(), Error> {
    // In a CGI program, a request can set HTTP_PROXY by a header, so reqwest reads none of these variables there.
    if env::var_os("REQUEST_METHOD").is_some() {
        return Ok(());
    }
    let Ok(server) = base_url.as_str().parse::<http::Uri>() else { return Ok(()) };
    let (_, exceptions) = first_of(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let is_named =
        |proxy: &str| Matcher::builder().https(proxy).no(&exceptions).build().intercept(&server).is_some();
    // By an address that is one, it is known whether the server is an exception.
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

/// Reads the first of the variables that is set, as hyper-util does.
fn first_of(names: [&'static str; 2]) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| env::var(name).ok().map(|value| (name, value)))
}
