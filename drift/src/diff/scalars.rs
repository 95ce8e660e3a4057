//! Compares the keywords of strings, numbers and enums, and all sizes.

use std::collections::{BTreeSet, HashSet};

use bigdecimal::BigDecimal;
use serde_json::{Value, json};

use super::schemas::Common;
use super::{Differ, Location, Mode, Wire};
use crate::document::number::{divides, key};
use crate::document::scalar_text;
use crate::document::schema::{Bound, SIZES, Schema};
use crate::document::types::Types;
use crate::rules;

/// Formats whose values are also valid in a wider format.
const WIDER_FORMATS: [(&str, &str); 8] = [
    ("int32", "int64"),
    ("float", "double"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "uri-reference"),
    ("uri", "iri"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
];

impl<'d> Differ<'d, '_> {
    /// Compares the keywords of the common types of two schemas.
    pub(crate) fn compare_scalars(
        &mut self,
        old: &Schema<'d>,
        new: &Schema<'d>,
        common: &Common,
        mode: Mode,
    ) {
        self.compare_enums(old, new, mode);
        // If the types are equal, also compare keywords that do not apply to them: such a change is probably intended.
        let types = if common.is_equal { Types::ALL } else { common.types };
        // Bounds do not constrain an enum further.
        let applies = |of: Types| common.types.intersects(of) && new.values.is_none();
        if types.intersects(Types::NUMBER) {
            self.compare_numbers(old, new, applies(Types::NUMBER), mode);
        }
        if types.intersects(Types::STRING) {
            self.compare_patterns(old, new, mode);
        }
        // The formats of other types have other meanings.
        let is_text = |schema: &Schema<'d>| {
            !schema.formats.iter().any(|it| it.starts_with("int") || it.starts_with("uint"))
        };
        if common.is_equal || (common.types.intersects(Types::STRING) && is_text(old) && is_text(new)) {
            self.compare_formats(old, new, mode);
        }
        for keyword in SIZES {
            let of = match &keyword[3..] {
                "Length" => Types::STRING,
                "Items" => Types::ARRAY,
                _ => Types::OBJECT,
            };
            if types.intersects(of) {
                self.compare_sizes(old, new, keyword, applies(of), mode);
            }
        }
        if types.intersects(Types::ARRAY) && old.unique != new.unique {
            let rule = if new.unique { &rules::BOUND_TIGHTENED } else { &rules::BOUND_LOOSENED };
            self.report_at(rule, mode, (old, new), "uniqueItems", (json!(old.unique), json!(new.unique)));
        }
    }

    fn compare_enums(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        match (&old.values, &new.values) {
            (None, None) => self.compare_known_values(old, new, mode),
            (None, Some(values)) => {
                let rule =
                    if old.known_values.is_empty() { &rules::BECAME_ENUM } else { &rules::ENUM_CLOSED };
                self.report_at(rule, mode, (old, new), enum_keyword(new), (Value::Null, list(values)));
            }
            (Some(values), None) => {
                let rule =
                    if new.known_values.is_empty() { &rules::ENUM_REMOVED } else { &rules::ENUM_OPENED };
                self.report_at(rule, mode, (old, new), enum_keyword(old), (list(values), Value::Null));
            }
            (Some(before), Some(after)) => {
                for value in missing(after, before, mode) {
                    self.report_enum_value(
                        &rules::ENUM_VALUE_ADDED,
                        old,
                        new,
                        (Value::Null, value.clone()),
                        mode,
                    );
                }
                for value in missing(before, after, mode) {
                    self.report_enum_value(
                        &rules::ENUM_VALUE_REMOVED,
                        old,
                        new,
                        (value.clone(), Value::Null),
                        mode,
                    );
                }
            }
        }
    }

    /// Compares the known values of extensible enums.
    fn compare_known_values(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        for value in missing(&new.known_values, &old.known_values, mode) {
            self.report_enum_value(&rules::KNOWN_VALUE_ADDED, old, new, (Value::Null, value.clone()), mode);
        }
        // Without the mark, the schema is no longer an enum.
        if new.known_values.is_empty() {
            return;
        }
        for value in missing(&old.known_values, &new.known_values, mode) {
            self.report_enum_value(&rules::KNOWN_VALUE_REMOVED, old, new, (value.clone(), Value::Null), mode);
        }
    }

    fn report_enum_value(
        &mut self,
        rule: &'static rules::Rule,
        old: &Schema<'d>,
        new: &Schema<'d>,
        values: (Value, Value),
        mode: Mode,
    ) {
        // Each value is a separate finding, identified by the value, no matter how the enum is spelled.
        let name = if values.0.is_null() { values.1.to_string() } else { values.0.to_string() };
        let location = |schema: &Schema<'d>| {
            let parent = schema.part_with(enum_keyword(schema))?;
            Some(Location::at(parent.get("enum").unwrap_or(parent), name.clone()))
        };
        self.report(rule, mode.direction, (location(old), location(new)), values);
    }

    fn compare_numbers(&mut self, old: &Schema<'d>, new: &Schema<'d>, applies: bool, mode: Mode) {
        for (is_low, before, after) in [(true, &old.low, &new.low), (false, &old.high, &new.high)] {
            let rule = match (before, after) {
                (before, after) if before == after => continue,
                // Adding or removing a bound that has no effect makes no difference.
                (None, _) | (_, None) if !applies => continue,
                (None, _) => &rules::BOUND_TIGHTENED,
                (Some(before), Some(after)) if is_tighter(after, before, is_low) => &rules::BOUND_TIGHTENED,
                _ => &rules::BOUND_LOOSENED,
            };
            let keyword = |schema: &Schema<'d>| {
                let names =
                    if is_low { ["minimum", "exclusiveMinimum"] } else { ["maximum", "exclusiveMaximum"] };
                let is_number =
                    |name: &&str| schema.parts.iter().any(|it| it.get(name).is_some_and(Value::is_number));
                names.into_iter().find(is_number).unwrap_or(names[0])
            };
            let keyword = if after.is_some() { keyword(new) } else { keyword(old) };
            self.report_at(rule, mode, (old, new), keyword, (shown(before.as_ref()), shown(after.as_ref())));
        }
        // Every integer is a multiple of one and of its divisors.
        let is_integer = [old, new].iter().any(|it| !it.types.intersects(Types::FRACTION));
        let counts = |it: &&BigDecimal| !(is_integer && divides(it, &BigDecimal::from(1)));
        let of = |schema: &Schema<'d>| schema.multiples.iter().filter(counts).cloned().collect::<Vec<_>>();
        let (before, after) = (&of(old), &of(new));
        if before != after && (applies || !(before.is_empty() || after.is_empty())) {
            let covers = |wide: &[BigDecimal], narrow: &[BigDecimal]| {
                wide.iter().all(|part| narrow.iter().any(|whole| divides(part, whole)))
            };
            let rule = match (covers(after, before), covers(before, after)) {
                (true, true) => return,
                (true, false) => &rules::BOUND_LOOSENED,
                (false, true) => &rules::BOUND_TIGHTENED,
                (false, false) => &rules::MULTIPLE_CHANGED,
            };
            let text = |all: &[BigDecimal]| match all {
                [] => Value::Null,
                all => json!(all.iter().map(number).collect::<Vec<_>>().join(", ")),
            };
            self.report_at(rule, mode, (old, new), "multipleOf", (text(before), text(after)));
        }
    }

    fn compare_sizes(
        &mut self,
        old: &Schema<'d>,
        new: &Schema<'d>,
        keyword: &'static str,
        applies: bool,
        mode: Mode,
    ) {
        let is_low = keyword.starts_with("min");
        let rule = match (old.sizes.get(keyword), new.sizes.get(keyword)) {
            (before, after) if before == after => return,
            (None, _) | (_, None) if !applies => return,
            (None, _) => &rules::BOUND_TIGHTENED,
            (Some(before), Some(after)) if (after > before) == is_low => &rules::BOUND_TIGHTENED,
            _ => &rules::BOUND_LOOSENED,
        };
        let value =
            |schema: &Schema<'d>| schema.sizes.get(keyword).map_or(Value::Null, |it| json!(number(it)));
        self.report_at(rule, mode, (old, new), keyword, (value(old), value(new)));
    }

    /// Compares the patterns as sets: whether one regular expression includes another is not decided.
    fn compare_patterns(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let rule = match () {
            () if old.patterns == new.patterns => return,
            () if old.patterns.is_subset(&new.patterns) => &rules::PATTERN_ADDED,
            () if new.patterns.is_subset(&old.patterns) => &rules::PATTERN_REMOVED,
            () => &rules::PATTERN_CHANGED,
        };
        self.report_at(rule, mode, (old, new), "pattern", (joined(&old.patterns), joined(&new.patterns)));
    }

    fn compare_formats(&mut self, old: &Schema<'d>, new: &Schema<'d>, mode: Mode) {
        let (before, after) = (&old.formats, &new.formats);
        let is_wider = |narrow: &BTreeSet<&str>, wide: &BTreeSet<&str>| {
            let covers = |format: &&str| {
                wide.contains(format) || wide.iter().any(|wider| WIDER_FORMATS.contains(&(*format, *wider)))
            };
            narrow.len() == wide.len() && narrow.iter().all(covers)
        };
        let rule = match () {
            () if before == after => return,
            // Bytes are not text.
            () if before.contains("binary") != after.contains("binary") => &rules::FORMAT_CHANGED,
            () if before.is_subset(after) => &rules::FORMAT_ADDED,
            () if after.is_subset(before) => &rules::FORMAT_REMOVED,
            () if is_wider(before, after) => &rules::FORMAT_WIDENED,
            () if is_wider(after, before) => &rules::FORMAT_NARROWED,
            () => &rules::FORMAT_CHANGED,
        };
        self.report_at(rule, mode, (old, new), "format", (joined(before), joined(after)));
    }
}

