//! The maintainers' commands, as a library, so that tests read exactly what a person sees.
//!
//! It never depends on `harmont-auth`: a specification that does not build must not lock the maintainer out.

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

/// What the commands work on.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    profile: Profile,
    secrets: Secrets,
}

impl Repository {
    /// Finds the checkout that the process runs in: the one whose `xtask` cargo runs, otherwise the one around the working
    /// directory. Nothing is known from when the program was built, so one that comes from a cache works here, too.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or if it has no specification.
    pub fn find() -> Result<Self> {
        let root = if let Some(xtask) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) {
            xtask.parent().map(Path::to_owned).unwrap_or(xtask)
        } else {
            let here = std::env::current_dir().context("there is no working directory")?;
            let root = here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").exists());
            root.with_context(|| format!("{} is in no checkout with an xtask", here.display()))?.to_owned()
        };
        if !root.join(SPECIFICATION).is_file() {
            bail!("{} has no {SPECIFICATION}; run this in a checkout that has one", root.display());
        }
        Ok(Self::at(&root))
    }

    /// Names one without looking at it.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), profile: HARMONT, secrets: SECRETS }
    }

    /// Returns the same for another API.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Returns the same with other decisions about what is secret.
    #[must_use]
    pub fn with_secrets(
        mut self,
        secret: &'static [&'static str],
        not_secret: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.secrets = Secrets { secret, not_secret };
        self
    }

    /// Returns its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
