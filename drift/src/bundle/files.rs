//! The files of a document.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::resolve::View;
use super::{DocumentFiles, FileLoader};
use crate::FILES;
use crate::document::escape;
use crate::error::Error;
use crate::lines::{lines, prefixes};
use crate::parse::parse_any;
use crate::source::MAX_BYTES;

/// How many files a document may consist of.
const MAX_FILES: usize = 10_000;

/// The index of the document itself.
pub(super) const ROOT: usize = 0;

/// A JSON pointer into one of the files.
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
    /// The parsed file.
    pub(super) original: Rc<Value>,
    /// The parsed file after inlining: some references are replaced by copies of their targets.
    pub(super) value: Rc<Value>,
    /// The pointer of each copy, with the location of its original.
    pub(super) inlined: HashMap<String, FilePointer>,
}

impl BundledFile {
    fn new(name: String, value: Value, text: String) -> Self {
        let value = Rc::new(value);
        Self { name, text, original: Rc::clone(&value), value, inlined: HashMap::new() }
    }
}

/// The files that have been read so far.
pub(super) struct FileSet {
    pub(super) all: Vec<BundledFile>,
    names: HashMap<String, usize>,
    loader: Option<Box<dyn FileLoader>>,
    /// The index of the file that each path in each file refers to.
    found: HashMap<(usize, String), usize>,
    bytes: u64,
    /// Locations from which following references is known to terminate.
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

    /// Returns the file that references at a location are relative to.
    pub(super) fn base(&self, location: &FilePointer) -> usize {
        self.origins(location).next().map_or(location.file, |from| from.file)
    }

    /// Returns the original locations of the copies that contain a location, innermost first.
    pub(super) fn origins(&self, location: &FilePointer) -> impl Iterator<Item = &FilePointer> {
        let inlined = &self.all[location.file].inlined;
        prefixes(&location.pointer).filter_map(|pointer| inlined.get(pointer))
    }

    /// Returns the reference to a location within the bundle.
    pub(super) fn reference_to(&self, location: &FilePointer) -> String {
        let text = match location.file {
            ROOT => format!("#{}", location.pointer),
            file => format!("#/{FILES}/{}{}", escape(&self.all[file].name), location.pointer),
        };
        // References are percent-decoded when they are read.
        text.replace('%', "%25")
    }

    /// Adds the location of a reference to the reason why it cannot be followed.
    pub(super) fn cannot_follow(&self, location: &FilePointer, reference: &str, reason: &Error) -> Error {
        let file = &self.all[location.file];
        let name = if location.file == ROOT { String::new() } else { format!("{:?}, ", file.name) };
        let line = lines(&file.text, &[&location.pointer]).into_values().next();
        let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
        let pointer = location.pointer.strip_suffix("/$ref").unwrap_or(&location.pointer);
        Error::new(format!("{name}{line}#{pointer}: cannot follow the reference {reference:?}: {reason}"))
    }

    pub(super) fn value(&self, location: &FilePointer, view: View) -> Rc<Value> {
        let file = &self.all[location.file];
        Rc::clone(match view {
            View::Original => &file.original,
            View::Inlined => &file.value,
        })
    }

    /// Returns the file that a path in another file refers to, and reads it on first use.
    pub(super) fn open(&mut self, from: usize, path: &str) -> Result<usize, Error> {
        if let Some(&file) = self.found.get(&(from, path.to_owned())) {
            return Ok(file);
        }
        if has_scheme(path) || path.starts_with(['/', '\\']) {
            return Err(Error::new(
                "only relative paths are supported; copy the target to a file next to the document",
            ));
        }
        let Some(loader) = &mut self.loader else {
            return Err(Error::new(
                "only a document from a file or from git may refer to other files; bundle it into one document first",
            ));
        };
        let name = loader.find(&self.all[from].name, &decode(path)?)?;
        let file = if let Some(&file) = self.names.get(&name) {
            file
        } else {
            if self.all.len() >= MAX_FILES {
                return Err(Error::new(format!("the document refers to more than {MAX_FILES} files")));
            }
            let text = loader.read(&name)?;
            self.bytes += text.len() as u64;
            if self.bytes > MAX_BYTES {
                return Err(Error::new(format!(
                    "the files are larger than {} MiB in total",
                    MAX_BYTES >> 20
                )));
            }
            let value = parse_any(&text).map_err(|error| error.context(format!("cannot use {name:?}")))?;
            self.all.push(BundledFile::new(name.clone(), value, text));
            self.names.insert(name, self.all.len() - 1);
            self.all.len() - 1
        };
        self.found.insert((from, path.to_owned()), file);
        Ok(file)
    }
}

/// Returns whether a reference is an absolute URL or a path with a drive letter.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|it: char| it.is_ascii_alphabetic())
            && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
    })
}

/// Percent-decodes a part of a reference.
pub(super) fn decode(text: &str) -> Result<String, Error> {
    match percent_encoding::percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(Error::new("its percent-encoding is not valid text")),
    }
}
