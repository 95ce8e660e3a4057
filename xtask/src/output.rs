//! What a person sees: lines, colours where they are wanted, a spinner while something takes long.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use indicatif::ProgressBar;
use openapi_drift::render::plain;
use similar::{ChangeTag, TextDiff};

/// When to print colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    fn choice(self, stream: &impl RawStream) -> ColorChoice {
        match self {
            Self::Auto => AutoStream::choice(stream),
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

/// How a command ended, as the exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Clean = 0,
    /// A person must add or decide something.
    ActionRequired = 1,
    /// Derived files are stale, and a command mends them.
    Stale = 4,
}

/// Where a command writes to.
#[allow(missing_debug_implementations, reason = "a writer has nothing to show")]
pub struct Output {
    out: Box<dyn Write>,
    spinner: ProgressBar,
}

pub(crate) const SUCCESS: Style = AnsiColor::Green.on_default();
pub(crate) const ERROR: Style = AnsiColor::Red.on_default();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default();
pub(crate) const STRONG: Style = Style::new().bold();

impl Output {
    /// Writes to standard output, and spins on standard error when that is a terminal.
    pub fn stdout(color: Color) -> Self {
        let out = AutoStream::new(io::stdout(), color.choice(&io::stdout()));
        Self { out: Box::new(out), spinner: ProgressBar::new_spinner() }
    }

    /// Writes into `out`, without colours: what tests read.
    pub fn for_tests(out: impl Write + 'static) -> Self {
        let out = AutoStream::never(Box::new(out) as Box<dyn Write>);
        Self { out: Box::new(anstream::StripStream::new(out.into_inner())), spinner: ProgressBar::hidden() }
    }

    /// Prints a line.
    pub(crate) fn line(&mut self, line: impl Display) -> anyhow::Result<()> {
        let Self { out, spinner } = self;
        spinner.suspend(|| writeln!(out, "{line}"))?;
        Ok(())
    }

    /// Prints a line in a style.
    pub(crate) fn styled(&mut self, style: Style, line: impl Display) -> anyhow::Result<()> {
        self.line(format_args!("{style}{line}{style:#}"))
    }

    /// Prints a unified diff, at most so many lines of it.
    pub(crate) fn diff(&mut self, name: &str, old: &str, new: &str, most: usize) -> anyhow::Result<()> {
        let diff = TextDiff::from_lines(old, new);
        let mut lines = 0;
        self.styled(STRONG, format_args!("--- {name}\n+++ {name}"))?;
        for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
            self.styled(NOTE, hunk.header())?;
            for change in hunk.iter_changes() {
                lines += 1;
                let text = change.value().trim_end_matches('\n');
                match change.tag() {
                    _ if lines > most => {}
                    ChangeTag::Delete => self.styled(ERROR, format_args!("-{text}"))?,
                    ChangeTag::Insert => self.styled(SUCCESS, format_args!("+{text}"))?,
                    ChangeTag::Equal => self.line(format_args!(" {text}"))?,
                }
            }
        }
        if lines > most {
            self.line(format_args!("({} more lines)", lines - most))?;
        }
        Ok(())
    }

    /// Spins while something is under way.
    pub(crate) fn with_spinner<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> T {
        self.spinner.reset();
        self.spinner.set_message(what.to_owned());
        self.spinner.enable_steady_tick(Duration::from_millis(100));
        let result = work();
        self.spinner.disable_steady_tick();
        self.spinner.finish_and_clear();
        result
    }
}

/// Prints an error to standard error: what it quotes of a document must not act on a terminal or in the log of a workflow.
pub fn print_error(error: &anyhow::Error, color: Color) {
    let choice = color.choice(&io::stderr());
    let mut out = AutoStream::new(io::stderr(), choice);
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(out, "{ERROR}error:{ERROR:#} {}", plain(&format!("{error:#}")));
}
