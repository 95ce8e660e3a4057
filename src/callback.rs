//! The local listener that hears when the browser is done. It only wakes up the login: the token never passes here.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::select;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use subtle::ConstantTimeEq;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::clock::Clock;
use crate::secret::Nonce;

/// How long the browser is kept waiting for the outcome, so that its page can say it.
const HOLD: Duration = Duration::from_secs(10);
/// How long a finished login waits for that page to be on its way.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long a browser may take to come back after a poll was faster.
const LINGER: Duration = Duration::from_secs(2);
/// How long a connection may take to say what it wants.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_HEAD: usize = 16 << 10;
const MAX_CONNECTIONS: usize = 128;
/// How often another port is tried when one is taken on one of the two addresses.
const BIND_ATTEMPTS: usize = 16;
/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 22;

/// The listener; dropping it frees the port.
pub(crate) struct Callback {
    port: u16,
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

struct Shared {
    port: u16,
    state: Nonce,
    clock: Arc<dyn Clock>,
    came_back: watch::Sender<bool>,
    /// How the login ended, once it has.
    outcome: watch::Sender<Option<bool>>,
    /// How many browsers wait for their page.
    held: watch::Sender<usize>,
    forged: AtomicU32,
    https: AtomicU32,
    connections: Mutex<VecDeque<Connection>>,
}

struct Connection {
    task: AbortHandle,
    is_held: Arc<AtomicBool>,
}

impl Callback {
    /// Listens on one free port of both loopback addresses, of IPv4 alone where there is no IPv6, or not at all.
    pub(crate) async fn bind(state: &Nonce, clock: &Arc<dyn Clock>) -> Option<Self> {
        let listeners = listen().await.ok()?;
        let port = listeners.first()?.local_addr().ok()?.port();
        let shared = Arc::new(Shared {
            port,
            state: state.clone(),
            clock: Arc::clone(clock),
            came_back: watch::Sender::default(),
            outcome: watch::Sender::default(),
            held: watch::Sender::default(),
            forged: AtomicU32::default(),
            https: AtomicU32::default(),
            connections: Mutex::default(),
        });
        let listen = |listener| tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        let listening = listeners.into_iter().map(listen).collect();
        Some(Self { port, shared, listening })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until a browser has come back with the right state.
    pub(crate) async fn came_back(&self) {
        // It fails only when the sender is gone, and we hold it.
        let _ = self.shared.came_back.subscribe().wait_for(|came_back| *came_back).await;
    }

    pub(crate) fn has_come_back(&self) -> bool {
        *self.shared.came_back.borrow()
    }

    /// Tells waiting browsers how the login ended, and gives their pages a moment to leave.
    pub(crate) async fn finish(&self, signed_in: bool) {
        self.shared.outcome.send_replace(Some(signed_in));
        let mut held = self.shared.held.subscribe();
        let farewell = std::pin::pin!(held.wait_for(|held| *held == 0));
        select(farewell, self.shared.clock.sleep(FAREWELL)).await;
    }

    /// Stays for a moment: a poll may have been faster than the browser's way back here.
    pub(crate) fn linger(self) {
        tokio::spawn(async move { self.shared.clock.sleep(LINGER).await });
    }

    /// Says what else came to the port, for the error of a login that failed.
    pub(crate) fn report(&self) -> Vec<String> {
        let mut report = Vec::new();
        let forged = self.shared.forged.load(Ordering::Relaxed);
        if forged > 0 {
            report.push(format!("callbacks with a wrong state were refused: {forged}"));
        }
        if self.shared.https.load(Ordering::Relaxed) > 0 {
            report.push(
                "the browser insists on https for this machine, so it could not report back".to_owned(),
            );
        }
        report
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
        let connections = self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        for connection in connections.iter().filter(|it| !it.is_held.load(Ordering::Relaxed)) {
            connection.task.abort();
        }
    }
}

async fn listen() -> io::Result<Vec<TcpListener>> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let ipv4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match TcpListener::bind((Ipv6Addr::LOCALHOST, ipv4.local_addr()?.port())).await {
            Ok(ipv6) => return Ok(vec![ipv4, ipv6]),
            // Browsers ask for `localhost` and may take either address; a stranger must not have the other one.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts < BIND_ATTEMPTS => {}
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            Err(_) => return Ok(vec![ipv4]),
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely; connections that end give some back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let is_held = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(serve(stream, Arc::clone(&shared), Arc::clone(&is_held))).abort_handle();
        let mut connections = shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|it| !it.task.is_finished());
        if connections.len() >= MAX_CONNECTIONS
            && let Some(idle) = connections.iter().position(|it| !it.is_held.load(Ordering::Relaxed))
            && let Some(oldest) = connections.remove(idle)
        {
            oldest.task.abort();
        }
        connections.push_back(Connection { task, is_held });
    }
}

