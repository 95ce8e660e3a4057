//! The messages of a login or logout. They go to standard error, so that `x=$(tool login)` still shows them.
//!
//! A failed write, as on a closed pipe, is ignored: the command still does its work.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use supports_hyperlinks::Stream;

/// Printed where the user types a code.
const PROMPT: &str = "Code: ";

/// The output to the user's terminal. Clones share it.
#[derive(Clone)]
pub(crate) struct Terminal(Arc<Mutex<State>>);

struct State {
    is_animated: bool,
    spinner: Option<ProgressBar>,
    /// The cursor is after the prompt, where the user may have typed.
    is_prompting: bool,
    /// What the last progress was about, so that it isn't printed twice in a row.
    last: String,
}

impl Terminal {
    /// Creates the output. The spinner needs a terminal that can draw it, and is off if an option or a variable says so.
    pub(crate) fn new(quiet: bool) -> Self {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_none_or(|it| it == "dumb") && cfg!(unix);
        let is_animated =
            !quiet && !is_dumb && !is_set("CI") && !is_set("ACCESSIBLE") && io::stderr().is_terminal();
        Self(Arc::new(Mutex::new(State {
            is_animated,
            spinner: None,
            is_prompting: false,
            last: String::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints a line.
    pub(crate) fn line(&self, text: impl Display) {
        self.state().line(&text.to_string());
    }

    /// Prints a URL on a line of its own, as a link if the terminal supports that.
    pub(crate) fn url(&self, url: &str) {
        // `supports_hyperlinks` also returns true if a variable forces links, but a pipe must receive the bare URL.
        if io::stderr().is_terminal() && supports_hyperlinks::on(Stream::Stderr) {
            self.line(format_args!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\"));
        } else {
            self.line(url);
        }
    }

    /// Shows progress next to the spinner. Without a spinner, prints it as a line if `about` has changed.
    pub(crate) fn progress(&self, text: impl Display, about: impl Display) {
        let mut state = self.state();
        let (text, about) = (text.to_string(), about.to_string());
        if state.is_animated && !state.is_prompting {
            state.spin(text);
        } else if state.last != about {
            state.line(&text);
        }
        state.last = about;
    }

    /// Shows a state next to the spinner again. Without a spinner, prints nothing.
    pub(crate) fn resume(&self, text: impl Display) {
        let mut state = self.state();
        if state.is_animated && !state.is_prompting {
            state.spin(text.to_string());
        }
    }

    /// Asks for the code. Progress is printed as lines until [`typed`](Self::typed).
    pub(crate) fn prompt(&self) {
        let mut state = self.state();
        if !state.is_prompting {
            state.clear();
            state.is_prompting = true;
            write(PROMPT);
        }
    }

    /// Notes that the user ended the line with Enter.
    pub(crate) fn typed(&self) {
        self.state().is_prompting = false;
    }

    /// Ends the prompt without input, so that what follows is on a line of its own.
    pub(crate) fn end_prompt(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.is_prompting) {
            write("\n");
        }
    }

    /// Removes the spinner.
    pub(crate) fn clear(&self) {
        self.state().clear();
    }
}

impl State {
    fn line(&mut self, text: &str) {
        if self.is_prompting {
            // What the user has typed stays above.
            write(&format!("\n{text}\n{PROMPT}"));
        } else if let Some(spinner) = &self.spinner {
            spinner.suspend(|| write(&format!("{text}\n")));
        } else {
            write(&format!("{text}\n"));
        }
    }

    fn spin(&mut self, text: String) {
        let spinner = self.spinner.get_or_insert_with(|| {
            let spinner = ProgressBar::new_spinner();
            spinner.enable_steady_tick(Duration::from_millis(100));
            spinner
        });
        spinner.set_message(text);
    }

    fn clear(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }
}

/// Writes in one piece, so that nothing comes in between.
fn write(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

impl Drop for State {
    fn drop(&mut self) {
        self.clear();
    }
}
