//! The secrets, each with a type of its own, and the one newtype in which they cross the wire.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

/// What the generated structs hold in place of a `String`.
///
/// It takes what servers and other clients send, so it checks nothing; the public types do. It is the only secret that
/// can be serialized, since requests are made of it. Clones share one copy in memory, which is wiped with the last.
#[derive(Clone)]
#[cfg_attr(not(feature = "wire"), allow(unreachable_pub, reason = "the feature exports it"))]
pub struct WireSecret(Arc<SecretString>);

#[cfg_attr(not(feature = "wire"), allow(unreachable_pub, reason = "the feature exports it"))]
impl WireSecret {
    /// Returns the secret itself.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for WireSecret {
    fn from(secret: &str) -> Self {
        Self(Arc::new(secret.into()))
    }
}

impl fmt::Debug for WireSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WireSecret(..)")
    }
}

impl serde::Serialize for WireSecret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

impl<'de> serde::Deserialize<'de> for WireSecret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|secret| Self(Arc::new(secret.into())))
    }
}

/// Gives a secret its type: no `Display`, no `Deref`, no `Serialize`, a `Debug` that says nothing, wiped when dropped.
macro_rules! secret {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone)]
        pub struct $name(WireSecret);

        impl $name {
            /// Returns the secret itself, to store it or to hand it on.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("let secret: harmont_auth::", stringify!($name), " = \"K7P2QR9MX3WZ4NTV\".parse()?;")]
            /// assert_eq!(secret.expose_secret(), "K7P2QR9MX3WZ4NTV");
            /// # Ok::<(), harmont_auth::Error>(())
            /// ```
            ///
            /// # Security
            ///
            /// From here on nothing keeps it from a log or a screen.
            pub fn expose_secret(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl From<&$name> for WireSecret {
            fn from(secret: &$name) -> Self {
                secret.0.clone()
            }
        }
    };
}

secret! {
    /// A session token: whoever holds it is signed in as the user (RFC 6750 calls it a bearer token).
    ///
    /// Parse one from where your tool stores it and give it to [`Client::session`](crate::Client::session). White space
    /// around it, such as the newline at the end of a file, is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use harmont_auth::SessionToken;
    ///
    /// let token: SessionToken = "a-stored-token\n".parse()?;
    /// assert_eq!(token.expose_secret(), "a-stored-token");
    /// assert_eq!(format!("{token:?}"), "SessionToken(..)");
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) when the token is empty or has a
    /// character that cannot stand in an `Authorization` header.
    ///
    /// # Security
    ///
    /// Clones share one copy in memory, which is wiped with the last of them. Copies that the HTTP stack makes are not
    /// (see the README).
    SessionToken
}

secret! {
    /// The code that a user types into a tool instead of opening its address.
    ///
    /// Parse what the user typed and give it to [`Client::redeem_code`](crate::Client::redeem_code). A code is 16
    /// characters of Crockford's base32, and parsing forgives all that typing and pasting do to it: lower case, spaces,
    /// dashes, quotes, invisible and full-width characters, `O` for 0, `I` and `L` for 1. It lives 300 seconds and works
    /// once.
    ///
    /// # Examples
    ///
    /// ```
    /// use harmont_auth::PasteCode;
    ///
    /// let code: PasteCode = "k7p2-qr9m x3wz 4ntv".parse()?;
    /// assert_eq!(code.expose_secret(), "K7P2QR9MX3WZ4NTV");
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) when characters are missing, too
    /// many, or not of that alphabet. No request is made.
    ///
    /// # Security
    ///
    /// Until it is redeemed or expires, whoever reads it can sign in as the user.
    PasteCode
}

secret! {
    /// The random name under which a session token is parked for the tool that made it.
    ///
    /// [`Client::login`](crate::Client::login) makes one for you. Make one yourself to run the hand-off by other means,
    /// or parse the one that another tool gave you for [`Session::transfer_token`](crate::Session::transfer_token).
    ///
    /// # Examples
    ///
    /// ```
    /// use harmont_auth::Nonce;
    ///
    /// let nonce = Nonce::generate()?;
    /// assert_eq!(nonce.expose_secret().len(), 64); // 32 bytes in hexadecimal
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) when it is empty or has a
    /// character that is not visible ASCII.
    ///
    /// # Security
    ///
    /// For 60 seconds after the transfer, whoever knows it can claim the token: `cliClaim` asks for nothing else.
    Nonce
}

