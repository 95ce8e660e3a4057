//! Files in revisions of a git repository.
//!
//! One `git cat-file --batch` serves all requests. Names are written to its standard input, so that none can be taken for
//! an option, and it tells the size of an object before the object.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use super::{MAX_BYTES, decode, reason, too_large};
use crate::bundle::{Files, Neighbors};
use crate::error::Error;

/// How many symbolic links a path may go through, as in Linux.
const MAX_LINKS: usize = 40;
const MAX_LINK_BYTES: usize = 4096;

/// Splits `REV:PATH`. A colon in braces belongs to the revision, as in `HEAD^{/fix: typo}:openapi.yaml`.
pub(super) fn split(argument: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let colon = argument.find(|it| {
        match it {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == ':' && depth == 0
    })?;
    let (revision, path) = (&argument[..colon], &argument[colon + 1..]);
    (!revision.is_empty() && !path.is_empty()).then_some((revision, path))
}

/// Reads a file of a revision, and gives access to the files beside it.
pub(super) fn open(
    directory: &Path,
    revision: &str,
    path: &str,
) -> Result<(String, Option<Neighbors>), Error> {
    let mut tree = Tree::open(directory, revision, MAX_BYTES)?;
    let path = if path.starts_with("./") || path.starts_with("../") {
        let prefix = run(directory, &["rev-parse", "--show-prefix"])?;
        format!("{}{path}", prefix.trim_end_matches(['\r', '\n']))
    } else {
        path.to_owned()
    };
    let (path, file) = tree.find(&path).map_err(|error| match error {
        NotFound::Missing => Error::new(format!(
            "there is no such file in {revision:?}; the path is from the root of the repository, unless it begins with ./"
        )),
        NotFound::Because(error) => error,
    })?;
    let text = tree.text(&file)?;
    let (directory, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(it, name)| (it, name));
    let files = Directory { tree, path: directory.to_owned(), files: HashMap::new() };
    Ok((text, Some(Neighbors { name: name.to_owned(), path: path.clone(), files: Box::new(files) })))
}

/// The directory of a document in a revision.
struct Directory {
    tree: Tree,
    path: String,
    /// The objects of the files that were found.
    files: HashMap<String, String>,
}

impl Files for Directory {
    fn find(&mut self, from: &str, path: &str) -> Result<String, Error> {
        let parent = from.rsplit_once('/').map_or("", |(parent, _)| parent);
        let (path, file) =
            self.tree.find(&format!("{}/{parent}/{path}", self.path)).map_err(|error| match error {
                NotFound::Missing => Error::new("there is no such file in the revision"),
                NotFound::Because(error) => error,
            })?;
        let name = if self.path.is_empty() {
            Some(path.as_str())
        } else {
            path.strip_prefix(&self.path).and_then(|path| path.strip_prefix('/'))
        };
        let name = name.ok_or_else(|| {
            Error::new("it leads out of the document's directory, and only files below that are read")
        })?;
        self.files.insert(name.to_owned(), file);
        Ok(name.to_owned())
    }

    fn read(&mut self, name: &str) -> Result<String, Error> {
        match self.files.get(name) {
            Some(file) => self.tree.text(&file.clone()),
            None => Err(Error::new("there is no such file in the revision")),
        }
    }
}

/// The files of a revision.
struct Tree {
    objects: Objects,
    root: String,
    directories: HashMap<String, Rc<Entries>>,
}

/// The mode and the object of each entry of a directory.
type Entries = BTreeMap<Vec<u8>, (Vec<u8>, String)>;

/// Why a path leads to no file.
enum NotFound {
    Missing,
    Because(Error),
}

impl Tree {
    fn open(directory: &Path, revision: &str, max_bytes: u64) -> Result<Self, Error> {
        let mut objects = Objects::open(directory, max_bytes)?;
        let Some(root) = objects.get(&format!("{revision}^{{tree}}"))? else {
            return Err(Error::new(format!(
                "there is no file of that name, and git does not know the revision {revision:?}; {}",
                advice(directory, revision)
            )));
        };
        Ok(Self { objects, root: root.id, directories: HashMap::new() })
    }

    /// Follows a path, through symbolic links too. Returns the path without them, and the object of the file.
    fn find(&mut self, path: &str) -> Result<(String, String), NotFound> {
        let because = |message: &str| NotFound::Because(Error::new(message));
        let mut steps: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut parents: Vec<(String, String)> = Vec::new();
        let mut links = 0;
        while let Some(step) = steps.pop() {
            match step.as_str() {
                "" | "." => continue,
                ".." => {
                    parents.pop().ok_or_else(|| because("it leads out of the repository"))?;
                    continue;
                }
                _ => {}
            }
            let directory = parents.last().map_or(&self.root, |(_, directory)| directory).clone();
            let entries = self.entries(&directory).map_err(NotFound::Because)?;
            let (mode, object) = entries.get(step.as_bytes()).ok_or(NotFound::Missing)?;
            match mode.as_slice() {
                b"40000" => parents.push((step, object.clone())),
                b"120000" => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(because("its symbolic links lead in a circle"));
                    }
                    let target = self.text(object).map_err(NotFound::Because)?;
                    if target.starts_with('/') || target.len() > MAX_LINK_BYTES {
                        return Err(because("a symbolic link leads out of the repository"));
                    }
                    steps.extend(target.split('/').rev().map(str::to_owned));
                }
                b"160000" => return Err(because("it is in a submodule; compare in that repository")),
                _ if steps.iter().any(|step| !step.is_empty()) => return Err(NotFound::Missing),
                _ => {
                    let parents = parents.into_iter().map(|(name, _)| name + "/");
                    return Ok((parents.collect::<String>() + &step, object.clone()));
                }
            }
        }
        Err(because("it is a directory, not a file"))
    }

    fn entries(&mut self, id: &str) -> Result<Rc<Entries>, Error> {
        if let Some(entries) = self.directories.get(id) {
            return Ok(Rc::clone(entries));
        }
        let object = self.object(id)?;
        // Each entry is its mode, a space, its name, a zero and its id in half as many bytes as it has digits.
        let mut entries = Entries::new();
        let mut rest = object.bytes.as_slice();
        while let Some(zero) = rest.iter().position(|byte| *byte == 0)
            && let Some(space) = rest[..zero].iter().position(|byte| *byte == b' ')
            && let Some((raw, others)) = rest[zero + 1..].split_at_checked(id.len() / 2)
        {
            let digits = raw.iter().map(|byte| format!("{byte:02x}"));
            entries.insert(rest[space + 1..zero].to_vec(), (rest[..space].to_vec(), digits.collect()));
            rest = others;
        }
        let entries = Rc::new(entries);
        self.directories.insert(id.to_owned(), Rc::clone(&entries));
        Ok(entries)
    }

    fn text(&mut self, id: &str) -> Result<String, Error> {
        decode(self.object(id)?.bytes, self.objects.max_bytes)
    }

    fn object(&mut self, id: &str) -> Result<Object, Error> {
        self.objects.get(id)?.ok_or_else(|| {
            Error::new(format!("git lacks the object {id}; fetch the revision completely first"))
        })
    }
}

