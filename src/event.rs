//! Progress events of a login.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// A progress event of [`Login::wait`](crate::Login::wait). [`Login::on_event`](crate::Login::on_event) registers a callback
/// for it.
///
/// `Display` writes one line for a spinner or a log.
///
/// # Examples
///
/// ```
/// use harmont_auth::LoginEvent;
///
/// assert_eq!(LoginEvent::Waiting.to_string(), "Waiting for you to approve in the browser...");
/// ```
///
/// # Security
///
/// No event contains a secret.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum LoginEvent<'a> {
    /// The user has not approved yet. Emitted when the wait begins, and when polling works again after an error.
    Waiting,
    /// The callback arrived: the user has approved, and the token is being claimed. Emitted again when polling works again
    /// after an error.
    CallbackReceived,
    /// A request to the listener did not have this login's state. It was rejected, and the login continues. Emitted at most
    /// once per second.
    CallbackRejected {
        /// The number of rejected requests since the login began.
        total: u32,
    },
    /// The callback arrived under a host name or port that this login does not listen on, such as a forwarded one. It does
    /// not count; the login continues by polling, which only takes a moment longer.
    CallbackForwarded,
    /// The browser opened a TLS connection to the listener. It only allows `https`, so it cannot report back. The login
    /// continues by polling, which only takes a moment longer.
    HttpsOnly,
    /// The user is signed in. [`Login::wait`](crate::Login::wait) returns in a moment. If the callback has not arrived yet,
    /// it first waits for it for [`ClientBuilder::browser_grace`](crate::ClientBuilder::browser_grace).
    SignedIn,
    /// A poll failed. The login polls again after a pause.
    #[non_exhaustive]
    Retrying {
        /// The length of the pause.
        after: Duration,
        /// The error of the poll.
        error: &'a Error,
    },
}

impl fmt::Display for LoginEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("Waiting for you to approve in the browser..."),
            Self::CallbackReceived => f.write_str("Approved. Signing in..."),
            Self::CallbackRejected { total } => {
                write!(f, "Ignored a callback that doesn't belong to this sign-in ({total} so far)")
            }
            Self::CallbackForwarded => f.write_str(
                "The browser came back over a forwarded address, which can't be confirmed here; checking with the server \
                 instead",
            ),
            Self::HttpsOnly => f.write_str(
                "Your browser only allows HTTPS, so it can't report back here; checking with the server instead",
            ),
            Self::SignedIn => f.write_str("Signed in. Finishing up..."),
            Self::Retrying { after, error } => {
                write!(f, "{}; retrying in {} s", error.summary(), after.as_secs_f64().ceil())
            }
        }
    }
}

/// Counts the requests to a login's listener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallbackActivity {
    pub(crate) callbacks: u32,
    /// Requests with a wrong state or host.
    pub(crate) rejected: u32,
    /// Callbacks with the right state under another host name or port.
    pub(crate) forwarded: u32,
    /// Connections that began with TLS.
    pub(crate) https: u32,
}

impl CallbackActivity {
    pub(crate) fn callback_received(self) -> bool {
        self.callbacks > 0
    }
}
