//! Faulty responses, as servers and proxies send them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// A fault that replaces the response of a call.
///
/// # Examples
///
/// ```
/// use harmont_auth_test_server::Fault;
///
/// let overloaded = Fault::reply(503).header("retry-after", "1").body("<h1>busy</h1>");
/// let lost = Fault::cut().after_acting();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    /// `None` for the status of a success of the operation.
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) body_end: BodyEnd,
    pub(crate) is_cut: bool,
    pub(crate) acts: bool,
    pub(crate) delay: Duration,
}

/// How much of the body is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BodyEnd {
    Whole,
    CutAt(usize),
    StallAt(usize),
}

impl Fault {
    /// Responds with a status, and an empty body unless set.
    pub fn reply(status: u16) -> Self {
        Self { status: Some(status), ..Self::success() }
    }

    /// Responds with the status of a success of the operation, or 200 for a route, and an empty body unless set.
    pub fn success() -> Self {
        Self {
            status: None,
            headers: Vec::new(),
            body: Vec::new(),
            body_end: BodyEnd::Whole,
            is_cut: false,
            acts: false,
            delay: Duration::ZERO,
        }
    }

    /// Cuts the connection without a response.
    pub fn cut() -> Self {
        Self { is_cut: true, ..Self::success() }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Cuts the connection after `bytes` bytes of the body.
    pub fn cut_at(mut self, bytes: usize) -> Self {
        self.body_end = BodyEnd::CutAt(bytes);
        self
    }

    /// Sends `bytes` bytes of the body, and then stalls forever.
    pub fn stall_at(mut self, bytes: usize) -> Self {
        self.body_end = BodyEnd::StallAt(bytes);
        self
    }

    /// Lets the server process the request first, so that it acts but its response is lost.
    pub fn after_acting(mut self) -> Self {
        self.acts = true;
        self
    }

    /// Delays the response by the server's clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// The pending faults, by operation id or route.
#[derive(Default)]
pub(crate) struct Faults {
    queued: HashMap<String, VecDeque<Fault>>,
    repeated: HashMap<String, Fault>,
}

impl Faults {
    /// Queues a fault for one call.
    pub(crate) fn push(&mut self, call: &str, fault: Fault) {
        self.queued.entry(call.to_owned()).or_default().push_back(fault);
    }

    /// Sets the fault of all calls without a queued one.
    pub(crate) fn repeat(&mut self, call: &str, fault: Fault) {
        self.repeated.insert(call.to_owned(), fault);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Removes and returns the fault of the next call.
    pub(crate) fn next(&mut self, call: &str) -> Option<Fault> {
        let queued = self.queued.get_mut(call).and_then(VecDeque::pop_front);
        queued.or_else(|| self.repeated.get(call).cloned())
    }
}
