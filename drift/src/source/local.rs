//! Files, pipes and standard input.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::{MAX_BYTES, decode, reason, too_large};
use crate::bundle::{DocumentFiles, FileLoader};
use crate::error::Error;

/// Reads a file and, unless it is a pipe, gives access to the files that it may refer to.
pub(super) fn open(path: &Path) -> Result<(String, Option<DocumentFiles>), Error> {
    Ok((read_file(path)?, document_files(path)))
}

/// Returns the real directory of a document and its name there, or `None` for a pipe.
fn document_files(given: &Path) -> Option<DocumentFiles> {
    let real = given.canonicalize().ok().filter(|path| path.is_file())?;
    let (name, parent) = (real.file_name()?.to_str()?.to_owned(), real.parent()?.to_owned());
    // If the path is a symbolic link, the other files are next to its target.
    let given_parent =
        given.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let path = if given_parent.canonicalize().is_ok_and(|it| it == parent) {
        given
    } else {
        let here = Path::new(".").canonicalize();
        here.ok().and_then(|here| real.strip_prefix(here).ok()).unwrap_or(&real)
    };
    let path = path.to_string_lossy().into_owned();
    Some(DocumentFiles { name, path, loader: Box::new(Directory(parent)) })
}

/// Reads standard input.
pub(super) fn read_stdin() -> Result<String, Error> {
    let bytes = read_bounded(io::stdin().lock(), MAX_BYTES).map_err(|error| Error::new(reason(&error)))?;
    decode(bytes, MAX_BYTES)
}

/// Reads the text of a file or a pipe.
fn read_file(path: &Path) -> Result<String, Error> {
    let metadata = path.metadata().map_err(|error| Error::new(reason(&error)))?;
    // Check before opening, because opening a device can have side effects.
    if let Some(kind) = unreadable(metadata.file_type()) {
        return Err(Error::new(format!("it is {kind}, not a file")));
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large(MAX_BYTES));
    }
    let bytes = File::open(path).and_then(|file| read_bounded(file, MAX_BYTES));
    decode(bytes.map_err(|error| Error::new(reason(&error)))?, MAX_BYTES)
}

/// Reads to the end, but at most one byte more than the limit.
pub(super) fn read_bounded(reader: impl Read, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(max_bytes + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(unix)]
fn unreadable(kind: FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;

    if kind.is_dir() {
        Some("a directory")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        None
    }
}

#[cfg(not(unix))]
fn unreadable(kind: FileType) -> Option<&'static str> {
    kind.is_dir().then_some("a directory")
}

/// The real directory of a document.
struct Directory(PathBuf);

impl FileLoader for Directory {
    fn find(&mut self, from: &str, path: &str) -> Result<String, Error> {
        let parent = self.0.join(from).parent().map(Path::to_owned).unwrap_or_default();
        let found = parent.join(path).canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::new("no such file"),
            _ => Error::new(reason(&error)),
        })?;
        let found = found.strip_prefix(&self.0).map_err(|_| {
            Error::new("it is outside the document's directory, and only files below that are read")
        })?;
        let steps = found.components().map(|step| match step {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        let steps = steps.collect::<Option<Vec<_>>>();
        steps.map(|steps| steps.join("/")).ok_or_else(|| Error::new("its path is not UTF-8"))
    }

    fn read(&mut self, name: &str) -> Result<String, Error> {
        read_file(&self.0.join(name))
    }
}
