//! Compares content by media type.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Differ, Location, Mode, Wire, union};
use crate::document::schema::Node;
use crate::document::types::Types;
use crate::document::{DocumentView, Version, flag, members, string_field};
use crate::rules::{self, Direction};

/// A media type as written, and its content.
type Media<'d> = (&'d str, &'d Value);

impl<'d> Differ<'d, '_> {
    /// Compares the keyword `content` of two bodies, parameters or headers.
    pub(crate) fn compare_content(&mut self, (old, new): (&'d Value, &'d Value), direction: Direction) {
        let (before, after) = (by_name(old), by_name(new));
        if !before.values().map(|it| it.0).eq(after.values().map(|it| it.0)) {
            self.rewrites.insert("media types");
        }
        let mut left: BTreeMap<&String, &Media<'d>> = after.iter().collect();
        let mut removed = Vec::new();
        for (name, media) in &before {
            match left.remove(name) {
                Some(new_media) => self.compare_media_types(*media, *new_media, direction),
                None => removed.push((name, *media)),
            }
        }
        for (name, media) in removed {
            // A more specific media type is a subset of the old one, and a more general one a superset.
            let narrower = left.iter().find(|(other, _)| is_narrower(other, name)).map(|(_, it)| **it);
            let wider = after.iter().find(|(other, _)| is_narrower(name, other)).map(|(_, it)| *it);
            let (rule, successor) = match (narrower, wider) {
                (_, Some(wider)) => (&rules::MEDIA_TYPE_WIDENED, wider),
                (Some(narrower), None) => (&rules::MEDIA_TYPE_NARROWED, narrower),
                (None, None) => {
                    let locations = (Some(Location::of(media.1)), Some(Location::at(new, "content")));
                    self.report(
                        &rules::MEDIA_TYPE_REMOVED,
                        direction,
                        locations,
                        (json!(media.0), Value::Null),
                    );
                    continue;
                }
            };
            left.remove(&normalize(successor.0));
            // The general media type may have been listed before.
            if !(rule.name == rules::MEDIA_TYPE_WIDENED.name && before.contains_key(&normalize(successor.0)))
            {
                let locations = (Some(Location::of(media.1)), Some(Location::of(successor.1)));
                self.report(rule, direction, locations, (json!(media.0), json!(successor.0)));
            }
            self.compare_media_types(media, successor, direction);
        }
        for (name, media) in left {
            // A general media type covered it before, so compare the contents of both.
            if let Some(general) =
                before.iter().find(|(other, _)| is_narrower(name, other)).map(|(_, it)| *it)
            {
                self.compare_media_types(general, *media, direction);
                continue;
            }
            let locations = (Some(Location::at(old, "content")), Some(Location::of(media.1)));
            self.report(&rules::MEDIA_TYPE_ADDED, direction, locations, (Value::Null, json!(media.0)));
        }
    }

    fn compare_media_types(&mut self, (name, old): Media<'d>, (_, new): Media<'d>, direction: Direction) {
        if self.unchanged.contains(old, new) {
            return;
        }
        let Some((old, new)) = self.resolve(old, new) else { return };
        let schema = |it: &'d Value| {
            it.get("schema").or_else(|| it.get("itemSchema")).into_iter().collect::<Node<'d>>()
        };
        let (before, after) = (schema(old), schema(new));
        if old.get("encoding") != new.get("encoding") {
            self.rewrites.insert("encoding");
        }
        let kind = Kind::of(name);
        let wire = match kind {
            // Formats such as CBOR have JSON's types.
            Kind::Json | Kind::Other => Wire::Json,
            Kind::Xml => Wire::Xml,
            // Each item of a stream is a JSON document.
            Kind::Text if old.get("itemSchema").or(new.get("itemSchema")).is_some() => Wire::Json,
            Kind::Form | Kind::Text => Wire::Text,
        };
        let is_bytes = |document: DocumentView<'d>, node: &Node<'d>| {
            let schema = document.schema(node);
            let is_string = schema.types.intersects(Types::STRING);
            schema.allows_anything()
                || (is_string && schema.formats.iter().any(|it| ["binary", "byte"].contains(it)))
        };
        // All schemas that describe bytes are equivalent.
        let is_same = kind == Kind::Other && is_bytes(self.old, &before) && is_bytes(self.new, &after);
        // Text may be described by its structure or just as a string.
        let is_any_text = |document: DocumentView<'d>, node: &Node<'d>| {
            let schema = document.schema(node);
            schema.types.without(Types::NULL) == Types::STRING
                && schema.is_only_typed()
                && schema.choices.is_empty()
        };
        let is_compound = |document: DocumentView<'d>, node: &Node<'d>| {
            (Types::ARRAY | Types::OBJECT).contains(document.types(node, 1).without(Types::NULL))
        };
        let is_raw = (kind == Kind::Xml || kind == Kind::Text)
            && ((is_any_text(self.old, &before) && is_compound(self.new, &after))
                || (is_compound(self.old, &before) && is_any_text(self.new, &after)));
        if is_same {
            self.rewrites.insert("binary content");
        } else if is_raw {
            let types = (self.old.types(&before, 1).to_string(), self.new.types(&after, 1).to_string());
            let locations = (Some(Location::at(old, "schema")), Some(Location::at(new, "schema")));
            self.report(&rules::RAW_TYPE_CHANGED, direction, locations, (json!(types.0), json!(types.1)));
        } else {
            self.push(before.clone(), after.clone(), Mode::new(direction, wire));
        }
        if kind == Kind::Form {
            // Which members of an encoding apply depends on the kind of form and on the version.
            let is_styled =
                essence(name) == "application/x-www-form-urlencoded" || self.new.version == Version::V31;
            self.compare_encodings((old, &before), (new, &after), is_styled, direction);
        }
        self.report_if_changed(&rules::EXAMPLES_CHANGED, Direction::Request, (old, new), "example");
        self.report_if_changed(&rules::EXAMPLES_CHANGED, Direction::Request, (old, new), "examples");
        let known = ["encoding", "example", "examples", "itemSchema", "schema"];
        self.report_unknown_keywords((old, new), &known, direction);
    }

    /// Compares the encodings of the parts of a form. Stating a default explicitly makes no difference.
    fn compare_encodings(
        &mut self,
        old: (&'d Value, &Node<'d>),
        new: (&'d Value, &Node<'d>),
        is_styled: bool,
        direction: Direction,
    ) {
        let nothing = Value::Null;
        let both = |media: &'d Value| media.get("encoding");
        let names = union(both(old.0).unwrap_or(old.0), both(new.0).unwrap_or(new.0));
        for name in names {
            let of = |document: DocumentView<'d>, (media, node): (&'d Value, &Node<'d>)| {
                let schema = document.schema(node);
                let property = schema.properties.get(name)?.clone();
                let said =
                    both(media).and_then(|it| it.get(name)).cloned().unwrap_or_else(|| nothing.clone());
                Some(effective_encoding(document, &said, &property, is_styled))
            };
            let (Some(before), Some(after)) = (of(self.old, old), of(self.new, new)) else { continue };
            if before == after {
                continue;
            }
            let location = |media: &'d Value| {
                both(media).map_or_else(|| Location::at(media, "encoding"), |it| Location::at(it, name))
            };
            self.report(
                &rules::ENCODING_CHANGED,
                direction,
                (Some(location(old.0)), Some(location(new.0))),
                (before, after),
            );
        }
    }
}

