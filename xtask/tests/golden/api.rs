// The public API of this crate as users see it, from src/ and Cargo.toml; written by `cargo xtask regenerate`, not by
// hand. CONTRIBUTING.md says what a change of it means for the version. What is `#[doc(hidden)]` is no part of it.

// feature basic, on by default
// feature extra

#[cfg(feature = "extra")]
#[non_exhaustive]
pub enum Kind {
    #[cfg(unix)]
    Unix,
    Named { name: String },
    Numbered(u8),
}
impl std::str::FromStr for Kind {
    type Err = std::num::ParseIntError;
}

pub struct Plain(pub u8);
impl Clone for Plain;
impl Copy for Plain;
impl Plain {
    pub fn from_afar(self);
}

// exported as Renamed:
#[non_exhaustive]
pub struct Shown<'a> {
    pub name: &'a str,
    ..
}
#[cfg(feature = "extra")]
impl<'a> serde::Serialize for Shown<'a>;
impl<'a> Clone for Shown<'a>;
impl Debug for Shown<'_>;
impl<'a> Shown<'a> {
    pub const MOST: usize = 3;
    pub fn aardvark(&mut self) -> Option<Kind>;
    pub fn zebra(self, header: &http::HeaderValue) -> std::time::Duration;
}

pub struct Token { .. }
impl Token {
    pub fn expose(&self) -> &str;
}

pub fn greet(name: &str) -> String;
