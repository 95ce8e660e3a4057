//! From the specification to the source of the client, as text.
//!
//! `build.rs` compiles this file into the build script, where every diagnostic is fatal; maintainers' commands share
//! it by `#[path]`, where diagnostics are findings. So it knows neither files nor processes: a document in, source and
//! diagnostics out.
//!
//! What differs between the committed document and what progenitor reads is a short list of transforms, applied in
//! memory. Each one complains when it no longer finds what it is for, so that none outlives its reason.

use std::fmt;

use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use serde_json::{Value, json};

mod methods;
pub(crate) mod secrets;
mod shapes;
pub(crate) mod spec;
mod strings;
mod syntax;

pub(crate) use secrets::{SECRETS, Secrets};
pub(crate) use spec::Operation;
#[allow(unused_imports, reason = "the build script does not ask for it")]
pub(crate) use syntax::constant;

/// The first lines of the generated file.
const HEADER: &str = "\
// Generated from openapi.json by `cargo xtask regenerate`; do not edit.
//
// The code around the names of the specification comes from the templates of progenitor, which are under the
// Mozilla Public License 2.0: https://github.com/oxidecomputer/progenitor.

";

/// What came of a document.
#[derive(Debug)]
pub(crate) struct Generated {
    /// The client, unless a diagnostic stood in the way of making one.
    pub source: Option<String>,
    /// All that is wrong with the document, in the order in which it was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something in the document that this crate cannot take as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    /// The pass that complains: a transform, or a reader.
    pub pass: &'static str,
    /// Where in the document: an operation, a schema, or a line and column.
    pub location: String,
    /// What is wrong there, and what to do about it.
    pub message: String,
}

impl Diagnostic {
    fn new(pass: &'static str, location: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pass, location: location.into(), message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.location, self.message, self.pass)
    }
}

impl std::error::Error for Diagnostic {}

/// Generates the client for an OpenAPI 3.0 document in JSON.
pub(crate) fn generate(document: &str, secrets: &Secrets) -> Generated {
    let mut diagnostics = Vec::new();
    let source = match client(document, secrets, &mut diagnostics) {
        Ok(source) => Some(source),
        Err(fatal) => {
            diagnostics.push(fatal);
            None
        }
    };
    Generated { source, diagnostics }
}

/// The way from text to text. A diagnostic that leaves something to go on with is pushed, one that does not is returned.
fn client(
    document: &str,
    secrets: &Secrets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<String, Diagnostic> {
    let mut spec = spec::parse(document)?;
    let operations = spec::operations(&spec)?;

    diagnostics.extend(secrets::unlisted(&spec, secrets));
    diagnostics.extend(drop_error_responses(&mut spec));
    strings::simplify(&mut spec);
    diagnostics.extend(secrets::mark(&mut spec, secrets));
    shapes::check(&spec, &operations)?;

    let generated = progenitor(&spec).map_err(|reason| {
        Diagnostic::new(
            "progenitor",
            shapes::locate_failure(&spec, &operations, |spec| progenitor(spec).is_err()),
            format!("progenitor cannot read this, because: {reason}"),
        )
    })?;
    let (file, found) = syntax::postprocess(&generated, &spec, &operations, secrets)?;
    // What follows from another diagnostic about the same location is not said twice.
    let known: Vec<String> = diagnostics.iter().map(|it| it.location.clone()).collect();
    diagnostics.extend(found.into_iter().filter(|it| !known.contains(&it.location)));
    let source = prettyplease::unparse(&file);
    match foreign_crate(&source) {
        Some(name) => Err(Diagnostic::new(
            "check-crates",
            "client.rs",
            format!(
                "a schema becomes a type of the crate {name}, which is not a dependency; give it a plain type in a \
                 transform in build/"
            ),
        )),
        None => Ok(format!("{HEADER}{source}")),
    }
}

/// The crates that generated code may name by `::name`; progenitor takes it for granted that what it names is there.
const CRATES: [&str; 5] = ["reqwest", "schemars", "serde", "serde_json", "std"];

/// Finds another crate in formatted code.
fn foreign_crate(source: &str) -> Option<&str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|line| {
        line.match_indices("::").filter_map(|(at, _)| {
            let is_path = line[..at].ends_with(|c: char| c.is_alphanumeric() || "_>".contains(c));
            let rest = &line[at + 2..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (!is_path && end > 0).then(|| &rest[..end])
        })
    });
    names.into_iter().find(|name| !CRATES.contains(name))
}

/// Transform: leaves only the successes, so that progenitor hands every failure over as it came, with status, headers
/// and body. It also keeps a second error schema of an operation from being one too many for progenitor.
fn drop_error_responses(spec: &mut Value) -> Option<Diagnostic> {
    let mut dropped = 0;
    for (_, _, operation) in spec::operation_objects_mut(spec) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            let old_len = responses.len();
            responses.retain(|status, _| status.starts_with('2'));
            dropped += old_len - responses.len();
        }
    }
    (dropped == 0).then(|| {
        Diagnostic::new(
            "drop-error-responses",
            "paths",
            "no operation documents an error any more; if that is meant, remove this transform from build/generate.rs",
        )
    })
}

/// Runs progenitor, in a thread of its own: it reports some of what it cannot read by a panic, which must become a
/// sentence, and it recurses over the document, which must not end the process.
fn progenitor(spec: &Value) -> Result<String, String> {
    let spec: openapiv3::OpenAPI = serde_json::from_value(spec.clone()).map_err(|error| error.to_string())?;
    quiet_panics();
    let run = std::thread::Builder::new().name(PROGENITOR_THREAD.to_owned()).stack_size(64 << 20).spawn(
        move || {
            let mut settings = GenerationSettings::new();
            settings
                .with_interface(InterfaceStyle::Positional)
                .with_hooks(HooksMode::Expected)
                .with_inner_type(quote!(crate::transport::Context));
            if let Ok(schema) = serde_json::from_value(json!({"type": "string", "format": secrets::FORMAT})) {
                settings.with_conversion(schema, secrets::WIRE_TYPE, std::iter::empty());
            }
            Generator::new(&settings)
                .generate_tokens(&spec)
                .map(|tokens| tokens.to_string())
                .map_err(|error| error.to_string())
        },
    );
    let result = match run.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("it panicked without a message");
            Err(message.to_owned())
        }
        Err(error) => Err(format!("its thread could not be started: {error}")),
    };
    // What follows the first line is a dump of the structure.
    result.map_err(|reason| reason.lines().next().unwrap_or_default().trim_end_matches([' ', '{']).to_owned())
}

const PROGENITOR_THREAD: &str = "progenitor";

/// Keeps progenitor's panics, and only those, from printing a trace.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(PROGENITOR_THREAD) {
                print(panic);
            }
        }));
    });
}
