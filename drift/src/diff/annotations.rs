//! Compares the annotations and defaults of schemas.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::{Differ, Mode, Wire};
use crate::document::number::{equal, key};
use crate::document::schema::Schema;
use crate::rules;

impl<'d> Differ<'d, '_> {
    /// Compares the annotations and the defaults of two schemas.
    pub(crate) fn compare_annotations(
        &mut self,
        old: &Schema<'d>,
        new: &Schema<'d>,
        property: Option<&'d str>,
        mode: Mode,
    ) {
        let keys = old.annotations.keys().chain(new.annotations.keys());
        let keys: BTreeSet<&'d str> = keys.copied().collect();
        for keyword in keys {
            let (before, after) = (old.annotations.get(keyword), new.annotations.get(keyword));
            if before == after {
                continue;
            }
            let values = |it: Option<&&'d Value>| it.map(|it| (*it).clone()).unwrap_or_default();
            let (rule, direction) = match keyword {
                "xml" if xml(before, property) == xml(after, property) => {
                    self.rewrites.insert("defaults spelled out");
                    continue;
                }
                "xml" if mode.wire == Wire::Xml => (&rules::XML_CHANGED, mode),
                "example" | "examples" => {
                    // 3.0 has a single `example`, 3.1 a list of `examples`.
                    if examples(old) == examples(new) {
                        continue;
                    }
                    (&rules::EXAMPLES_CHANGED, mode)
                }
                _ => (&rules::DESCRIPTION_CHANGED, mode),
            };
            self.report_at(rule, direction, (old, new), keyword, (values(before), values(after)));
        }
        if old.deprecated != new.deprecated {
            let rule = if new.deprecated { &rules::DEPRECATED } else { &rules::REACTIVATED };
            let values = (json!(old.deprecated), json!(new.deprecated));
            self.report_at(rule, mode, (old, new), "deprecated", values);
        }
        self.compare_variants(old, new, mode);
        // The defaults of parameters and properties are compared with those.
        if property.is_none() && mode.wire != Wire::Text && !same_default(old.default, new.default) {
            self.report_default(&rules::DEFAULT_CHANGED, old, new, mode);
        }
    }

    /// Compares the annotations of each value, for enums that are written as a choice.
    fn compare_variants(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let name = |it: &Value| ["const", "enum", "$ref"].map(|keyword| it.get(keyword).map(key));
        let mut known: HashMap<[Option<String>; 3], &'d Value> = HashMap::new();
        for old_variant in &old.variants {
            known.entry(name(old_variant)).or_insert(old_variant);
        }
        for new_variant in &new.variants {
            let Some(old_variant) = known.get(&name(new_variant)) else { continue };
            for keyword in ["title", "description", "deprecated"] {
                self.report_if_changed(
                    &rules::DESCRIPTION_CHANGED,
                    mode.direction,
                    (old_variant, new_variant),
                    keyword,
                );
            }
        }
    }

    /// Reports a changed default.
    pub(crate) fn report_default(
        &mut self,
        rule: &'static rules::Rule,
        old: &Schema<'d>,
        new: &Schema<'d>,
        mode: Mode,
    ) {
        let value = |it: Option<&'d Value>| it.cloned().unwrap_or_default();
        self.report_at(rule, mode, (old, new), "default", (value(old.default), value(new.default)));
    }
}

/// Returns whether two defaults are equal.
pub(crate) fn same_default(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => equal(old, new),
        (old, new) => old == new,
    }
}

/// Returns the members of an `xml` object that differ from their defaults.
fn xml(value: Option<&&Value>, name: Option<&str>) -> Map<String, Value> {
    let all = value.and_then(|it| it.as_object()).into_iter().flatten();
    let is_usual = |(key, it): &(&String, &Value)| {
        **it == Value::Bool(false) || (*key == "name" && it.as_str().is_some_and(|it| Some(it) == name))
    };
    all.filter(|entry| !is_usual(entry)).map(|(key, it)| (key.clone(), it.clone())).collect()
}

/// Returns the examples of a schema from both keywords.
fn examples(schema: &Schema<'_>) -> Vec<Value> {
    let listed = schema.annotations.get("examples").and_then(|it| it.as_array()).cloned().unwrap_or_default();
    let single = schema.annotations.get("example").map(|it| (*it).clone());
    listed.into_iter().chain(single).collect()
}
