//! URLs that hide their credentials.

use std::fmt;
use std::ops::Range;

use crate::error::Error;

/// An http(s) URL. Neither `Display` nor `Debug` shows the user name or the password that it may contain.
#[derive(Clone, PartialEq, Eq)]
pub struct SpecUrl(String);

impl SpecUrl {
    /// Parses an argument if it is a URL, whatever the case of its scheme. Files and revisions never look like one.
    pub(super) fn parse(argument: &str) -> Result<Option<Self>, Error> {
        let scheme = argument.split(':').next().unwrap_or_default();
        let is_http = ["http", "https"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
        match argument[scheme.len()..].strip_prefix("://") {
            Some(_) if is_http => Ok(Some(Self(argument.to_owned()))),
            None if is_http && argument.len() > scheme.len() => Err(Error::new(format!(
                "an argument begins with {scheme}: but is not a URL; add // after the colon"
            ))),
            Some(_) => Err(Error::new(format!(
                "cannot read {}: only http and https URLs are supported",
                without_credentials(argument)
            ))),
            None => Ok(None),
        }
    }

    /// Returns the URL to connect to, and the user name and password, still percent-encoded.
    #[cfg(feature = "http")]
    pub(super) fn split(&self) -> (String, Option<(&str, &str)>) {
        let credentials = credentials(&self.0).map(|range| {
            let text = &self.0[range.start..range.end - 1];
            text.split_once(':').unwrap_or((text, ""))
        });
        (without_credentials(&self.0), credentials)
    }
}

impl fmt::Display for SpecUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_credentials(&self.0))
    }
}

impl fmt::Debug for SpecUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpecUrl({:?})", without_credentials(&self.0))
    }
}

fn without_credentials(url: &str) -> String {
    let mut url = url.to_owned();
    if let Some(range) = credentials(&url) {
        url.replace_range(range, "");
    }
    url
}

/// Returns the range of the credentials in a URL, including the `@` after them.
fn credentials(url: &str) -> Option<Range<usize>> {
    let start = url.find("://")? + 3;
    let rest = &url[start..];
    let authority = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
    if let Some(at) = authority.rfind('@') {
        return Some(start..start + at + 1);
    }
    // In `https://user:pass/word@host`, the slash of the password ends the authority, and `pass` is not a port.
    let port = authority.rsplit_once(':').filter(|_| !authority.ends_with(']'))?.1;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let at = rest.rfind('@').filter(|_| !is_port)?;
    Some(start..start + at + 1)
}
