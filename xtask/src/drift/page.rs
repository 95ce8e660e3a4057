//! The published reference page against the specification: every statement of the page is read, and must agree.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::compare::{get, object};
use super::finding::{Finding, Operation};
use super::place::escape;
use super::rules::{Direction, Rule};
use crate::generate::{self, spec::operations};

/// What the page says of one operation. What it does not say is empty.
#[derive(Debug, Default)]
struct Section {
    id: String,
    place: String,
    /// The paragraphs between the place and the code: summary, then description.
    words: Vec<String>,
    import: String,
    call: String,
    body: String,
    returns: String,
}

/// Compares the page with the specification.
pub(crate) fn compare(spec: &Value, page: &str) -> Result<Vec<Finding>> {
    let sections = read(page)?;
    let mut findings = Vec::new();
    let operations = operations(spec)?;
    let mut on_page: BTreeMap<&str, &Section> = BTreeMap::new();
    for section in &sections {
        let known = operations.iter().find(|it| it.id == section.id);
        if known.is_none() || on_page.insert(&section.id, section).is_some() {
            let (method, path) = section.place.split_once(' ').unwrap_or_default();
            let named = (section.id.as_str(), method, path);
            findings.push(finding(Rule::PageUnknown, named, &json!(null), &json!(section.place)));
        }
    }
    for operation in &operations {
        let named = (operation.id.as_str(), operation.method.as_str(), operation.path.as_str());
        let Some(section) = on_page.get(operation.id.as_str()) else {
            findings.push(finding(
                Rule::PageMissing,
                named,
                &json!(format!("{} {}", named.1, named.2)),
                &json!(null),
            ));
            continue;
        };
        let expected = expected(spec, operation);
        let word = |section: &Section, at: usize| section.words.get(at).cloned().unwrap_or_default();
        for (rule, of) in [
            (Rule::PagePlace, (&expected.place, &section.place)),
            (Rule::PageSummary, (&word(&expected, 0), &word(section, 0))),
            (
                Rule::PageDescription,
                (&expected.words[1..].join("\n\n"), &section.words.get(1..).unwrap_or_default().join("\n\n")),
            ),
            (Rule::PageImport, (&expected.import, &section.import)),
            (Rule::PageSignature, (&expected.call, &section.call)),
            (Rule::PageBody, (&expected.body, &section.body)),
            (Rule::PageReturns, (&expected.returns, &section.returns)),
        ] {
            if of.0 != of.1 {
                findings.push(finding(rule, named, &json!(of.0), &json!(of.1)));
            }
        }
    }
    Ok(findings)
}

/// What the page should say of an operation.
fn expected(spec: &Value, operation: &generate::Operation) -> Section {
    let generate::Operation { id, method, path, .. } = operation;
    let object_of = &spec["paths"][path][method.to_lowercase()];
    let text = |keyword: &str| normal(get(object_of, keyword).as_str().unwrap_or_default());
    let mut pascal = id.clone();
    if let Some(first) = pascal.get(..1) {
        pascal.replace_range(..1, &first.to_uppercase());
    }
    let body = object(get(object_of, "requestBody")).map(|body| {
        let content = body.get("content").and_then(Value::as_object).into_iter().flatten();
        let names: Vec<&str> =
            content.filter_map(|(_, media)| media["schema"]["$ref"].as_str()?.rsplit('/').next()).collect();
        let required = body.get("required").is_some_and(|it| it == true);
        format!("`{}`{}", names.join(" | "), if required { "" } else { " (optional)" })
    });
    Section {
        id: id.clone(),
        place: format!("{method} {path}"),
        words: vec![text("summary"), text("description")],
        import: format!("import {{ {id} }} from \"@harmont/cloud\";"),
        call: format!("{id}(options): RequestResult<{pascal}Response>"),
        body: body.unwrap_or_default(),
        returns: format!("`{pascal}Response`"),
    }
}

/// Reads the page's sections.
fn read(page: &str) -> Result<Vec<Section>> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_code = false;
    let mut paragraph: Vec<&str> = Vec::new();
    for line in page.lines().chain([""]) {
        let line = line.trim_end();
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if let Some(title) = line.strip_prefix("### ").filter(|_| !in_code) {
            let id = title.split('`').nth(1).unwrap_or(title.split_whitespace().next().unwrap_or_default());
            sections.push(Section { id: id.to_owned(), ..Section::default() });
            paragraph.clear();
            continue;
        }
        let Some(section) = sections.last_mut() else { continue };
        if in_code {
            let line = line.trim();
            if line.starts_with("import ") {
                line.clone_into(&mut section.import);
            } else if !line.is_empty() {
                section.call.push_str(line);
            }
            continue;
        }
        if !line.is_empty() {
            paragraph.push(line.trim());
            continue;
        }
        let text = normal(&paragraph.join(" "));
        paragraph.clear();
        if text.is_empty() {
        } else if section.place.is_empty() && text.starts_with('`') && text.ends_with('`') {
            text.trim_matches('`').clone_into(&mut section.place);
        } else if let Some(body) = text.strip_prefix("**Body** ") {
            body.clone_into(&mut section.body);
        } else if let Some(returns) = text.strip_prefix("**Returns** ") {
            returns.clone_into(&mut section.returns);
        } else if !text.starts_with("See [") {
            section.words.push(text);
        }
    }
    if sections.is_empty() {
        bail!(
            "it has no section of an operation, such as \"### `cliClaim`\"; is it the API's own published page? \
             `cargo xtask check` looks after docs/reference/"
        );
    }
    Ok(sections)
}

/// One space between words, wherever lines break.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn finding(rule: Rule, (id, method, path): (&str, &str, &str), spec: &Value, page: &Value) -> Finding {
    Finding {
        rule,
        direction: Direction::Response,
        operation: Some(Operation { id: id.to_owned(), method: method.to_owned(), path: path.to_owned() }),
        component: None,
        reached_by: Vec::new(),
        subject: id.to_owned(),
        old: Some(format!("#/paths/{}/{}", escape(path), method.to_lowercase())),
        new: None,
        before: spec.clone(),
        after: page.clone(),
    }
}
