//! Compares every statement of the API's published reference page with the specification.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use openapi_drift::{Change, Direction, Effect, Example, Finding, Fragment, Operation, Rule, Scope, Subject};
use serde_json::{Value, json};

use crate::api_profile::Profile;
use crate::generate::{self, spec::operations};

/// Defines the rules: the id, the summary and the impact of each disagreement. A page has no effect on the wire.
macro_rules! rules {
    ($($rule:ident $name:literal $summary:literal $impact:literal;)*) => {
        $(static $rule: Rule = Rule {
            name: $name,
            scope: Scope::Request,
            effect: Effect::Neutral,
            deviation: None,
            summary: $summary,
            sends: $impact,
            receives: "",
            // Only the reference of openapi-drift shows examples.
            example: Example { of: Fragment::Operation, before: "", after: "" },
        };)*
        /// All rules about the page. `drift.toml` may name them.
        pub(crate) static RULES: &[&Rule] = &[$(&$rule),*];
    };
}

rules! {
    MISSING "page-operation-missing" "is not on the page" "The page is incomplete, or older than the specification.";
    UNKNOWN "page-operation-unknown" "is not in the specification" "The page is newer than the specification, or out of date.";
    ENDPOINT "page-endpoint-differs" "differ on the page" "Readers call an address that does not exist.";
    SUMMARY "page-summary-differs" "differs on the page" "Readers get a different description of the operation.";
    DESCRIPTION "page-description-differs" "differs on the page" "Readers get a different description of the operation.";
    IMPORT "page-import-differs" "differs on the page" "Code copied from the page does not compile.";
    SIGNATURE "page-signature-differs" "differs on the page" "Code copied from the page does not compile.";
    BODY "page-body-differs" "differs on the page" "Readers send another body, or leave out a required one.";
    RETURNS "page-returns-differs" "differs on the page" "Readers expect another response.";
}

/// Returns whether an id is that of a rule about the page.
pub(crate) fn is_rule(id: &str) -> bool {
    RULES.iter().any(|rule| rule.name == id)
}

/// The statements of the page about an operation. Missing ones are empty.
#[derive(Debug, Default)]
struct Section {
    id: String,
    /// The method and the path.
    endpoint: String,
    /// The paragraphs between the endpoint and the code: summary, then description.
    paragraphs: Vec<String>,
    import: String,
    call: String,
    body: String,
    returns: String,
}

/// Finds the disagreements between the page and the specification.
///
/// # Errors
///
/// Fails if the page has no operation sections at all.
pub(crate) fn find_disagreements(profile: &Profile, spec: &Value, page: &str) -> Result<Vec<Finding>> {
    let sections = parse_sections(page)?;
    let mut findings = Vec::new();
    let operations = operations(spec)?;
    let mut on_page: BTreeMap<&str, &Section> = BTreeMap::new();
    for section in &sections {
        let is_known = operations.iter().any(|operation| operation.id == section.id);
        if !is_known || on_page.insert(&section.id, section).is_some() {
            let (method, path) = section.endpoint.split_once(' ').unwrap_or_default();
            let change = Change::Added(json!(section.endpoint));
            findings.push(finding(&UNKNOWN, "", (&section.id, method, path), change));
        }
    }
    for operation in &operations {
        let identity = (operation.id.as_str(), operation.method.as_str(), operation.path.as_str());
        let located = |mut finding: Finding| {
            let path = operation.path.replace('~', "~0").replace('/', "~1");
            finding.old = Some(format!("#/paths/{path}/{}", operation.method.to_lowercase()));
            finding
        };
        let Some(section) = on_page.get(operation.id.as_str()) else {
            let change = Change::Removed(json!(format!("{} {}", operation.method, operation.path)));
            findings.push(located(finding(&MISSING, "", identity, change)));
            continue;
        };
        let expected = expected_section(profile, spec, operation);
        let paragraph =
            |section: &Section, at: usize| section.paragraphs.get(at).cloned().unwrap_or_default();
        for (rule, part, (spec, page)) in [
            (&ENDPOINT, "method and path", (&expected.endpoint, &section.endpoint)),
            (&SUMMARY, "summary", (&paragraph(&expected, 0), &paragraph(section, 0))),
            (
                &DESCRIPTION,
                "description",
                (
                    &expected.paragraphs[1..].join("\n\n"),
                    &section.paragraphs.get(1..).unwrap_or_default().join("\n\n"),
                ),
            ),
            (&IMPORT, "import", (&expected.import, &section.import)),
            (&SIGNATURE, "signature", (&expected.call, &section.call)),
            (&BODY, "request body", (&expected.body, &section.body)),
            (&RETURNS, "return type", (&expected.returns, &section.returns)),
        ] {
            if spec != page {
                findings.push(located(finding(rule, part, identity, change(spec, page))));
            }
        }
    }
    Ok(findings)
}

