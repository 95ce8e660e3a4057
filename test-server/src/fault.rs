//! Answers that a server should not give, but that servers and proxies do give.

use std::time::Duration;

/// What the next call of an operation gets in place of its answer.
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
    pub(crate) status: u16,
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
    /// Answers with a status and, until more is said, an empty body.
    pub fn reply(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            body_end: BodyEnd::Whole,
            is_cut: false,
            acts: false,
            delay: Duration::ZERO,
        }
    }

    /// Cuts the connection without an answer.
    pub fn cut() -> Self {
        Self { is_cut: true, ..Self::reply(200) }
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

    /// Cuts the connection after so many bytes of the body.
    pub fn cut_at(mut self, bytes: usize) -> Self {
        self.body_end = BodyEnd::CutAt(bytes);
        self
    }

    /// Sends so many bytes of the body, and then nothing more, for ever.
    pub fn stall_at(mut self, bytes: usize) -> Self {
        self.body_end = BodyEnd::StallAt(bytes);
        self
    }

    /// Lets the server do what it was asked to do first: the answer is lost, the deed is done.
    pub fn after_acting(mut self) -> Self {
        self.acts = true;
        self
    }

    /// Waits before it answers, by the server's clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
