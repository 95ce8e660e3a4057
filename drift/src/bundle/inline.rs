//! Inlines references where OpenAPI does not allow them but other tools do: for a section such as `paths`, for the
//! properties of a schema, or for an operation.

use std::rc::Rc;

use serde_json::Value;

use super::files::{FilePointer, FileSet, ROOT};
use super::resolve::View;
use super::structure::{Kind, member_of};
use super::{is_external, reference};
use crate::error::Error;
use crate::parse::{MAX_DEPTH, measure};

/// Limits on the copies.
const MAX_BYTES: usize = 256 << 20;
const MAX_COPIES: usize = 10_000;

/// Replaces references with copies of their targets, up to a total size.
#[derive(Default)]
pub(super) struct Inliner {
    bytes: usize,
    copies: usize,
}

impl Inliner {
    /// Inlines the sections of the document that are separate files. This must come first, so references such as
    /// `#/components/schemas/Pet` can be resolved.
    pub(super) fn inline_sections(&mut self, files: &mut FileSet) -> Result<(), Error> {
        let root = FilePointer::root_of(ROOT);
        for name in ["components", "paths", "webhooks"] {
            self.inline(files, &root.step(name))?;
        }
        let sections: Vec<String> = match files.all[ROOT].value.get("components") {
            Some(Value::Object(components)) => components.keys().cloned().collect(),
            _ => Vec::new(),
        };
        for name in sections.iter().filter(|name| member_of(Kind::Components, name).is_some()) {
            self.inline(files, &root.step("components").step(name))?;
        }
        Ok(())
    }

    /// Replaces the reference at a location with a copy of its target, unless the target is in the document itself.
    pub(super) fn inline(&mut self, files: &mut FileSet, location: &FilePointer) -> Result<(), Error> {
        let document = Rc::clone(&files.all[location.file].value);
        let base = files.base(location);
        let value = document.pointer(&location.pointer).unwrap_or(&Value::Null);
        let Some(reference) = reference(value).filter(|it| base != ROOT || is_external(it)) else {
            return Ok(());
        };
        let copy = if value.as_object().is_some_and(|members| members.len() > 1) {
            Err(Error::new("the object has other members, which OpenAPI does not allow next to $ref here"))
        } else {
            self.copy(files, location, base, reference)
        };
        let (from, copy) = copy.map_err(|error| files.cannot_follow(location, reference, &error))?;
        drop(document); // otherwise make_mut would clone all of it
        let file = &mut files.all[location.file];
        if let Some(value) = Rc::make_mut(&mut file.value).pointer_mut(&location.pointer) {
            *value = copy;
        }
        file.inlined.insert(location.pointer.clone(), from);
        Ok(())
    }

    /// Returns the location of a reference's target and a copy of it.
    fn copy(
        &mut self,
        files: &mut FileSet,
        location: &FilePointer,
        base: usize,
        reference: &str,
    ) -> Result<(FilePointer, Value), Error> {
        let target = match files.target(base, reference, View::Original)? {
            Some(target) => files.resolve(target.location)?,
            None => None,
        };
        let target = target.ok_or_else(|| Error::new("the document has no value at that location"))?;
        if files.origins(location).any(|from| *from == target) {
            return Err(Error::new("its target contains the reference itself, which is not possible here"));
        }
        let file = &files.all[target.file].original;
        let value = file.pointer(&target.pointer).unwrap_or(&Value::Null);
        let (bytes, depth) = measure(value);
        self.bytes += bytes;
        self.copies += 1;
        let is_too_much = self.bytes > MAX_BYTES || self.copies > MAX_COPIES;
        if is_too_much || location.pointer.matches('/').count() + depth > MAX_DEPTH {
            return Err(Error::new("its target is too large to copy into the document"));
        }
        Ok((target.clone(), value.clone()))
    }
}
