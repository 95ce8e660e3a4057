//! Prints for maintainers: lines, colors, diffs, and a spinner during slow work.

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

/// When to print colors.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, even if the output is a file or a pipe.
    Always,
    /// Never.
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

/// The result of a command, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing is left to do.
    Clean = 0,
    /// A maintainer must act.
    ActionRequired = 1,
    /// Generated files are stale; `regenerate` updates them.
    Stale = 4,
}

/// The output of a command.
#[allow(missing_debug_implementations, reason = "a writer has no useful Debug form")]
pub struct Output {
    out: Box<dyn Write>,
    spinner: ProgressBar,
}

pub(crate) const SUCCESS: Style = AnsiColor::Green.on_default();
pub(crate) const ERROR: Style = AnsiColor::Red.on_default();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default();
pub(crate) const STRONG: Style = Style::new().bold();

impl Output {
    /// Prints to standard output, and shows the spinner on standard error if that is a terminal.
    pub fn stdout(color: Color) -> Self {
        let out = AutoStream::new(io::stdout(), color.choice(&io::stdout()));
        Self { out: Box::new(out), spinner: ProgressBar::new_spinner() }
    }

    /// Prints to `out` without colors, for tests.
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

    /// Prints a to-do for a maintainer.
    pub(crate) fn print_to_do(&mut self, text: impl Display) -> anyhow::Result<()> {
        self.line(format_args!("{ERROR}to-do:{ERROR:#} {text}"))
    }

    /// Prints a unified diff of at most `max_lines` lines.
    pub(crate) fn diff(&mut self, name: &str, old: &str, new: &str, max_lines: usize) -> anyhow::Result<()> {
        let diff = TextDiff::from_lines(old, new);
        let mut lines = 0;
        self.styled(STRONG, format_args!("--- {name}\n+++ {name}"))?;
        for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
            self.styled(NOTE, hunk.header())?;
            for change in hunk.iter_changes() {
                lines += 1;
                let text = change.value().trim_end_matches('\n');
                match change.tag() {
                    _ if lines > max_lines => {}
                    ChangeTag::Delete => self.styled(ERROR, format_args!("-{text}"))?,
                    ChangeTag::Insert => self.styled(SUCCESS, format_args!("+{text}"))?,
                    ChangeTag::Equal => self.line(format_args!(" {text}"))?,
                }
            }
        }
        if lines > max_lines {
            self.line(format_args!("({} more lines)", lines - max_lines))?;
        }
        Ok(())
    }

    /// Shows a spinner with a message while `work` runs.
    pub(crate) fn with_spinner<T>(&mut self, message: &str, work: impl FnOnce() -> T) -> T {
        self.spinner.reset();
        self.spinner.set_message(message.to_owned());
        self.spinner.enable_steady_tick(Duration::from_millis(100));
        let result = work();
        self.spinner.disable_steady_tick();
        self.spinner.finish_and_clear();
        result
    }
}

/// Prints an error to standard error, without control characters: text from a document must not act on a terminal or in
/// the log of a workflow.
pub fn print_error(error: &anyhow::Error, color: Color) {
    let choice = color.choice(&io::stderr());
    let mut out = AutoStream::new(io::stderr(), choice);
    // If standard error is closed, nothing can be reported.
    let _ = writeln!(out, "{ERROR}error:{ERROR:#} {}", plain(&format!("{error:#}")));
}
