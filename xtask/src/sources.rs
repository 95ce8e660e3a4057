//! The hand-written sources of the crate, parsed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// One file of `src/`.
pub(crate) struct Source {
    /// Relative to the root.
    pub(crate) path: String,
    pub(crate) file: syn::File,
}

/// Reads the sources beside the generated ones, in the order of their names.
pub(crate) fn read(root: &Path) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    collect(&root.join("src"), &mut paths)?;
    paths.sort();
    paths.iter().map(|path| parse(root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = || format!("{} cannot be read", folder.display());
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        if path.is_dir() {
            if !path.ends_with("src/generated") {
                collect(&path, paths)?;
            }
        } else if path.extension().is_some_and(|it| it == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

fn parse(root: &Path, path: &Path) -> Result<Source> {
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    let file = syn::parse_file(&text).map_err(|error| {
        let start = error.span().start();
        anyhow::anyhow!("{name} is not Rust: line {}, column {}: {error}", start.line, start.column + 1)
    })?;
    Ok(Source { path: name, file })
}
