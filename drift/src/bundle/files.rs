//! The files of a document, and where references in them lead.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::resolve::View;
use super::{DocumentFiles, FileLoader, escape};
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
pub(super) struct FilePointer {
    pub(super) file: usize,
    pub(super) pointer: String,
}

impl FilePointer {
    pub(super) fn root_of(file: usize) -> Self {
        Self { file, pointer: String::new() }
    }

    pub(super) fn step(&self, key: &str) -> Self {
        Self { file: self.file, pointer: format!("{}/{}", self.pointer, escape(key)) }
    }
}

/// A file of the document.
pub(super) struct BundledFile {
    pub(super) name: String,
    pub(super) text: String,
    /// The value as it is written.
    pub(super) original: Rc<Value>,
    /// The value, with references replaced by copies of their targets.
    pub(super) value: Rc<Value>,
    /// The pointer of each copy, and the location of its original.
    pub(super) inlined: HashMap<String, FilePointer>,
}

impl BundledFile {
    fn new(name: String, value: Value, text: String) -> Self {
        let value = Rc::new(value);
        Self { name, text, original: Rc::clone(&value), value, inlined: HashMap::new() }
    }
}

/// The files that have been read.
pub(super) struct FileSet {
    pub(super) all: Vec<BundledFile>,
    names: HashMap<String, usize>,
    loader: Option<Box<dyn FileLoader>>,
    /// What the paths in each part lead to.
    found: HashMap<(usize, String), usize>,
    bytes: u64,
    /// The places from which references do not lead in a circle.
    pub(super) sound: HashSet<FilePointer>,
}

impl FileSet {
    pub(super) fn new(value: Value, text: &str, files: Option<DocumentFiles>) -> Self {
        let (name, loader) = match files {
            Some(DocumentFiles { name, loader, .. }) => (name, Some(loader)),
            None => (String::new(), None),
        };
        Self {
            names: HashMap::from([(name.clone(), ROOT)]),
            all: vec![BundledFile::new(name, value, text.to_owned())],
            loader,
            found: HashMap::new(),
            bytes: 0,
            sound: HashSet::new(),
        }
    }

    /// Returns the part that references in a place are relative to.
    pub(super) fn base(&self, location: &FilePointer) -> usize {
        self.origins(location).next().map_or(location.file, |from| from.file)
    }

    /// Returns the original locations of the copies that contain a value, the innermost first.
    pub(super) fn origins(&self, location: &FilePointer) -> impl Iterator<Item = &FilePointer> {
        let inlined = &self.all[location.file].inlined;
        prefixes(&location.pointer).filter_map(|pointer| inlined.get(pointer))
    }

    /// Returns the reference that a value is in the bundle.
    pub(super) fn reference_to(&self, location: &FilePointer) -> String {
        let text = match location.file {
            ROOT => format!("#{}", location.pointer),
            file => format!("#/{FILES}/{}{}", escape(&self.all[file].name), location.pointer),
        };
        // A reader decodes it.
        text.replace('%', "%25")
    }

    /// Adds to an error the location of the reference that cannot be followed.
    pub(super) fn cannot_follow(&self, location: &FilePointer, reference: &str, reason: &Error) -> Error {
        let file = &self.all[location.file];
        let name = if location.file == ROOT { String::new() } else { format!("{:?}, ", file.name) };
        let line = lines(&file.text, &[&location.pointer]).into_values().next();
        let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
        let pointer = location.pointer.strip_suffix("/$ref").unwrap_or(&location.pointer);
        Error::new(format!(
            "{name}{line}#{pointer}: the reference {reference:?} cannot be followed: {reason}"
        ))
    }

    pub(super) fn value(&self, location: &FilePointer, view: View) -> Rc<Value> {
        let file = &self.all[location.file];
        Rc::clone(match view {
            View::Original => &file.original,
            View::Current => &file.value,
        })
    }

    /// Returns the part that a path in another part leads to, after reading it if it is new.
    pub(super) fn open(&mut self, from: usize, path: &str) -> Result<usize, Error> {
        if let Some(&file) = self.found.get(&(from, path.to_owned())) {
            return Ok(file);
        }
        if has_scheme(path) || path.starts_with(['/', '\\']) {
            return Err(Error::new(
                "only relative paths are followed; put what it leads to in a file beside the document",
            ));
        }
        let Some(loader) = &mut self.loader else {
            return Err(Error::new(
                "only a document in a file or in git may refer to other files; bundle it into one document first",
            ));
        };
        let name = loader.find(&self.all[from].name, &decode(path)?)?;
        let file = if let Some(&file) = self.names.get(&name) {
            file
        } else {
            if self.all.len() >= MAX_FILES {
                return Err(Error::new(format!("the document consists of more than {MAX_FILES} files")));
            }
            let text = loader.read(&name)?;
            self.bytes += text.len() as u64;
            if self.bytes > MAX_BYTES {
                return Err(Error::new(format!(
                    "the files are larger than {} MiB together",
                    MAX_BYTES >> 20
                )));
            }
            let value =
                parse_any(&text).map_err(|error| error.context(format!("{name:?} cannot be used")))?;
            self.all.push(BundledFile::new(name.clone(), value, text));
            self.names.insert(name, self.all.len() - 1);
            self.all.len() - 1
        };
        self.found.insert((from, path.to_owned()), file);
        Ok(file)
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
