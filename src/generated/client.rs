// Generated from openapi.json by `cargo xtask regenerate`; do not edit.
//
// The code around the names of the specification comes from the templates of progenitor, which are under the
// Mozilla Public License 2.0: https://github.com/oxidecomputer/progenitor.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`CliClaimRequest`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CliClaimRequest {
        pub nonce: crate::secret::WireSecret,
    }
    ///`CliCodeResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CliCodeResponse {
        pub code: crate::secret::WireSecret,
    }
    ///`CliRedeemRequest`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CliRedeemRequest {
        pub code: crate::secret::WireSecret,
    }
    ///`CliTokenResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CliTokenResponse {
        pub token: crate::secret::WireSecret,
    }
    ///`CliTransferRequest`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CliTransferRequest {
        pub nonce: crate::secret::WireSecret,
    }
    ///`Error`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct Error {
        pub error: ErrorError,
    }
    ///`ErrorError`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct ErrorError {
        pub code: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub doc_url: ::std::option::Option<::std::string::String>,
        pub message: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub request_id: ::std::option::Option<::std::string::String>,
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
    impl CliClaimRequest {
        /// Sets the required fields, and leaves the others out.
        pub fn new(nonce: crate::secret::WireSecret) -> Self {
            Self { nonce }
        }
    }
    impl CliCodeResponse {
        /// Sets the required fields, and leaves the others out.
        pub fn new(code: crate::secret::WireSecret) -> Self {
            Self { code }
        }
    }
    impl CliRedeemRequest {
        /// Sets the required fields, and leaves the others out.
        pub fn new(code: crate::secret::WireSecret) -> Self {
            Self { code }
        }
    }
    impl CliTokenResponse {
        /// Sets the required fields, and leaves the others out.
        pub fn new(token: crate::secret::WireSecret) -> Self {
            Self { token }
        }
    }
    impl CliTransferRequest {
        /// Sets the required fields, and leaves the others out.
        pub fn new(nonce: crate::secret::WireSecret) -> Self {
            Self { nonce }
        }
    }
    impl Error {
        /// Sets the required fields, and leaves the others out.
        pub fn new(error: ErrorError) -> Self {
            Self { error }
        }
    }
    impl ErrorError {
        /// Sets the required fields, and leaves the others out.
        pub fn new(
            code: ::std::string::String,
            message: ::std::string::String,
            type_: ::std::string::String,
        ) -> Self {
            Self {
                code,
                doc_url: ::std::default::Default::default(),
                message,
                request_id: ::std::default::Default::default(),
                type_,
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for Harmont API

Version: 0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::transport::Context,
}
impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::transport::Context,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::transport::Context> for Client {
    fn api_version() -> &'static str {
        "0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::transport::Context {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::transport::Context>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /**Claim a transferred session token (CLI loopback poll)

The CLI polls with the nonce it generated; on a match within the 60s window it receives the raw session token (single-use).

Sends a `POST` request to `/api/v0/auth/cli/claim`

*/
    pub async fn cli_claim<'a>(
        &'a self,
        body: &'a types::CliClaimRequest,
    ) -> Result<ResponseValue<types::CliTokenResponse>, Error<()>> {
        let url = self.inner.url(format_args!("/api/v0/auth/cli/claim"));
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "cli_claim",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => crate::transport::object(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Mint a human-typeable CLI paste code

Mints a fresh session token for the current user and a short paste code (valid 5 minutes) the user re-types into the CLI to redeem it.

Sends a `POST` request to `/api/v0/auth/cli/code`

*/
    pub async fn cli_code<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::CliCodeResponse>, Error<()>> {
        let url = self.inner.url(format_args!("/api/v0/auth/cli/code"));
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "cli_code",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => crate::transport::object(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Redeem a CLI paste code for a session token

The CLI submits the paste code the user typed in; on a match within the 5m window it receives the raw session token (single-use).

Sends a `POST` request to `/api/v0/auth/cli/redeem`

*/
    pub async fn cli_redeem<'a>(
        &'a self,
        body: &'a types::CliRedeemRequest,
    ) -> Result<ResponseValue<types::CliTokenResponse>, Error<()>> {
        let url = self.inner.url(format_args!("/api/v0/auth/cli/redeem"));
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "cli_redeem",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => crate::transport::object(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Hand a session token to a locally-running CLI (loopback)

Mints a fresh session token for the current user and parks it under the CLI-supplied nonce for 60 seconds. The CLI claims it via the claim endpoint.

Sends a `POST` request to `/api/v0/auth/cli/transfer`

*/
    pub async fn cli_transfer<'a>(
        &'a self,
        body: &'a types::CliTransferRequest,
    ) -> Result<ResponseValue<()>, Error<()>> {
        let url = self.inner.url(format_args!("/api/v0/auth/cli/transfer"));
        #[allow(unused_mut)]
        let mut request = self.client.post(url).json(&body).build()?;
        let info = OperationInfo {
            operation_id: "cli_transfer",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Log out (revoke the current bearer token)

Revokes the bearer token used for this request. The token can no longer be used to authenticate. Idempotent.

Sends a `POST` request to `/api/v0/auth/logout`

*/
    pub async fn logout<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {
        let url = self.inner.url(format_args!("/api/v0/auth/logout"));
        #[allow(unused_mut)]
        let mut request = self.client.post(url).build()?;
        let info = OperationInfo {
            operation_id: "logout",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
/// The named schemas of the specification, each with what makes the JSON schema of its Rust type.
#[cfg(feature = "schemars")]
pub const SCHEMAS: &[(
    &str,
    fn(&mut ::schemars::SchemaGenerator) -> ::schemars::Schema,
)] = &[
    (
        "CliClaimRequest",
        ::schemars::SchemaGenerator::root_schema_for::<types::CliClaimRequest>,
    ),
    (
        "CliCodeResponse",
        ::schemars::SchemaGenerator::root_schema_for::<types::CliCodeResponse>,
    ),
    (
        "CliRedeemRequest",
        ::schemars::SchemaGenerator::root_schema_for::<types::CliRedeemRequest>,
    ),
    (
        "CliTokenResponse",
        ::schemars::SchemaGenerator::root_schema_for::<types::CliTokenResponse>,
    ),
    (
        "CliTransferRequest",
        ::schemars::SchemaGenerator::root_schema_for::<types::CliTransferRequest>,
    ),
    ("Error", ::schemars::SchemaGenerator::root_schema_for::<types::Error>),
];
/// One operation of the specification.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path below the base URL.
    pub path: &'static str,
    /// Whether every call needs a token.
    pub bearer: bool,
    /// The status of a success.
    pub success: u16,
}
impl Operation {
    /// Operation `cliClaim`.
    pub const CLI_CLAIM: Self = Self {
        id: "cliClaim",
        method: "POST",
        path: "/api/v0/auth/cli/claim",
        bearer: false,
        success: 200u16,
    };
    /// Operation `cliCode`.
    pub const CLI_CODE: Self = Self {
        id: "cliCode",
        method: "POST",
        path: "/api/v0/auth/cli/code",
        bearer: true,
        success: 200u16,
    };
    /// Operation `cliRedeem`.
    pub const CLI_REDEEM: Self = Self {
        id: "cliRedeem",
        method: "POST",
        path: "/api/v0/auth/cli/redeem",
        bearer: false,
        success: 200u16,
    };
    /// Operation `cliTransfer`.
    pub const CLI_TRANSFER: Self = Self {
        id: "cliTransfer",
        method: "POST",
        path: "/api/v0/auth/cli/transfer",
        bearer: true,
        success: 204u16,
    };
    /// Operation `logout`.
    pub const LOGOUT: Self = Self {
        id: "logout",
        method: "POST",
        path: "/api/v0/auth/logout",
        bearer: true,
        success: 204u16,
    };
}
/// Every operation of the specification.
pub const OPERATIONS: &[Operation] = &[
    Operation::CLI_CLAIM,
    Operation::CLI_CODE,
    Operation::CLI_REDEEM,
    Operation::CLI_TRANSFER,
    Operation::LOGOUT,
];
/// The first server of the specification.
pub const SERVER: &str = "https://api.harmont.dev";
