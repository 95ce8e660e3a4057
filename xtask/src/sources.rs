//! The hand-written sources of the crate, parsed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// One file of `src/`.
pub(crate) struct Source {
    /// Relative to the root.
    pub(crate) path: String,
    pub(crate) file: syn::File,
}

/// Reads the sources beside the generated ones, in the order of their names.
pub(crate) fn read(root: &Path) -> Result<Vec<Source>> {
    let folder = root.join("src");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files.sort();
    let parse = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
        let file = syn::parse_file(&text).map_err(|error| {
            let start = error.span().start();
            anyhow::anyhow!("{name} is not Rust: line {}, column {}: {error}", start.line, start.column + 1)
        })?;
        Ok(Source { path: name, file })
    };
    files.iter().map(parse).collect()
}
