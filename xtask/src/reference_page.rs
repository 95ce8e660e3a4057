//! Renders the reference page from the specification and the sources of the wrappers.

mod field_table;
mod schema_type;

use std::fmt::Write;

use openapi_drift::render::plain;
use serde_json::Value;

use crate::Repository;
use crate::extract::resolve;
use crate::generate::{Operation, Secrets};
use crate::wrappers::{Wrapper, Wrappers};

use field_table::add_fields;
use schema_type::type_of;

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
        section(&mut page, &Input { spec, secrets }, operation, object, wrappers);
    }
    page
}

/// The sources of the page besides the wrappers.
struct Input<'a> {
    spec: &'a Value,
    secrets: &'a Secrets,
}

/// Adds a paragraph.
fn add(page: &mut String, paragraph: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(page, "\n{paragraph}");
}

fn section(page: &mut String, input: &Input<'_>, operation: &Operation, object: &Value, wrappers: &Wrappers) {
    let spec = input.spec;
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
    let authentication = if *bearer { "session token (bearer)" } else { "none" };
    let retry = wrapper.and_then(|wrapper| wrappers.retry_docs.get(wrapper.retries.first()?));
    let mut facts = format!("- **Authentication**: {authentication}\n");
    let name = wrapper.map_or("none yet".to_owned(), |wrapper| format!("`{}`", wrapper.name));
    let _ = write!(facts, "- **Wrapper**: {name}");
    if let Some(retry) = retry {
        let _ = write!(facts, "\n- **Retries**: {retry}");
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
        let required = if body["required"] == true { "" } else { " (optional in the specification)" };
        add(page, &format!("**Body** {}{required}", content_types(spec, body)));
        add_fields(page, input, body);
    }
    let responses = object["responses"].as_object().into_iter().flatten();
    let (successes, failures): (Vec<_>, Vec<_>) = responses.partition(|(status, _)| status.starts_with('2'));
    for (status, response) in successes {
        let response = resolve(spec, response);
        add(page, &format!("**Success** {status}, {}", describe_response(spec, response)));
        add_fields(page, input, response);
    }
    if failures.is_empty() {
        add(page, "**Errors**: the specification documents none.");
    }
    for (status, response) in failures {
        let response = resolve(spec, response);
        add(page, &format!("**Error** {status}, {}", describe_response(spec, response)));
    }
}

/// Returns the parameters of an operation, including those of its path item that it does not override.
fn parameters<'a>(spec: &'a Value, path: &str, operation: &'a Value) -> Vec<&'a Value> {
    let list = |owner: &'a Value| {
        let parameters = owner["parameters"].as_array().into_iter().flatten();
        parameters.map(|parameter| resolve(spec, parameter)).collect::<Vec<_>>()
    };
    let own = list(operation);
    let is_overridden =
        |shared: &&Value| own.iter().any(|own| own["name"] == shared["name"] && own["in"] == shared["in"]);
    let shared: Vec<&Value> =
        list(&spec["paths"][path]).into_iter().filter(|parameter| !is_overridden(parameter)).collect();
    shared.into_iter().chain(own).collect()
}

/// Returns the media types of a body or a response.
fn media(body: &Value) -> impl Iterator<Item = (&String, &Value)> {
    body["content"].as_object().into_iter().flatten()
}

fn content_types(spec: &Value, body: &Value) -> String {
    let types: Vec<String> = media(body).map(|(_, media)| type_of(spec, &media["schema"])).collect();
    types.join(" or ")
}

/// Describes the content and the meaning of a response.
fn describe_response(spec: &Value, response: &Value) -> String {
    let content = content_types(spec, response);
    let content = if content.is_empty() { "no content" } else { &content };
    format!("{content}: {}", text(&response["description"]))
}

/// Returns a value as text on one line, without control characters, and escaped for Markdown tables.
fn text(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned);
    let words: Vec<&str> = text.split_whitespace().collect();
    plain(&words.join(" ")).replace('|', "\\|").replace('<', "&lt;")
}

/// Returns a value as inline code.
fn code(value: &Value) -> String {
    format!("`{}`", text(value).replace('`', "'"))
}