/// Answers the one request of a connection.
async fn serve(stream: TcpStream, shared: Arc<Shared>, is_held: Arc<AtomicBool>) {
    let mut first = [0];
    match tokio::time::timeout(HEAD_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first == [TLS_HANDSHAKE] => {
            shared.https.fetch_add(1, Ordering::Relaxed);
            return;
        }
        Ok(Ok(1)) => {}
        _ => return,
    }
    let service = service_fn(|request| {
        let (shared, is_held) = (&shared, &is_held);
        async move { Ok::<_, Infallible>(shared.answer(&request, is_held).await) }
    });
    // A connection that fails is the browser's loss; the login goes on by polling.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .keep_alive(false)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if is_held.load(Ordering::Relaxed) {
        shared.held.send_modify(|held| *held -= 1);
    }
}

impl Shared {
    async fn answer(&self, request: &Request<Incoming>, is_held: &AtomicBool) -> Response<String> {
        if !self.is_our_host(request.headers()) {
            return page(
                StatusCode::MISDIRECTED_REQUEST,
                "Not here",
                "This address belongs to another program.",
            );
        }
        if request.uri().path() != "/callback" {
            return page(StatusCode::NOT_FOUND, "Nothing here", "Only a login reports back to this address.");
        }
        if request.method() != Method::GET {
            let mut page = page(StatusCode::METHOD_NOT_ALLOWED, "Not like this", "Only GET is known here.");
            page.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
            return page;
        }
        let purpose =
            |name| request.headers().get(name).is_some_and(|it| it.as_bytes().starts_with(b"prefetch"));
        if purpose("sec-purpose") || purpose("purpose") {
            return page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not yet",
                "This page cannot be loaded ahead of time.",
            );
        }
        if !self.is_our_state(request.uri().query().unwrap_or_default()) {
            self.forged.fetch_add(1, Ordering::Relaxed);
            return page(
                StatusCode::BAD_REQUEST,
                "This is not the login you started",
                "Go back to your terminal and start again from there.",
            );
        }
        is_held.store(true, Ordering::Relaxed);
        self.held.send_modify(|held| *held += 1);
        self.came_back.send_replace(true);
        match self.outcome().await {
            Some(true) => {
                page(StatusCode::OK, "Signed in", "You can close this tab and go back to your terminal.")
            }
            Some(false) => page(
                StatusCode::OK,
                "Not signed in",
                "Something went wrong after you approved. Your terminal says what.",
            ),
            None => page(StatusCode::OK, "Almost there", "Your terminal says when you are signed in."),
        }
    }

    /// Waits for the end of the login, but not for long.
    async fn outcome(&self) -> Option<bool> {
        let mut outcome = self.outcome.subscribe();
        let ended = std::pin::pin!(outcome.wait_for(Option::is_some));
        select(ended, self.clock.sleep(HOLD)).await;
        *self.outcome.borrow()
    }

    /// Refuses names that only lead to this machine, as a rebound domain name does.
    fn is_our_host(&self, headers: &HeaderMap) -> bool {
        let port = self.port;
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
            (Some(host), None) => ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|name| host.eq_ignore_ascii_case(&format!("{name}:{port}"))),
            _ => false,
        }
    }

    fn is_our_state(&self, query: &str) -> bool {
        let mut states = query.split('&').filter_map(|pair| pair.strip_prefix("state="));
        match (states.next(), states.next()) {
            (Some(state), None) => state.as_bytes().ct_eq(self.state.expose_secret().as_bytes()).into(),
            _ => false,
        }
    }
}

/// A page of ours: static, for this one moment, and allowed to do nothing.
fn page(status: StatusCode, title: &str, sentence: &str) -> Response<String> {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\
         body {{ font: 1.1rem/1.5 system-ui, sans-serif; text-align: center; margin: 30vh 1rem 0 }}\
         </style>\n<h1>{title}</h1>\n<p>{sentence}</p>\n</html>\n"
    );
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
