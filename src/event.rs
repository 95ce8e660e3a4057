//! What happens while a login waits, for those who want to show it.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// What happens while [`Login::wait`](crate::Login::wait) waits; [`Login::on_event`](crate::Login::on_event) takes a
/// function that hears of it.
///
/// Its text is one line for a spinner or a log.
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
/// No event holds a secret.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum LoginEvent<'a> {
    /// Nobody has approved yet. It comes when a wait begins, and again when a fault is over.
    Waiting,
    /// The browser is back: the user has approved, and the token is being claimed. It comes again when a fault is over.
    CallbackReceived,
    /// Somebody came to this login's port who did not know its state. It was refused, and the login goes on. At most one
    /// such event comes per second.
    CallbackRejected {
        /// How many there were since the login began.
        total: u32,
    },
    /// The browser came back under another host name or port than this login listens on, such as a forwarded one. That
    /// does not count as a callback; the login goes on by polling, so it only takes a moment longer.
    CallbackForwarded,
    /// The browser speaks TLS to this login's port: it insists on `https`, so that it cannot report back. The login goes
    /// on by polling, so it only takes a moment longer.
    HttpsOnly,
    /// The user is signed in. [`Login::wait`](crate::Login::wait) returns in a moment: if the browser has not come back
    /// yet, it gives the browser a short time for that
    /// ([`ClientBuilder::browser_grace`](crate::ClientBuilder::browser_grace)).
    SignedIn,
    /// The server or the network failed, and will be asked again.
    #[non_exhaustive]
    Retrying {
        /// How long the pause is.
        after: Duration,
        /// What failed.
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

/// Counts what has come to a login's port so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallbackActivity {
    pub(crate) callbacks: u32,
    pub(crate) rejected: u32,
    /// Callbacks under another host name or port.
    pub(crate) forwarded: u32,
    /// Connections that began with TLS.
    pub(crate) https: u32,
}

impl CallbackActivity {
    pub(crate) fn callback_received(self) -> bool {
        self.callbacks > 0
    }
}
