//! The reference page, from the specification and the wrappers' own source.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use openapi_drift::render::plain;

use crate::Repository;
use crate::generate::{self, Operation, Secrets};
use crate::wrappers::{Wrapper, Wrappers};

/// Renders the page.
pub(crate) fn render(
    repository: &Repository,
    spec: &Value,
    operations: &[Operation],
    wrappers: &Wrappers,
) -> String {
    let Repository { profile, secrets, .. } = repository;
    let mut page = format!(
        "<!-- Generated from openapi.json and src/ by `cargo xtask regenerate`; do not edit. -->\n\n# {}\n",
        profile.page_title
    );
    let server = spec["servers"][0]["url"].as_str().unwrap_or_default();
    let (title, version) = (text(&spec["info"]["title"]), text(&spec["info"]["version"]));
    add(&mut page, &format!("{} of the {title}, version {version}, at `{server}`.", profile.page_subject));
    for operation in operations {
        let object = &spec["paths"][&operation.path][operation.method.to_lowercase()];
        section(&mut page, &Source { spec, secrets }, operation, object, wrappers);
    }
    page
}

/// What the page is made from, beside the wrappers.
struct Source<'a> {
    spec: &'a Value,
    secrets: &'a Secrets,
}

/// Adds a paragraph.
fn add(page: &mut String, paragraph: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(page, "\n{paragraph}");
}

fn section(
    page: &mut String,
    source: &Source<'_>,
    operation: &Operation,
    object: &Value,
    wrappers: &Wrappers,
) {
    let spec = source.spec;
    let Operation { id, method, path, bearer, .. } = operation;
    add(page, &format!("## `{id}`"));
    add(page, &format!("`{method} {path}`"));
    for keyword in ["summary", "description"] {
        if object[keyword].is_string() {
            add(page, &text(&object[keyword]));
        }
    }
    if object["deprecated"] == true {
        add(page, "**Deprecated.**");
    }

    let wrapper = wrappers.of(id).next();
    let caller = if *bearer { "with a session token (bearer)" } else { "anybody, without a token" };
    let retry = wrapper.and_then(|it| wrappers.retry_words.get(it.retries.first()?));
    let mut facts = format!("- **Who may call it**: {caller}\n");
    let name = wrapper.map_or("no wrapper yet".to_owned(), |it| format!("`{}`", it.name));
    let _ = write!(facts, "- **In Rust**: {name}");
    if let Some(retry) = retry {
        let _ = write!(facts, "\n- **Tried again**: {retry}");
    }
    add(page, &facts);
    if let Some(Wrapper { signature, example, .. }) = wrapper {
        add(page, &format!("```rust\n{signature}\n```"));
        if let Some(example) = example {
            add(page, &format!("```rust\n{example}\n```"));
        }
    }

    for parameter in parameters(spec, path, object) {
        let required = if parameter["required"] == true { "required" } else { "optional" };
        add(
            page,
            &format!(
                "**Parameter** {} in {}, {}, {required}. {}",
                code(&parameter["name"]),
                text(&parameter["in"]),
                type_of(spec, &parameter["schema"]),
                text(&parameter["description"])
            ),
        );
    }
    if let Some(body) = object.get("requestBody").map(|body| resolve(spec, body)) {
        let required = if body["required"] == true { "" } else { " (optional, says the specification)" };
        add(page, &format!("**Body** {}{required}", content(spec, body)));
        fields(page, source, body);
    }
    let responses = object["responses"].as_object().into_iter().flatten();
    let (successes, failures): (Vec<_>, Vec<_>) = responses.partition(|(status, _)| status.starts_with('2'));
    for (status, response) in successes {
        let response = resolve(spec, response);
        add(page, &format!("**Success** {status}, {}", outcome(spec, response)));
        fields(page, source, response);
    }
    if failures.is_empty() {
        add(page, "**Errors**: the specification names none.");
    }
    for (status, response) in failures {
        let response = resolve(spec, response);
        add(page, &format!("**Error** {status}, {}", outcome(spec, response)));
    }
}

/// Returns the parameters of an operation, and those of its path item that it does not replace.
fn parameters<'a>(spec: &'a Value, path: &str, operation: &'a Value) -> Vec<&'a Value> {
    let list = |owner: &'a Value| {
        let parameters = owner["parameters"].as_array().into_iter().flatten();
        parameters.map(|parameter| resolve(spec, parameter)).collect::<Vec<_>>()
    };
    let own = list(operation);
    let is_replaced = |it: &&Value| own.iter().any(|one| one["name"] == it["name"] && one["in"] == it["in"]);
    let shared: Vec<&Value> = list(&spec["paths"][path]).into_iter().filter(|it| !is_replaced(it)).collect();
    shared.into_iter().chain(own).collect()
}

