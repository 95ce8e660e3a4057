//! Normalizes combinations of keywords, after all have been read.

use bigdecimal::BigDecimal;
use serde_json::Value;

use super::super::number::{divides, integer_from, integer_to};
use super::super::types::Types;
use super::keywords::{is_anything, is_nothing};
use super::reader::Reader;
use super::{Additional, Bound, Schema};

impl<'d> Reader<'d> {
    pub(super) fn normalize(mut self) -> Schema<'d> {
        let schema = &mut self.schema;
        // A schema allows null if all its parts do, and a choice if one of its alternatives does.
        if schema.conditions.get("not").is_some_and(|node| node.iter().any(|it| is_anything(it))) {
            schema.types = Types::NONE;
        }
        let choices_allow_null = schema.choices.iter().all(|choice| {
            choice.allows_null
                || choice.alternatives.iter().any(|node| {
                    let kinds = self.document.shallow_types(node);
                    kinds.intersects(Types::NULL)
                })
        });
        if !choices_allow_null {
            schema.types = schema.types.without(Types::NULL);
        }
        // Types next to a choice exclude alternatives with other types.
        if schema.types.without(Types::NULL) != Types::ALL.without(Types::NULL) {
            for choice in &schema.choices {
                let each = choice.alternatives.iter().map(|node| self.document.shallow_types(node));
                let null = if choice.allows_null { Types::NULL } else { Types::NONE };
                schema.types = schema.types & each.fold(null, |all, it| all | it);
            }
        }
        if let Some(values) = &schema.values {
            let of_values = values.iter().map(|value| Types::of(value)).fold(Types::NULL, |all, it| all | it);
            schema.types = schema.types & of_values;
            let fits = |value: &&&'d Value| schema.types.intersects(Types::of(value)) && schema.fits(value);
            let values: Vec<&Value> = values.iter().filter(fits).copied().collect();
            // An enum of both booleans is no restriction.
            let is_whole = schema.types.without(Types::NULL) == Types::BOOLEAN && values.len() == 2;
            schema.values = (!is_whole).then_some(values);
        }
        // Multiples of integers are integers.
        if schema.multiples.iter().any(|it| divides(&BigDecimal::from(1), it)) {
            schema.types = schema.types.without(Types::FRACTION);
        }
        if schema.types == Types::ALL {
            schema.types = implied(schema, self.nullable);
        }
        if schema.types.intersects(Types::INTEGER) && !schema.types.intersects(Types::FRACTION) {
            schema.low = schema
                .low
                .take()
                .map(|it| Bound { value: integer_from(&it.value, it.is_exclusive), is_exclusive: false });
            schema.high = schema
                .high
                .take()
                .map(|it| Bound { value: integer_to(&it.value, it.is_exclusive), is_exclusive: false });
            // Every integer is a multiple of one.
            schema.multiples.retain(|it| !divides(it, &BigDecimal::from(1)));
        }
        // If no items may follow a prefix, that is another bound of the length.
        if schema.items.iter().any(|it| is_nothing(it)) {
            schema.items.clear();
            let length = BigDecimal::from(schema.prefix.len() as u64);
            let most = schema.sizes.remove("maxItems").map_or(length.clone(), |it| it.min(length));
            schema.sizes.insert("maxItems", most);
        }
        // A multiple of six is also a multiple of two.
        let all = schema.multiples.clone();
        schema.multiples.retain(|it| !all.iter().any(|other| other != it && divides(it, other)));
        schema.multiples.sort();
        schema.multiples.dedup();
        self.schema
    }
}

/// Returns the types of a schema without `type`: keywords of objects and arrays imply theirs.
fn implied(schema: &Schema<'_>, nullable: bool) -> Types {
    let has_object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || schema.additional != Additional::Anything;
    let null = if nullable { Types::NULL } else { Types::NONE };
    match (has_object, schema.items.is_empty() && schema.prefix.is_empty(), schema.choices.is_empty()) {
        (true, true, true) => Types::OBJECT | null,
        (false, false, true) => Types::ARRAY | null,
        _ => Types::ALL,
    }
}
