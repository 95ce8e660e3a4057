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

/// The name of the threads that run progenitor.
const THREAD: &str = "openapi-drift-progenitor";

/// Progenitor recurses over the document, which needs more than the default stack.
const STACK_BYTES: usize = 256 << 20;

/// Generates a Rust client with progenitor.
///
/// # Errors
///
/// Fails if progenitor cannot generate a client from the document. The error states the reason in one line.
pub fn generate(document: &Value, style: RustStyle) -> Result<String, Error> {
    generate_from(document, style, "document")
}

/// Generates the Rust clients of two documents and compares their public items.
///
/// # Errors
///
/// Fails if progenitor cannot generate a client from one of the documents. The error states which one, and the reason.
pub fn compare_generated(old: &Value, new: &Value, style: RustStyle) -> Result<RustReport, Error> {
    // Generating takes most of the time, so generate both clients in parallel.
    let (before, after) = thread::scope(|scope| {
        let other = scope.spawn(|| generate_from(new, style, "new document"));
        (generate_from(old, style, "old document"), other.join())
    });
    let after = after.unwrap_or_else(|_| Err(Error::new("the generator panicked")));
    let (before, after) = (before?, after?);
    let report = in_thread(|| compare_sources(&before, &after).map_err(|error| error.to_string()));
    Ok(report.map_err(Error::new)?.with_documents(old, new))
}

fn generate_from(document: &Value, style: RustStyle, which: &str) -> Result<String, Error> {
    let source = in_thread(|| {
        check_version(document)?;
        termination::check(document)?;
        run_progenitor(document, style).map_err(|reason| {
            let location =
                locate_failure(document, style).map(|location| format!("{location}: ")).unwrap_or_default();
            format!("{location}{reason}")
        })
    });
    source.map_err(|reason| Error::new(format!("cannot generate a Rust client from the {which}: {reason}")))
}

fn check_version(document: &Value) -> Result<(), String> {
    match document["openapi"].as_str() {
        Some(version) if version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(format!("the document is OpenAPI {version}, but progenitor supports only 3.0")),
        None => Err("the document is not OpenAPI 3.0, which progenitor requires".to_owned()),
    }
}

/// Runs progenitor once. Its panics become errors.
fn run_progenitor(document: &Value, style: RustStyle) -> Result<String, String> {
    let spec: OpenAPI =
        serde_json::from_value(document.clone()).map_err(|error| explain_failure(&error.to_string()))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(match style {
        RustStyle::Positional => InterfaceStyle::Positional,
        RustStyle::Builder => InterfaceStyle::Builder,
    });
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|panic| explain_failure(&panic_message(panic.as_ref())))?
        .map_err(|error| explain_failure(&error.to_string()))?;
    let file = syn::parse2(tokens).map_err(|error| format!("progenitor generated invalid Rust: {error}"))?;
    Ok(prettyplease::unparse(&file))
}

/// Runs deeply recursive work in a thread with a large stack.
fn in_thread<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    quiet_panics();
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK_BYTES);
        match thread.spawn_scoped(scope, work).map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(explain_failure(&panic_message(panic.as_ref()))),
            Err(error) => Err(format!("cannot start the thread for progenitor: {error}")),
        }
    })
}

/// Suppresses the panic messages of these threads, and only those.
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
        .unwrap_or("panic without a message")
        .to_owned()
}

/// Explanations of progenitor's assertions.
const REASONS: &[(&str, &str)] = &[
    ("cookie parameters are not supported", "it has a cookie parameter, which progenitor does not support"),
    ("is missing operation ID", "it has no operationId, which progenitor requires"),
    (
        "media type encoding not empty",
        "its request body has an `encoding`, which progenitor does not support",
    ),
    ("media type encoding, no schema", "its JSON response has no schema; add one, or remove the media type"),
    (
        "more media types than expected",
        "its request body has several media types, but progenitor supports only one",
    ),
    ("mt.encoding.is_empty()", "its response has an `encoding`, which progenitor does not support"),
    ("parameter_data.required", "its path parameter is not required"),
    (
        "response_types.len() <= 1",
        "its responses have several types of success or of error, but progenitor supports only one of each",
    ),
];

/// Explains an error of progenitor in one line. Later lines of its messages are dumps of data structures.
fn explain_failure(message: &str) -> String {
    if let Some((_, reason)) = REASONS.iter().find(|(part, _)| message.contains(part)) {
        return (*reason).to_owned();
    }
    let line = message.lines().next().unwrap_or_default();
    let line = line.trim_start_matches("unexpected or unhandled format in the OpenAPI document ");
    let line = line.trim_start_matches("not yet implemented: ").trim_end_matches([' ', '{', ':']);
    format!("progenitor cannot handle this: {line}")
}

/// Finds the schema or else the operation that progenitor rejects.
fn locate_failure(document: &Value, style: RustStyle) -> Option<String> {
    let is_rejected = |document: &Value| run_progenitor(document, style).is_err();
    let mut types = document.clone();
    *types.get_mut("paths")? = Value::Object(Map::new());
    if is_rejected(&types) {
        let schemas = document.pointer("/components/schemas")?.as_object()?;
        let index = first_rejected(schemas.len(), |count| {
            let mut kept = types.clone();
            let schemas = kept.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
            for schema in schemas.into_iter().flat_map(Map::values_mut).skip(count) {
                *schema = Value::Object(Map::new());
            }
            is_rejected(&kept)
        })?;
        return Some(format!("schema {}", schemas.keys().nth(index)?));
    }
    let operations = operation_names(document);
    let index = first_rejected(operations.len(), |count| {
        let mut kept = document.clone();
        for (path, method, _) in operations.iter().skip(count) {
            if let Some(item) = kept["paths"][path].as_object_mut() {
                item.remove(method);
            }
        }
        is_rejected(&kept)
    })?;
    Some(format!("operation {}", operations.get(index)?.2))
}

/// Returns the path, method and name of each operation.
fn operation_names(document: &Value) -> Vec<(String, String, String)> {
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

/// Returns the index of the first element whose addition makes progenitor reject the document, if it rejects it with all.
fn first_rejected(count: usize, is_rejected_with: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut accepted, mut rejected) = (0, count);
    if !is_rejected_with(count) {
        return None;
    }
    while rejected - accepted > 1 {
        let middle = accepted.midpoint(rejected);
        if is_rejected_with(middle) {
            rejected = middle;
        } else {
            accepted = middle;
        }
    }
    Some(accepted)
}
