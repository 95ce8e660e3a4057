//! Content by media type.

use serde_json::{Value, json};

use super::compare::{Compare, NONE, get, object, union};
use super::place::Place;
use super::rules::{Direction, Rule};

impl Compare<'_> {
    pub(crate) fn content(&mut self, old: &Value, new: &Value, direction: Direction, place: &Place<'_>) {
        let mut gone: Vec<&str> = Vec::new();
        for media_type in union(old, new) {
            match (old.get(media_type), new.get(media_type)) {
                (Some(one), Some(other)) => {
                    self.media(one, other, !media_type.contains("json"), direction, &place.at(media_type));
                }
                (Some(_), None) => gone.push(media_type),
                _ => {}
            }
        }
        let come = object(new).into_iter().flatten().filter(|(name, _)| old.get(name).is_none());
        let mut come: Vec<&str> = come.map(|(name, _)| name.as_str()).collect();
        for media_type in gone {
            // A more special name of the same kind is still of that kind.
            let successor = come.iter().position(|it| is_narrower(it, media_type));
            if let Some(successor) = successor.map(|at| come.remove(at)) {
                let here = place.at_each(media_type, successor);
                let names = (Value::from(media_type), Value::from(successor));
                self.report(Rule::MediaTypeNarrowed, direction, &here, (&names.0, &names.1));
                let is_text = !media_type.contains("json");
                self.media(get(old, media_type), get(new, successor), is_text, direction, &here);
            } else {
                self.report(
                    Rule::MediaTypeRemoved,
                    direction,
                    &place.at(media_type),
                    (get(old, media_type), &NONE),
                );
            }
        }
        for media_type in come {
            self.report(
                Rule::MediaTypeAdded,
                direction,
                &place.at(media_type),
                (&NONE, get(new, media_type)),
            );
        }
    }

    /// The content of a media type. In those that are no JSON, a value is text whatever its type.
    fn media(&mut self, old: &Value, new: &Value, is_text: bool, direction: Direction, place: &Place<'_>) {
        let anything = json!({});
        let schema = |it: &Value| it.get("schema").unwrap_or(&anything).clone();
        let outer = self.is_text;
        self.is_text |= is_text;
        self.schema(&schema(old), &schema(new), direction, &place.at("schema"));
        self.is_text = outer;
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
