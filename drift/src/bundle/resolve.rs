//! Follows references through the files of a document.

use serde_json::Value;

use super::files::{FilePointer, FileSet, ROOT, decode};
use super::reference;
use crate::document::keys;
use crate::error::Error;

/// How many references may be followed to resolve one.
const MAX_CHAIN: usize = 100;

/// The target of a reference.
pub(super) struct Target {
    pub(super) location: FilePointer,
    /// Whether no other reference was followed to get there.
    pub(super) is_direct: bool,
}

/// The version of the files that references are resolved in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// As they were parsed.
    Original,
    /// With inlined copies.
    Inlined,
}

impl FileSet {
    /// Follows references from a location, in the files as they were parsed, to a value that is not a reference.
    pub(super) fn resolve(&mut self, mut location: FilePointer) -> Result<Option<FilePointer>, Error> {
        for _ in 0..MAX_CHAIN {
            let value = self.value(&location, View::Original);
            let Some(reference) = value.pointer(&location.pointer).and_then(reference) else {
                return Ok(Some(location));
            };
            match self.target(location.file, reference, View::Original)? {
                Some(next) => location = next.location,
                None => return Ok(None),
            }
        }
        Err(cycle())
    }

    /// Fails if the references from a location form a cycle.
    pub(super) fn check_chain(&mut self, start: &FilePointer) -> Result<(), Error> {
        let mut chain = Vec::new();
        let mut next = Some(start.clone());
        while let Some(location) = next.filter(|location| !self.sound.contains(location)) {
            if chain.len() > MAX_CHAIN {
                return Err(cycle());
            }
            let value = self.value(&location, View::Inlined);
            next = match value.pointer(&location.pointer).and_then(reference) {
                Some(reference) => {
                    self.target(self.base(&location), reference, View::Inlined)?.map(|it| it.location)
                }
                None => None,
            };
            chain.push(location);
        }
        self.sound.extend(chain);
        Ok(())
    }

    /// Returns the target of a reference, or `None` if a document's reference to itself has no target: the comparison
    /// reports those.
    pub(super) fn target(
        &mut self,
        base: usize,
        reference: &str,
        view: View,
    ) -> Result<Option<Target>, Error> {
        self.target_within(base, reference, view, &mut 0)
    }

    /// Does what [`target`](Self::target) does, and counts the references that it follows.
    fn target_within(
        &mut self,
        base: usize,
        text: &str,
        view: View,
        hops: &mut usize,
    ) -> Result<Option<Target>, Error> {
        *hops += 1;
        if *hops > MAX_CHAIN {
            return Err(cycle());
        }
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let file = if path.is_empty() { base } else { self.open(base, path)? };
        let is_own = base == ROOT && path.is_empty();
        let fragment = decode(fragment)?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return if is_own {
                Ok(None)
            } else {
                Err(Error::new("the fragment after # is not a JSON pointer"))
            };
        }
        let mut target = Target { location: FilePointer::root_of(file), is_direct: true };
        for key in keys(&fragment) {
            loop {
                let value = self.value(&target.location, view);
                let value = value.pointer(&target.location.pointer).unwrap_or(&Value::Null);
                let Some(reference) = reference(value).filter(|_| value.get(&key).is_none()) else { break };
                let base = self.base_in(&target.location, view);
                match self.target_within(base, reference, view, hops)? {
                    Some(next) => target = Target { is_direct: false, ..next },
                    None => return Ok(None),
                }
            }
            target.location = target.location.step(&key);
            if self.value(&target.location, view).pointer(&target.location.pointer).is_none() {
                return if is_own {
                    Ok(None)
                } else {
                    Err(Error::new("the file has no value at that location"))
                };
            }
        }
        Ok(Some(target))
    }

    fn base_in(&self, location: &FilePointer, view: View) -> usize {
        match view {
            View::Original => location.file,
            View::Inlined => self.base(location),
        }
    }
}

fn cycle() -> Error {
    Error::new("it is circular")
}
