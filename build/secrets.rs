//! The secret fields of the specification, and the transform that gives them a secret type.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Diagnostic;

/// The string format that marks a secret. It exists in memory only.
pub(super) const FORMAT: &str = "harmont-secret";

/// The type of secrets in generated structs.
pub(super) const WIRE_TYPE: &str = "crate::secret::WireSecret";

/// The secret strings, and those that only look secret. Their names have the form `Schema.property`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secrets {
    /// Anyone who reads one can act as the user.
    pub(crate) secret: &'static [&'static str],
    /// Fields that look secret, with the reason why they are not.
    pub(crate) not_secret: &'static [(&'static str, &'static str)],
}

/// The decisions about this API.
pub(crate) const SECRETS: Secrets = Secrets {
    secret: &[
        "CliClaimRequest.nonce",
        "CliCodeResponse.code",
        "CliRedeemRequest.code",
        "CliTokenResponse.token",
        "CliTransferRequest.nonce",
    ],
    not_secret: &[("Error.error.code", "the machine-readable reason of a failure, such as `unauthorized`")],
};

/// The keywords that a marked field keeps. All others would prevent the conversion; `nullable` must stay, since it
/// changes the allowed values.
const KEPT: &[&str] = &["description", "nullable", "type"];

/// Words in the name or the description of a string that make it look secret.
const SUSPECT: &[&str] = &["credential", "jwt", "nonce", "otp", "password", "secret", "token"];

/// Words that do so in a name only: in descriptions they have too many other meanings.
const NAME_ONLY: &[&str] = &["code", "cookie", "key", "pin"];

/// Transform: marks each secret with our format, so that progenitor gives it our type. progenitor compares the whole schema,
/// so a keyword such as `minLength` would silently prevent the conversion.
pub(crate) fn mark(spec: &mut Value, secrets: &Secrets) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for row in secrets.secret {
        let (schema, property) = row.split_once('.').unwrap_or((row, ""));
        let pointer = format!("/components/schemas/{schema}/properties/{property}");
        match spec.pointer_mut(&pointer) {
            Some(Value::Object(field)) if field.get("type").is_some_and(|it| it == "string") => {
                field.retain(|keyword, _| KEPT.contains(&keyword.as_str()));
                field.insert("format".to_owned(), FORMAT.into());
            }
            Some(_) => diagnostics.push(Diagnostic::new(
                "mark-secrets",
                format!("field {row}"),
                "this secret is no longer a plain string, so it cannot have a secret type; see SECRETS in build/secrets.rs",
            )),
            None => diagnostics.push(Diagnostic::new(
                "mark-secrets",
                format!("field {row}"),
                "the document no longer has this field; remove or rename its entry in `secret` in build/secrets.rs",
            )),
        }
    }
    diagnostics
}

/// Reports the strings that look secret and are in neither table.
pub(crate) fn unlisted(spec: &Value, secrets: &Secrets) -> Vec<Diagnostic> {
    let mut suspects = Suspects { spec, locations: BTreeSet::new() };
    for (name, schema) in spec.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten()
    {
        suspects.visit(name, schema, name.clone());
        suspects.walk(schema, name);
    }
    suspects.walk(&spec["paths"], "paths");
    suspects.locations.retain(|location| {
        !secrets.secret.contains(&location.as_str())
            && !secrets.not_secret.iter().any(|(row, _)| row == location)
    });
    let diagnostic = |location: String| {
        let message = if location.matches('.').count() == 1 {
            format!(
                "this field looks secret; add \"{location}\" to `secret` in build/secrets.rs, or to `not_secret` with the reason"
            )
        } else {
            format!(
                "this looks secret, but only a field of a named schema can have a secret type; add \"{location}\" to \
                 `not_secret` in build/secrets.rs with the reason, or ask for a name for the schema that holds it"
            )
        };
        Diagnostic::new("list-secrets", format!("field {location}"), message)
    };
    suspects.locations.into_iter().map(diagnostic).collect()
}

/// The strings visited so far that look secret.
struct Suspects<'a> {
    spec: &'a Value,
    locations: BTreeSet<String>,
}

impl Suspects<'_> {
    /// Visits the properties of schemas and the parameters below `value`.
    fn walk(&mut self, value: &Value, location: &str) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    match (key.as_str(), value) {
                        ("properties", Value::Object(properties)) => {
                            for (name, schema) in properties {
                                let location = format!("{location}.{name}");
                                self.walk(schema, &location);
                                self.visit(name, schema, location);
                            }
                        }
                        ("default" | "enum" | "example" | "examples", _) => {}
                        _ => self.walk(value, &format!("{location}.{key}")),
                    }
                }
                if let (Some(name), Some(schema)) = (value["name"].as_str(), object.get("schema"))
                    && object.contains_key("in")
                {
                    self.visit(name, schema, format!("{location}.{name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, location)),
            _ => {}
        }
    }

    fn visit(&mut self, name: &str, schema: &Value, location: String) {
        if looks_secret(self.spec, name, schema) {
            self.locations.insert(location);
        }
    }
}

/// Returns whether the name or the description of a string mentions a secret.
pub(crate) fn looks_secret(spec: &Value, name: &str, schema: &Value) -> bool {
    let described = schema["description"].as_str().unwrap_or_default();
    let is_suspect = |word: &String| SUSPECT.contains(&word.trim_end_matches('s'));
    let by_name =
        words(name).iter().any(|word| is_suspect(word) || NAME_ONLY.contains(&word.trim_end_matches('s')));
    (by_name || words(described).iter().any(is_suspect)) && may_be_text(spec, schema, 0)
}

/// Returns whether a schema may contain text: itself, in a list, or through references.
fn may_be_text(spec: &Value, schema: &Value, depth: usize) -> bool {
    if let Some(target) = schema["$ref"].as_str().and_then(|target| spec.pointer(target.strip_prefix('#')?)) {
        // References can form a cycle.
        return depth < 8 && may_be_text(spec, target, depth + 1);
    }
    let mut parts =
        ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| schema[*keyword].as_array()).flatten();
    match schema["type"].as_str() {
        Some("string") => true,
        Some("array") => may_be_text(spec, &schema["items"], depth),
        Some(_) => false,
        None => match parts.next() {
            Some(first) => {
                may_be_text(spec, first, depth) || parts.any(|part| may_be_text(spec, part, depth))
            }
            None => schema.get("properties").is_none(),
        },
    }
}

/// Splits a text at characters that are neither letters nor digits, and before each capital.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && character.is_alphanumeric()
        {
            word.extend(character.to_lowercase());
        }
    }
    words
}
