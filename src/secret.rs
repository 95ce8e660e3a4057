//! The secrets, each with a type of its own, and the one newtype in which they cross the wire.

mod paste_code;

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
