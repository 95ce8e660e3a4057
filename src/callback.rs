//! The loopback listener for the browser's callback. A callback only makes the login poll: it carries no token.

mod connections;
mod page;
mod request;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::select;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::clock::Clock;
use crate::event::CallbackActivity;
use crate::secret::Nonce;
use connections::{Connection, Connections};
use request::RequestKind;

/// How long a response is held until the outcome is known, so that the page can show it.
const RESPONSE_HOLD: Duration = Duration::from_secs(10);
/// How long a login waits until the held responses are sent.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
/// Timeout for reading the request head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest request head that is classified. Browsers send the cookies of all ports of a host, so those of all local
/// development servers add up.
const MAX_HEAD: usize = 64 << 10;
/// How much is read in order to respond with a page. Beyond that, hyper responds with an empty 431.
const MAX_BUFFER: usize = 2 * MAX_HEAD;
/// The pause after a failed accept, until dropped connections have released their file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
/// How many ports are tried if one is taken on one of the two addresses.
const BIND_ATTEMPTS: usize = 16;
/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 22;

/// The listener. Dropping it frees the port.
pub(crate) struct Callback {
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

struct Shared {
    port: u16,
    state: Nonce,
    clock: Arc<dyn Clock>,
    activity: watch::Sender<CallbackActivity>,
    /// Whether the login succeeded, once it has ended.
    outcome: watch::Sender<Option<bool>>,
    /// The number of held responses.
    held: watch::Sender<usize>,
    connections: Connections,
}

impl Callback {
    /// Listens on one free port of both loopback addresses, or of one if the host lacks the other. Returns `None` if neither
    /// can be bound.
    pub(crate) async fn bind(state: &Nonce, clock: &Arc<dyn Clock>) -> Option<Self> {
        Self::bind_with(TcpListener::bind::<SocketAddr>, state, clock).await
    }

    pub(crate) async fn bind_with(
        bind: impl AsyncFn(SocketAddr) -> io::Result<TcpListener>,
        state: &Nonce,
        clock: &Arc<dyn Clock>,
    ) -> Option<Self> {
        let listeners = listen(bind).await.ok()?;
        let port = listeners.first()?.local_addr().ok()?.port();
        let shared = Arc::new(Shared {
            port,
            state: state.clone(),
            clock: Arc::clone(clock),
            activity: watch::Sender::default(),
            outcome: watch::Sender::default(),
            held: watch::Sender::default(),
            connections: Connections::new(),
        });
        let listen = |listener| tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        let listening = listeners.into_iter().map(listen).collect();
        Some(Self { shared, listening })
    }

    pub(crate) fn port(&self) -> u16 {
        self.shared.port
    }

    /// Waits for activity beyond `known`.
    pub(crate) async fn changed(&self, known: CallbackActivity) -> CallbackActivity {
        // This fails only if the sender is dropped, and `self` holds it.
        self.shared
            .activity
            .subscribe()
            .wait_for(|activity| *activity != known)
            .await
            .map_or(known, |activity| *activity)
    }

    /// Forgets the outcome of an earlier wait.
    pub(crate) fn reset_outcome(&self) {
        self.shared.outcome.send_replace(None);
    }

    /// Sends the held responses, and waits a moment until they are sent. After a success without a callback, it first waits
    /// up to `grace` for one: if the tool exited earlier, the browser would find a closed port.
    pub(crate) async fn respond(&self, signed_in: bool, grace: Duration) {
        self.shared.outcome.send_replace(Some(signed_in));
        if signed_in && !grace.is_zero() {
            let mut activity = self.shared.activity.subscribe();
            let arrival = std::pin::pin!(activity.wait_for(|activity| activity.callbacks > 0));
            select(arrival, self.shared.clock.sleep(grace)).await;
        }
        let mut held = self.shared.held.subscribe();
        let drained = std::pin::pin!(held.wait_for(|held| *held == 0));
        select(drained, self.shared.clock.sleep(DRAIN_TIMEOUT)).await;
    }

