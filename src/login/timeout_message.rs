//! Why a login timed out.

use std::time::Duration;

use super::Login;

impl Login {
    /// Explains why the login timed out.
    pub(super) fn timeout_message(&self) -> String {
        let has_fault = self.backoff.fault().is_some();
        let fault = self.backoff.last_fault();
        let fault = fault.map(|it| format!(" (last error: {})", it.summary())).unwrap_or_default();
        let message = match (self.activity.callback_received(), has_fault) {
            _ if self.backoff.outcome_unknown() => {
                format!("Sign-in timed out, and a response was lost that may have held the session{fault}. Run the command \
                         again.")
            }
            (true, false) => {
                "You approved, but the token had expired or someone else had already claimed it. Check your active \
                 sessions, then sign in again."
                    .to_owned()
            }
            (false, false) => {
                let limit = in_words(self.client.settings().login_timeout);
                format!("Sign-in timed out: it wasn't approved within {limit}. Run the command again.")
            }
            // Whether there was a token, the last response would have said.
            (true, true) => {
                format!("You approved, but the server couldn't be asked for the session in time{fault}. Run the command \
                         again.")
            }
            (false, true) => {
                format!("Sign-in timed out because the server couldn't be reached{fault}. Run the command again.")
            }
        };
        let mut parts = vec![message];
        if self.activity.rejected > 0 {
            let rejected = self.activity.rejected;
            parts.push(format!("Callbacks that didn't belong to this sign-in and were ignored: {rejected}."));
        }
        if self.activity.forwarded > 0 {
            parts.push(
                "The browser came back over a forwarded address, which can't be confirmed here.".to_owned(),
            );
        }
        if self.activity.https > 0 {
            parts.push("The browser only allows HTTPS, so it couldn't report back here.".to_owned());
        }
        parts.join(" ")
    }
}

fn in_words(limit: Duration) -> String {
    match limit.as_secs() {
        60 => "1 minute".to_owned(),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}
