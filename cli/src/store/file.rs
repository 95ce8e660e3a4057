//! The file of the store: read without a lock, changed under one, replaced as a whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use tempfile::NamedTempFile;

use super::document::Damage;
use super::error::{Action, StoreError};

/// Reads the file, if there is one, and restricts its permissions.
pub(super) fn read(path: &Path, warn: &dyn Fn(&str)) -> Result<Option<String>, StoreError> {
    let failed = |cause| StoreError::io(Action::Read, path, cause);
    // Checked first, since opening a named pipe would wait for its writer.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => (),
        Ok(_) => return Err(StoreError::not_a_file(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    #[cfg(unix)]
    super::permissions::restrict(path, warn).map_err(failed)?;
    #[cfg(not(unix))]
    let _ = warn; // files in the user's profile are theirs alone
    match String::from_utf8(fs::read(path).map_err(failed)?) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let reason = "it isn't valid UTF-8".to_owned();
            Err(StoreError::damaged(path, error.as_bytes(), Damage { offset, reason }))
        }
    }
}

/// Changes the file under an exclusive lock. `edit` returns the new content, or `None` to leave the file alone; it may be
/// called more than once.
pub(super) fn update<T>(
    path: &Path,
    warn: &dyn Fn(&str),
    edit: impl Fn(&str) -> Result<(Option<String>, T), StoreError>,
) -> Result<T, StoreError> {
    let failed = |cause| StoreError::io(Action::Write, path, cause);
    let target = resolve(path).map_err(failed)?;
    create_directory(directory(&target)).map_err(failed)?;
    #[cfg(unix)]
    super::permissions::restrict_directories(path, &target, warn).map_err(failed)?;
    let _lock = lock(&target)?;
    remove_leftovers(&target);
    loop {
        let old = read(path, warn)?;
        let (new, outcome) = edit(old.as_deref().unwrap_or_default())?;
        let Some(new) = new else { return Ok(outcome) };
        let staged = stage(&target, &new).map_err(failed)?;
        // `hm` takes no lock. What it wrote while the disk was busy must not be lost; a few microseconds remain.
        if read(path, &|_| ())? == old {
            commit(staged, &target).map_err(failed)?;
            return Ok(outcome);
        }
    }
}

/// Follows symbolic links, so that the file at their end is replaced and not the link.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(target) => path = directory(&path).join(target),
            // Not a link, or no file yet. Other errors show when the file is opened.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Takes the lock that all writers of this crate take. Dropping the returned file releases it, as does the end of the process.
///
/// The lock file stays: deleting it would let two writers lock two files of the same name.
fn lock(target: &Path) -> Result<File, StoreError> {
    let path = target.with_file_name(name_of(target, "", ".lock"));
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let locked = options.open(&path).and_then(|file| FileExt::lock(&file).map(|()| file));
    locked.map_err(|cause| StoreError::io(Action::Lock, &path, cause))
}

/// Writes the new content to a temporary file in the same directory, and syncs it to disk.
fn stage(target: &Path, content: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // On Unix with mode 0600.
    let mut file =
        builder.prefix(&name_of(target, ".", ".")).suffix(LEFTOVER_SUFFIX).tempfile_in(directory(target))?;
    file.write_all(content.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

const LEFTOVER_SUFFIX: &str = ".tmp";

/// Replaces the file with the staged one, atomically.
fn commit(staged: NamedTempFile, target: &Path) -> io::Result<()> {
    let staged = staged.into_temp_path().keep()?;
    // Unlike `persist`, this works on Windows while a reader has the old file open.
    if let Err(error) = fs::rename(&staged, target) {
        let _ = fs::remove_file(&staged);
        return Err(error);
    }
    // So that the rename survives a power failure. Not every file system supports this.
    #[cfg(unix)]
    let _ = File::open(directory(target)).and_then(|directory| directory.sync_all());
    Ok(())
}

/// Removes the temporary files of killed writers. Call it with the lock held, so that no other writer is active.
fn remove_leftovers(target: &Path) {
    let prefix = name_of(target, ".", ".");
    let Ok(files) = fs::read_dir(directory(target)) else { return };
    for file in files.flatten() {
        let name = file.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(prefix.as_encoded_bytes()) && name.ends_with(LEFTOVER_SUFFIX.as_bytes()) {
            // A leftover does no harm, and the next writer tries again.
            let _ = fs::remove_file(file.path());
        }
    }
}

fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn name_of(target: &Path, prefix: &str, suffix: &str) -> OsString {
    let name = target.file_name().unwrap_or(OsStr::new("credentials.toml"));
    [OsStr::new(prefix), name, OsStr::new(suffix)].into_iter().collect()
}

#[cfg(test)]
mod tests;
