//! The listing of the public API: what users see is in it, and what they do not see is not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Copy, assert_golden};
use xtask::screen::Exit;

const LIB: &str = r#"
mod inner;
mod other;
#[doc(hidden)]
pub mod hidden;
pub use inner::{Plain, Shown as Renamed, Token};
#[cfg(feature = "extra")]
pub use other::Kind;
pub fn greet(mut name: &str) -> String { name.to_owned() }
"#;

const INNER: &str = r#"
use std::fmt;
use std::time::Duration;
use crate::other::Kind;
use http::HeaderValue as Header;

/// Private fields, a field that is none, and a lifetime.
#[derive(Clone)]
#[cfg_attr(feature = "extra", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Shown<'a> { pub name: &'a str, limit: Duration }

/// All of it is public.
#[derive(Copy, Clone)]
pub struct Plain(pub u8);

pub struct NotExported;
impl NotExported { pub fn unseen(&self) {} }

impl<'a> Shown<'a> {
    pub const MOST: usize = 3;
    pub fn zebra(mut self, header: &Header) -> Duration { self.limit }
    pub fn aardvark(&mut self) -> Option<Kind> { None }
    #[doc(hidden)]
    pub fn unseen(&self) {}
    pub(crate) fn inside(&self) {}
    fn private(&self) {}
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) }
}

impl Drop for Shown<'_> { fn drop(&mut self) {} }

macro_rules! newtype {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        pub struct $name(String);
        impl $name { pub fn expose(&self) -> &str { stringify!($name) } }
    };
}

newtype! {
    /// Made by a macro.
    Token
}
"#;

const OTHER: &str = r"
/// Another type of a name that is exported.
pub struct Shown;
impl Shown { pub fn unseen(&self) {} }

#[non_exhaustive]
pub enum Kind { #[cfg(unix)] Unix, Named { name: String }, Numbered(u8) }

impl std::str::FromStr for Kind {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self::Numbered) }
}

impl crate::inner::Plain { pub fn from_afar(self) {} }
";

fn copy() -> Copy {
    let copy = Copy::of_fixture();
    for (name, text) in [("src/lib.rs", LIB), ("src/inner.rs", INNER), ("src/other.rs", OTHER)] {
        copy.write(name, text);
    }
    copy.write(
        "Cargo.toml",
        "[package]\nname = \"x\"\n[features]\ndefault = [\"basic\"]\nbasic = []\nextra = []\n",
    );
    assert_eq!(copy.regenerate(None).0, Ok(Exit::Clean));
    copy
}

#[test]
fn what_users_see_is_listed_and_nothing_else() {
    let listed = copy().read("docs/api.rs");
    assert!(!listed.contains("unseen"), "{listed}");
    assert_golden("api.rs", &listed);
}

#[test]
fn moving_code_changes_nothing_and_changing_the_api_is_stale() {
    let copy = copy();
    let (at, end) = (INNER.find("/// All of it").unwrap(), INNER.find("pub struct NotExported").unwrap());
    copy.write("src/inner.rs", &format!("{}{}{}", &INNER[..at], &INNER[end..], &INNER[at..end]));
    assert_eq!(copy.check().0, Ok(Exit::Clean));
    let inner = format!("mod deep;\npub use deep::Plain;\n{}{}", &INNER[..at], &INNER[end..]);
    copy.write("src/inner.rs", &inner);
    copy.write("src/inner/deep.rs", &INNER[at..end]);
    assert_eq!(copy.check().0, Ok(Exit::Clean));
    copy.write("src/inner/deep.rs", &INNER[at..end].replace("Clone", "Eq"));
    assert_eq!(copy.check().0, Ok(Exit::Stale));
    copy.write("src/inner/deep.rs", "");

    for (from, to) in [
        ("pub fn zebra", "fn zebra"),
        ("-> Duration", "-> std::time::Instant"),
        ("#[derive(Copy, Clone)]", "#[derive(Clone)]"),
        ("#[non_exhaustive]\n", ""),
        ("Plain(pub u8)", "Plain(u8)"),
        ("use http::HeaderValue as Header", "use hyper::HeaderValue as Header"),
        ("pub fn expose", "pub async fn expose"),
    ] {
        assert!(INNER.contains(from));
        copy.write("src/inner.rs", &INNER.replacen(from, to, 1));
        let (exit, printed) = copy.check();
        assert_eq!(exit, Ok(Exit::Stale), "{from}");
        assert!(printed.starts_with("stale: docs/api.rs\n"), "{printed}");
    }
}

#[test]
fn what_cannot_be_listed_is_said() {
    let copy = copy();
    copy.write("src/lib.rs", &LIB.replace("Token}", "Token, Gone}"));
    assert_eq!(copy.check().0.unwrap_err(), "inner::Gone is exported, but not found in src/");
}
