//! Removes the permissions of other users.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::file::{directory, resolve};

/// Restricts the file to its owner, and the writing of its directory. If the file is a symbolic link, also that of the
/// link's directory.
pub(super) fn restrict(path: &Path, warn: &dyn Fn(&str)) -> io::Result<()> {
    let target = resolve(path)?;
    if let Some(change) = remove_permissions(&target, 0o077)? {
        warn(&format!(
            "Other users had access to {}; {change}. If someone may have read it, sign out and sign in again.",
            target.display()
        ));
    }
    restrict_directories(path, &target, warn)
}

/// Restricts the writing of the directories of the file and of the link to it.
pub(super) fn restrict_directories(path: &Path, target: &Path, warn: &dyn Fn(&str)) -> io::Result<()> {
    for directory in [directory(path), directory(target)] {
        // With the sticky bit, as in /tmp, only the owner of a file can replace it.
        let is_sticky = fs::metadata(directory)?.permissions().mode() & 0o1000 != 0;
        if !is_sticky && let Some(change) = remove_permissions(directory, 0o022)? {
            warn(&format!("Other users could replace files in {}; {change}.", directory.display()));
        }
    }
    Ok(())
}

/// Removes permissions, and returns what changed, if anything had to. A failure is part of the returned text and no error: the
/// file may be on a read-only file system.
fn remove_permissions(path: &Path, bits: u32) -> io::Result<Option<String>> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
    if mode & bits == 0 {
        return Ok(None);
    }
    let restricted = mode & !bits;
    Ok(Some(match fs::set_permissions(path, Permissions::from_mode(restricted)) {
        Ok(()) => format!("its mode was {mode:03o} and is {restricted:03o} now"),
        Err(error) => {
            format!(
                "its mode is {mode:03o} and can't be changed ({error}): run `chmod {restricted:03o}` on it"
            )
        }
    }))
}