/// Returns the change from the specification's statement to the page's.
fn change(spec: &str, page: &str) -> Change {
    match (spec.is_empty(), page.is_empty()) {
        (true, _) => Change::Added(json!(page)),
        (_, true) => Change::Removed(json!(spec)),
        _ => Change::Replaced(json!(spec), json!(page)),
    }
}

fn finding(
    rule: &'static Rule,
    part: &str,
    (id, method, path): (&str, &str, &str),
    change: Change,
) -> Finding {
    let operation =
        Operation { id: Some(id.to_owned()), old_id: None, method: method.to_owned(), path: path.to_owned() };
    Finding::new(rule, Direction::Request, Subject::Operation(operation), part, change)
}

/// Returns the statements that the page should make about an operation.
fn expected_section(profile: &Profile, spec: &Value, operation: &generate::Operation) -> Section {
    let generate::Operation { id, method, path, .. } = operation;
    let object = &spec["paths"][path][method.to_lowercase()];
    let text = |keyword: &str| normalize(object[keyword].as_str().unwrap_or_default());
    let mut pascal = id.clone();
    if let Some(first) = pascal.get(..1) {
        pascal.replace_range(..1, &first.to_uppercase());
    }
    let body = object["requestBody"].as_object().map(|body| {
        let content = body.get("content").and_then(Value::as_object).into_iter().flatten();
        let names: Vec<&str> =
            content.filter_map(|(_, media)| media["schema"]["$ref"].as_str()?.rsplit('/').next()).collect();
        let required = body.get("required").is_some_and(|required| required == true);
        format!("`{}`{}", names.join(" | "), if required { "" } else { " (optional)" })
    });
    Section {
        id: id.clone(),
        endpoint: format!("{method} {path}"),
        paragraphs: vec![text("summary"), text("description")],
        import: profile.published_import.replace("{id}", id),
        call: format!("{id}(options): RequestResult<{pascal}Response>"),
        body: body.unwrap_or_default(),
        returns: format!("`{pascal}Response`"),
    }
}

/// Parses the sections of the page.
fn parse_sections(page: &str) -> Result<Vec<Section>> {
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
        let text = normalize(&paragraph.join(" "));
        paragraph.clear();
        if text.is_empty() {
        } else if section.endpoint.is_empty() && text.starts_with('`') && text.ends_with('`') {
            text.trim_matches('`').clone_into(&mut section.endpoint);
        } else if let Some(body) = text.strip_prefix("**Body** ") {
            body.clone_into(&mut section.body);
        } else if let Some(returns) = text.strip_prefix("**Returns** ") {
            returns.clone_into(&mut section.returns);
        } else if !text.starts_with("See [") {
            section.paragraphs.push(text);
        }
    }
    if sections.is_empty() {
        bail!(
            "it has no section of an operation, such as \"### `cliClaim`\"; is it the API's published page? \
             (`cargo xtask check` checks docs/reference/)"
        );
    }
    Ok(sections)
}

/// Replaces line breaks and repeated spaces with one space.
fn normalize(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
