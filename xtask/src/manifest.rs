//! Reads the version of the root package from its manifest.

use std::path::Path;

/// The manifest of the root package, relative to the root.
pub(crate) const PATH: &str = "Cargo.toml";

/// Reads the version of the root package, if the manifest states one.
pub(crate) fn read_version(root: &Path) -> Option<String> {
    version(&std::fs::read_to_string(root.join(PATH)).ok()?)
}

/// Returns the version that a manifest states.
pub(crate) fn version(manifest: &str) -> Option<String> {
    let manifest: toml::Table = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("version")?.as_str()?.to_owned())
}