struct Object {
    id: String,
    bytes: Vec<u8>,
}

/// A running `git cat-file --batch`.
struct Objects {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
    max_bytes: u64,
}

impl Objects {
    fn open(directory: &Path, max_bytes: u64) -> Result<Self, Error> {
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

    /// Returns an object by its id or any other name; nothing if git does not know it.
    fn get(&mut self, name: &str) -> Result<Option<Object>, Error> {
        if name.contains('\n') {
            return Ok(None);
        }
        let mut header = String::new();
        let asked = writeln!(self.requests, "{name}").and_then(|()| self.requests.flush());
        if asked.and_then(|()| self.responses.read_line(&mut header)).is_err() || header.is_empty() {
            return Err(self.failure());
        }
        let words: Vec<&str> = header.trim_end().rsplitn(3, ' ').collect();
        let (id, size) = match words.as_slice() {
            [size, "blob" | "tree" | "commit" | "tag", id] => (*id, size.parse::<u64>().ok()),
            _ => return Ok(None),
        };
        let size = size.ok_or_else(|| Error::new("git gave no size"))?;
        if size > self.max_bytes {
            return Err(too_large(self.max_bytes));
        }
        let mut bytes = Vec::new();
        // A line break follows the object.
        let read = (&mut self.responses).take(size + 1).read_to_end(&mut bytes);
        if read.is_err() || bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err(self.failure());
        }
        Ok(Some(Object { id: id.to_owned(), bytes }))
    }

    /// Returns why git has ended.
    fn failure(&mut self) -> Error {
        let mut text = String::new();
        if let Some(errors) = self.child.stderr.take() {
            // What cannot be read of it is no reason either.
            let _ = errors.take(4096).read_to_string(&mut text);
        }
        complaint(&text)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It may be in the middle of an object that nobody wants any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(directory).env("LC_ALL", "C").stdin(Stdio::null());
    git
}

/// Runs git, and returns what it prints.
fn run(directory: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = git(directory).args(arguments).output().map_err(|error| cannot_run(&error))?;
    if !output.status.success() {
        return Err(complaint(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says how to get a revision that git does not know. In CI, clones often lack it.
fn advice(directory: &Path, revision: &str) -> String {
    let is_shallow = run(directory, &["rev-parse", "--is-shallow-repository"]);
    let is_shallow = is_shallow.is_ok_and(|answer| answer.trim() == "true");
    let branch = revision.strip_prefix("origin/").filter(|it| !it.contains(['~', '^', '@', ':']));
    match (branch, is_shallow) {
        (Some(branch), true) => {
            format!("this clone is shallow, so fetch the branch first: git fetch --depth=1 origin {branch}")
        }
        (Some(branch), false) => format!("fetch the branch first: git fetch origin {branch}"),
        (None, true) => "this clone is shallow, so fetch its history first: git fetch --unshallow".to_owned(),
        (None, false) => "is it spelled right?".to_owned(),
    }
}

fn cannot_run(error: &std::io::Error) -> Error {
    Error::new(format!("there is no file of that name, and git cannot be run: {}", reason(error)))
}

fn complaint(stderr: &str) -> Error {
    let line = stderr.lines().next().unwrap_or("it ended without a reason");
    let line = line.strip_prefix("fatal: ").unwrap_or(line);
    Error::new(format!("there is no file of that name, and git says: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_not_read_if_it_is_too_large() {
        let repository = tempfile::TempDir::new().unwrap();
        std::fs::write(repository.path().join("a.json"), [b' '; 1_000]).unwrap();
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "a.json"],
            &["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "--message=x"],
        ] {
            run(repository.path(), arguments).unwrap();
        }
        let read = |max_bytes| {
            let mut tree = Tree::open(repository.path(), "HEAD", max_bytes)?;
            let Ok((_, file)) = tree.find("a.json") else { return Err(Error::new("not found")) };
            tree.text(&file)
        };
        assert_eq!(read(1_000).unwrap().len(), 1_000);
        assert!(read(999).unwrap_err().to_string().starts_with("it is larger than "));
    }
}
