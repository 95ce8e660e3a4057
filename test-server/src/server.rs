//! The server: connections, the queue of faults, the record of requests. The built-in routes are passed in.

use std::any::Any;
use std::io;
use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use harmont_auth::clock::Clock;
use http_body_util::{BodyExt, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::custom_routes::{CustomRoutes, Handler};
use crate::fault::{Fault, Faults};
use crate::reply::Reply;
use crate::request::{Request, find_operation};
use crate::response::{Body, from_fault, from_reply};
use crate::state::State;

/// How much of a request's body is read.
const MAX_REQUEST: usize = 1 << 20;

pub(crate) type Routes = fn(&mut State, Instant, &Request) -> Reply;
pub(crate) type ChooseFault = Box<dyn FnMut(&Request) -> Option<Fault> + Send>;
pub(crate) type Inspect = Box<dyn Fn(&Request) + Send>;

/// Shared by all connections.
pub(crate) struct Server {
    clock: Arc<dyn Clock>,
    /// Responds to requests that belong to no custom route.
    routes: Routes,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    custom_routes: Mutex<CustomRoutes>,
    requests: watch::Sender<Vec<Request>>,
    choose_fault: Mutex<Option<ChooseFault>>,
    inspect: Mutex<Option<Inspect>>,
    panics: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub(crate) fn new(clock: Arc<dyn Clock>, routes: Routes) -> Self {
        Self {
            clock,
            routes,
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

    pub(crate) fn set_inspect(&self, inspect: Inspect) {
        *lock(&self.inspect) = Some(inspect);
    }

    /// Returns the panics since the last call.
    pub(crate) fn take_panics(&self) -> Vec<String> {
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
                    let service = service_fn(|request| server.respond(request));
                    // Clients that disconnect are part of the tests.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok((port, task.abort_handle()))
    }

    /// Responds to a request. An error cuts the connection.
    async fn respond(&self, request: hyper::Request<Incoming>) -> io::Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let (method, path) = (parts.method.as_str(), parts.uri.path());
        let operation = find_operation(method, path);
        let route = self.custom_routes().find(method, path).filter(|_| operation.is_none());
        let (route, handler) = route.unzip();
        let request = Request {
            operation,
            route,
            method: method.to_owned(),
            path: path.to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: Limited::new(body, MAX_REQUEST).collect().await.map_err(io::Error::other)?.to_bytes(),
        };
        let fault = self.next_fault(&request);
        let acts = fault.as_ref().is_none_or(|fault| fault.acts);
        self.inspect(&request);
        let reply = acts.then(|| self.reply(&request, handler.as_deref()));
        let success = request.operation.map_or(200, |operation| operation.success);
        let id = self.requests.borrow().len() + 1;
        self.requests.send_modify(|requests| requests.push(request));
        let mut response = match (fault, reply) {
            (Some(fault), _) => {
                self.clock.sleep(fault.delay).await;
                from_fault(fault, success)?
            }
            (None, reply) => from_reply(reply.unwrap_or_else(|| Reply::empty(500)))?,
        };
        let id = HeaderValue::try_from(format!("req_{id:06}")).map_err(io::Error::other)?;
        response.headers_mut().entry("x-request-id").or_insert(id);
        Ok(response)
    }

    /// Returns the next fault in the queue of the request's operation, or the one that the test chooses.
    fn next_fault(&self, request: &Request) -> Option<Fault> {
        let queued = request.call().and_then(|call| self.faults().next(call));
        queued.or_else(|| lock(&self.choose_fault).as_mut()?(request))
    }

    /// Responds without a fault. A custom route requires a signed-in token; its handler runs without a lock, so that it
    /// can use the server.
    fn reply(&self, request: &Request, handler: Option<&Handler>) -> Reply {
        let reply = self.record_panic(|| match handler {
            Some(handler) => {
                let is_signed_in = request.bearer().is_some_and(|token| self.state().is_signed_in(token));
                if is_signed_in { handler(request) } else { Reply::unauthorized() }
            }
            None => (self.routes)(&mut self.state(), self.clock.monotonic(), request),
        });
        reply.unwrap_or_else(|| Reply::empty(500))
    }

    /// Passes a request to the test's own check.
    fn inspect(&self, request: &Request) {
        self.record_panic(|| {
            if let Some(inspect) = &*lock(&self.inspect) {
                inspect(request);
            }
        });
    }

    /// Records a panic, which fails the test at its end.
    fn record_panic<T>(&self, run: impl FnOnce() -> T) -> Option<T> {
        let panic: Box<dyn Any + Send> = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => return Some(result),
            Err(panic) => panic,
        };
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        lock(&self.panics).push(message.unwrap_or_default());
        None
    }
}
