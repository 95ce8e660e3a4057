//! Finds words in the files that people write: sources, documents and workflows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that are generated, or that are about OpenAPI in general.
const SKIPPED: [&str; 5] = [".git", "target", "drift", "xtask", "src/generated"];

/// Finds the files with some endings, as paths relative to the root, in order. Hidden folders count: workflows are in one.
pub(crate) fn files(root: &Path, endings: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let unreadable = || format!("{} cannot be read", root.join(&folder).display());
        for entry in fs::read_dir(root.join(&folder)).with_context(unreadable)? {
            let entry = entry.with_context(unreadable)?;
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().replace('\\', "/");
            let kind = entry.file_type().with_context(unreadable)?;
            let is_skipped = SKIPPED.iter().any(|it| name == *it || name.ends_with(&format!("/{it}")));
            if kind.is_dir() && !is_skipped {
                open.push(path);
            } else if kind.is_file() && endings.iter().any(|it| name.ends_with(it)) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns whether a text has a word that no letter, digit or underscore continues.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(continues) && !behind.starts_with(continues)
    })
}

/// Finds the files that have one of some words.
pub(crate) fn of_words(root: &Path, words: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(root, &[".rs", ".md"])? {
        let text = fs::read_to_string(root.join(&file)).with_context(|| format!("{file} cannot be read"))?;
        if words.iter().any(|word| has_word(&text, word)) {
            found.push(file);
        }
    }
    Ok(found)
}

/// Finds the lines that have one of some words, in sources, documents and workflows, as `file:line`. What is generated, and
/// what was true of an older version, does not count.
pub(crate) fn lines(root: &Path, words: &[String], generated: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(root, &[".md", ".rs", ".yml"])? {
        if file == generated || file == "CHANGELOG.md" {
            continue;
        }
        let text = fs::read_to_string(root.join(&file)).with_context(|| format!("{file} cannot be read"))?;
        let lines = text.lines().enumerate();
        let has_one = |line: &str| words.iter().any(|word| has_word(line, word));
        found.extend(lines.filter(|(_, line)| has_one(line)).map(|(at, _)| format!("{file}:{}", at + 1)));
    }
    Ok(found)
}
