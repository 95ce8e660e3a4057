//! `openapi-drift`: reports which changes between two OpenAPI documents break released clients.

mod arguments;

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread::{self, Scope, ScopedJoinHandle};

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use openapi_drift::render::{self, Names, reference};
use openapi_drift::{Accepted, Document, Error, Level, Note, Options, Report, SpecSource, compare};

use self::arguments::{Arguments, Color, FailOn, Format, RustStyle};

/// Exit code: all findings are below `--fail-on`.
const BELOW: u8 = 0;
/// Exit code: a finding is at or above `--fail-on`.
const REACHED: u8 = 1;
/// Exit code: the documents could not be compared. clap uses the same for invalid arguments.
const FAILED: u8 = 2;

/// Documents may nest 1,000 levels deep and are compared recursively.
const STACK_BYTES: usize = 256 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = thread::scope(|scope| join(spawn(scope, || run(&arguments))));
    ExitCode::from(result.unwrap_or_else(|error| {
        // If standard error cannot be written, the error cannot be reported.
        let _ = writeln!(io::stderr(), "error: {}", render::plain(&error.to_string()));
        FAILED
    }))
}

fn run(arguments: &Arguments) -> Result<u8, Error> {
    if arguments.list {
        return print(&reference::list(), ColorChoice::Never).map(|()| BELOW);
    }
    if let Some(id) = &arguments.explain {
        let Some(text) = reference::explain(id) else {
            let nearest = match reference::nearest(id).as_slice() {
                [] => String::new(),
                some => format!("did you mean {}? ", some.join(" or ")),
            };
            return Err(Error::new(format!("unknown rule {id:?}; {nearest}--list prints all rules")));
        };
        return print(&text, arguments.color.choice()).map(|()| BELOW);
    }
    let (Some(old), Some(new)) = (&arguments.old, &arguments.new) else {
        return Err(Error::new("two documents are required: OLD and NEW"));
    };
    let (old, new) = (SpecSource::parse(old)?, SpecSource::parse(new)?);
    if old == SpecSource::Stdin && new == SpecSource::Stdin {
        return Err(Error::new("only one of the two documents can be standard input"));
    }
    let accepted = arguments.accept.as_deref().map(Accepted::read).transpose()?;
    let (old, new) = load(&old, &new)?;
    let options = Options { tags: arguments.tags.clone(), exclude_internal: arguments.exclude_internal };
    let selection = selection(&options);
    let mut report = compare(&old.value, &new.value, &options)
        .map_err(|error| error.context(format_args!("cannot compare {} with {}", old.name(), new.name())))?;
    if let Some(accepted) = accepted {
        // Entries for operations that are not selected are not stale.
        let accepted = if selection.is_some() { accepted.ignore_stale() } else { accepted };
        accepted.apply(&mut report);
    }
    if let Some(style) = arguments.rust {
        compare_rust(&old, &new, style, &mut report)?;
    }
    // Without this note, a report on a selection looks like one on all operations.
    report.notes.extend(selection.map(|text| Note::new("selection", text)));
    let names = Names { old: old.report_name(), new: new.report_name() };
    let (render, color): (fn(&Report, &Names<'_>) -> String, _) = match arguments.format {
        Format::Text => (render::text, arguments.color.choice()),
        Format::Json => (render::json, ColorChoice::Never),
        Format::Markdown => (render::markdown, ColorChoice::Never),
        Format::Github => (render::github, ColorChoice::Never),
        Format::Sarif => (render::sarif, ColorChoice::Never),
    };
    print(&render(&report, &names), color)?;
    let has_reached = arguments.fail_on.level().is_some_and(|level| report.verdict() >= level);
    // The process exits next. Dropping large documents value by value would only take time.
    std::mem::forget((report, old, new));
    Ok(if has_reached { REACHED } else { BELOW })
}

/// Describes the selection, or returns `None` if all operations are selected.
fn selection(options: &Options) -> Option<String> {
    let mut conditions = Vec::new();
    if !options.tags.is_empty() {
        conditions.push(format!("with the tag {}", options.tags.join(" or ")));
    }
    if options.exclude_internal {
        conditions.push("that are not internal".to_owned());
    }
    (!conditions.is_empty()).then(|| format!("only operations {} are reported", conditions.join(" and ")))
}

/// Loads both documents in parallel. If both fail, returns the error of the old one.
fn load(old: &SpecSource, new: &SpecSource) -> Result<(Document, Document), Error> {
    thread::scope(|scope| {
        let old = spawn(scope, || old.load());
        let new = new.load();
        Ok((join(old)?, new?))
    })
}

/// Spawns a thread whose stack is large enough for every document.
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work)
}

fn join<T>(thread: io::Result<ScopedJoinHandle<'_, Result<T, Error>>>) -> Result<T, Error> {
    let thread = thread.map_err(|error| Error::new(format!("cannot start a thread: {error}")))?;
    // The panic message has been printed.
    thread.join().map_err(|_| Error::new("internal error; please report it together with the documents"))?
}

#[cfg(not(feature = "progenitor"))]
fn compare_rust(_: &Document, _: &Document, _: RustStyle, _: &mut Report) -> Result<(), Error> {
    Err(Error::new(
        "this build lacks --rust; to install it, run: cargo install openapi-drift --features progenitor",
    ))
}

#[cfg(feature = "progenitor")]
fn compare_rust(old: &Document, new: &Document, style: RustStyle, report: &mut Report) -> Result<(), Error> {
    let style = match style {
        RustStyle::Positional => openapi_drift::RustStyle::Positional,
        RustStyle::Builder => openapi_drift::RustStyle::Builder,
    };
    openapi_drift::compare_generated(&old.value, &new.value, style)?.annotate(report);
    Ok(())
}

/// Prints to standard output. Styles are removed unless colors are wanted.
fn print(text: &str, color: ColorChoice) -> Result<(), Error> {
    let mut output = AutoStream::new(io::stdout(), color);
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        // The reader closed the pipe, as in `openapi-drift OLD NEW | head -1`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| Error::new(format!("cannot write the report: {error}"))),
    }
}

impl Color {
    fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => AutoStream::choice(&io::stdout()),
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

impl FailOn {
    fn level(self) -> Option<Level> {
        match self {
            Self::Breaking => Some(Level::Breaking),
            Self::Additive => Some(Level::Additive),
            Self::Docs => Some(Level::Docs),
            Self::Never => None,
        }
    }
}
