//! Schemas against each other, keyword by keyword.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::compare::{Compare, NONE, Pair, get, items, object, reference};
use super::flatten::flatten;
use super::names::{beside, is_choice_of, name_of, only_choice};
use super::place::Place;
use super::rules::{Direction, Level, Rule};
use super::values;

/// The keywords that [`Compare::keywords`] looks at.
const KNOWN: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// How often what an `allOf` names is followed on one way down: what is merged has parts to be merged of its own, and
/// following all of them would write the whole document out many times.
const MAX_FOLLOWED: usize = 2;

impl Compare<'_> {
    /// Compares two schemas, wherever they are. Two named ones are only noted down, so that a schema that many reach, or
    /// that reaches itself, is compared once for each direction.
    pub(crate) fn schema(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let (old, new) = (only_choice(old), only_choice(new));
        match (name_of(old), name_of(new)) {
            (Some(one), Some(other)) => {
                if one != other {
                    let names = (Value::from(one), Value::from(other));
                    self.report(Rule::SchemaRenamed, direction, place, (&names.0, &names.1));
                }
                self.note(one, other, direction);
                // What stands beside the reference, as in a nullable one.
                if reference(old).is_none() || reference(new).is_none() {
                    self.scalars(&beside(old), &beside(new), direction, place);
                }
            }
            (Some(name), None) if is_choice_of(new, name) => {
                self.note(name, name, direction);
                self.report(Rule::AlternativeAdded, direction, place, (&NONE, new));
            }
            (None, Some(name)) if is_choice_of(old, name) => {
                self.note(name, name, direction);
                self.report(Rule::AlternativeRemoved, direction, place, (old, &NONE));
            }
            _ => self.deeper(direction, place, |this| {
                this.resolve_both(old, new, place, |this, old, new, place| {
                    this.unnamed(old, new, direction, place);
                });
            }),
        }
    }

    /// Notes two named schemas down for later.
    pub(crate) fn note(&mut self, old: &str, new: &str, direction: Direction) {
        let pair = Pair { old: old.to_owned(), new: new.to_owned(), direction, is_text: self.is_text };
        if self.seen.insert(pair.clone()) {
            self.queue.push_back(pair);
        }
    }

    /// Compares two schemas that are not references, the parts of an `allOf` merged.
    pub(crate) fn unnamed(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        if old.get("allOf").is_none() && new.get("allOf").is_none() {
            return self.keywords(old, new, direction, place);
        }
        let before = self.findings.len();
        let (one, had) = flatten(self.old, old, false, &mut self.touched);
        let (other, has) = flatten(self.new, new, false, &mut self.touched);
        // What the same names stand for is compared where it stands.
        for name in had.iter().filter(|name| has.contains(name)) {
            self.note(name, name, direction);
        }
        if (had == has && one == other) || self.followed >= MAX_FOLLOWED {
            self.keywords(&one, &other, direction, place);
        } else {
            // One part may require what another describes, so that only the whole says what has changed.
            let mut hasher = DefaultHasher::new();
            let (scope, _) = place.root_pointers();
            (scope, old.to_string(), new.to_string(), direction, self.is_text, self.is_hidden)
                .hash(&mut hasher);
            if !self.merged.insert(hasher.finish()) {
                return;
            }
            let (one, _) = flatten(self.old, old, true, &mut self.touched);
            let (other, _) = flatten(self.new, new, true, &mut self.touched);
            self.followed += 1;
            self.keywords(&one, &other, direction, place);
            self.followed -= 1;
        }
        let has_changed = self.findings[before..].iter().any(|it| it.level() > Level::Docs);
        self.parts(old, new, has_changed, direction, place);
    }

    /// The parts of an `allOf`, as they stand: one more must be fitted, too, even where the whole seems the same.
    fn parts(
        &mut self,
        old: &Value,
        new: &Value,
        has_changed: bool,
        direction: Direction,
        place: &Place<'_>,
    ) {
        let parts = |schema: &Value| -> Vec<Value> {
            items(get(schema, "allOf")).iter().filter(|part| !values::only_describes(part)).cloned().collect()
        };
        let (mut gone, mut come) = (parts(old), parts(new));
        let has_more = !gone.is_empty() && come.len() > gone.len();
        if !has_changed && !has_more {
            return;
        }
        gone.retain(|part| match come.iter().position(|it| it == part) {
            Some(found) => drop_at(&mut come, found),
            None => true,
        });
        let (old_document, new_document) = (self.old, self.new);
        gone.retain(|part| {
            let fits = |it: &Value| values::same_behind_name(old_document, part, new_document, it);
            match come.iter().position(fits) {
                Some(found) => drop_at(&mut come, found),
                None => true,
            }
        });
        // Unnamed ones on both sides have been edited, which the whole has shown already.
        gone.retain(|part| {
            match come.iter().position(|it| name_of(it).is_none() && name_of(part).is_none()) {
                Some(found) => drop_at(&mut come, found),
                None => true,
            }
        });
        let list = place.at("allOf");
        for part in &come {
            let at =
                items(get(new, "allOf")).iter().position(|it| it == part).unwrap_or_default().to_string();
            self.report(Rule::PartAdded, direction, &list.at(&at), (&NONE, part));
        }
        for part in &gone {
            let at =
                items(get(old, "allOf")).iter().position(|it| it == part).unwrap_or_default().to_string();
            self.report(Rule::PartRemoved, direction, &list.at(&at), (part, &NONE));
        }
    }

    /// Compares keyword by keyword.
    fn keywords(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        if old == new && !values::refers(old) {
            return;
        }
        let is_anything = |schema: &Value| object(schema).is_some_and(serde_json::Map::is_empty);
        match (is_anything(old), is_anything(new)) {
            (true, false) if !values::only_describes(new) => {
                return self.report(Rule::TypeNarrowed, direction, place, (old, new));
            }
            (false, true) if !values::only_describes(old) => {
                return self.report(Rule::TypeWidened, direction, place, (old, new));
            }
            _ => {}
        }
        if object(old).is_none() || object(new).is_none() {
            return self.differ(Rule::Unexamined, direction, place, (old, new));
        }
        if self.became_choice(old, new, direction, place) {
            return;
        }
        self.scalars(old, new, direction, place);
        self.properties(old, new, direction, place);
        self.additional(get(old, "additionalProperties"), get(new, "additionalProperties"), direction, place);
        if old.get("items").is_some() || new.get("items").is_some() {
            let anything = json!({});
            let of = |schema: &Value| schema.get("items").cloned().unwrap_or_else(|| anything.clone());
            self.schema(&of(old), &of(new), direction, &place.at("items"));
        }
        for keyword in ["oneOf", "anyOf"] {
            self.alternatives(old, new, keyword, direction, place);
        }
        self.discriminator(old, new, direction, place);
        let not = place.at("not");
        match (old.get("not"), new.get("not")) {
            // What is excluded works the other way round.
            (Some(one), Some(other)) => self.schema(one, other, direction.other(), &not),
            (None, Some(other)) => self.report(Rule::NotAdded, direction, &not, (&NONE, other)),
            (Some(one), None) => self.report(Rule::NotRemoved, direction, &not, (one, &NONE)),
            (None, None) => {}
        }
        self.rest(old, new, KNOWN, direction, place);
    }

    /// The keywords whose values say all by themselves.
    fn scalars(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let is_raw = std::mem::take(&mut self.is_raw);
        let types = if is_raw { None } else { values::types(old, new, self.is_text) };
        // A format is judged within one type only.
        let format = if types.is_some() || is_raw { None } else { values::format(old, new) };
        let verdicts = [types, format, values::nullable(old, new), values::pattern(old, new)];
        for (keyword, rule) in verdicts.into_iter().flatten() {
            self.report(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        if is_raw {
            self.differ(
                Rule::RawTypeChanged,
                direction,
                &place.at("type"),
                (get(old, "type"), get(new, "type")),
            );
        }
        for (keyword, rule) in values::bounds(old, new, direction) {
            self.report(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.enumeration(get(old, "enum"), get(new, "enum"), direction, place);
        for (keyword, rule) in [
            ("default", Rule::DefaultChanged),
            ("description", Rule::DescriptionChanged),
            ("example", Rule::ExamplesChanged),
            ("examples", Rule::ExamplesChanged),
            ("externalDocs", Rule::DescriptionChanged),
            ("title", Rule::DescriptionChanged),
            ("xml", if self.is_xml { Rule::XmlChanged } else { Rule::DescriptionChanged }),
        ] {
            self.differ(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.deprecation(old, new, direction, place);
    }

    pub(crate) fn deprecation(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let is = |it: &Value| get(it, "deprecated") == true;
        let rule = match (is(old), is(new)) {
            (false, true) => Rule::Deprecated,
            (true, false) => Rule::Reactivated,
            _ => return,
        };
        self.report(
            rule,
            direction,
            &place.at("deprecated"),
            (get(old, "deprecated"), get(new, "deprecated")),
        );
    }
}

/// Takes an element out, and says that its partner is not to be kept either.
fn drop_at(values: &mut Vec<Value>, at: usize) -> bool {
    values.remove(at);
    false
}
