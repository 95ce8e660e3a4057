//! Parses the document and lists its operations.

use serde_json::{Map, Value};

use super::Diagnostic;

const PASS: &str = "read";

/// The fields of a path item that hold an operation, as OpenAPI 3.0 names them.
pub(crate) const METHODS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// One operation of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path below the server's URL.
    pub path: String,
    /// Whether every call needs a token.
    pub bearer: bool,
    /// The status of a success.
    pub success: u16,
}

/// Parses the document and checks that it is OpenAPI 3.0.
pub(super) fn parse(document: &str) -> Result<Value, Diagnostic> {
    let spec: Value = serde_json::from_str(document).map_err(|error| {
        let location = format!("line {}, column {}", error.line(), error.column());
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Diagnostic::new(PASS, location, format!("this is not JSON: {reason}"))
    })?;
    check_version(&spec)?;
    Ok(spec)
}

/// Checks that a document is OpenAPI 3.0.
pub(crate) fn check_version(spec: &Value) -> Result<(), Diagnostic> {
    let fail = |location: &str, message: String| Err(Diagnostic::new(PASS, location, message));
    match spec.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0.") => Ok(()),
        Some(version) => fail(
            "openapi",
            format!(
                "the document is OpenAPI {version}, but progenitor reads 3.0 only; `cargo xtask regenerate --from` converts 3.1 and 3.2"
            ),
        ),
        None if spec.get("swagger").is_some() => fail(
            "swagger",
            "the document is Swagger 2, but progenitor reads OpenAPI 3.0 only; convert it first".to_owned(),
        ),
        None => fail(
            "openapi",
            "there is no OpenAPI version, such as \"openapi\": \"3.0.0\"; is it the right document?"
                .to_owned(),
        ),
    }
}

/// Returns the letters and digits of a name, without case: progenitor changes case and separators, never those.
pub(crate) fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Iterates over the operation objects with their method and path, in the document's order.
pub(crate) fn operation_objects(spec: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = spec.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            let operation = item.get(method)?;
            Some((method, path.as_str(), operation))
        })
    })
}

/// The mutable version of [`operation_objects`].
pub(crate) fn operation_objects_mut(spec: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = spec.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let item = item.as_object_mut().into_iter().flatten();
        item.filter(|(key, _)| METHODS.contains(&key.as_str()))
            .map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

/// Lists the operations and checks that their ids are unique.
pub(crate) fn operations(spec: &Value) -> Result<Vec<Operation>, Diagnostic> {
    let mut operations: Vec<Operation> = Vec::new();
    for (method, path, object) in operation_objects(spec) {
        let location = format!("{} {path}", method.to_uppercase());
        let Some(id) = object.get("operationId").and_then(Value::as_str) else {
            return Err(Diagnostic::new(
                PASS,
                location,
                "the operation has no operationId, which names its Rust method",
            ));
        };
        if let Some(twin) = operations.iter().find(|operation| operation.id == id) {
            return Err(Diagnostic::new(
                PASS,
                location,
                format!(
                    "the operationId {id} is also that of {} {}; an id must be unique",
                    twin.method, twin.path
                ),
            ));
        }
        operations.push(Operation {
            id: id.to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            bearer: needs_bearer(spec, object)
                .map_err(|message| Diagnostic::new(PASS, format!("operation {id}"), message))?,
            success: success(object),
        });
    }
    if operations.is_empty() {
        return Err(Diagnostic::new(PASS, "paths", "the document has no operation"));
    }
    Ok(operations)
}

/// Returns the lowest status of success, or 200 if only a range is documented. `shapes` reports an operation without a
/// success.
fn success(operation: &Value) -> u16 {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let statuses = responses.filter_map(|(status, _)| status.parse().ok());
    statuses.filter(|status| (200..300).contains(status)).min().unwrap_or(200)
}

/// Returns the URL of the first server, the default base URL. It follows the crate's rules for base URLs: otherwise every
/// call of the default client would fail.
pub(crate) fn server(spec: &Value) -> Result<&str, Diagnostic> {
    let url = spec["servers"][0]["url"].as_str().unwrap_or_default();
    let (host, path) = url.strip_prefix("https://").map_or(("", ""), |rest| match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    });
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
        && name.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let is_path =
        !path.ends_with('/') && path.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/".contains(c));
    if is_name && is_path && port.is_none_or(|port| port.parse::<u16>().is_ok()) {
        return Ok(url);
    }
    let message = if url.is_empty() {
        "the document names no server, whose URL is the default base URL".to_owned()
    } else {
        format!(
            "the URL of the first server, {url:?}, cannot be the default base URL; it must be like https://host"
        )
    };
    Err(Diagnostic::new(PASS, "servers", message))
}

/// Returns the host of the first server.
#[allow(dead_code, reason = "the build script does not ask for it")]
pub(crate) fn server_host(spec: &Value) -> Option<&str> {
    server(spec).ok()?.strip_prefix("https://")?.split('/').next()
}

/// Returns whether the operation's security, or else the document's, is a single HTTP bearer scheme.
fn needs_bearer(spec: &Value, operation: &Value) -> Result<bool, String> {
    let security = operation.get("security").or_else(|| spec.get("security"));
    let alternatives = security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&String> = alternatives.iter().filter_map(Value::as_object).flat_map(Map::keys).collect();
    let scheme = match names.as_slice() {
        [] => return Ok(false),
        [name] if alternatives.len() == 1 => {
            spec.pointer("/components/securitySchemes").and_then(|schemes| schemes.get(name.as_str()))
        }
        _ => None,
    };
    match scheme {
        Some(scheme) if scheme["type"] == "http" && is_bearer(&scheme["scheme"]) => Ok(true),
        _ => {
            let kind = scheme.and_then(|scheme| scheme["type"].as_str());
            let kind = kind.map(|kind| format!(", of type {kind}")).unwrap_or_default();
            Err(format!(
                "its security is {}{kind}, but this crate knows one way only: a single HTTP bearer scheme, defined in \
                 components.securitySchemes",
                Value::from(alternatives)
            ))
        }
    }
}

/// Returns whether the name of an HTTP authentication scheme is `bearer`. Case does not matter.
fn is_bearer(scheme: &Value) -> bool {
    scheme.as_str().is_some_and(|it| it.eq_ignore_ascii_case("bearer"))
}
