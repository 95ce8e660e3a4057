//! Locates findings: pointers, files and lines.

use std::collections::{HashMap, HashSet};

use super::{Name, Names};
use crate::FILES;
use crate::document::unescape;
use crate::finding::{Finding, Report};

/// Formats a pointer. One into another file is prefixed with the name of that file.
pub(super) fn display(pointer: &str) -> String {
    match other_file(pointer) {
        Some((file, rest)) => format!("{file}#{rest}"),
        None => pointer.to_owned(),
    }
}

/// Formats the pointers of a finding, if any.
pub(super) fn pointers(finding: &Finding) -> String {
    match (finding.old.as_deref().map(display), finding.new.as_deref().map(display)) {
        (Some(old), Some(new)) if old == new => format!("at {old}"),
        (Some(old), Some(new)) => format!("old {old}, new {new}"),
        (Some(old), None) => format!("old {old}"),
        (None, Some(new)) => format!("new {new}"),
        (None, None) => String::new(),
    }
}

/// Returns the path of a document if its name is that of a file: not `-`, a URL or `REV:PATH`.
pub(super) fn local_file(name: &str) -> Option<&str> {
    // A drive letter is not a revision.
    let rest = match name.as_bytes() {
        [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic() => &name[2..],
        _ => name,
    };
    (name != "-" && !rest.contains(':')).then(|| name.strip_prefix("./").unwrap_or(name))
}

/// The document that findings are annotated in.
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    is_new: bool,
    lines: HashMap<String, usize>,
}

/// The location of a finding in a document.
pub(super) struct TextLocation {
    /// The path of the other file that contains it, relative to the document's directory.
    pub(super) other_file: Option<String>,
    pub(super) line: Option<usize>,
}

impl<'a> Target<'a> {
    /// Chooses the document: the new one, unless only the old one is a local file.
    pub(super) fn choose(names: &Names<'a>, report: &Report) -> Self {
        let is_new = local_file(names.new.name).is_some() || local_file(names.old.name).is_none();
        let Name { name, text } = if is_new { names.new } else { names.old };
        let mut pointers = HashSet::new();
        let accepted = report.accepted.iter().map(|(finding, _)| finding);
        for finding in report.findings.iter().chain(accepted) {
            pointers.extend(pointer(finding, is_new).into_iter().flat_map(with_ancestors));
        }
        let pointers: Vec<&str> = pointers.into_iter().collect();
        let lines = text.map_or_else(HashMap::new, |text| crate::lines(text, &pointers));
        Self { name, is_new, lines }
    }

    /// Locates a finding in the document. If its location does not exist there, returns the line of the nearest ancestor.
    pub(super) fn locate(&self, finding: &Finding) -> TextLocation {
        let pointer = pointer(finding, self.is_new);
        if let Some((file, _)) = pointer.and_then(other_file) {
            return TextLocation { other_file: Some(file), line: None };
        }
        let mut ancestors = pointer.into_iter().flat_map(with_ancestors);
        TextLocation {
            other_file: None,
            line: ancestors.find_map(|ancestor| self.lines.get(ancestor).copied()),
        }
    }
}

fn pointer(finding: &Finding, is_new: bool) -> Option<&str> {
    let (this, other) = if is_new { (&finding.new, &finding.old) } else { (&finding.old, &finding.new) };
    this.as_deref().or(other.as_deref())
}

/// Returns a pointer and its ancestors, up to the root.
fn with_ancestors(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0))
}

/// Splits a pointer into another file into the path of the file and the pointer within it.
fn other_file(pointer: &str) -> Option<(String, &str)> {
    let rest = pointer.strip_prefix("#/")?.strip_prefix(FILES)?.strip_prefix('/')?;
    let (file, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some((unescape(file), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_local() {
        for name in
            ["openapi.json", "./api/openapi.yaml", "/srv/openapi.json", "C:\\api\\openapi.json", "C:/a"]
        {
            assert!(local_file(name).is_some(), "{name}");
        }
        for name in ["-", "https://example.com/openapi.json", "main:openapi.json", "v1:C:/x", "HTTP://x/y"] {
            assert!(local_file(name).is_none(), "{name}");
        }
        assert_eq!(local_file("./a.json"), Some("a.json"));
    }

    #[test]
    fn a_pointer_into_another_file_names_it() {
        assert_eq!(display(&format!("#/{FILES}/schemas~1pet.yaml/Pet/type")), "schemas/pet.yaml#/Pet/type");
        assert_eq!(display(&format!("#/{FILES}/pet.yaml")), "pet.yaml#");
        assert_eq!(display("#/paths/~1pets"), "#/paths/~1pets");
    }

    #[test]
    fn a_pointer_has_its_ancestors() {
        assert_eq!(with_ancestors("#/a/b").collect::<Vec<_>>(), ["#/a/b", "#/a", "#"]);
    }
}
