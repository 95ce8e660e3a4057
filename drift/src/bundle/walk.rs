//! Visits the targets of references, and rewrites the references to point into the bundle.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::files::{Parts, Place, ROOT};
use super::inline::Placing;
use super::resolve::View;
use super::structure::{Kind, Member, member_of};
use super::{Bundle, Neighbors, is_external, is_file, reference};
use crate::FILES;
use crate::error::Error;

/// A value to visit.
struct Work {
    place: Place,
    member: Member,
    /// The part that its references are relative to.
    base: usize,
}

pub(super) struct Walk {
    parts: Parts,
    placing: Placing,
    queue: Vec<Work>,
    visited: HashSet<(Place, Kind)>,
    /// The references that change, and what they become.
    edits: Vec<(Place, String)>,
}

impl Walk {
    pub(super) fn new(value: Value, text: &str, neighbors: Option<Neighbors>) -> Self {
        Self {
            parts: Parts::new(value, text, neighbors),
            placing: Placing::default(),
            queue: Vec::new(),
            visited: HashSet::new(),
            edits: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Bundle, Error> {
        self.placing.sections(&mut self.parts)?;
        self.push(Place::root_of(ROOT), Member::One(Kind::Document));
        while let Some(work) = self.queue.pop() {
            self.visit(work)?;
        }
        Ok(self.finish())
    }

    fn push(&mut self, place: Place, member: Member) {
        let base = self.parts.base(&place);
        self.queue.push(Work { place, member, base });
    }

    /// Visits a value and those in it.
    fn visit(&mut self, work: Work) -> Result<(), Error> {
        let part = Rc::clone(&self.parts.all[work.place.part].value);
        let mut to_place = Vec::new();
        let mut open: Vec<_> =
            part.pointer(&work.place.pointer).map(|value| (value, work)).into_iter().collect();
        while let Some((value, Work { place, member, base })) = open.pop() {
            let from = self.parts.all[place.part].placed.get(&place.pointer);
            let base = from.map_or(base, |from| from.part);
            if !member.allows_reference()
                && reference(value).is_some_and(|it| base != ROOT || is_external(it))
            {
                to_place.push((place, member));
                continue;
            }
            let kind = match member {
                Member::One(kind) | Member::List(kind) | Member::Named(kind, _) => kind,
            };
            let work = |key: &str, member| Work { place: place.step(key), member, base };
            match (member, value) {
                (Member::One(_), Value::Object(members)) => {
                    if !self.visited.insert((place.clone(), kind)) {
                        continue;
                    }
                    if let Some(reference) = reference(value).filter(|_| member.allows_reference()) {
                        self.rewrite(base, place.step("$ref"), reference, kind)?;
                    }
                    if kind == Kind::Schema {
                        self.mapping(base, &place, value)?;
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
        drop(part);
        for (place, member) in to_place {
            self.placing.place(&mut self.parts, &place)?;
            self.push(place, member);
        }
        Ok(())
    }

    /// Rewrites the references in the mapping of a schema's discriminator.
    fn mapping(&mut self, base: usize, schema: &Place, value: &Value) -> Result<(), Error> {
        let mapping = value.pointer("/discriminator/mapping").and_then(Value::as_object);
        for (name, mapped) in mapping.into_iter().flatten() {
            if let Some(mapped) = mapped.as_str().filter(|it| it.starts_with('#') || is_file(it)) {
                let place = schema.step("discriminator").step("mapping").step(name);
                self.rewrite(base, place, mapped, Kind::Schema)?;
            }
        }
        Ok(())
    }

    /// Notes what a reference becomes, and what it leads to.
    fn rewrite(&mut self, base: usize, place: Place, reference: &str, kind: Kind) -> Result<(), Error> {
        let target = self.parts.target(base, reference, View::Current).and_then(|target| match target {
            Some(target) => self.parts.check_chain(&target.place).map(|()| Some(target)),
            None => Ok(None),
        });
        let target = target.map_err(|error| self.parts.cannot_follow(&place, reference, &error))?;
        let Some(target) = target else { return Ok(()) };
        let is_own = base == ROOT && !is_external(reference);
        if !(is_own && target.is_direct) {
            self.edits.push((place, self.parts.reference_to(&target.place)));
        }
        self.push(target.place, Member::One(kind));
        Ok(())
    }

    fn finish(self) -> Bundle {
        let mut edits: Vec<Vec<_>> = self.parts.all.iter().map(|_| Vec::new()).collect();
        for (Place { part, pointer }, text) in self.edits {
            edits[part].push((pointer, text));
        }
        let mut root = Value::Null;
        let mut files = Map::new();
        let mut texts = HashMap::new();
        for (index, (part, edits)) in self.parts.all.into_iter().zip(edits).enumerate() {
            drop(part.original); // or the value would be copied to be changed
            let mut value = Rc::unwrap_or_clone(part.value);
            for (pointer, text) in edits {
                if let Some(reference) = value.pointer_mut(&pointer) {
                    *reference = Value::String(text);
                }
            }
            if index == ROOT {
                root = value;
            } else {
                files.insert(part.name.clone(), value);
                texts.insert(part.name, part.text);
            }
        }
        if let Value::Object(root) = &mut root {
            root.insert(FILES.to_owned(), Value::Object(files));
        }
        Bundle { value: root, texts }
    }
}
