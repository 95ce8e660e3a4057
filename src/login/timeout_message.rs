//! Why a login timed out.

use std::time::Duration;

use super::Login;

impl Login {
    /// Explains why the login timed out.
    pub(super) fn timeout_message(&self) -> String {
        let last_error = self.backoff.last_error().map(|error| format!(" (last error: {})", error.summary()));
        let last_error = last_error.unwrap_or_default();
        let is_failing = self.backoff.current_error().is_some();
        let message = match (self.activity.callback_received(), is_failing) {
            _ if self.backoff.outcome_unknown() => {
                format!("Sign-in timed out, and a response was lost that may have held the session{last_error}. Check \
                         your active sessions, then sign in again.")
            }
            (true, false) => {
                "You approved, but the token had expired or someone else had already claimed it. Check your active \
                 sessions, then sign in again."
                    .to_owned()
            }
            (false, false) => {
                let limit = describe(self.client.settings().login_timeout);
                format!("Sign-in timed out: it wasn't approved within {limit}. Run the command again.")
            }
            // The failed poll would have shown whether there was a token.
            (true, true) => {
                format!("You approved, but the session couldn't be fetched in time{last_error}. Run the command \
                         again.")
            }
            (false, true) => {
                format!("Sign-in timed out, and the last attempts to contact the server failed{last_error}. Run the command \
                         again.")
            }
        };
        let mut parts = vec![message];
        match self.activity.rejected {
            0 => {}
            1 => parts.push("1 callback that didn't belong to this sign-in was ignored.".to_owned()),
            count => {
                parts.push(format!("{count} callbacks that didn't belong to this sign-in were ignored."));
            }
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

fn describe(limit: Duration) -> String {
    match limit.as_secs() {
        60 => "1 minute".to_owned(),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}
