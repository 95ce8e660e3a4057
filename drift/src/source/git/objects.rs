//! Reads the objects of a git repository.
//!
//! One `git cat-file --batch` process serves all requests. Names are written to its standard input, so git cannot mistake
//! them for options, and it prints the size of an object before the object.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::super::too_large;
use super::{cannot_run, git, git_error};
use crate::error::Error;

pub(super) struct Object {
    pub(super) id: String,
    pub(super) bytes: Vec<u8>,
}

/// A running `git cat-file --batch`.
pub(super) struct Objects {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
    pub(super) max_bytes: u64,
}

impl Objects {
    pub(super) fn open(directory: &Path, max_bytes: u64) -> Result<Self, Error> {
        let mut child = git(directory)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| cannot_run(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(responses)) => {
                Ok(Self { child, requests, responses: BufReader::new(responses), max_bytes })
            }
            _ => Err(Error::new("git cannot be run")),
        }
    }

    /// Returns an object by its id or another name, or `None` if git does not know it.
    pub(super) fn get(&mut self, name: &str) -> Result<Option<Object>, Error> {
        if name.contains('\n') {
            return Ok(None);
        }
        let mut header = String::new();
        let sent = writeln!(self.requests, "{name}").and_then(|()| self.requests.flush());
        if sent.and_then(|()| self.responses.read_line(&mut header)).is_err() || header.is_empty() {
            return Err(self.failure());
        }
        let words: Vec<&str> = header.trim_end().rsplitn(3, ' ').collect();
        let (id, size) = match words.as_slice() {
            [size, "blob" | "tree" | "commit" | "tag", id] => (*id, size.parse::<u64>().ok()),
            _ => return Ok(None),
        };
        let size = size.ok_or_else(|| Error::new("git printed no size"))?;
        if size > self.max_bytes {
            return Err(too_large(self.max_bytes));
        }
        let mut bytes = Vec::new();
        // A newline follows the object.
        let read = (&mut self.responses).take(size + 1).read_to_end(&mut bytes);
        if read.is_err() || bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err(self.failure());
        }
        Ok(Some(Object { id: id.to_owned(), bytes }))
    }

    /// Returns the reason why git exited.
    fn failure(&mut self) -> Error {
        let mut text = String::new();
        if let Some(errors) = self.child.stderr.take() {
            // If reading fails, the error lacks git's message.
            let _ = errors.take(4096).read_to_string(&mut text);
        }
        git_error(&text)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Git may still be writing an object that is no longer needed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