/// Returns the encoding of a part, with defaults filled in.
fn effective_encoding<'d>(
    document: DocumentView<'d>,
    said: &Value,
    property: &Node<'d>,
    is_styled: bool,
) -> Value {
    let schema = document.schema(property);
    let is_list = schema.types.without(Types::NULL) == Types::ARRAY;
    let is_compound = schema.types.intersects(Types::ARRAY | Types::OBJECT);
    let element = if is_list { document.schema(&schema.items) } else { schema };
    let usual = if element.types.intersects(Types::OBJECT) {
        "application/json"
    } else if element.formats.contains("binary") {
        "application/octet-stream"
    } else {
        "text/plain"
    };
    let mut kinds: Vec<String> =
        string_field(said, "contentType").unwrap_or(usual).split(',').map(normalize).collect();
    kinds.sort();
    let style = string_field(said, "style").unwrap_or("form");
    let explode = said.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let headers = members(said.get("headers")).filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    json!({
        "contentType": kinds.join(", "),
        "style": is_styled.then(|| json!([style, is_compound && explode, flag(said, "allowReserved")])),
        "headers": headers.map(|(name, header)| (name.to_lowercase(), header.clone())).collect::<Map<String, Value>>(),
    })
}

/// The kinds of content that are compared differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Xml,
    Form,
    Text,
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        let name = essence(name);
        if name.contains("json") || name == "*/*" || name == "application/*" {
            Self::Json
        } else if name.contains("xml") {
            Self::Xml
        } else if name.starts_with("multipart/") || name == "application/x-www-form-urlencoded" {
            Self::Form
        } else if name.starts_with("text/") {
            Self::Text
        } else {
            Self::Other
        }
    }
}

fn by_name(parent: &Value) -> BTreeMap<String, Media<'_>> {
    members(parent.get("content")).map(|(name, media)| (normalize(name), (name.as_str(), media))).collect()
}

/// Normalizes a media type: case, blanks, the order of parameters, and the default charset.
fn normalize(name: &str) -> String {
    let mut parts = name.split(';').map(|part| part.trim().to_lowercase().replace(['"', ' '], ""));
    let kind = parts.next().unwrap_or_default();
    let is_text = kind.starts_with("text/") || kind.contains("xml");
    let mut parameters: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .filter(|part| part != "charset=utf-8" && (is_text || !part.starts_with("charset=")))
        .collect();
    parameters.sort();
    parameters.insert(0, kind);
    parameters.join(";")
}

/// Returns the media type without parameters, in lower case.
fn essence(name: &str) -> String {
    without_parameters(name).trim().to_lowercase()
}

fn without_parameters(name: &str) -> &str {
    name.split(';').next().unwrap_or_default()
}

/// Returns whether one media type is a subset of the other: `application/problem+json` is JSON, and a parameter narrows.
/// Both must be normalized.
fn is_narrower(narrow: &str, wide: &str) -> bool {
    let (narrow_essence, wide_essence) = (without_parameters(narrow), without_parameters(wide));
    if narrow_essence == wide_essence {
        // Another charset is another encoding, not a subset.
        return narrow.contains(';') && !wide.contains(';') && !narrow.contains("charset=");
    }
    let (Some((narrow_kind, narrow_name)), Some((wide_kind, wide_name))) =
        (narrow_essence.split_once('/'), wide_essence.split_once('/'))
    else {
        return false;
    };
    wide_essence == "*/*"
        || (narrow_kind == wide_kind
            && (wide_name == "*"
                || narrow_name.rsplit_once('+').is_some_and(|(_, suffix)| {
                    suffix == wide_name || wide_name.strip_prefix("*+") == Some(suffix)
                })))
}
