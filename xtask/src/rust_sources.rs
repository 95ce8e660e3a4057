//! The hand-written sources, parsed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::mentions;

/// One file.
pub(crate) struct Source {
    /// Relative to the root.
    pub(crate) path: String,
    pub(crate) file: syn::File,
}

/// Reads the sources of the crate beside the generated ones, in the order of their names.
pub(crate) fn read(root: &Path) -> Result<Vec<Source>> {
    let files = mentions::files(root, &[".rs"])?.into_iter();
    files.filter(|path| path.starts_with("src/")).map(|path| parse(root, path)).collect()
}

/// Reads all sources that may use the crate or what is generated in it: those of its tests, examples and tools, too.
pub(crate) fn read_all(root: &Path) -> Result<Vec<Source>> {
    mentions::files(root, &[".rs"])?.into_iter().map(|path| parse(root, path)).collect()
}

fn parse(root: &Path, path: String) -> Result<Source> {
    let text = fs::read_to_string(root.join(&path)).with_context(|| format!("{path} cannot be read"))?;
    let file = syn::parse_file(&text).map_err(|error| {
        let start = error.span().start();
        anyhow::anyhow!("{path} is not Rust: line {}, column {}: {error}", start.line, start.column + 1)
    })?;
    Ok(Source { path, file })
}
