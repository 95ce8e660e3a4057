//! The secret types, and the one type that is serialized.

mod paste_code;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

/// The type of secrets in generated structs.
///
/// It accepts any string that a server or client sends; the public types validate. It is the only secret type that can be
/// serialized, since requests contain it. Clones share one copy in memory, which is wiped with the last clone.
#[derive(Clone)]
#[cfg_attr(not(feature = "wire"), allow(unreachable_pub, reason = "the feature exports it"))]
pub struct WireSecret(Arc<SecretString>);

#[cfg_attr(not(feature = "wire"), allow(unreachable_pub, reason = "the feature exports it"))]
impl WireSecret {
    /// Returns the secret.
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

/// Defines a secret type: no `Display`, `Deref` or `Serialize`, a redacted `Debug`, and wiped when dropped.
macro_rules! secret {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone)]
        pub struct $name(WireSecret);

        impl $name {
            /// Returns the secret, to store it or to pass it on.
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
            /// The returned string is not redacted: keep it out of logs.
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
    /// A session token. Its holder is signed in as the user (RFC 6750 calls it a bearer token).
    ///
    /// Parse the one that your tool stored, and pass it to [`Client::session`](crate::Client::session). Parsing trims
    /// whitespace, such as the newline at the end of a file.
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
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) if the token is empty or contains a
    /// character that an `Authorization` header cannot carry.
    ///
    /// # Security
    ///
    /// Clones share one copy in memory, which is wiped with the last clone. The HTTP stack makes copies that are not wiped
    /// (see the README).
    SessionToken
}

secret! {
    /// A code that the user types into a tool instead of opening the login's URL.
    ///
    /// Parse the user's input and pass it to [`Client::redeem_code`](crate::Client::redeem_code). A code has 16
    /// characters of Crockford's base32. Parsing accepts lower case, spaces, dashes, quotes, invisible and full-width
    /// characters, `O` for 0, and `I` and `L` for 1. The code is valid for 300 seconds and works once.
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
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) if there are too few or too many
    /// characters, or one outside the alphabet. No request is sent.
    ///
    /// # Security
    ///
    /// Anyone who reads it can sign in as the user until it is redeemed or expires.
    PasteCode
}

secret! {
    /// The random value under which the server parks a session token for the tool that generated it.
    ///
    /// [`Client::login`](crate::Client::login) generates one for you. Generate one yourself to hand a session over by other
    /// means, or parse another tool's nonce for [`Session::transfer_token`](crate::Session::transfer_token).
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
    /// Parsing fails with [`Error::is_invalid_input`](crate::Error::is_invalid_input) if it is empty or contains a character
    /// that is not visible ASCII.
    ///
    /// # Security
    ///
    /// For 60 seconds after the transfer, anyone who knows it can claim the token: `cliClaim` requires nothing else.
    Nonce
}

impl Nonce {
    /// Generates a nonce of 32 random bytes from the operating system, in hexadecimal.
    ///
    /// Call it to hand a session over by other means than [`Client::login`](crate::Client::login).
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
    /// Fails if the operating system provides no random bytes.
    ///
    /// # Security
    ///
    /// Generate a new one for each login, and show it only to the user's browser.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(Error::no_random_bytes)?;
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        // Allocate once: growing would leave copies behind.
        let mut text = String::with_capacity(2 * bytes.len());
        text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
        Ok(Self(WireSecret(Arc::new(text.into()))))
    }
}

impl SessionToken {
    /// Checks a token from the server: it must be possible to send it back in a header.
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
        "" => Err(Error::invalid_input(format!("the {what} is empty; copy all of it"))),
        text if is_visible_ascii(text) => Ok(text.into()),
        _ => Err(Error::invalid_input(format!(
            "the {what} contains a space, a control character or a letter outside ASCII; copy all of it, and nothing else"
        ))),
    }
}

fn is_visible_ascii(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Implements `JsonSchema`: in the specification, all of these are strings.
macro_rules! string_schema {
    ($($name:ident)*) => {$(
        // Inside the macro, so that docs.rs shows the feature.
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