/// Returns the keyword that lists the values of an enum.
fn enum_keyword(schema: &Schema<'_>) -> &'static str {
    let is_present = |keyword: &&str| schema.parts.iter().any(|part| part.get(keyword).is_some());
    ["enum", "const", "x-extensible-enum", "oneOf", "anyOf"].into_iter().find(is_present).unwrap_or("enum")
}

fn list(values: &[&Value]) -> Value {
    values.iter().map(|it| (*it).clone()).collect()
}

/// Returns the values that are not in another list.
fn missing<'d>(values: &[&'d Value], list: &[&Value], mode: Mode) -> Vec<&'d Value> {
    // In text, the number 1 equals the string "1".
    let as_text = |value: &Value| (mode.wire == Wire::Text).then(|| format!("text {}", scalar_text(value)));
    let keys = |value: &Value| [Some(key(value)), as_text(value)].into_iter().flatten();
    let listed: HashSet<String> = list.iter().flat_map(|value| keys(value)).collect();
    values.iter().copied().filter(|value| !keys(value).any(|key| listed.contains(&key))).collect()
}

fn is_tighter(new: &Bound, old: &Bound, is_low: bool) -> bool {
    if new.value == old.value {
        return new.is_exclusive;
    }
    (new.value > old.value) == is_low
}

fn shown(bound: Option<&Bound>) -> Value {
    bound.map_or(Value::Null, |bound| {
        let value = number(&bound.value);
        json!(if bound.is_exclusive { format!("{value} (exclusive)") } else { value })
    })
}

fn number(value: &BigDecimal) -> String {
    value.normalized().to_plain_string()
}

fn joined(all: &BTreeSet<&str>) -> Value {
    if all.is_empty() { Value::Null } else { json!(all.iter().copied().collect::<Vec<_>>().join(" and ")) }
}
