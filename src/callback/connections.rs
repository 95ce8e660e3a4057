//! The open connections of a listener, and which of them are dropped if there are too many.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

const MAX_CONNECTIONS: usize = 128;
/// The smallest cap if file descriptors are scarce: browsers open several connections at a time.
const MIN_CONNECTIONS: usize = 4;

pub(super) struct Connection {
    pub(super) task: AbortHandle,
    /// The response is held until the login ends.
    pub(super) is_held: Arc<AtomicBool>,
}

pub(super) struct Connections(Mutex<Inner>);

struct Inner {
    open: VecDeque<Connection>,
    /// The largest number of open connections.
    cap: usize,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Inner { open: VecDeque::new(), cap: MAX_CONNECTIONS }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tracks a connection. At the cap, the oldest idle one is dropped.
    pub(super) fn track(&self, connection: Connection) {
        let mut inner = self.lock();
        let limit = inner.cap - 1;
        inner.shrink(limit);
        inner.open.push_back(connection);
    }

    /// Drops half of the connections, the oldest idle ones first, and lowers the cap to the rest: polls need file
    /// descriptors, too, and new connections would take them at once.
    pub(super) fn make_room(&self) {
        let mut inner = self.lock();
        inner.open.retain(|connection| !connection.task.is_finished());
        let half = inner.open.len() / 2;
        inner.cap = half.max(MIN_CONNECTIONS).min(inner.cap);
        inner.shrink(half);
    }

    /// Drops all connections without a held response.
    pub(super) fn drop_idle(&self) {
        self.lock().shrink(0);
    }
}

impl Inner {
    /// Drops the oldest idle connections until `limit` are left.
    fn shrink(&mut self, limit: usize) {
        self.open.retain(|connection| !connection.task.is_finished());
        while self.open.len() > limit
            && let Some(idle) =
                self.open.iter().position(|connection| !connection.is_held.load(Ordering::Relaxed))
            && let Some(oldest) = self.open.remove(idle)
        {
            oldest.task.abort();
        }
    }
}