/// Follows references as far as they go.
fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    for _ in 0..64 {
        let target = value["$ref"].as_str().and_then(|it| spec.pointer(it.strip_prefix('#')?));
        match target {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

fn media(holder: &Value) -> impl Iterator<Item = (&String, &Value)> {
    holder["content"].as_object().into_iter().flatten()
}

fn content(spec: &Value, holder: &Value) -> String {
    let types: Vec<String> = media(holder).map(|(_, media)| type_of(spec, &media["schema"])).collect();
    types.join(" or ")
}

/// What a response holds, and what it means.
fn outcome(spec: &Value, response: &Value) -> String {
    let content = content(spec, response);
    let content = if content.is_empty() { "no content" } else { &content };
    format!("{content}: {}", text(&response["description"]))
}

/// The type of a schema in a few words, with its values, bounds and default. A schema with fields goes by its name, since its
/// fields are listed; any other one is written out.
fn type_of(spec: &Value, schema: &Value) -> String {
    described(spec, schema, 0)
}

fn described(spec: &Value, schema: &Value, depth: usize) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = code(&Value::from(reference.rsplit('/').next().unwrap_or(reference)));
        let target = resolve(spec, schema);
        // Names can lead in a circle.
        let is_listed = target.get("properties").is_some() || target.get("allOf").is_some() || depth > 4;
        return if is_listed { name } else { format!("{name}: {}", described(spec, target, depth + 1)) };
    }
    let each = |keyword: &str, between: &str| {
        let parts = schema[keyword].as_array()?;
        let parts: Vec<String> = parts.iter().map(|part| described(spec, part, depth + 1)).collect();
        Some(parts.join(between))
    };
    let mut words = match schema["type"].as_str() {
        Some("array") => format!("array of {}", described(spec, &schema["items"], depth + 1)),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map to {}", described(spec, &schema["additionalProperties"], depth + 1))
        }
        Some(name) => match schema["format"].as_str() {
            Some(format) => format!("{} ({})", text(&Value::from(name)), text(&Value::from(format))),
            None => text(&Value::from(name)),
        },
        None => each("allOf", " and ")
            .or_else(|| each("oneOf", " or "))
            .or_else(|| each("anyOf", " or "))
            .unwrap_or_else(|| "anything".to_owned()),
    };
    if schema["nullable"] == true {
        words.push_str(" or null");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(code).collect();
        let _ = write!(words, ", one of {}", values.join(", "));
    }
    for (keyword, label) in LABELS {
        if let Some(value) = schema.get(keyword) {
            let _ = write!(words, ", {label} {}", code(value));
        }
    }
    for (keyword, label) in
        [("exclusiveMinimum", "minimum excluded"), ("exclusiveMaximum", "maximum excluded")]
    {
        if schema[keyword] == true {
            let _ = write!(words, ", {label}");
        }
    }
    words
}

/// The keywords that bound a value or replace a missing one, and what the page calls them.
const LABELS: [(&str, &str); 9] = [
    ("minLength", "minimum length"),
    ("maxLength", "maximum length"),
    ("pattern", "matching"),
    ("minimum", "minimum"),
    ("maximum", "maximum"),
    ("multipleOf", "multiple of"),
    ("minItems", "minimum items"),
    ("maxItems", "maximum items"),
    ("default", "default"),
];

/// Adds the table of the fields that a body or a response has.
fn fields(page: &mut String, source: &Source<'_>, holder: &Value) {
    for (_, media) in media(holder) {
        let mut table = Table { source, rows: String::new(), shown: HashSet::new() };
        table.add(&media["schema"], "", "");
        if !table.rows.is_empty() {
            let head = "| field | type | required | secret | description |\n| --- | --- | --- | --- | --- |";
            add(page, &format!("{head}\n{}", table.rows.trim_end()));
        }
    }
}

/// The rows of a table, one for each field and field of a field.
struct Table<'a> {
    source: &'a Source<'a>,
    rows: String,
    /// The references that were shown, which is once each: schemas may hold themselves and each other.
    shown: HashSet<&'a str>,
}

impl<'a> Table<'a> {
    /// What is decided about the secrecy of a field.
    fn secrecy(&self, place: &str, name: &str, property: &Value) -> &'static str {
        let Source { spec, secrets } = self.source;
        if secrets.secret.contains(&place) {
            "yes"
        } else if !secrets.not_secret.iter().any(|(row, _)| *row == place)
            && generate::secrets::looks_secret(spec, name, property)
        {
            "undecided"
        } else {
            "no"
        }
    }

    /// Adds the fields of a schema. `place` is what the table of secrets calls it.
    fn add(&mut self, schema: &'a Value, place: &str, prefix: &str) {
        let reference = schema["$ref"].as_str();
        if reference.is_some_and(|it| !self.shown.insert(it)) {
            return;
        }
        let place = reference.and_then(|it| it.rsplit('/').next()).unwrap_or(place);
        let resolved = resolve(self.source.spec, schema);
        for (name, property) in resolved["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            let is_required =
                resolved["required"].as_array().is_some_and(|it| it.iter().any(|one| one == name));
            let yes = |it: bool| if it { "yes" } else { "no" };
            let _ = writeln!(
                self.rows,
                "| `{prefix}{name}` | {} | {} | {} | {} |",
                type_of(self.source.spec, property),
                yes(is_required),
                self.secrecy(&place, name, property),
                text(&property["description"])
            );
            self.add(property, &place, &format!("{prefix}{name}."));
        }
        for part in resolved["allOf"].as_array().into_iter().flatten() {
            self.add(part, place, prefix);
        }
    }
}

/// The text of a value on one line, safe in a table and outside one, and without control characters.
fn text(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned);
    let words: Vec<&str> = text.split_whitespace().collect();
    plain(&words.join(" ")).replace('|', "\\|").replace('<', "&lt;")
}

/// A value as code.
fn code(value: &Value) -> String {
    format!("`{}`", text(value).replace('`', "'"))
}
