//! Finds the lines of a document that JSON pointers lead to.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::FILES;
use crate::parse::{Container, Failure, Mark, Sink, begins_like_json, json, without_bom, yaml};

/// Returns the lines, from 1, that JSON pointers such as `#/paths/~1pets/get` lead to in the text of a document: that
/// of the key, or of the element of a list.
///
/// A pointer that leads nowhere gets the line of the longest part of it that does. This also holds for what YAML writes
/// elsewhere, behind an alias. A pointer into another file has no line here; see [`Document::locate`](crate::Document::locate).
pub fn lines(text: &str, pointers: &[&str]) -> HashMap<String, usize> {
    let text = without_bom(text);
    let normal = |pointer: &str| pointer.strip_prefix('#').unwrap_or(pointer).to_owned();
    let is_elsewhere = |pointer: &str| pointer.split('/').nth(1) == Some(FILES);
    let wanted: HashSet<String> = pointers
        .iter()
        .map(|pointer| normal(pointer))
        .filter(|pointer| !is_elsewhere(pointer))
        .flat_map(|pointer| prefixes(&pointer).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if wanted.is_empty() {
        return HashMap::new();
    }
    let mut finder = Finder::new(&wanted);
    if !begins_like_json(text) || json::read(text, &mut finder).is_err() {
        finder = Finder::new(&wanted);
        // What comes before a mistake is found all the same.
        let _ = yaml::read(text, &mut finder);
    }
    let line = |pointer: &str| prefixes(pointer).find_map(|prefix| finder.lines.get(prefix)).copied();
    pointers
        .iter()
        .map(|pointer| (*pointer, normal(pointer)))
        .filter(|(_, normal)| !is_elsewhere(normal))
        .filter_map(|(pointer, normal)| Some((pointer.to_owned(), line(&normal)?)))
        .collect()
}

/// Returns a pointer and those that it goes through, the longest first.
pub(crate) fn prefixes(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(&pointer[..pointer.rfind('/')?]))
}

struct Finder<'w> {
    wanted: &'w HashSet<String>,
    lines: HashMap<String, usize>,
    /// The pointer of the container that began last.
    path: String,
    open: Vec<Frame>,
    /// How many containers have begun in one that no wanted pointer goes through.
    skipped: usize,
}

struct Frame {
    /// How long the path is without this container.
    length: usize,
    /// The next element of an array; nothing for an object.
    index: Option<usize>,
    /// The next member of an object, as a step of a pointer, and its line.
    key: Option<(String, usize)>,
}

impl<'w> Finder<'w> {
    fn new(wanted: &'w HashSet<String>) -> Self {
        Self { wanted, lines: HashMap::new(), path: String::new(), open: Vec::new(), skipped: 0 }
    }

    /// Notes where a value begins, and returns whether it is wanted. Its step is added to the path.
    fn value(&mut self, mark: Mark) -> bool {
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
        if self.skipped > 0 || !self.value(mark) {
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
            frame.key = Some((format!("/{}", key.replace('~', "~0").replace('/', "~1")), mark.line));
        }
        Ok(())
    }

    fn scalar(&mut self, _: Value, mark: Mark) -> Result<(), Failure> {
        if self.skipped == 0 {
            let length = self.path.len();
            self.value(mark);
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
