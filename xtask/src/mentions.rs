//! Finds words in hand-written files: sources, documents and workflows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Directories of generated files, and of code that works for any OpenAPI document.
const SKIPPED: [&str; 5] = [".git", "target", "drift", "xtask", "src/generated"];

/// Lists the files with one of the suffixes, as sorted paths relative to the root. Includes hidden directories, which
/// contain the workflows.
pub(crate) fn files(root: &Path, suffixes: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(directory) = pending.pop() {
        let cannot_read = || format!("cannot read {}", root.join(&directory).display());
        for entry in fs::read_dir(root.join(&directory)).with_context(cannot_read)? {
            let entry = entry.with_context(cannot_read)?;
            let path = directory.join(entry.file_name());
            let name = path.to_string_lossy().replace('\\', "/");
            let kind = entry.file_type().with_context(cannot_read)?;
            let is_skipped =
                SKIPPED.iter().any(|skipped| name == *skipped || name.ends_with(&format!("/{skipped}")));
            if kind.is_dir() && !is_skipped {
                pending.push(path);
            } else if kind.is_file() && suffixes.iter().any(|suffix| name.ends_with(suffix)) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns whether a text contains a word as a whole, not as a part of a longer one.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(continues) && !after.starts_with(continues)
    })
}

/// Lists the sources and documents that contain one of the words.
pub(crate) fn files_with(root: &Path, words: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(root, &[".rs", ".md"])? {
        let text = fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
        if words.iter().any(|word| has_word(&text, word)) {
            found.push(file);
        }
    }
    Ok(found)
}

/// Lists the lines of sources, documents and workflows that contain one of the words, as `file:line`. Skips the
/// generated page and the changelog, which describes older versions.
pub(crate) fn lines(root: &Path, words: &[String], generated: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(root, &[".md", ".rs", ".yml"])? {
        if file == generated || file == "CHANGELOG.md" {
            continue;
        }
        let text = fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
        let lines = text.lines().enumerate();
        let has_any = |line: &str| words.iter().any(|word| has_word(line, word));
        found.extend(lines.filter(|(_, line)| has_any(line)).map(|(at, _)| format!("{file}:{}", at + 1)));
    }
    Ok(found)
}
