//! The maintainers' commands, as a library, so that tests see the same output as maintainers.
//!
//! It never depends on `harmont-auth`: a specification that does not build must not lock maintainers out.

pub mod api_profile;
mod artifacts;
pub mod check;
mod convert;
pub mod drift;
pub mod extract;
#[path = "../../build/generate.rs"]
mod generate;
mod impact;
mod manifest;
mod mentions;
pub mod output;
mod published_page;
mod reference_page;
pub mod regenerate;
mod renames;
mod rules;
mod rust_sources;
mod skeleton;
mod spec_source;
mod uses;
mod wrappers;
mod writer;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use api_profile::{HARMONT, Profile};
use generate::{SECRETS, Secrets};
use spec_source::SPECIFICATION;

/// The checkout that the commands work on.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    profile: Profile,
    secrets: Secrets,
}

impl Repository {
    /// Finds the checkout: the one whose `xtask` cargo runs, otherwise the one that contains the working directory.
    /// Never uses the location where the program was built, since a cached program may run in another checkout.
    ///
    /// # Errors
    ///
    /// Fails if there is no checkout, or if it has no specification.
    pub fn find() -> Result<Self> {
        let root = if let Some(xtask) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) {
            xtask.parent().map(Path::to_owned).unwrap_or(xtask)
        } else {
            let current = std::env::current_dir().context("cannot read the working directory")?;
            let root = current.ancestors().find(|directory| directory.join("xtask/Cargo.toml").exists());
            root.with_context(|| format!("{} is not in a checkout with an xtask", current.display()))?
                .to_owned()
        };
        if !root.join(SPECIFICATION).is_file() {
            bail!("{} has no {SPECIFICATION}; run this command in a checkout that has one", root.display());
        }
        Ok(Self::at(&root))
    }

    /// Uses the checkout at `root` without checking it.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), profile: HARMONT, secrets: SECRETS }
    }

    /// Replaces the API profile.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Replaces the tables of secrets.
    #[must_use]
    pub fn with_secrets(
        mut self,
        secret: &'static [&'static str],
        not_secret: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.secrets = Secrets { secret, not_secret };
        self
    }

    /// Returns the root directory.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
