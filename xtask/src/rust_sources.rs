//! Parses the hand-written Rust sources.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::mentions;

/// A parsed source file.
pub(crate) struct SourceFile {
    /// Relative to the root.
    pub(crate) path: String,
    pub(crate) file: syn::File,
}

/// Parses the hand-written sources of the crate, sorted by path.
pub(crate) fn read_crate(root: &Path) -> Result<Vec<SourceFile>> {
    let files = mentions::files(root, &[".rs"])?.into_iter();
    files.filter(|path| path.starts_with("src/")).map(|path| parse(root, path)).collect()
}

/// Parses all sources that may use the crate or its generated items, including tests, examples and tools.
pub(crate) fn read_workspace(root: &Path) -> Result<Vec<SourceFile>> {
    mentions::files(root, &[".rs"])?.into_iter().map(|path| parse(root, path)).collect()
}

fn parse(root: &Path, path: String) -> Result<SourceFile> {
    let text = fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
    let file = syn::parse_file(&text).map_err(|error| {
        let start = error.span().start();
        anyhow::anyhow!("{path} is not Rust: line {}, column {}: {error}", start.line, start.column + 1)
    })?;
    Ok(SourceFile { path, file })
}
