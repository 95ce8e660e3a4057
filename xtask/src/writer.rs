//! Writes generated files: all or none, one process at a time. Removes the temporary files of interrupted runs.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use crate::artifacts::{Artifact, read_or_empty};

/// The prefix of temporary files, by which the next run recognizes them.
const TEMP_PREFIX: &str = ".xtask-";

/// The lock of a checkout, which a process must hold to write.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Closing the file releases the lock, even if the process is killed.
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A child process that another thread is just starting may still have the file open, and would keep the lock.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Acquires the lock of a checkout.
    ///
    /// # Errors
    ///
    /// Fails if another process holds it.
    pub(crate) fn acquire(root: &Path) -> Result<Self> {
        // In the checkout's own directory, which git ignores, since two runs may use different target directories.
        let path = root.join("target").join("xtask.lock");
        let cannot = || format!("cannot lock {}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(root)).with_context(cannot)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).with_context(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                bail!("another cargo xtask regenerate is running in {}; wait until it ends", root.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
        }
    }

    /// Writes the files that differ, all or none, and returns their paths. Removes the temporary files of interrupted runs.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read or written. Files that were replaced by then are restored.
    #[allow(clippy::unused_self, reason = "only the holder of the lock may write")]
    pub(crate) fn write(&self, root: &Path, files: &[Artifact]) -> Result<Vec<&'static str>> {
        let mut prepared = Vec::new();
        // The specification, which is the first, is written last: until then, another import shows the same changes again.
        for Artifact { path, content } in files.iter().rev() {
            let (target, old) = (root.join(path), read_or_empty(root, path)?);
            remove_leftovers(&target)?;
            if old != *content {
                let new = temp_sibling(&target, content)?;
                prepared.push((*path, temp_sibling(&target, &old)?, new, target));
            }
        }
        let mut written: Vec<(&str, NamedTempFile, PathBuf)> = Vec::new();
        for (path, old, new, target) in prepared {
            if let Err(error) = new.persist(&target) {
                for (_, old, target) in written {
                    // The first error is the one to report.
                    let _ = old.persist(target);
                }
                return Err(error).with_context(|| format!("cannot write {path}"));
            }
            written.push((path, old, target));
        }
        Ok(written.into_iter().rev().map(|(path, ..)| path).collect())
    }
}

/// Removes the temporary files next to a target. No other run uses them, since this one holds the lock.
fn remove_leftovers(target: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(target.parent().unwrap_or(target)) else { return Ok(()) };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(TEMP_PREFIX) {
            let path = entry.path();
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// Writes a temporary file next to its target, so that it can replace the target atomically.
fn temp_sibling(target: &Path, content: &str) -> Result<NamedTempFile> {
    let directory = target.parent().unwrap_or(target);
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMP_PREFIX);
    // The permissions of any new file, which the umask reduces.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file =
        builder.tempfile_in(directory).with_context(|| format!("cannot write to {}", directory.display()))?;
    file.write_all(content.as_bytes())?;
    Ok(file)
}
