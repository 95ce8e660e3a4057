//! Prints one line per step, and shows a spinner if standard error is a terminal.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use harmont_auth::Login;
use indicatif::ProgressBar;

/// The output of the example. Clones share the spinner.
#[derive(Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new() -> Self {
        Self(ProgressBar::new_spinner())
    }

    /// Prints a line above the spinner.
    pub(crate) fn line(&self, line: &str) {
        self.0.suspend(|| println!("{line}"));
    }

    /// Shows a status next to the spinner, or prints it if there is no spinner.
    pub(crate) fn status(&self, status: &str) {
        if self.0.is_hidden() {
            self.line(status);
        }
        self.0.set_message(status.to_owned());
    }

    /// Shows the events of a login as status.
    pub(crate) fn show_events(&self, login: &mut Login) {
        let progress = self.clone();
        login.on_event(move |event| progress.status(&event.to_string()));
    }

    /// Shows the spinner until the work completes.
    pub(crate) async fn with_spinner<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.reset();
        self.0.enable_steady_tick(Duration::from_millis(100));
        let result = work.await;
        self.0.disable_steady_tick();
        self.0.finish_and_clear();
        result
    }

    /// Prints an error and its causes.
    #[expect(clippy::print_stderr, reason = "a command-line tool prints to the terminal")]
    pub(crate) fn error(&self, error: &dyn Error) {
        self.0.finish_and_clear();
        eprintln!("error: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  caused by: {error}");
            cause = error.source();
        }
    }
}
