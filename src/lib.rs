#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg_attr(not(feature = "loopback"), path = "callback/disabled.rs")]
mod callback;
mod client;
#[cfg(feature = "test-util")]
pub mod clock;
#[cfg(not(feature = "test-util"))]
mod clock;
mod config;
mod environment;
mod error;
mod event;
mod generated;
mod http_client;
mod login;
mod preflight;
mod secret;
mod session;
mod settings;

mod transport;

pub use client::{Claim, Client};
pub use config::ClientBuilder;
pub use error::Error;
pub use event::LoginEvent;
pub use login::Login;
pub use secret::{Nonce, PasteCode, SessionToken};
pub use session::Session;

/// The types and the table of operations generated from the specification.
///
/// Use it for test servers and tools around the API. It changes with the specification and with progenitor, so it is
/// **outside the semver promise** of this crate.
///
/// # Examples
///
/// ```
/// use harmont_auth::wire::OPERATIONS;
///
/// for operation in OPERATIONS.iter().filter(|operation| operation.bearer) {
///     println!("{} {} needs a token", operation.method, operation.path);
/// }
/// ```
#[cfg(feature = "wire")]
pub mod wire {
    #[cfg(feature = "schemars")]
    pub use crate::generated::SCHEMAS;
    pub use crate::generated::types::*;
    pub use crate::generated::{OPERATIONS, Operation};
    pub use crate::secret::WireSecret;
}
