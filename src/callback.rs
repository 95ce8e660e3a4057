//! The local listener that hears when the browser is done. It only wakes up the login: the token never passes here.

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

/// How long the browser is kept waiting for the outcome, so that its page can say it.
const RESPONSE_HOLD: Duration = Duration::from_secs(10);
/// How long a finished login waits for that page to be on its way.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a browser may take to come back after a poll was faster.
const CALLBACK_GRACE: Duration = Duration::from_secs(2);
/// How long a connection may take to say what it wants.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest request head that is read as it should be. Browsers send the cookies of all ports of a host, so the tools
/// that a developer runs on this machine add up.
const MAX_HEAD: usize = 64 << 10;
/// How much is read to be able to answer by a page; beyond that, hyper answers with an empty 431.
const MAX_BUFFER: usize = 2 * MAX_HEAD;
/// The pause after a failure to accept, for the connections that were dropped to give their descriptors back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
/// How often another port is tried when one is taken on one of the two addresses.
const BIND_ATTEMPTS: usize = 16;
/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 22;

/// The listener; dropping it frees the port.
pub(crate) struct Callback {
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

struct Shared {
    port: u16,
    state: Nonce,
    clock: Arc<dyn Clock>,
    activity: watch::Sender<CallbackActivity>,
    /// How the login ended, once it has.
    outcome: watch::Sender<Option<bool>>,
    /// How many browsers wait for their page.
    held: watch::Sender<usize>,
    connections: Connections,
}

impl Callback {
    /// Listens on one free port of both loopback addresses, of IPv4 alone where there is no IPv6, or not at all.
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

    /// Waits until more has come to the port than is known already.
    pub(crate) async fn changed(&self, known: CallbackActivity) -> CallbackActivity {
        // It fails only when the sender is gone, and we hold it.
        self.shared
            .activity
            .subscribe()
            .wait_for(|activity| *activity != known)
            .await
            .map_or(known, |activity| *activity)
    }

    /// Forgets how an earlier wait ended: nothing is known of this one.
    pub(crate) fn reset_outcome(&self) {
        self.shared.outcome.send_replace(None);
    }

    /// Tells waiting browsers how the login ended, and gives their pages a moment to leave. After a success, a browser that
    /// has not come back yet has `grace` for that: a tool that exits earlier would leave it at a closed port.
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

    /// Stays for a moment: a poll may have been faster than the browser's way back here, or the browser may ask again.
    pub(crate) fn shut_down_after_grace(self) {
        tokio::spawn(async move { self.shared.clock.sleep(CALLBACK_GRACE).await });
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
        // Whoever is still held learns that nobody waits any more.
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
            // There are hosts with IPv6 alone.
            Err(error) => {
                return bind((Ipv6Addr::LOCALHOST, 0).into()).await.map(|ipv6| vec![ipv6]).map_err(|_| error);
            }
        };
        match bind((Ipv6Addr::LOCALHOST, ipv4.local_addr()?.port()).into()).await {
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
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // The client of this one connection went away.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(_) => {
                // Out of file descriptors, most likely.
                shared.connections.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let is_held = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(serve(stream, Arc::clone(&shared), Arc::clone(&is_held))).abort_handle();
        shared.connections.track(Connection { task, is_held });
        // In a burst, what has come in already is read before anything is dropped as idle.
        tokio::task::yield_now().await;
    }
}

/// Answers the one request of a connection.
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
    // Also when this task is aborted.
    let _guard = HeldGuard { shared: &shared, is_held: &is_held };
    let service = service_fn(|request| {
        let (shared, is_held) = (&shared, &is_held);
        async move { Ok::<_, Infallible>(shared.response(&request, is_held).await) }
    });
    // A connection that fails is the browser's loss; the login goes on by polling.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .keep_alive(false)
        // A client may close its side as soon as it has asked.
        .half_close(true)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Counts a connection as no longer held when it ends.
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
                self.activity.send_modify(|activity| activity.rejected += 1)
            }
            RequestKind::NotFound
            | RequestKind::WrongMethod
            | RequestKind::Prefetch
            | RequestKind::TooLarge => {}
        }
        page::refusal(kind)
    }

    /// Waits for the end of the login, but not for long.
    async fn outcome(&self) -> Option<bool> {
        let mut outcome = self.outcome.subscribe();
        let ended = std::pin::pin!(outcome.wait_for(Option::is_some));
        select(ended, self.clock.sleep(RESPONSE_HOLD)).await;
        *self.outcome.borrow()
    }
}
