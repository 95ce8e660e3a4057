//! The document as JSON: reading it, finding the operations, saying in our own words what cannot be read.

use std::collections::{BTreeMap, BTreeSet};

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

/// Parses the document and makes sure that it is OpenAPI 3.0.
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

/// Makes sure that a document is OpenAPI 3.0.
pub(crate) fn check_version(spec: &Value) -> Result<(), Diagnostic> {
    let fail = |location: &str, message: String| Err(Diagnostic::new(PASS, location, message));
    match spec.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0.") => Ok(()),
        Some(version) => fail(
            "openapi",
            format!(
                "the document is OpenAPI {version}, but progenitor reads 3.0 only; `cargo xtask regenerate --from` converts 3.1"
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
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// All operation objects with method and path, in the document's order.
pub(crate) fn operation_objects(spec: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = spec.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            let operation = item.get(method)?;
            Some((method, path.as_str(), operation))
        })
    })
}

/// The same, to be changed.
pub(crate) fn operation_objects_mut(spec: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = spec.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let item = item.as_object_mut().into_iter().flatten();
        item.filter(|(key, _)| METHODS.contains(&key.as_str()))
            .map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

/// Lists the operations, each with an id of its own.
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

/// Returns the lowest status of success; 200 if it is documented as a range, or not at all, which is refused elsewhere.
fn success(operation: &Value) -> u16 {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let statuses = responses.filter_map(|(status, _)| status.parse().ok());
    statuses.filter(|status| (200..300).contains(status)).min().unwrap_or(200)
}

/// Reads the URL of the first server, which becomes the default base URL. What the crate would refuse as a base URL is
/// refused here: every call of the default client would fail.
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

/// Reads the operation's security, its own or the document's: no requirement, or exactly one HTTP bearer scheme.
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

/// The names of HTTP's authentication schemes have no case.
fn is_bearer(scheme: &Value) -> bool {
    scheme.as_str().is_some_and(|it| it.eq_ignore_ascii_case("bearer"))
}

/// Collects what is merged into a schema: where an `allOf` has several parts, at any depth, and, for a schema that is
/// merged itself, what it stands for. Progenitor writes all of that out in place, with what is merged into it in turn.
fn collect_all_of_refs<'v>(schema: &'v Value, is_top: bool, found: &mut Vec<(&'v str, bool)>) {
    if !schema.is_object() {
        return;
    }
    let name = |it: &'v Value| it["$ref"].as_str().and_then(|it| it.strip_prefix("#/components/schemas/"));
    if is_top {
        found.extend(name(schema).map(|it| (it, false)));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let parts = schema[keyword].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_merge = keyword == "allOf" && parts.len() > 1;
        for part in parts {
            if is_merge {
                found.extend(name(part).map(|it| (it, true)));
            }
            collect_all_of_refs(part, is_top, found);
        }
    }
    for child in ["items", "additionalProperties", "not"] {
        collect_all_of_refs(&schema[child], false, found);
    }
    for (_, property) in schema["properties"].as_object().into_iter().flatten() {
        collect_all_of_refs(property, false, found);
    }
}

/// Finds a schema that is merged into itself, which progenitor would write out without an end.
fn find_infinite_all_of(spec: &Value) -> Option<&str> {
    let schemas = spec.pointer("/components/schemas")?.as_object()?;
    let parts: BTreeMap<&str, Vec<(&str, bool)>> = schemas
        .iter()
        .map(|(name, schema)| {
            let mut found = Vec::new();
            collect_all_of_refs(schema, true, &mut found);
            found.sort_unstable();
            found.dedup();
            (name.as_str(), found)
        })
        .collect();
    // Only a schema that is merged somewhere can be merged into itself.
    let starts: BTreeSet<&str> =
        parts.values().flatten().filter(|(_, is_merge)| *is_merge).map(|(name, _)| *name).collect();
    let mut clear = BTreeSet::new();
    starts.into_iter().find(|start| {
        let mut seen = BTreeSet::new();
        let mut open = vec![(*start, false)];
        while let Some((name, was_merged)) = open.pop() {
            for (next, is_merge) in parts.get(name).into_iter().flatten() {
                let state = (*next, was_merged || *is_merge);
                if state == (*start, true) {
                    return true;
                }
                if !clear.contains(next) && seen.insert(state) {
                    open.push(state);
                }
            }
        }
        clear.insert(*start);
        false
    })
}

/// Names the shapes that progenitor is known to refuse, before it does so in words of its own.
pub(super) fn check_shapes(spec: &Value, operations: &[Operation]) -> Result<(), Diagnostic> {
    if let Some(name) = find_infinite_all_of(spec) {
        return Err(Diagnostic::new(
            "check-shapes",
            format!("schema {name}"),
            "an allOf merges it into itself, so that it has no end; refer to it without merging",
        ));
    }
    for ((_, _, object), operation) in operation_objects(spec).zip(operations) {
        let fail = |message: String| {
            let location = format!("operation {}", operation.id);
            Err(Diagnostic::new("check-shapes", location, message))
        };
        let item = &spec["paths"][&operation.path];
        if object.get("servers").or_else(|| item.get("servers")).is_some() {
            return fail("it has servers of its own, but the client has one base URL for all".to_owned());
        }
        let Some(responses) = object.get("responses").and_then(Value::as_object) else {
            return fail("it has no responses".to_owned());
        };
        if responses.is_empty() {
            return fail("it documents no success (2xx), so that there is no type to return".to_owned());
        }
        let contents: Vec<&Value> = responses.values().map(|response| &response["content"]).collect();
        if contents.windows(2).any(|pair| pair[0] != pair[1]) {
            let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
            return fail(format!(
                "its successes {} differ in type, but a method returns one",
                statuses.join(" and ")
            ));
        }
        for (status, response) in responses {
            if let Some(media) = response.pointer("/content/application~1json")
                && media.get("schema").is_none()
            {
                return fail(format!(
                    "its response {status} is application/json without a schema; give it one, or drop the media type"
                ));
            }
        }
        let parameters = object.get("parameters").and_then(Value::as_array);
        if parameters.into_iter().flatten().any(|parameter| parameter["in"] == "cookie") {
            return fail("it has a cookie parameter, which no generated method can send".to_owned());
        }
        if let Some(content) = object.pointer("/requestBody/content").and_then(Value::as_object) {
            for (media_type, media) in content {
                if media.get("schema").is_none() {
                    return fail(format!("its request body {media_type} has no schema"));
                }
            }
            if content.len() > 1 {
                return fail("its request body has more than one media type".to_owned());
            }
        }
    }
    Ok(())
}

/// Finds what the document is refused for: the schema without which its types are not, else the first operation that is
/// refused on its own.
pub(super) fn locate_failure(spec: &Value, operations: &[Operation], refused: impl Fn(&Value) -> bool) -> String {
    let mut types_only = spec.clone();
    types_only["paths"] = Value::Object(Map::new());
    if refused(&types_only) {
        let schemas = spec.pointer("/components/schemas").and_then(Value::as_object);
        let heals = |name: &&String| {
            let mut healed = types_only.clone();
            healed["components"]["schemas"][name.as_str()] = Value::Object(Map::new());
            !refused(&healed)
        };
        let broken = schemas.into_iter().flat_map(Map::keys).find(heals);
        return broken.map_or("the document".to_owned(), |name| format!("schema {name}"));
    }
    for operation in operations {
        let mut alone = types_only.clone();
        let method = operation.method.to_lowercase();
        let mut item = spec["paths"][&operation.path].clone();
        if let Some(item) = item.as_object_mut() {
            item.retain(|key, _| *key == method || !METHODS.contains(&key.as_str()));
        }
        alone["paths"][&operation.path] = item;
        if refused(&alone) {
            return format!("operation {}", operation.id);
        }
    }
    "the document".to_owned()
}
