//! The files of a revision.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::rc::Rc;

use super::super::decode;
use super::advice;
use super::objects::{Object, Objects};
use crate::error::Error;

/// How many symbolic links a path may go through, as in Linux.
const MAX_LINKS: usize = 40;
const MAX_LINK_BYTES: usize = 4096;

/// The files of a revision.
pub(super) struct Tree {
    objects: Objects,
    root: String,
    directories: HashMap<String, Rc<Entries>>,
}

/// The mode and the object of each entry of a directory.
type Entries = BTreeMap<Vec<u8>, (Vec<u8>, String)>;

/// Why a path cannot be resolved to a file.
pub(super) enum NotFound {
    Missing,
    Because(Error),
}

impl Tree {
    pub(super) fn open(directory: &Path, revision: &str, max_bytes: u64) -> Result<Self, Error> {
        let mut objects = Objects::open(directory, max_bytes)?;
        let Some(root) = objects.get(&format!("{revision}^{{tree}}"))? else {
            return Err(Error::new(format!(
                "no file of that name exists, and git does not know the revision {revision:?}; {}",
                advice(directory, revision)
            )));
        };
        Ok(Self { objects, root: root.id, directories: HashMap::new() })
    }

    /// Resolves a path, including symbolic links. Returns the real path and the object id of the file.
    pub(super) fn find(&mut self, path: &str) -> Result<(String, String), NotFound> {
        let because = |message: &str| NotFound::Because(Error::new(message));
        let mut steps: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut parents: Vec<(String, String)> = Vec::new();
        let mut links = 0;
        while let Some(step) = steps.pop() {
            match step.as_str() {
                "" | "." => continue,
                ".." => {
                    parents.pop().ok_or_else(|| because("it is outside the repository"))?;
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
                        return Err(because("its symbolic links form a cycle"));
                    }
                    let target = self.text(object).map_err(NotFound::Because)?;
                    if target.starts_with('/') || target.len() > MAX_LINK_BYTES {
                        return Err(because("a symbolic link points outside the repository"));
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
        // Each entry is a mode, a space, a name, a NUL byte and the binary object id.
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

    pub(super) fn text(&mut self, id: &str) -> Result<String, Error> {
        decode(self.object(id)?.bytes, self.objects.max_bytes)
    }

    fn object(&mut self, id: &str) -> Result<Object, Error> {
        self.objects.get(id)?.ok_or_else(|| {
            Error::new(format!("git lacks the object {id}; fetch the complete revision first"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::run;
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
