//! Modes and symbolic links.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::{Arc, Mutex};

use harmont_auth_cli::CredentialStore;

use super::{API, Home, stored, token};

const CONTENT: &str = "[entries.harmont-cloud]\n\"https://api.harmont.dev\" = \"hmt_1\"\n";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Returns a store and the warnings that it gives.
fn watched(path: &Path) -> (CredentialStore, Arc<Mutex<Vec<String>>>) {
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let mut store = CredentialStore::at(path);
    let seen = warnings.clone();
    store.on_warning(move |warning| seen.lock().unwrap().push(warning.to_owned()));
    (store, warnings)
}

#[test]
fn what_is_created_is_the_owners_alone() {
    let home = Home::new();
    let directory = home.path().join("a/hm");
    let (store, warnings) = watched(&directory.join("credentials.toml"));
    store.put(API, &token("hmt_1")).unwrap();
    store.put(API, &token("hmt_2")).unwrap();
    assert_eq!(mode(&home.path().join("a")), 0o700);
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(store.path()), 0o600);
    assert_eq!(mode(&directory.join("credentials.toml.lock")), 0o600);
    assert_eq!(*warnings.lock().unwrap(), [""; 0]);
}

#[test]
fn a_file_that_others_can_read_is_corrected_with_a_warning() {
    for (open, closed) in [(0o644, 0o600), (0o620, 0o600), (0o601, 0o600), (0o440, 0o400)] {
        let home = Home::with(CONTENT);
        set_mode(&home.file(), open);
        let (store, warnings) = watched(&home.file());
        for _ in 0..2 {
            assert_eq!(stored(&store, API).as_deref(), Some("hmt_1"));
        }
        assert_eq!(mode(&home.file()), closed);
        let file = home.file();
        let expected = format!(
            "Other users had access to {}; its mode was {open:03o} and is {closed:03o} now. If someone may have read it, \
             sign out and sign in again.",
            file.display()
        );
        assert_eq!(*warnings.lock().unwrap(), [expected]);
    }
}

#[test]
fn a_directory_that_others_can_write_is_corrected_with_a_warning() {
    for (open, closed) in [(0o777, 0o755), (0o770, 0o750), (0o702, 0o700)] {
        let home = Home::with(CONTENT);
        set_mode(&home.file(), 0o600);
        set_mode(home.path(), open);
        let (store, warnings) = watched(&home.file());
        store.put(API, &token("hmt_2")).unwrap();
        assert_eq!(mode(home.path()), closed);
        let expected = format!(
            "Other users could replace files in {}; its mode was {open:03o} and is {closed:03o} now.",
            home.path().display()
        );
        assert_eq!(*warnings.lock().unwrap(), [expected]);
    }
}

#[test]
fn directories_that_are_safe_are_left_alone() {
    // Others may read, or write under the sticky bit, as in /tmp.
    for safe in [0o755, 0o1777] {
        let home = Home::with(CONTENT);
        set_mode(&home.file(), 0o600);
        set_mode(home.path(), safe);
        let (store, warnings) = watched(&home.file());
        assert_eq!(stored(&store, API).as_deref(), Some("hmt_1"));
        assert_eq!(mode(home.path()), safe);
        assert_eq!(*warnings.lock().unwrap(), [""; 0]);
    }
}

#[test]
fn a_symbolic_link_is_written_through() {
    let home = Home::new();
    let (links, files) = (home.path().join("links"), home.path().join("files"));
    fs::create_dir(&links).unwrap();
    fs::create_dir(&files).unwrap();
    let target = files.join("session.toml");
    fs::write(&target, CONTENT).unwrap();
    set_mode(&files, 0o777);
    set_mode(&links, 0o777);
    // One relative link to another, absolute one.
    symlink(&target, links.join("second.toml")).unwrap();
    symlink("second.toml", links.join("credentials.toml")).unwrap();

    let (store, warnings) = watched(&links.join("credentials.toml"));
    store.put(API, &token("hmt_2")).unwrap();
    assert!(links.join("credentials.toml").is_symlink() && links.join("second.toml").is_symlink());
    assert_eq!(fs::read_to_string(&target).unwrap(), CONTENT.replace("hmt_1", "hmt_2"));
    assert_eq!((mode(&target), mode(&files), mode(&links)), (0o600, 0o755, 0o755));
    assert_eq!(warnings.lock().unwrap().len(), 3);
    assert!(files.join("session.toml.lock").exists(), "all links to a file share one lock");
}

#[test]
fn a_link_to_no_file_yet_creates_the_file() {
    let home = Home::new();
    symlink("later/session.toml", home.file()).unwrap();
    assert_eq!(stored(&home.store(), API), None);
    home.store().put(API, &token("hmt_1")).unwrap();
    assert!(home.file().is_symlink());
    assert_eq!(fs::read_to_string(home.path().join("later/session.toml")).unwrap(), CONTENT);
}

#[test]
fn links_in_a_circle_are_an_error() {
    let home = Home::new();
    symlink("credentials.toml", home.file()).unwrap();
    for error in [home.store().get(API).unwrap_err(), home.store().put(API, &token("hmt_1")).unwrap_err()] {
        let text = error.to_string();
        assert!(
            text.contains(&home.file().display().to_string()) && text.contains("symbolic links"),
            "{text}"
        );
    }
}

#[test]
fn an_open_directory_is_corrected_before_the_first_write() {
    let home = Home::new();
    let directory = home.path().join("hm");
    fs::create_dir(&directory).unwrap();
    set_mode(&directory, 0o777);
    let (store, warnings) = watched(&directory.join("credentials.toml"));
    store.put(API, &token("hmt_1")).unwrap();
    assert_eq!(mode(&directory), 0o755);
    assert_eq!(warnings.lock().unwrap().len(), 1);
}
