//! The client with a token: the operations of a signed-in user.

use reqwest::header::HeaderValue;

use crate::client::Client;
use crate::error::Error;
use crate::generated::{Operation, types};
use crate::secret::{Nonce, PasteCode, SessionToken};
use crate::transport::{Retry, bearer, call};

/// The auth API, signed in: a [`Client`] and a [`SessionToken`].
///
/// A login, a redeemed code or [`Client::session`] returns one. It is cheap to clone.
///
/// # Examples
///
/// ```no_run
/// # async fn example(session: harmont_auth::Session) -> Result<(), harmont_auth::Error> {
/// let header = session.authorization(); // for calls to the rest of the API
/// session.logout().await?;
/// # Ok(())
/// # }
/// ```
///
/// # Security
///
/// It holds a live token until [`logout`](Self::logout). Dropping it does not revoke the token.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    token: SessionToken,
}

impl Session {
    pub(crate) fn new(client: Client, token: SessionToken) -> Self {
        Self { client, token }
    }

    /// Returns the token.
    ///
    /// Call it after a login to store the token. [`Client::session`] restores the session from it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn store(secret: &str) {}
    /// # fn example(session: harmont_auth::Session) {
    /// store(session.token().expose_secret());
    /// # }
    /// ```
    ///
    /// # Security
    ///
    /// Store it where only the user can read it, ideally in the keyring of the operating system.
    pub fn token(&self) -> &SessionToken {
        &self.token
    }

    /// Returns the `Authorization` header (RFC 6750, `Bearer`).
    ///
    /// Call it for each of your own calls to the rest of the API.
    ///
    /// # Examples
    ///
    /// ```
    /// # let session = harmont_auth::Client::new().session("a-stored-token".parse()?);
    /// let header = session.authorization();
    /// assert_eq!(header, "Bearer a-stored-token");
    /// assert!(header.is_sensitive());
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Security
    ///
    /// The header is marked sensitive, so that HTTP libraries do not print it. Send it to the API only.
    pub fn authorization(&self) -> HeaderValue {
        bearer(&self.token)
    }

    /// Hands a session to another tool by parking a new token of this user under that tool's nonce.
    ///
    /// Call it if your tool replaces the web app's page. The server keeps the token parked for 60 seconds; the other tool
    /// claims it with [`Client::claim_token`]. This session's own token stays valid.
    ///
    /// Operation `cliTransfer`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session, text: &str) -> Result<(), harmont_auth::Error> {
    /// session.transfer_token(&text.parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`], [`Error::is_connect`], [`Error::is_timeout`], [`Error::is_rate_limited`],
    /// [`Error::is_protocol`]. With [`Error::is_outcome_unknown`], the token may be parked; the call is not retried
    /// automatically.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the token may be parked.
    ///
    /// # Security
    ///
    /// Use only the nonce of a tool that the user has just started: the creator of the nonce gets the session.
    #[doc(alias = "cliTransfer")]
    pub async fn transfer_token(&self, nonce: &Nonce) -> Result<(), Error> {
        let body = types::CliTransferRequest::new(nonce.into());
        let api = self.client.api(&Operation::CLI_TRANSFER, Some(&self.token), Some(&body.nonce))?;
        call(&api, Retry::Mint, || api.cli_transfer(&body)).await
    }

    /// Mints a paste code, which the user can type into another tool.
    ///
    /// Call it to show the code. The server creates a new token of this user and keeps it for 300 seconds; the other tool
    /// gets it with [`Client::redeem_code`].
    ///
    /// Operation `cliCode`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) -> Result<(), harmont_auth::Error> {
    /// let code = session.mint_code().await?;
    /// println!("Type this into the other tool: {}", code.expose_secret());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`], [`Error::is_connect`], [`Error::is_timeout`], [`Error::is_rate_limited`],
    /// [`Error::is_protocol`]. With [`Error::is_outcome_unknown`], the server may have minted a code that was lost; it expires
    /// unused.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the server may have minted a code that is lost; it expires unused.
    ///
    /// # Security
    ///
    /// Anyone who reads the code can sign in as the user until it is redeemed or expires.
    #[doc(alias = "cliCode")]
    pub async fn mint_code(&self) -> Result<PasteCode, Error> {
        let api = self.client.api(&Operation::CLI_CODE, Some(&self.token), None)?;
        let response = call(&api, Retry::Mint, || api.cli_code()).await?;
        PasteCode::from_wire(response.code)
            .ok_or_else(|| api.inner.protocol("its code contains characters that can't be shown"))
    }

    /// Revokes the token.
    ///
    /// Call it when the user logs out, then delete the stored token. A token that the server no longer accepts counts as
    /// revoked, so it is safe to call this again, also after a failure.
    ///
    /// Operation `logout`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) -> Result<(), harmont_auth::Error> {
    /// session.logout().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_connect`], [`Error::is_timeout`], [`Error::is_rate_limited`], [`Error::is_outcome_unknown`],
    /// [`Error::is_protocol`], or any other [`status`](Error::status) than 401.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the token may still be live; call it again.
    ///
    /// # Security
    ///
    /// After any error the token may still be live: keep it, and call this again.
    pub async fn logout(&self) -> Result<(), Error> {
        let api = self.client.api(&Operation::LOGOUT, Some(&self.token), None)?;
        match call(&api, Retry::Idempotent, || api.logout()).await {
            Err(error) if error.is_unauthorized() => Ok(()),
            outcome => outcome.map_err(|error| error.with_note("the token may still be live, so try again")),
        }
    }

    /// Sends a request of the tool's own with this session's token, for `harmont-auth-cli`.
    ///
    /// Outside the semver promise of this crate.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if the address is not of the base URL's origin: then nothing is sent.
    /// [`Error::is_connect`], [`Error::is_timeout`], or [`Error::is_outcome_unknown`] if the response is lost.
    ///
    /// # Security
    ///
    /// The client follows no redirects, so the token reaches the API's own origin only.
    #[doc(hidden)]
    pub async fn execute(&self, request: reqwest::Request) -> Result<reqwest::Response, Error> {
        self.client.execute(request, &self.token).await
    }
}
