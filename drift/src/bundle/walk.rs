//! Visits the targets of references and rewrites the references to point into the bundle.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::files::{FilePointer, FileSet, ROOT};
use super::inline::Inliner;
use super::resolve::View;
use super::structure::{Kind, Member, member_of};
use super::{Bundle, DocumentFiles, is_external, is_file, reference};
use crate::FILES;
use crate::error::Error;

/// A value to visit.
struct Work {
    location: FilePointer,
    member: Member,
    /// The file that its references are relative to.
    base: usize,
}

pub(super) struct Walk {
    files: FileSet,
    inliner: Inliner,
    queue: Vec<Work>,
    visited: HashSet<(FilePointer, Kind)>,
    /// The locations of references to rewrite, with their new texts.
    edits: Vec<(FilePointer, String)>,
}

impl Walk {
    pub(super) fn new(value: Value, text: &str, files: Option<DocumentFiles>) -> Self {
        Self {
            files: FileSet::new(value, text, files),
            inliner: Inliner::default(),
            queue: Vec::new(),
            visited: HashSet::new(),
            edits: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Bundle, Error> {
        self.inliner.inline_sections(&mut self.files)?;
        self.push(FilePointer::root_of(ROOT), Member::One(Kind::Document));
        while let Some(work) = self.queue.pop() {
            self.visit(work)?;
        }
        Ok(self.into_bundle())
    }

    fn push(&mut self, location: FilePointer, member: Member) {
        let base = self.files.base(&location);
        self.queue.push(Work { location, member, base });
    }

    /// Visits a value and its descendants.
    fn visit(&mut self, work: Work) -> Result<(), Error> {
        let file = Rc::clone(&self.files.all[work.location.file].value);
        let mut to_inline = Vec::new();
        let mut open: Vec<_> =
            file.pointer(&work.location.pointer).map(|value| (value, work)).into_iter().collect();
        while let Some((value, Work { location, member, base })) = open.pop() {
            let from = self.files.all[location.file].inlined.get(&location.pointer);
            let base = from.map_or(base, |from| from.file);
            if !member.allows_reference()
                && reference(value).is_some_and(|text| base != ROOT || is_external(text))
            {
                to_inline.push((location, member));
                continue;
            }
            let kind = match member {
                Member::One(kind) | Member::List(kind) | Member::Named(kind, _) => kind,
            };
            let work = |key: &str, member| Work { location: location.step(key), member, base };
            match (member, value) {
                (Member::One(_), Value::Object(members)) => {
                    if !self.visited.insert((location.clone(), kind)) {
                        continue;
                    }
                    if let Some(reference) = reference(value).filter(|_| member.allows_reference()) {
                        self.rewrite(base, location.step("$ref"), reference, kind)?;
                    }
                    if kind == Kind::Schema {
                        self.mapping(base, &location, value)?;
                    }
                    for (key, value) in members {
                        if let Some(member) = member_of(kind, key) {
                            open.push((value, work(key, member)));
                        }
                    }
                }
                (Member::One(_) | Member::List(_), Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        open.push((item, work(&index.to_string(), Member::One(kind))));
                    }
                }
                (Member::Named(_, has_extensions), Value::Object(named)) => {
                    for (name, value) in named {
                        if !(has_extensions && name.starts_with("x-")) {
                            open.push((value, work(name, Member::One(kind))));
                        }
                    }
                }
                _ => {}
            }
        }
        drop(file);
        for (location, member) in to_inline {
            self.inliner.inline(&mut self.files, &location)?;
            self.push(location, member);
        }
        Ok(())
    }

    /// Rewrites the references in the `mapping` of a schema's discriminator.
    fn mapping(&mut self, base: usize, schema: &FilePointer, value: &Value) -> Result<(), Error> {
        let mapping = value.pointer("/discriminator/mapping").and_then(Value::as_object);
        for (name, mapped) in mapping.into_iter().flatten() {
            if let Some(mapped) = mapped.as_str().filter(|it| it.starts_with('#') || is_file(it)) {
                let location = schema.step("discriminator").step("mapping").step(name);
                self.rewrite(base, location, mapped, Kind::Schema)?;
            }
        }
        Ok(())
    }

    /// Records the new text of a reference, and queues its target.
    fn rewrite(
        &mut self,
        base: usize,
        location: FilePointer,
        reference: &str,
        kind: Kind,
    ) -> Result<(), Error> {
        let target = self.files.target(base, reference, View::Inlined).and_then(|target| match target {
            Some(target) => self.files.check_chain(&target.location).map(|()| Some(target)),
            None => Ok(None),
        });
        let target = target.map_err(|error| self.files.cannot_follow(&location, reference, &error))?;
        let Some(target) = target else { return Ok(()) };
        let is_own = base == ROOT && !is_external(reference);
        if !(is_own && target.is_direct) {
            self.edits.push((location, self.files.reference_to(&target.location)));
        }
        self.push(target.location, Member::One(kind));
        Ok(())
    }

    fn into_bundle(self) -> Bundle {
        let mut edits: Vec<Vec<_>> = self.files.all.iter().map(|_| Vec::new()).collect();
        for (FilePointer { file, pointer }, text) in self.edits {
            edits[file].push((pointer, text));
        }
        let mut root = Value::Null;
        let mut files = Map::new();
        let mut texts = HashMap::new();
        for (index, (file, edits)) in self.files.all.into_iter().zip(edits).enumerate() {
            drop(file.original); // otherwise unwrap_or_clone would clone the value
            let mut value = Rc::unwrap_or_clone(file.value);
            for (pointer, text) in edits {
                if let Some(reference) = value.pointer_mut(&pointer) {
                    *reference = Value::String(text);
                }
            }
            if index == ROOT {
                root = value;
            } else {
                files.insert(file.name.clone(), value);
                texts.insert(file.name, file.text);
            }
        }
        if let Value::Object(root) = &mut root {
            root.insert(FILES.to_owned(), Value::Object(files));
        }
        Bundle { value: root, texts }
    }
}
