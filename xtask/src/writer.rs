//! Writes derived files: all or none, by one process at a time, and without leftovers of a run that was interrupted.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use crate::artifacts::{Artifact, read};

/// Begins the names of temporary files, so that the next run knows them.
const PREFIX: &str = ".xtask-";

/// The right to write, held by one process at a time.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Closing it releases the lock, also if the process is killed.
    _file: File,
}

impl Lock {
    /// Takes the lock of a checkout.
    ///
    /// # Errors
    ///
    /// Fails if another process has it.
    pub(crate) fn take(root: &Path) -> Result<Self> {
        // In the checkout's own folder, which git ignores: two runs may have different target directories.
        let path = root.join("target").join("xtask.lock");
        let cannot = || format!("cannot lock {}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(root)).with_context(cannot)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).with_context(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!("another cargo xtask regenerate is running in {}; wait until it ends", root.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
        }
    }

    /// Writes the files that differ, all or none, the first of them last, and returns their paths. Removes what an
    /// interrupted run has left beside them.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read or written; what was replaced by then is put back.
    #[allow(clippy::unused_self, reason = "only who holds the lock may write")]
    pub(crate) fn write(&self, root: &Path, artifacts: &[Artifact]) -> Result<Vec<&'static str>> {
        let mut prepared = Vec::new();
        // The specification is the first. While it is the old one, another import shows the same changes again.
        for Artifact { path, content } in artifacts.iter().rev() {
            let (target, old) = (root.join(path), read(root, path)?);
            remove_leftovers(&target)?;
            if old != *content {
                let new = beside(&target, content)?;
                prepared.push((*path, beside(&target, &old)?, new, target));
            }
        }
        let mut written: Vec<(&str, NamedTempFile, PathBuf)> = Vec::new();
        for (path, old, new, target) in prepared {
            if let Err(error) = new.persist(&target) {
                for (_, old, target) in written {
                    // The first error is the one to report.
                    let _ = old.persist(target);
                }
                return Err(error).with_context(|| format!("{path} cannot be written"));
            }
            written.push((path, old, target));
        }
        Ok(written.into_iter().rev().map(|(path, ..)| path).collect())
    }
}

/// Removes temporary files beside a target. Whoever made them is gone: the lock was free.
fn remove_leftovers(target: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(target.parent().unwrap_or(target)) else { return Ok(()) };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let path = entry.path();
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}

/// Writes a temporary file beside its target, to be moved there in one step.
fn beside(target: &Path, content: &str) -> Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(target);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    // As any new file has them: the umask takes away from these.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file =
        builder.tempfile_in(folder).with_context(|| format!("{} is not writable", folder.display()))?;
    file.write_all(content.as_bytes())?;
    Ok(file)
}