    /// Keeps listening for `grace`, and then shuts down.
    pub(crate) fn shut_down_after(self, grace: Duration) {
        tokio::spawn(async move { self.shared.clock.sleep(grace).await });
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
        // Held responses report a failure: no login waits any longer.
        self.shared.outcome.send_if_modified(|outcome| outcome.is_none() && outcome.replace(false).is_none());
        self.shared.connections.drop_idle();
    }
}

async fn listen(bind: impl AsyncFn(SocketAddr) -> io::Result<TcpListener>) -> io::Result<Vec<TcpListener>> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let ipv4 = match bind((Ipv4Addr::LOCALHOST, 0).into()).await {
            Ok(ipv4) => ipv4,
            // Some hosts have IPv6 only.
            Err(error) => {
                return bind((Ipv6Addr::LOCALHOST, 0).into()).await.map(|ipv6| vec![ipv6]).map_err(|_| error);
            }
        };
        match bind((Ipv6Addr::LOCALHOST, ipv4.local_addr()?.port()).into()).await {
            Ok(ipv6) => return Ok(vec![ipv4, ipv6]),
            // Browsers resolve `localhost` to either address. No other program may listen on the second one.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts < BIND_ATTEMPTS => {}
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            Err(_) => return Ok(vec![ipv4]),
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // Only this client disconnected.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(_) => {
                // Most likely, the process is out of file descriptors.
                shared.connections.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let is_held = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(serve(stream, Arc::clone(&shared), Arc::clone(&is_held))).abort_handle();
        shared.connections.track(Connection { task, is_held });
        // Yield so that queued requests are read before idle connections are dropped.
        tokio::task::yield_now().await;
    }
}

/// Responds to the single request of a connection.
async fn serve(stream: TcpStream, shared: Arc<Shared>, is_held: Arc<AtomicBool>) {
    let mut first = [0];
    match tokio::time::timeout(HEAD_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first == [TLS_HANDSHAKE] => {
            shared.activity.send_modify(|activity| activity.https += 1);
            return;
        }
        Ok(Ok(1)) => {}
        _ => return,
    }
    // Runs also if this task is aborted.
    let _guard = HeldGuard { shared: &shared, is_held: &is_held };
    let service = service_fn(|request| {
        let (shared, is_held) = (&shared, &is_held);
        async move { Ok::<_, Infallible>(shared.response(&request, is_held).await) }
    });
    // Ignore connection errors: the login continues by polling.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .keep_alive(false)
        // A client may close its side after sending the request.
        .half_close(true)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Decrements the number of held responses when the connection ends.
struct HeldGuard<'a> {
    shared: &'a Shared,
    is_held: &'a AtomicBool,
}

impl Drop for HeldGuard<'_> {
    fn drop(&mut self) {
        if self.is_held.load(Ordering::Relaxed) {
            self.shared.held.send_modify(|held| *held -= 1);
        }
    }
}

impl Shared {
    async fn response(&self, request: &Request<Incoming>, is_held: &AtomicBool) -> Response<String> {
        let kind = RequestKind::classify(request, self.port, &self.state);
        match kind {
            RequestKind::Callback => {
                is_held.store(true, Ordering::Relaxed);
                self.held.send_modify(|held| *held += 1);
                self.activity.send_modify(|activity| activity.callbacks += 1);
                return page::outcome(self.outcome().await);
            }
            RequestKind::Forwarded => self.activity.send_modify(|activity| activity.forwarded += 1),
            RequestKind::InvalidHost | RequestKind::WrongState => {
                self.activity.send_modify(|activity| activity.rejected += 1);
            }
            RequestKind::NotFound
            | RequestKind::WrongMethod
            | RequestKind::Prefetch
            | RequestKind::TooLarge => {}
        }
        page::refusal(kind)
    }

    /// Waits until the login ends, for at most `RESPONSE_HOLD`.
    async fn outcome(&self) -> Option<bool> {
        let mut outcome = self.outcome.subscribe();
        let ended = std::pin::pin!(outcome.wait_for(Option::is_some));
        select(ended, self.clock.sleep(RESPONSE_HOLD)).await;
        *self.outcome.borrow()
    }
}
