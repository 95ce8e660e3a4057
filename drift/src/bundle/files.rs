//! The files of a document, and where references in them lead.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::resolve::View;
use super::{Files, Neighbors, escape};
use crate::FILES;
use crate::error::Error;
use crate::lines::{lines, prefixes};
use crate::parse::parse_any;
use crate::source::MAX_BYTES;

/// How many files a document may consist of.
const MAX_FILES: usize = 10_000;

/// The part that is the document itself.
pub(super) const ROOT: usize = 0;

/// A place in one of the files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) pointer: String,
}

impl Place {
    pub(super) fn root_of(part: usize) -> Self {
        Self { part, pointer: String::new() }
    }

    pub(super) fn step(&self, key: &str) -> Self {
        Self { part: self.part, pointer: format!("{}/{}", self.pointer, escape(key)) }
    }
}

/// A file of the document.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) text: String,
    /// The value as it is written.
    pub(super) original: Rc<Value>,
    /// The value, with references replaced by copies of their targets.
    pub(super) value: Rc<Value>,
    /// The pointer of each copy, and the location of its original.
    pub(super) placed: HashMap<String, Place>,
}

impl Part {
    fn new(name: String, value: Value, text: String) -> Self {
        let value = Rc::new(value);
        Self { name, text, original: Rc::clone(&value), value, placed: HashMap::new() }
    }
}

/// The files that have been read.
pub(super) struct Parts {
    pub(super) all: Vec<Part>,
    names: HashMap<String, usize>,
    files: Option<Box<dyn Files>>,
    /// What the paths in each part lead to.
    found: HashMap<(usize, String), usize>,
    bytes: u64,
    /// The places from which references do not lead in a circle.
    pub(super) sound: HashSet<Place>,
}

impl Parts {
    pub(super) fn new(value: Value, text: &str, neighbors: Option<Neighbors>) -> Self {
        let (name, files) = match neighbors {
            Some(Neighbors { name, files, .. }) => (name, Some(files)),
            None => (String::new(), None),
        };
        Self {
            names: HashMap::from([(name.clone(), ROOT)]),
            all: vec![Part::new(name, value, text.to_owned())],
            files,
            found: HashMap::new(),
            bytes: 0,
            sound: HashSet::new(),
        }
    }

    /// Returns the part that references in a place are relative to.
    pub(super) fn base(&self, place: &Place) -> usize {
        self.origins(place).next().map_or(place.part, |from| from.part)
    }

    /// Returns the original locations of the copies that contain a value, the innermost first.
    pub(super) fn origins(&self, place: &Place) -> impl Iterator<Item = &Place> {
        let placed = &self.all[place.part].placed;
        prefixes(&place.pointer).filter_map(|pointer| placed.get(pointer))
    }

    /// Returns the reference that a value is in the bundle.
    pub(super) fn reference_to(&self, place: &Place) -> String {
        let text = match place.part {
            ROOT => format!("#{}", place.pointer),
            part => format!("#/{FILES}/{}{}", escape(&self.all[part].name), place.pointer),
        };
        // A reader decodes it.
        text.replace('%', "%25")
    }

    /// Adds to an error the location of the reference that cannot be followed.
    pub(super) fn cannot_follow(&self, place: &Place, reference: &str, reason: &Error) -> Error {
        let part = &self.all[place.part];
        let file = if place.part == ROOT { String::new() } else { format!("{:?}, ", part.name) };
        let line = lines(&part.text, &[&place.pointer]).into_values().next();
        let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
        let pointer = place.pointer.strip_suffix("/$ref").unwrap_or(&place.pointer);
        Error::new(format!(
            "{file}{line}#{pointer}: the reference {reference:?} cannot be followed: {reason}"
        ))
    }

    pub(super) fn value(&self, place: &Place, view: View) -> Rc<Value> {
        let part = &self.all[place.part];
        Rc::clone(match view {
            View::Original => &part.original,
            View::Current => &part.value,
        })
    }

    /// Returns the part that a path in another part leads to, after reading it if it is new.
    pub(super) fn open(&mut self, from: usize, path: &str) -> Result<usize, Error> {
        if let Some(&part) = self.found.get(&(from, path.to_owned())) {
            return Ok(part);
        }
        if has_scheme(path) || path.starts_with(['/', '\\']) {
            return Err(Error::new(
                "only relative paths are followed; put what it leads to in a file beside the document",
            ));
        }
        let Some(files) = &mut self.files else {
            return Err(Error::new(
                "only a document in a file or in git may refer to other files; bundle it into one document first",
            ));
        };
        let name = files.find(&self.all[from].name, &decode(path)?)?;
        let part = if let Some(&part) = self.names.get(&name) {
            part
        } else {
            if self.all.len() >= MAX_FILES {
                return Err(Error::new(format!("the document consists of more than {MAX_FILES} files")));
            }
            let text = files.read(&name)?;
            self.bytes += text.len() as u64;
            if self.bytes > MAX_BYTES {
                return Err(Error::new(format!(
                    "the files are larger than {} MiB together",
                    MAX_BYTES >> 20
                )));
            }
            let value =
                parse_any(&text).map_err(|error| error.context(format!("{name:?} cannot be used")))?;
            self.all.push(Part::new(name.clone(), value, text));
            self.names.insert(name, self.all.len() - 1);
            self.all.len() - 1
        };
        self.found.insert((from, path.to_owned()), part);
        Ok(part)
    }
}

/// Returns whether a reference is a whole URL, or a path with a drive.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|it: char| it.is_ascii_alphabetic())
            && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
    })
}

/// Decodes a part of a URL.
pub(super) fn decode(text: &str) -> Result<String, Error> {
    match percent_encoding::percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(Error::new("what its % signs stand for is not text")),
    }
}
