//! The open connections of a listener, and which of them go when there are too many.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

const MAX_CONNECTIONS: usize = 128;
/// The lowest that the cap becomes where descriptors are scarce: browsers open some at a time.
const MIN_CONNECTIONS: usize = 4;

pub(super) struct Connection {
    pub(super) task: AbortHandle,
    /// A browser waits here for its page.
    pub(super) is_held: Arc<AtomicBool>,
}

pub(super) struct Connections(Mutex<Inner>);

struct Inner {
    open: VecDeque<Connection>,
    /// How many may be open.
    cap: usize,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Inner { open: VecDeque::new(), cap: MAX_CONNECTIONS }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps track of a connection; at the cap, the oldest idle one is dropped for it.
    pub(super) fn track(&self, connection: Connection) {
        let mut inner = self.lock();
        let limit = inner.cap - 1;
        inner.shrink(limit);
        inner.open.push_back(connection);
    }

    /// Drops half of the connections, the oldest idle ones first, and keeps no more than that from now on: polls need
    /// descriptors, too, and the next connections would take them at once.
    pub(super) fn make_room(&self) {
        let mut inner = self.lock();
        inner.open.retain(|it| !it.task.is_finished());
        let half = inner.open.len() / 2;
        inner.cap = half.max(MIN_CONNECTIONS).min(inner.cap);
        inner.shrink(half);
    }

    /// Drops all but those in which a browser waits for its page.
    pub(super) fn drop_idle(&self) {
        self.lock().shrink(0);
    }
}

impl Inner {
    /// Drops the oldest idle connections until `limit` are left.
    fn shrink(&mut self, limit: usize) {
        self.open.retain(|it| !it.task.is_finished());
        while self.open.len() > limit
            && let Some(idle) = self.open.iter().position(|it| !it.is_held.load(Ordering::Relaxed))
            && let Some(oldest) = self.open.remove(idle)
        {
            oldest.task.abort();
        }
    }
}
