//! Generates the source of the client from the text of the specification.
//!
//! `build.rs` compiles this file into the build script, where every diagnostic is fatal. The maintainers' commands share it
//! by `#[path]`, report recoverable diagnostics as to-dos, and refuse the document for any other. So this module does no I/O.
//!
//! Before progenitor reads the document, a few transforms change it in memory. Each one reports a diagnostic if it finds
//! nothing to transform, so that none outlives its reason.

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
#[allow(unused_imports, reason = "the build script does not use it")]
pub(crate) use syntax::constant;

/// The first lines of the generated file.
const HEADER: &str = "\
// Generated from openapi.json by `cargo xtask regenerate`; do not edit.
//
// The code around the names of the specification comes from the templates of progenitor, which are under the
// Mozilla Public License 2.0: https://github.com/oxidecomputer/progenitor.

";

/// The result of generating a client.
#[derive(Debug)]
pub(crate) struct Generated {
    /// The source of the client, unless a diagnostic was fatal.
    pub source: Option<String>,
    /// The problems of the document, in the order of detection.
    pub diagnostics: Vec<Diagnostic>,
}

/// A problem of the document, or of progenitor's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    /// The pass that reports it: a transform or a check.
    pub pass: &'static str,
    /// The location in the document: an operation, a schema, or a line and column.
    pub location: String,
    /// What is wrong, and what to do.
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

/// Runs the pipeline. Recoverable diagnostics are pushed; a fatal one is returned.
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
    // A location with a diagnostic may cause more in the generated code; report it once.
    let known: Vec<String> = diagnostics.iter().map(|known| known.location.clone()).collect();
    diagnostics.extend(found.into_iter().filter(|new| !known.contains(&new.location)));
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

/// The crates that generated code may name by `::name`. progenitor assumes that every crate it names is a dependency.
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

/// Transform: removes all responses but the successes, so that progenitor returns every failure unparsed, with status,
/// headers and body. It also avoids progenitor's limit of one error schema per operation.
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
            "no operation documents an error any longer; if that is intended, remove this transform from build/generate.rs",
        )
    })
}

/// Runs progenitor in its own thread: it panics over some documents, which must become a diagnostic, and it recurses over
/// the document, which needs a large stack.
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
    // The lines after the first one dump the data structure.
    result.map_err(|reason| reason.lines().next().unwrap_or_default().trim_end_matches([' ', '{']).to_owned())
}

const PROGENITOR_THREAD: &str = "progenitor";

/// Silences the panic hook for progenitor's thread only.
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
