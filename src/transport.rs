//! The one place that every call passes: token, time limits, retries, the cap on answers, tracing.

mod answer;
mod object;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Limited;
use progenitor_client::{ClientHooks, Error as ApiError, OperationInfo, ResponseValue};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::error::Error;
use crate::generated::{Client as Api, Operation};
use crate::secret::{SessionToken, WireSecret};
use crate::settings::Settings;
use answer::Head;
pub(crate) use object::object;

/// How much of an answer is read; the largest that the specification knows is a few hundred bytes.
const MAX_ANSWER: usize = 64 << 10;
const MAX_ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// When a call that failed may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Doing it twice is doing it once: again after any passing fault.
    Idempotent,
    /// The first success uses something up: again when the server has certainly not acted, and once more when the
    /// answer was lost.
    SingleUse,
    /// Every success makes something: again only when the server has certainly not acted.
    Mint,
    /// The caller asks again by itself.
    Never,
}

impl Retry {
    fn again(self, error: &Error) -> bool {
        let status = error.status().filter(|_| !error.is_protocol()).map_or(0, |status| status.as_u16());
        let not_processed = (error.is_connect() && error.is_transient())
            || status == 429
            || (status == 503 && error.retry_after().is_some());
        match self {
            Self::Idempotent => {
                // A 500 is the server's own, and most likely comes again.
                not_processed || status == 408 || (error.is_response_lost() && status != 500)
            }
            Self::SingleUse => not_processed || error.is_response_lost(),
            Self::Mint => not_processed,
            Self::Never => false,
        }
    }
}

/// What one call carries besides its body. The generated client hands it to the hook.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) operation: &'static Operation,
    pub(crate) settings: Arc<Settings>,
    pub(crate) base_url: Arc<Url>,
    pub(crate) token: Option<SessionToken>,
    /// The secret in the request's body: nothing that repeats it is kept of an answer.
    pub(crate) sent: Option<WireSecret>,
    /// When it must be over, with all its attempts.
    pub(crate) deadline: Instant,
    pub(crate) progress: Arc<Mutex<Progress>>,
}

/// What the hook tells the call: the generated methods return nothing of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    attempts: u32,
    head: Option<Head>,
}

impl Operation {
    /// Fails if a call has a token that the operation does not take, or the reverse. A wrapper that the specification has
    /// outgrown must not pretend that it did its work.
    pub(crate) fn check_token(&self, token: Option<&SessionToken>) -> Result<(), Error> {
        let problem = match (self.bearer, token) {
            (true, None) => "needs a token",
            (false, Some(_)) => "takes no token",
            _ => return Ok(()),
        };
        Err(Error::invalid_input(format!(
            "Nothing was sent: {} {problem} in the API's specification that this version was made of; update this tool",
            self.id
        )))
    }
}

impl Context {
    /// Makes the address of an operation: the generated methods ask for it.
    pub(crate) fn url(&self, path: fmt::Arguments<'_>) -> Url {
        let mut url = Url::clone(&self.base_url);
        // The base may have a path of its own.
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    fn progress<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes the error of an answer that is well-formed and yet of no use.
    pub(crate) fn protocol(&self, what: &str) -> Error {
        let head = self.progress(|progress| progress.head.clone());
        Error::protocol(self.operation.id, self.host(), head.map(|head| self.answer(&head)), what)
    }

    fn host(&self) -> String {
        host(&self.base_url)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(self.settings.clock.monotonic())
    }
}

/// The host of a base URL, with the port where it names one.
pub(crate) fn host(base_url: &Url) -> String {
    let host = base_url.host_str().unwrap_or_default();
    base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Makes a call, again where its class allows it, within the call's time.
pub(crate) async fn call<T, F>(api: &Api, retry: Retry, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<ResponseValue<T>, ApiError<()>>>,
{
    let context = &api.inner;
    let settings = &*context.settings;
    loop {
        let error = match attempt().await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(error) => error,
        };
        let Progress { attempts, head } = context.progress(|progress| progress.clone());
        let answer = head.map(|head| context.answer(&head));
        let envelope = |body: &[u8], answer: &mut _| context.read_envelope(body, answer);
        let error = Error::from_api(error, context.operation.id, context.host(), answer, envelope).await;
        let retry_after = error.retry_after().unwrap_or_default();
        if attempts >= MAX_ATTEMPTS || !retry.again(&error) || retry_after > settings.retry_after_limit {
            return Err(error);
        }
        let pause = jittered(FIRST_PAUSE * attempts).max(retry_after);
        // A connection that is given up early would leave unknown whether the request was sent.
        let to_connect =
            if error.is_connect() && error.is_timeout() { settings.connect_limit() } else { Duration::ZERO };
        if pause + to_connect >= context.left() {
            return Err(error);
        }
        settings.clock.sleep(pause).await;
        if retry == Retry::SingleUse && error.is_response_lost() {
            // Only a success tells more than we know: a 400 may mean that the lost answer was the success.
            return attempt().await.map(ResponseValue::into_inner).map_err(|_| error);
        }
    }
}

impl ClientHooks<Context> for Api {
    /// Makes one attempt.
    async fn exec(
        &self,
        mut request: reqwest::Request,
        _: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let context = &self.inner;
        let Settings { clock, attempt_timeout, .. } = &*context.settings;
        let started = clock.monotonic();
        let attempt = context.progress(|progress| {
            progress.attempts += 1;
            progress.head = None;
            progress.attempts
        });
        let left = context.deadline.saturating_duration_since(started);

        if let Some(token) = &context.token {
            request.headers_mut().insert(AUTHORIZATION, bearer(token));
        }
        // The client has the limit of an attempt already.
        if left < *attempt_timeout {
            *request.timeout_mut() = Some(left);
        }
        let mut result = self.client.execute(request).await;
        let head = result.as_mut().ok().map(Head::take);
        tracing::debug!(
            operation = context.operation.id,
            attempt,
            status = head.as_ref().map(|it| it.status.as_u16()),
            request_id = head.as_ref().and_then(|it| context.id_in(it)),
            milliseconds = clock.monotonic().duration_since(started).as_millis(),
            "{}",
            if head.is_some() { "answered" } else { "not answered" },
        );
        context.progress(|progress| progress.head = head);
        result.map(limited)
    }
}

/// Makes the header that carries a token (RFC 6750). Its bytes are wiped with the last of its clones.
pub(crate) fn bearer(token: &SessionToken) -> HeaderValue {
    // In one piece: growing would leave copies behind.
    header(Zeroizing::new(["Bearer ", token.expose_secret()].concat()))
}

/// Makes a header of bytes that it does not copy, marked so that HTTP libraries neither print nor index it.
fn header(owner: impl AsRef<[u8]> + Send + 'static) -> HeaderValue {
    // A token is visible ASCII by construction, so the fallback, which the server refuses, is never taken.
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(owner))
        .unwrap_or(HeaderValue::from_static("Bearer"));
    header.set_sensitive(true);
    header
}

/// Caps the body on the wire. The error of the cap travels in the chain of the body's error.
fn limited(response: reqwest::Response) -> reqwest::Response {
    // Nothing is read beyond a length that was announced, and the way there and back costs a tenth of a call.
    if response.content_length().is_some_and(|length| length <= MAX_ANSWER as u64) {
        return response;
    }
    let response: http::Response<reqwest::Body> = response.into();
    response.map(|body| reqwest::Body::wrap(Limited::new(body, MAX_ANSWER))).into()
}

/// Lengthens a pause by up to a quarter, so that clients that failed together do not come back together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX) / 4.0)
}

#[cfg(test)]
mod tests;
