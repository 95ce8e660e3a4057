//! A document that has been read.

use std::collections::HashMap;

use serde_json::Value;

use crate::FILES;
use crate::document::unescape;
use crate::error::Error;
use crate::lines::lines;
use crate::parse::parse;
use crate::render::Name;

/// A document that has been read: its value and the text it was parsed from.
#[derive(Clone, Debug)]
pub struct Document {
    /// The document as one value. Other files that it refers to are members of [`FILES`].
    pub value: Value,
    name: String,
    path: Option<String>,
    text: String,
    /// The texts of the other files, by path relative to the document's directory.
    files: HashMap<String, String>,
}

/// A location in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The path of the file, if the document comes from a file: relative if possible. For a revision, the path in the
    /// repository.
    pub path: Option<String>,
    /// The line, counted from 1.
    pub line: usize,
}

impl Document {
    /// Parses a self-contained document: references to other files are not followed.
    ///
    /// # Errors
    ///
    /// Fails as [`parse`] does.
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Result<Self, Error> {
        let (name, text) = (name.into(), text.into());
        let value = parse(&text).map_err(|error| error.context(format!("cannot use {name}")))?;
        Ok(Self::new(value, name, None, text, HashMap::new()))
    }

    pub(super) fn new(
        value: Value,
        name: String,
        path: Option<String>,
        text: String,
        files: HashMap<String, String>,
    ) -> Self {
        Self { value, name, path, text, files }
    }

    /// Returns the name of the document in reports: its source, without credentials.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path of the document if it comes from a file: as given, unless that is a symbolic link. For a
    /// revision, returns the path in the repository.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the name for reports, with the text in which renderers look up line numbers.
    pub fn report_name(&self) -> Name<'_> {
        Name { name: self.path().unwrap_or(&self.name), text: Some(&self.text) }
    }

    /// Returns the text of the document itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the files and lines of JSON pointers such as `#/paths/~1pets/get`, in any of the document's files.
    /// Pointers into unknown files are left out; see [`lines`].
    pub fn locate(&self, pointers: &[&str]) -> HashMap<String, Location> {
        // Each pointer, with the pointer relative to its file.
        let mut by_file: HashMap<Option<String>, Vec<(&str, String)>> = HashMap::new();
        for pointer in pointers {
            let mut steps = pointer.splitn(4, '/').skip(1);
            let (file, inner) = if steps.next() == Some(FILES) {
                let Some(file) = steps.next() else { continue };
                let inner = steps.next().map(|rest| format!("/{rest}")).unwrap_or_default();
                (Some(unescape(file)), inner)
            } else {
                (None, (*pointer).to_owned())
            };
            by_file.entry(file).or_default().push((pointer, inner));
        }
        let mut found = HashMap::new();
        for (file, pointers) in by_file {
            let text = match &file {
                None => Some(&self.text),
                Some(file) => self.files.get(file),
            };
            let Some(text) = text else { continue };
            let inner: Vec<&str> = pointers.iter().map(|(_, inner)| inner.as_str()).collect();
            let lines = lines(text, &inner);
            let path = self.path_of(file.as_deref());
            for (pointer, inner) in pointers {
                if let Some(&line) = lines.get(&inner) {
                    found.insert(pointer.to_owned(), Location { path: path.clone(), line });
                }
            }
        }
        found
    }

    /// Returns the path of one of the files.
    fn path_of(&self, file: Option<&str>) -> Option<String> {
        let path = self.path.as_deref()?;
        let Some(file) = file else { return Some(path.to_owned()) };
        let directory = path.rfind(['/', std::path::MAIN_SEPARATOR]).map_or("", |slash| &path[..=slash]);
        Some(format!("{directory}{file}"))
    }
}
