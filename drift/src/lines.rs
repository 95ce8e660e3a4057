//! Finds the lines of JSON pointers in the text of a document.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::FILES;
use crate::document::escape;
use crate::parse::{Container, Failure, Mark, Sink, begins_like_json, json, without_bom, yaml};

/// Returns the lines, counted from 1, of JSON pointers such as `#/paths/~1pets/get` in the text of a document: those of
/// the keys or list elements.
///
/// A pointer without a target gets the line of its nearest existing ancestor. So does a pointer through a YAML alias.
/// Pointers into other files are left out; see [`Document::locate`](crate::Document::locate).
pub fn lines(text: &str, pointers: &[&str]) -> HashMap<String, usize> {
    let text = without_bom(text);
    let without_hash = |pointer: &str| pointer.strip_prefix('#').unwrap_or(pointer).to_owned();
    let is_in_other_file = |pointer: &str| pointer.split('/').nth(1) == Some(FILES);
    let wanted: HashSet<String> = pointers
        .iter()
        .map(|pointer| without_hash(pointer))
        .filter(|pointer| !is_in_other_file(pointer))
        .flat_map(|pointer| prefixes(&pointer).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if wanted.is_empty() {
        return HashMap::new();
    }
    let mut finder = Finder::new(&wanted);
    if !begins_like_json(text) || json::tokenize(text, &mut finder).is_err() {
        finder = Finder::new(&wanted);
        // Lines before a syntax error are found anyway.
        let _ = yaml::tokenize(text, &mut finder);
    }
    let line = |pointer: &str| prefixes(pointer).find_map(|prefix| finder.lines.get(prefix)).copied();
    pointers
        .iter()
        .map(|pointer| (*pointer, without_hash(pointer)))
        .filter(|(_, normal)| !is_in_other_file(normal))
        .filter_map(|(pointer, normal)| Some((pointer.to_owned(), line(&normal)?)))
        .collect()
}

/// Returns a pointer and its ancestors, longest first.
pub(crate) fn prefixes(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(&pointer[..pointer.rfind('/')?]))
}

struct Finder<'w> {
    wanted: &'w HashSet<String>,
    lines: HashMap<String, usize>,
    /// The pointer of the innermost open container.
    path: String,
    open: Vec<Frame>,
    /// How many open containers are skipped because no wanted pointer leads through them.
    skipped: usize,
}

struct Frame {
    /// The length of the path without this container.
    length: usize,
    /// The index of the next element; `None` for an object.
    index: Option<usize>,
    /// The key of the next member, as a step of a pointer, and its line.
    key: Option<(String, usize)>,
}

impl<'w> Finder<'w> {
    fn new(wanted: &'w HashSet<String>) -> Self {
        Self { wanted, lines: HashMap::new(), path: String::new(), open: Vec::new(), skipped: 0 }
    }

    /// Adds the step of a value to the path, records its line if it is wanted, and returns whether it is.
    fn enter(&mut self, mark: Mark) -> bool {
        let (step, line) = match self.open.last_mut() {
            None => (String::new(), mark.line),
            Some(Frame { index: Some(index), .. }) => {
                *index += 1;
                (format!("/{}", *index - 1), mark.line)
            }
            Some(frame) => frame.key.take().unwrap_or_default(),
        };
        self.path.push_str(&step);
        let is_wanted = self.wanted.contains(&self.path);
        if is_wanted {
            self.lines.entry(self.path.clone()).or_insert(line);
        }
        is_wanted
    }
}

impl Sink for Finder<'_> {
    fn open(&mut self, container: Container, mark: Mark) -> Result<(), Failure> {
        let length = self.path.len();
        if self.skipped > 0 || !self.enter(mark) {
            self.path.truncate(length);
            self.skipped += 1;
            return Ok(());
        }
        let index = (container == Container::Array).then_some(0);
        self.open.push(Frame { length, index, key: None });
        Ok(())
    }

    fn key(&mut self, key: String, mark: Mark) -> Result<(), Failure> {
        if self.skipped == 0
            && let Some(frame) = self.open.last_mut()
        {
            frame.key = Some((format!("/{}", escape(&key)), mark.line));
        }
        Ok(())
    }

    fn scalar(&mut self, _: Value, mark: Mark) -> Result<(), Failure> {
        if self.skipped == 0 {
            let length = self.path.len();
            self.enter(mark);
            self.path.truncate(length);
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Failure> {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some(frame) = self.open.pop() {
            self.path.truncate(frame.length);
        }
        Ok(())
    }
}
