// The public API of this crate as users see it, from src/ and Cargo.toml; written by `cargo xtask regenerate`, not by
// hand. CONTRIBUTING.md says what a change of it means for the version. What is `#[doc(hidden)]` is no part of it.

// feature codegen, on by default
// feature loopback, on by default
// feature rustls, on by default
// feature rustls-ring
// feature schemars
// feature test-util
// feature wire

pub enum Claim {
    Ready(Session),
    Pending,
}
impl Clone for Claim;
impl Debug for Claim;

pub struct Client { .. }
impl Clone for Client;
impl Debug for Client;
impl Default for Client;
impl Client {
    pub fn app_url(&self) -> &str;
    pub fn base_url(&self) -> &str;
    pub fn builder() -> ClientBuilder;
    pub async fn claim_token(&self, nonce: &Nonce) -> Result<Claim, Error>;
    pub fn from_env() -> Result<Self, Error>;
    pub async fn login(&self) -> Result<Login, Error>;
    pub fn new() -> Self;
    pub fn paste_url(&self) -> String;
    pub async fn redeem_code(&self, code: PasteCode) -> Result<Session, Error>;
    pub fn session(&self, token: SessionToken) -> Session;
    pub fn session_from_env(&self) -> Result<Option<Session>, Error>;
}

pub struct ClientBuilder { .. }
impl Debug for ClientBuilder;
impl Default for ClientBuilder;
impl ClientBuilder {
    pub fn app_url(self, url: impl Into<String>) -> Self;
    pub fn attempt_timeout(self, limit: std::time::Duration) -> Self;
    pub fn base_url(self, url: impl Into<String>) -> Self;
    pub fn browser_grace(self, limit: std::time::Duration) -> Self;
    pub fn build(self) -> Result<Client, Error>;
    pub fn call_timeout(self, limit: std::time::Duration) -> Self;
    #[cfg(feature = "test-util")]
    pub fn clock(self, clock: std::sync::Arc<dyn Clock>) -> Self;
    pub fn connect_timeout(self, limit: std::time::Duration) -> Self;
    pub fn from_env() -> Result<Self, Error>;
    pub fn http_client(self, http: reqwest::ClientBuilder) -> Self;
    pub fn login_timeout(self, limit: std::time::Duration) -> Self;
    pub fn retry_after_limit(self, limit: std::time::Duration) -> Self;
    pub fn user_agent(self, name: impl Into<String>) -> Self;
}

pub struct Error { .. }
impl Debug for Error;
impl std::error::Error for Error;
impl std::fmt::Display for Error;
impl Error {
    pub fn code(&self) -> Option<&str>;
    pub fn doc_url(&self) -> Option<&str>;
    pub fn is_certificate(&self) -> bool;
    pub fn is_code_invalid(&self) -> bool;
    pub fn is_connect(&self) -> bool;
    pub fn is_invalid_input(&self) -> bool;
    pub fn is_outcome_unknown(&self) -> bool;
    pub fn is_protocol(&self) -> bool;
    pub fn is_proxy(&self) -> bool;
    pub fn is_rate_limited(&self) -> bool;
    pub fn is_timeout(&self) -> bool;
    pub fn is_unauthorized(&self) -> bool;
    pub fn request_id(&self) -> Option<&str>;
    pub fn retry_after(&self) -> Option<std::time::Duration>;
    pub fn status(&self) -> Option<reqwest::StatusCode>;
}

pub struct Login { .. }
impl Debug for Login;
impl Login {
    pub fn on_event(
        &mut self,
        tell: impl FnMut(LoginEvent<'_>) + Send + Sync + 'static,
    );
    pub fn url(&self) -> &str;
    pub async fn wait(&mut self) -> Result<Session, Error>;
}

#[non_exhaustive]
pub enum LoginEvent<'a> {
    Waiting,
    CallbackReceived,
    CallbackRejected { total: u32 },
    CallbackForwarded,
    HttpsOnly,
    SignedIn,
    #[non_exhaustive]
    Retrying { after: std::time::Duration, error: &'a Error },
}
impl<'a> Clone for LoginEvent<'a>;
impl<'a> Copy for LoginEvent<'a>;
impl<'a> Debug for LoginEvent<'a>;
impl std::fmt::Display for LoginEvent<'_>;

pub struct Nonce { .. }
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Nonce;
impl Clone for Nonce;
impl Debug for Nonce;
impl std::str::FromStr for Nonce {
    type Err = Error;
}
impl Nonce {
    pub fn expose_secret(&self) -> &str;
    pub fn generate() -> Result<Self, Error>;
}

pub struct PasteCode { .. }
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for PasteCode;
impl Clone for PasteCode;
impl Debug for PasteCode;
impl std::str::FromStr for PasteCode {
    type Err = Error;
}
impl PasteCode {
    pub fn expose_secret(&self) -> &str;
}

pub struct Session { .. }
impl Clone for Session;
impl Debug for Session;
impl Session {
    pub fn authorization(&self) -> reqwest::header::HeaderValue;
    pub fn from_env() -> Result<Self, Error>;
    pub async fn logout(&self) -> Result<(), Error>;
    pub async fn mint_code(&self) -> Result<PasteCode, Error>;
    pub fn token(&self) -> &SessionToken;
    pub async fn transfer_token(&self, nonce: &Nonce) -> Result<(), Error>;
}

pub struct SessionToken { .. }
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for SessionToken;
impl Clone for SessionToken;
impl Debug for SessionToken;
impl std::str::FromStr for SessionToken {
    type Err = Error;
}
impl SessionToken {
    pub fn expose_secret(&self) -> &str;
}

#[cfg(feature = "test-util")]
pub mod clock;

#[cfg(feature = "wire")]
pub mod wire {
    #[cfg(feature = "schemars")]
    pub use crate::generated::SCHEMAS;
    pub use crate::generated::types::*;
    pub use crate::generated::{OPERATIONS, Operation};
    pub use crate::secret::WireSecret;
}
