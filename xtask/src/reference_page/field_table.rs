//! The table of a schema's fields.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use super::schema_type::type_of;
use super::{Source, add, media, resolve, text};
use crate::generate;

/// Adds the table of the fields that a body or a response has.
pub(super) fn fields(page: &mut String, source: &Source<'_>, holder: &Value) {
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