impl Nonce {
    /// Makes a nonce of 32 bytes from the operating system's generator, written in hexadecimal.
    ///
    /// Call it to run a login's hand-off by other means than [`Client::login`](crate::Client::login).
    ///
    /// # Examples
    ///
    /// ```
    /// let nonce = harmont_auth::Nonce::generate()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when the operating system gives no random bytes.
    ///
    /// # Security
    ///
    /// Make a new one for each login, and keep it to yourself and the user's browser.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(Error::no_random_bytes)?;
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        // Of the right size from the start: growing would leave copies behind.
        let mut text = String::with_capacity(2 * bytes.len());
        text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
        Ok(Self(WireSecret(Arc::new(text.into()))))
    }
}

impl SessionToken {
    /// Checks a token that came from the server: one that cannot be sent back is of no use.
    pub(crate) fn from_wire(token: WireSecret) -> Option<Self> {
        is_visible_ascii(token.expose_secret()).then_some(Self(token))
    }
}

impl PasteCode {
    /// Checks a code that came from the server: one that is only to be shown must not steer a terminal.
    pub(crate) fn from_wire(code: WireSecret) -> Option<Self> {
        is_visible_ascii(code.expose_secret()).then_some(Self(code))
    }

    /// Returns whether a word has the very form in which the server writes its codes.
    pub(crate) fn is_canonical(word: &str) -> bool {
        word.len() == CODE_LENGTH && word.chars().all(|it| crockford(it) == Some(it))
    }
}

impl FromStr for SessionToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        visible_ascii("session token", text).map(Self)
    }
}

impl FromStr for Nonce {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        visible_ascii("nonce", text).map(Self)
    }
}

fn visible_ascii(what: &str, text: &str) -> Result<WireSecret, Error> {
    match text.trim() {
        "" => Err(Error::invalid_input(format!("the {what} is empty; was all of it copied?"))),
        text if is_visible_ascii(text) => Ok(text.into()),
        _ => Err(Error::invalid_input(format!(
            "the {what} has a space, a control character or a letter outside ASCII in it; was all of it copied, and \
             nothing else?"
        ))),
    }
}

fn is_visible_ascii(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// How many characters a paste code has.
const CODE_LENGTH: usize = 16;

impl FromStr for PasteCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // What a terminal puts around pasted text, when the tool that asked for it and did not expect it.
        let text = Zeroizing::new(text.replace("\u{1b}[200~", ""));
        let text = Zeroizing::new(text.replace("\u{1b}[201~", ""));
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        for character in text.chars().filter(|it| !is_decoration(*it)) {
            match crockford(character) {
                Some(digit) => code.push(digit),
                None => {
                    return Err(Error::invalid_input(format!(
                        "{character:?} cannot be part of a paste code, which has only digits and letters other than \
                         U; enter the code alone"
                    )));
                }
            }
        }
        match code.len() {
            CODE_LENGTH => Ok(Self(code.as_str().into())),
            0 => Err(Error::invalid_input("No code was entered; copy the code from the page")),
            length => Err(Error::invalid_input(format!(
                "a paste code has {CODE_LENGTH} characters, but this has {length}; was all of it copied, and nothing else?"
            ))),
        }
    }
}

/// Whether a character only groups, quotes or surrounds the code: spaces, controls, marks without a width, dashes and
/// quotes.
fn is_decoration(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
            | '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
            | '\u{ff02}' | '\u{ff07}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The digit of Crockford's base32 that a character stands for, also when it is full-width or one of the look-alikes.
fn crockford(character: char) -> Option<char> {
    let narrow = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
        _ => character,
    };
    match narrow.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => None,
        digit if digit.is_ascii_digit() || digit.is_ascii_uppercase() => Some(digit),
        _ => None,
    }
}

/// All of these are strings in the specification.
macro_rules! string_schema {
    ($($name:ident)*) => {$(
        // Here, and not at the call, so that the docs say it.
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        }
    )*};
}

string_schema!(WireSecret SessionToken PasteCode Nonce);
