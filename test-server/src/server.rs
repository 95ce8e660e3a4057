//! The server itself: connections, the queue of faults, the record of requests.

use std::any::Any;
use std::convert::Infallible;
use std::future;
use std::io;
use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::stream::{self, Stream, StreamExt};
use harmont_auth::clock::Clock;
use harmont_auth::wire::Operation;
use http_body_util::{BodyExt, Full, Limited, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::custom_routes::CustomRoutes;
use crate::fault::{BodyEnd, Fault, Faults};
use crate::reply::Reply;
use crate::routes;
use crate::state::State;

/// How much of a request is read.
const MAX_REQUEST: usize = 1 << 20;

/// A request as the server saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The operation, where method and path belong to one.
    pub operation: Option<&'static Operation>,
    /// The route that the test added, where method and path belong to one: such as `GET /api/v0/user`.
    pub route: Option<Arc<str>>,
    /// The method in upper case.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// What stands behind the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// Returns the id of the operation, or else the route: what calls are counted and faults are set by.
    pub(crate) fn call(&self) -> Option<&str> {
        self.operation.map(|operation| operation.id).or(self.route.as_deref())
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
    }

    /// The body as a type of the wire, if it is one.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What all connections share.
pub(crate) struct Server {
    pub(crate) clock: Arc<dyn Clock>,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    custom_routes: Mutex<CustomRoutes>,
    requests: watch::Sender<Vec<Request>>,
    choose_fault: Mutex<Option<ChooseFault>>,
    inspect: Mutex<Option<Inspect>>,
    panics: Mutex<Vec<String>>,
}

pub(crate) type Handler = dyn Fn(&Request) -> Reply + Send + Sync;
pub(crate) type ChooseFault = Box<dyn FnMut(&Request) -> Option<Fault> + Send>;

pub(crate) type Inspect = Box<dyn Fn(&Request) + Send>;

/// Random characters of the alphabet of paste codes, which serve as tokens too.
pub(crate) fn random(length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = vec![0; length];
    // A machine without random bytes runs no tests either.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            state: Mutex::default(),
            faults: Mutex::default(),
            custom_routes: Mutex::default(),
            requests: watch::Sender::default(),
            choose_fault: Mutex::default(),
            inspect: Mutex::default(),
            panics: Mutex::default(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.monotonic()
    }

    pub(crate) fn requests(&self) -> &watch::Sender<Vec<Request>> {
        &self.requests
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(crate) fn custom_routes(&self) -> MutexGuard<'_, CustomRoutes> {
        lock(&self.custom_routes)
    }

    pub(crate) fn set_choose_fault(&self, choose: Option<ChooseFault>) {
        *lock(&self.choose_fault) = choose;
    }

    /// The fault of a request: the next in the queue of its operation, or the one that the test chooses.
    fn fault(&self, request: &Request) -> Option<Fault> {
        let queued = request.call().and_then(|call| self.faults().next(call));
        queued.or_else(|| lock(&self.choose_fault).as_mut()?(request))
    }

    pub(crate) fn set_inspect(&self, inspect: Inspect) {
        *lock(&self.inspect) = Some(inspect);
    }

    pub(crate) fn panics(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.panics))
    }

    /// Listens on a port of the IPv4 loopback address; 0 takes a free one.
    pub(crate) async fn listen(self: &Arc<Self>, port: u16) -> io::Result<(u16, AbortHandle)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let server = Arc::clone(self);
        let task = tokio::spawn(async move {
            // Connections end with this task.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let server = Arc::clone(&server);
                connections.spawn(async move {
                    let service = service_fn(|request| server.answer(request));
                    // Clients that go away are part of what is tested.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok((port, task.abort_handle()))
    }

    /// Answers, or fails, which cuts the connection.
    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
    ) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
        let (parts, body) = request.into_parts();
        let operation = routes::operation(parts.method.as_str(), parts.uri.path());
        let route = self.custom_routes().find(parts.method.as_str(), parts.uri.path());
        let (route, handler) = route.filter(|_| operation.is_none()).unzip();
        let request = Request {
            operation,
            route,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: Limited::new(body, MAX_REQUEST).collect().await.map_err(io::Error::other)?.to_bytes(),
        };
        let fault = self.fault(&request);
        let acts = fault.as_ref().is_none_or(|fault| fault.acts);
        self.inspect(&request);
        let reply = acts.then(|| self.reply(&request, handler.as_deref()));
        let success = request.operation.map_or(200, |operation| operation.success);
        let id = self.requests.borrow().len() + 1;
        self.requests.send_modify(|requests| requests.push(request));
        let mut response = match (fault, reply) {
            (Some(fault), _) => self.fail(fault, success).await?,
            (None, Some(reply)) => respond(reply)?,
            (None, None) => respond(Reply::new(StatusCode::INTERNAL_SERVER_ERROR))?,
        };
        let id = HeaderValue::try_from(format!("req_{id:06}")).map_err(io::Error::other)?;
        response.headers_mut().entry("x-request-id").or_insert(id);
        Ok(response)
    }

    /// Answers as a server should.
    fn reply(&self, request: &Request, handler: Option<&Handler>) -> Reply {
        self.caught(|| routes::answer(self, request, handler))
            .unwrap_or_else(|| Reply::new(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// Shows a request to the test's own check.
    fn inspect(&self, request: &Request) {
        self.caught(|| {
            if let Some(inspect) = &*lock(&self.inspect) {
                inspect(request);
            }
        });
    }

    /// Keeps a panic for the end of the test.
    fn caught<T>(&self, run: impl FnOnce() -> T) -> Option<T> {
        let panic: Box<dyn Any + Send> = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => return Some(result),
            Err(panic) => panic,
        };
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        lock(&self.panics).push(message.unwrap_or_default());
        None
    }

    /// Replies as a fault says; `success` is the status of a call that succeeds.
    async fn fail(&self, fault: Fault, success: u16) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
        self.clock.sleep(fault.delay).await;
        if fault.is_cut {
            return Err(io::Error::other("cut as the test wishes"));
        }
        let status = StatusCode::from_u16(fault.status.unwrap_or(success)).map_err(io::Error::other)?;
        let body = Bytes::from(fault.body);
        let mut response = match fault.body_end {
            BodyEnd::Whole => respond(Reply { body: body.into(), ..Reply::new(status) })?,
            BodyEnd::CutAt(bytes) => {
                let cut = async {
                    // While this is not ready, what came before it is sent.
                    tokio::task::yield_now().await;
                    Err(io::Error::other("cut as the test wishes"))
                };
                partial(status, &body, bytes, stream::once(cut))
            }
            BodyEnd::StallAt(bytes) => partial(status, &body, bytes, stream::pending()),
        };
        for (name, value) in fault.headers {
            let name = HeaderName::try_from(name).map_err(io::Error::other)?;
            response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(io::Error::other)?);
        }
        Ok(response)
    }
}

/// Begins with a part of the body, and goes on as `rest` does.
fn partial(
    status: StatusCode,
    body: &Bytes,
    bytes: usize,
    rest: impl Stream<Item = io::Result<Frame<Bytes>>> + Send + Sync + 'static,
) -> Response<BoxBody<Bytes, io::Error>> {
    let part = Frame::data(body.slice(..bytes.min(body.len())));
    let frames = stream::once(future::ready(Ok(part))).chain(rest);
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
    response
}

fn respond(reply: Reply) -> io::Result<Response<BoxBody<Bytes, io::Error>>> {
    let body = Full::from(reply.body).map_err(|never: Infallible| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(io::Error::other)?;
    if let Some(content_type) = reply.content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(location) = reply.location.and_then(|it| HeaderValue::try_from(it).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
