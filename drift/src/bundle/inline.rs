//! Puts values in place of references that OpenAPI does not allow, but other tools do: for a whole section such as
//! `paths`, for the properties of a schema, or for an operation.

use std::rc::Rc;

use serde_json::Value;

use super::files::{Parts, Place, ROOT};
use super::resolve::View;
use super::structure::{Kind, member_of};
use super::{is_external, reference};
use crate::error::Error;
use crate::parse::{MAX_DEPTH, measure};

/// How much may be copied, and how often.
const MAX_BYTES: usize = 256 << 20;
const MAX_COPIES: usize = 10_000;

/// Counts how much has been copied.
#[derive(Default)]
pub(super) struct Placing {
    bytes: usize,
    copies: usize,
}

impl Placing {
    /// Puts the sections of the document in place that are files of their own. This comes first, so that references
    /// such as `#/components/schemas/Pet` find what they mean.
    pub(super) fn sections(&mut self, parts: &mut Parts) -> Result<(), Error> {
        let root = Place::root_of(ROOT);
        for name in ["components", "paths", "webhooks"] {
            self.place(parts, &root.step(name))?;
        }
        let sections: Vec<String> = match parts.all[ROOT].value.get("components") {
            Some(Value::Object(components)) => components.keys().cloned().collect(),
            _ => Vec::new(),
        };
        for name in sections.iter().filter(|name| member_of(Kind::Components, name).is_some()) {
            self.place(parts, &root.step("components").step(name))?;
        }
        Ok(())
    }

    /// Puts what the reference at a place leads to there, unless it is in the document itself.
    pub(super) fn place(&mut self, parts: &mut Parts, place: &Place) -> Result<(), Error> {
        let document = Rc::clone(&parts.all[place.part].value);
        let base = parts.base(place);
        let value = document.pointer(&place.pointer).unwrap_or(&Value::Null);
        let Some(reference) = reference(value).filter(|it| base != ROOT || is_external(it)) else {
            return Ok(());
        };
        let copy = if value.as_object().is_some_and(|members| members.len() > 1) {
            Err(Error::new("it has other members beside it, which OpenAPI does not allow here"))
        } else {
            self.copy(parts, place, base, reference)
        };
        let (from, copy) = copy.map_err(|error| parts.cannot_follow(place, reference, &error))?;
        drop(document); // or all of it would be copied to be changed
        let part = &mut parts.all[place.part];
        if let Some(there) = Rc::make_mut(&mut part.value).pointer_mut(&place.pointer) {
            *there = copy;
        }
        part.placed.insert(place.pointer.clone(), from);
        Ok(())
    }

    /// Copies what a reference leads to, to be put at a place.
    fn copy(
        &mut self,
        parts: &mut Parts,
        place: &Place,
        base: usize,
        reference: &str,
    ) -> Result<(Place, Value), Error> {
        let target = match parts.target(base, reference, View::Original)? {
            Some(target) => parts.resolve(target.place)?,
            None => None,
        };
        let target = target.ok_or_else(|| Error::new("there is nothing at that place"))?;
        if parts.origins(place).any(|from| *from == target) {
            return Err(Error::new(
                "it leads to something that contains the reference itself, which is not possible here",
            ));
        }
        let part = &parts.all[target.part].original;
        let value = part.pointer(&target.pointer).unwrap_or(&Value::Null);
        let (bytes, depth) = measure(value);
        self.bytes += bytes;
        self.copies += 1;
        let is_too_much = self.bytes > MAX_BYTES || self.copies > MAX_COPIES;
        if is_too_much || place.pointer.matches('/').count() + depth > MAX_DEPTH {
            return Err(Error::new("the target is too large to be copied into the document"));
        }
        Ok((target.clone(), value.clone()))
    }
}
