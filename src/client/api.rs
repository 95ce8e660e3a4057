//! The generated client of one call, and the HTTP client below it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use tokio::runtime::Handle;

use super::{Client, Inner};
use crate::error::Error;
use crate::generated::{Client as Api, Operation};
use crate::http_client;
use crate::preflight;
use crate::secret::{SessionToken, WireSecret};
use crate::settings::{Settings, checked};
use crate::transport::{Context, bearer, host};

pub(crate) struct Http {
    client: reqwest::Client,
    base_url: Arc<Url>,
}

impl Http {
    pub(super) fn new(settings: &Settings, user: Option<reqwest::ClientBuilder>) -> Result<Self, Error> {
        let base_url = Arc::new(checked("base URL", &settings.base_url)?);
        // The user's own client may have other certificates and proxies.
        if user.is_none() && !settings.is_loopback {
            preflight::check(&base_url)?;
        }
        Ok(Self { client: http_client::build(settings, user)?, base_url })
    }
}

impl Client {
    /// Returns the HTTP client, which is set up on the first call.
    pub(crate) fn http(&self) -> Result<&Http, Error> {
        let Inner { settings, http } = &*self.0;
        if let Some(http) = http.get() {
            return Ok(http);
        }
        // Two first calls at once may each set one up; one of them is dropped.
        let new = Http::new(settings, None)?;
        Ok(http.get_or_init(|| new))
    }

    /// Creates the generated client for one call with its token and the secret in its body.
    pub(crate) fn api(
        &self,
        operation: &'static Operation,
        token: Option<&SessionToken>,
        request_secret: Option<&WireSecret>,
    ) -> Result<Api, Error> {
        self.api_within(self.settings().call_timeout, operation, token, request_secret)
    }

    pub(super) fn api_within(
        &self,
        limit: Duration,
        operation: &'static Operation,
        token: Option<&SessionToken>,
        request_secret: Option<&WireSecret>,
    ) -> Result<Api, Error> {
        operation.check_token(token)?;
        Handle::try_current().map_err(|_| Error::no_runtime())?;
        let settings = &self.0.settings;
        let Http { client, base_url } = self.http()?;
        let context = Context {
            operation,
            settings: Arc::clone(settings),
            base_url: Arc::clone(base_url),
            token: token.cloned(),
            request_secret: request_secret.cloned(),
            deadline: settings.clock.monotonic() + limit,
            progress: Arc::default(),
        };
        Ok(Api::new_with_client(&settings.base_url, client.clone(), context))
    }

    /// Sends a request that is not one of the specification's operations. It is never retried.
    pub(crate) async fn execute(
        &self,
        mut request: reqwest::Request,
        token: &SessionToken,
    ) -> Result<reqwest::Response, Error> {
        Handle::try_current().map_err(|_| Error::no_runtime())?;
        let Http { client, base_url } = self.http()?;
        if request.url().origin() != base_url.origin() {
            return Err(Error::invalid_input("nothing was sent: the URL isn't on the API's host"));
        }
        request.headers_mut().insert(AUTHORIZATION, bearer(token));
        client.execute(request).await.map_err(|error| Error::from_http(error, host(base_url)))
    }
}
