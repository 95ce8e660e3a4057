//! The table of the fields of a body or a response.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use super::schema_type::type_of;
use super::{Input, add, media, text};
use crate::extract::resolve;
use crate::generate;

/// Adds the table of the fields of a body or a response.
pub(super) fn add_fields(page: &mut String, input: &Input<'_>, body: &Value) {
    for (_, media) in media(body) {
        let mut table = Table { input, rows: String::new(), listed: HashSet::new() };
        table.add(&media["schema"], "", "");
        if !table.rows.is_empty() {
            let head = "| field | type | required | secret | description |\n| --- | --- | --- | --- | --- |";
            add(page, &format!("{head}\n{}", table.rows.trim_end()));
        }
    }
}

/// The rows of a table: one for each field, including nested ones.
struct Table<'a> {
    input: &'a Input<'a>,
    rows: String,
    /// The references whose fields are listed. Each is listed once, since schemas can be recursive.
    listed: HashSet<&'a str>,
}

impl<'a> Table<'a> {
    /// Returns whether the field at a location is secret, or undecided.
    fn secrecy(&self, location: &str, name: &str, property: &Value) -> &'static str {
        let Input { spec, secrets } = self.input;
        if secrets.secret.contains(&location) {
            "yes"
        } else if !secrets.not_secret.iter().any(|(row, _)| *row == location)
            && generate::secrets::looks_secret(spec, name, property)
        {
            "undecided"
        } else {
            "no"
        }
    }

    /// Adds the fields of a schema. `location` is its name in the table of secrets.
    fn add(&mut self, schema: &'a Value, location: &str, prefix: &str) {
        let reference = schema["$ref"].as_str();
        if reference.is_some_and(|reference| !self.listed.insert(reference)) {
            return;
        }
        let location = reference.and_then(|reference| reference.rsplit('/').next()).unwrap_or(location);
        let resolved = resolve(self.input.spec, schema);
        for (name, property) in resolved["properties"].as_object().into_iter().flatten() {
            let location = format!("{location}.{name}");
            let is_required = resolved["required"]
                .as_array()
                .is_some_and(|required| required.iter().any(|field| field == name));
            let _ = writeln!(
                self.rows,
                "| `{prefix}{name}` | {} | {} | {} | {} |",
                type_of(self.input.spec, property),
                if is_required { "yes" } else { "no" },
                self.secrecy(&location, name, property),
                text(&property["description"])
            );
            self.add(property, &location, &format!("{prefix}{name}."));
        }
        for part in resolved["allOf"].as_array().into_iter().flatten() {
            self.add(part, location, prefix);
        }
    }
}
