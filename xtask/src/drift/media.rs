//! Content by media type.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, object};
use super::place::Place;
use super::rules::{Direction, Rule};

impl Compare<'_> {
    pub(crate) fn content(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let by_name = |content: &'_ Value| -> BTreeMap<String, (String, Value)> {
            let types = object(content).into_iter().flatten();
            types.map(|(name, media)| (normal(name), (name.clone(), media.clone()))).collect()
        };
        let (mut had, mut has) = (by_name(old), by_name(new));
        let both: Vec<String> = had.keys().filter(|name| has.contains_key(*name)).cloned().collect();
        let mut pairs = Vec::new();
        for name in both {
            pairs.extend(had.remove(&name).zip(has.remove(&name)).map(|(one, other)| (None, one, other)));
        }
        // A more special name of the same kind is still of that kind, and a more general one holds it.
        let gone: Vec<String> = had.keys().cloned().collect();
        for name in gone {
            let narrower =
                has.keys().find(|it| is_narrower(it, &name)).map(|it| (Rule::MediaTypeNarrowed, it.clone()));
            let wider = || {
                has.keys().find(|it| is_narrower(&name, it)).map(|it| (Rule::MediaTypeWidened, it.clone()))
            };
            if let Some((rule, successor)) = narrower.or_else(wider) {
                let pair = had.remove(&name).zip(has.remove(&successor));
                pairs.extend(pair.map(|(one, other)| (Some(rule), one, other)));
            }
        }
        for (rule, (name, one), (successor, other)) in &pairs {
            let here = place.at_each(name, successor);
            if let Some(rule) = rule {
                self.report(*rule, direction, &here, (&json!(name), &json!(successor)));
            }
            self.media(one, other, name, direction, &here);
        }
        for (name, media) in had.values() {
            self.report(Rule::MediaTypeRemoved, direction, &place.at(name), (media, &NONE));
        }
        for (name, media) in has.values() {
            self.report(Rule::MediaTypeAdded, direction, &place.at(name), (&NONE, media));
        }
    }

    /// The content of a media type. In those that are no JSON, a value is text whatever its type.
    fn media(&mut self, old: &Value, new: &Value, name: &str, direction: Direction, place: &Place<'_>) {
        let anything = json!({});
        let schema = |it: &Value| it.get("schema").unwrap_or(&anything).clone();
        let outer = (self.is_text, self.is_xml);
        self.is_text = !normal(name).contains("json");
        self.is_raw = self.is_text;
        self.is_xml = name.contains("xml");
        self.schema(&schema(old), &schema(new), direction, &place.at("schema"));
        self.is_raw = false;
        (self.is_text, self.is_xml) = outer;
        for (keyword, rule) in [
            ("encoding", Rule::EncodingChanged),
            ("example", Rule::ExamplesChanged),
            ("examples", Rule::ExamplesChanged),
        ] {
            self.differ(rule, direction, &place.at(keyword), (get(old, keyword), get(new, keyword)));
        }
        self.rest(old, new, &["encoding", "example", "examples", "schema"], direction, place);
    }
}

/// The name without what makes no difference: case, blanks, and a charset, which JSON does not have.
fn normal(name: &str) -> String {
    let parts = name.split(';').map(|part| part.trim().to_lowercase());
    let parts: Vec<String> = parts.filter(|part| !part.starts_with("charset=")).collect();
    parts.join(";")
}

/// Whether every answer of the one media type is one of the other: `application/problem+json` is JSON, and a parameter
/// only adds.
fn is_narrower(one: &str, other: &str) -> bool {
    let essence = |it: &str| it.split(';').next().unwrap_or(it).trim().to_lowercase();
    let (one_essence, other_essence) = (essence(one), essence(other));
    if one_essence == other_essence {
        return !other.contains(';');
    }
    let (Some((kind, name)), Some((other_kind, other_name))) =
        (one_essence.split_once('/'), other_essence.split_once('/'))
    else {
        return false;
    };
    other_essence == "*/*"
        || (kind == other_kind
            && (other_name == "*" || name.rsplit_once('+').is_some_and(|(_, it)| it == other_name)))
}
