//! Generates Rust clients with progenitor.

use std::panic;
use std::thread;

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value};

use super::termination;
use super::{RustReport, RustStyle, compare_sources};
use crate::Error;
use crate::document::operation::METHODS;

/// The name of the threads that progenitor runs in.
const THREAD: &str = "openapi-drift-progenitor";

/// Progenitor recurses over the document, so that it needs more than threads have.
const STACK: usize = 256 << 20;

/// Generates a Rust client with progenitor.
///
/// # Errors
///
/// Fails if progenitor cannot generate a client from the document. The error says why, in one line.
pub fn generate(document: &Value, style: RustStyle) -> Result<String, Error> {
    generate_from(document, style, "document")
}

/// Generates the Rust clients of two documents, and compares their public items.
///
/// # Errors
///
/// Fails if progenitor cannot generate a client from one of the documents. The error says which, and why.
pub fn compare_generated(old: &Value, new: &Value, style: RustStyle) -> Result<RustReport, Error> {
    // Generating is most of the work, so that both are made at once.
    let (before, after) = thread::scope(|scope| {
        let other = scope.spawn(|| generate_from(new, style, "new document"));
        (generate_from(old, style, "old document"), other.join())
    });
    let after = after.unwrap_or_else(|_| Err(Error::new("the generator failed without a reason")));
    let (before, after) = (before?, after?);
    let report = in_thread(|| compare_sources(&before, &after).map_err(|error| error.to_string()));
    Ok(report.map_err(Error::new)?.with_documents(old, new))
}

fn generate_from(document: &Value, style: RustStyle, which: &str) -> Result<String, Error> {
    let source = in_thread(|| {
        check_version(document)?;
        termination::check(document)?;
        run(document, style).map_err(|reason| {
            let place = culprit(document, style).map(|place| format!("{place}: ")).unwrap_or_default();
            format!("{place}{reason}")
        })
    });
    source.map_err(|reason| Error::new(format!("no Rust client can be generated from the {which}: {reason}")))
}

fn check_version(document: &Value) -> Result<(), String> {
    match document["openapi"].as_str() {
        Some(version) if version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(format!("the document is OpenAPI {version}, but progenitor reads 3.0 only")),
        None => Err("the document is not OpenAPI 3.0, which progenitor needs".to_owned()),
    }
}

/// Runs progenitor once. What it reports by a panic becomes a sentence.
fn run(document: &Value, style: RustStyle) -> Result<String, String> {
    let spec: OpenAPI =
        serde_json::from_value(document.clone()).map_err(|error| explain(&error.to_string()))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(match style {
        RustStyle::Positional => InterfaceStyle::Positional,
        RustStyle::Builder => InterfaceStyle::Builder,
    });
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|panic| explain(&panic_message(panic.as_ref())))?
        .map_err(|error| explain(&error.to_string()))?;
    let file = syn::parse2(tokens).map_err(|error| format!("progenitor writes what is not Rust: {error}"))?;
    Ok(prettyplease::unparse(&file))
}

/// Runs what recurses deeply.
fn in_thread<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    quiet_panics();
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, work).map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(explain(&panic_message(panic.as_ref()))),
            Err(error) => Err(format!("the thread for progenitor cannot be started: {error}")),
        }
    })
}

/// Keeps the panics of these threads, and only those, from being printed.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                print(info);
            }
        }));
    });
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked without a message")
        .to_owned()
}

/// What progenitor means by the conditions that it asserts.
const REASONS: &[(&str, &str)] = &[
    ("cookie parameters are not supported", "it has a cookie parameter, which no generated method can send"),
    ("is missing operation ID", "it has no operationId, which names its method"),
    (
        "media type encoding not empty",
        "its request body has an encoding of its own, which progenitor does not read",
    ),
    (
        "media type encoding, no schema",
        "its JSON response has no schema; give it one, or drop the media type",
    ),
    ("more media types than expected", "its request body has several media types, but a method sends one"),
    ("mt.encoding.is_empty()", "its response has an encoding of its own, which progenitor does not read"),
    ("parameter_data.required", "its path parameter is not required"),
    (
        "response_types.len() <= 1",
        "its responses have several types of success or of error, but a method returns one of each",
    ),
];

/// Says in one line what progenitor means. What follows the first line of a message is a dump of its structures.
fn explain(message: &str) -> String {
    if let Some((_, reason)) = REASONS.iter().find(|(part, _)| message.contains(part)) {
        return (*reason).to_owned();
    }
    let line = message.lines().next().unwrap_or_default();
    let line = line.trim_start_matches("unexpected or unhandled format in the OpenAPI document ");
    let line = line.trim_start_matches("not yet implemented: ").trim_end_matches([' ', '{', ':']);
    format!("progenitor cannot read this: {line}")
}

/// Finds what a document is refused for: the first schema without which its types are generated, else the first operation
/// that is refused.
fn culprit(document: &Value, style: RustStyle) -> Option<String> {
    let is_refused = |document: &Value| run(document, style).is_err();
    let mut types = document.clone();
    *types.get_mut("paths")? = Value::Object(Map::new());
    if is_refused(&types) {
        let schemas = document.pointer("/components/schemas")?.as_object()?;
        let index = first(schemas.len(), |count| {
            let mut kept = types.clone();
            let schemas = kept.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
            for schema in schemas.into_iter().flat_map(Map::values_mut).skip(count) {
                *schema = Value::Object(Map::new());
            }
            is_refused(&kept)
        })?;
        return Some(format!("schema {}", schemas.keys().nth(index)?));
    }
    let operations = operations(document);
    let index = first(operations.len(), |count| {
        let mut kept = document.clone();
        for (path, method, _) in operations.iter().skip(count) {
            if let Some(item) = kept["paths"][path].as_object_mut() {
                item.remove(method);
            }
        }
        is_refused(&kept)
    })?;
    Some(format!("operation {}", operations.get(index)?.2))
}

/// Lists the operations by path, method and name.
fn operations(document: &Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let id = operation["operationId"].as_str().map(str::to_owned);
                let name = id.unwrap_or_else(|| format!("{} {path}", method.to_uppercase()));
                found.push((path.clone(), method.to_owned(), name));
            }
        }
    }
    found
}

/// Returns the index of the first of some things with which a document is refused, if it is with all of them.
fn first(count: usize, is_refused_with: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut accepted, mut refused) = (0, count);
    if !is_refused_with(count) {
        return None;
    }
    while refused - accepted > 1 {
        let middle = accepted.midpoint(refused);
        if is_refused_with(middle) {
            refused = middle;
        } else {
            accepted = middle;
        }
    }
    Some(accepted)
}
