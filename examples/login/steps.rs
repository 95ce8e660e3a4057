//! What the user sees: a line for each step, and a spinner while something takes time, if somebody looks.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use harmont_auth::Login;
use indicatif::ProgressBar;

/// The screen. Without a terminal on standard error there is no spinner, only the lines.
#[derive(Clone)]
pub(crate) struct Steps(ProgressBar);

impl Steps {
    pub(crate) fn new() -> Self {
        Self(ProgressBar::new_spinner())
    }

    /// Prints a line above the spinner.
    pub(crate) fn say(&self, line: &str) {
        self.0.suspend(|| println!("{line}"));
    }

    /// Says beside the spinner what is going on.
    pub(crate) fn note(&self, what: &str) {
        if self.0.is_hidden() {
            self.say(what);
        }
        self.0.set_message(what.to_owned());
    }

    /// Says beside the spinner what a login does.
    pub(crate) fn follow(&self, login: &mut Login) {
        let steps = self.clone();
        login.on_event(move |event| steps.note(&event.to_string()));
    }

    /// Spins while something is under way.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.reset();
        self.0.enable_steady_tick(Duration::from_millis(100));
        let result = work.await;
        self.0.disable_steady_tick();
        self.0.finish_and_clear();
        result
    }

    /// Says what went wrong, with all that caused it.
    #[expect(clippy::print_stderr, reason = "a command-line tool talks to its user")]
    pub(crate) fn fail(&self, error: &dyn Error) {
        self.0.finish_and_clear();
        eprintln!("error: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  caused by: {error}");
            cause = error.source();
        }
    }
}
