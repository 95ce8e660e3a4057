//! Reads documents from files, revisions of a git repository, URLs and standard input.

mod git;
#[cfg(feature = "http")]
mod http;
mod loaded_document;
mod local;
mod url;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::bundle::{Bundle, DocumentFiles, bundle};
use crate::error::Error;
use crate::parse::parse;

pub use loaded_document::{Document, Location};
pub use url::SpecUrl;

/// The largest text that is read from any source: no real document is that large, and memory is finite.
pub(crate) const MAX_BYTES: u64 = 512 << 20;

/// Where a document comes from.
///
/// `Display` prints the name of the document in reports and errors, without the user name and password of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpecSource {
    /// A file, or a pipe such as `/dev/fd/3`.
    File(PathBuf),
    /// A file in a revision of a git repository.
    Revision {
        /// Any name of a commit or tree that git accepts, such as `HEAD~1` or `origin/main`.
        revision: String,
        /// The path from the root of the repository, or from `directory` if it begins with `./` or `../`.
        path: String,
        /// A directory in the repository.
        directory: PathBuf,
    },
    /// An http(s) URL.
    Url(SpecUrl),
    /// Standard input.
    Stdin,
}

impl SpecSource {
    /// Parses a command-line argument: `-` for standard input, the path of an existing file, an http(s) URL, or
    /// `REV:PATH` in the git repository of the working directory.
    ///
    /// # Errors
    ///
    /// Fails if the argument is none of these.
    pub fn parse(argument: &str) -> Result<Self, Error> {
        Self::parse_in(Path::new("."), argument)
    }

    /// Parses an argument like [`parse`](Self::parse), but resolves `REV:PATH` in the git repository of a directory.
    /// Paths of files are still relative to the working directory.
    ///
    /// # Errors
    ///
    /// Fails if the argument has none of these forms.
    pub fn parse_in(directory: &Path, argument: &str) -> Result<Self, Error> {
        if argument.is_empty() {
            return Err(Error::new(
                "an argument is empty; name a file, a URL, REV:PATH in git, or - for standard input",
            ));
        }
        if argument == "-" {
            return Ok(Self::Stdin);
        }
        if let Some(url) = SpecUrl::parse(argument)? {
            return Ok(Self::Url(url));
        }
        match Path::new(argument).symlink_metadata() {
            // A file without permission exists. Reading it later reports the reason.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => {}
            _ => return Ok(Self::File(argument.into())),
        }
        match git::split(argument) {
            Some((revision, path)) => Ok(Self::Revision {
                revision: revision.to_owned(),
                path: path.to_owned(),
                directory: directory.to_owned(),
            }),
            None => Err(Error::new(format!(
                "no file {argument:?} exists, and it is neither a URL nor REV:PATH, such as main:openapi.yaml"
            ))),
        }
    }

    /// Reads and parses the document and all files that it refers to.
    ///
    /// A document from a file or a revision may refer to other files below its own directory. They become members of
    /// [`FILES`](crate::FILES) in the value, and references to them are rewritten to point there.
    ///
    /// # Errors
    ///
    /// Fails if the document cannot be read, is neither JSON nor YAML, or refers to a file that is missing or not
    /// allowed. The error names the source.
    pub fn load(&self) -> Result<Document, Error> {
        let (text, files) = self.read_with_files()?;
        let path = files.as_ref().map(|files| files.path.clone());
        let bundle = parse(&text).and_then(|value| bundle(value, &text, files));
        let Bundle { value, texts } = bundle.map_err(|error| error.context(format!("cannot use {self}")))?;
        Ok(Document::new(value, self.to_string(), path, text, texts))
    }

    /// Reads the text without parsing it.
    ///
    /// # Errors
    ///
    /// Fails if the text cannot be read, is larger than 512 MiB, or is not UTF-8. The error names the source.
    pub fn read_text(&self) -> Result<String, Error> {
        Ok(self.read_with_files()?.0)
    }

    /// Reads the text, and gives access to the files that the document may refer to.
    fn read_with_files(&self) -> Result<(String, Option<DocumentFiles>), Error> {
        let read = match self {
            Self::File(path) => local::open(path),
            Self::Revision { revision, path, directory } => git::open(directory, revision, path),
            Self::Url(url) => fetch(url).map(|text| (text, None)),
            Self::Stdin => local::read_stdin().map(|text| (text, None)),
        };
        read.map_err(|error| error.context(format!("cannot read {self}")))
    }
}

#[cfg(feature = "http")]
fn fetch(url: &SpecUrl) -> Result<String, Error> {
    http::fetch(url, &http::Limits::default())
}

#[cfg(not(feature = "http"))]
fn fetch(_: &SpecUrl) -> Result<String, Error> {
    Err(Error::new(
        "this build cannot read URLs; download the document first, or install with the feature `http`",
    ))
}

impl fmt::Display for SpecSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Revision { revision, path, .. } => write!(f, "{revision}:{path}"),
            Self::Url(url) => url.fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// Decodes the text of a document.
fn decode(bytes: Vec<u8>, max_bytes: u64) -> Result<String, Error> {
    if bytes.len() as u64 > max_bytes {
        return Err(too_large(max_bytes));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::new("it is UTF-16; save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|byte| *byte == b'\n').count();
        Error::new(format!("it is not UTF-8: line {line} has an invalid byte"))
    })
}

fn too_large(max_bytes: u64) -> Error {
    Error::new(format!("it is larger than {} MiB; is it the right document?", max_bytes >> 20))
}

/// Returns the message of the operating system without the error number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
