//! Files that are no store.

use std::error::Error;
use std::fmt::Write;
use std::fs;

use harmont_auth_cli::{CredentialStore, StoreError};

use super::{API, Home, token};

/// Everything that an error shows.
fn full_text(error: &StoreError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, " {error} {error:?}").unwrap();
        cause = error.source();
    }
    text
}

const PLANTED: &str = "hmt_planted-kD93jfLw0aQz7bYtVn5XhUc2RmEo8GsP";

/// Asserts that every call fails with the same error, which names the file and no secret, and that nothing changes.
fn assert_refused(home: &Home, expected: &str) {
    let content = fs::read(home.file()).unwrap();
    let store = home.store();
    let errors = [
        store.get(API).unwrap_err(),
        store.put(API, &token("hmt_new")).unwrap_err(),
        store.remove(API, &token("hmt_new")).unwrap_err(),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(text.starts_with(&format!("{} is damaged at {expected}", home.file().display())), "{text}");
        assert!(
            text.ends_with("Correct the file, or move it away and sign in again. It wasn't changed."),
            "{text}"
        );
        assert_quotes_nothing(&error);
    }
    assert_eq!(fs::read(home.file()).unwrap(), content);
    assert_eq!(home.files(), ["credentials.toml"]);
}

/// No piece of the planted token that is long enough to tell.
fn assert_quotes_nothing(error: &StoreError) {
    let text = full_text(error);
    for piece in PLANTED.as_bytes().windows(6) {
        assert!(!text.contains(std::str::from_utf8(piece).unwrap()), "{text}");
    }
}

#[test]
fn b8_a_damaged_file_is_named_and_kept() {
    let cases = [
        ("[entries.harmont-cloud]\n\"https://api.harmont.dev\" = \"PLANTED\n", "line 2, column "),
        ("[entries.harmont-cloud]\n\"é\" = PLANTED\n", "line 2, column 7: "),
        ("PLANTED", "line 1, column "),
        ("PLANTED = 1\nPLANTED.a = 1", "line 2, column "),
        ("[PLANTED]\n[PLANTED]", "line 2, column "),
        ("entries = 'PLANTED'", "line 1, column 11: `entries` isn't a table"),
        ("[[entries]]\na = 'PLANTED'", "line 1, column 1: `entries` isn't a table"),
        ("x = 1\n[entries]\nharmont-cloud = 'PLANTED'", "line 3, column 17: `harmont-cloud` isn't a table"),
        (
            "entries.harmont-cloud.'https://api.harmont.dev' = ['PLANTED']",
            "line 1, column 51: the session token isn't a string",
        ),
        (
            "entries.harmont-cloud.'https://api.harmont.dev' = 1",
            "line 1, column 51: the session token isn't a string",
        ),
        (
            "entries.harmont-cloud.'https://api.harmont.dev' = ''",
            "line 1, column 51: the session token is empty",
        ),
        (
            "entries.harmont-cloud.'https://api.harmont.dev/' = 'PLANTED two'",
            "line 1, column 52: the session token is",
        ),
    ];
    for (content, expected) in cases {
        assert_refused(&Home::with(content.replace("PLANTED", PLANTED)), expected);
    }
}

#[test]
fn b8_a_file_of_another_encoding_is_named_and_kept() {
    let utf16: Vec<u8> = format!("\u{feff}# {PLANTED}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_refused(&Home::with(utf16), "line 1, column 1: it isn't valid UTF-8");
    let latin1 = [b"# \xc3\xa9\n# \xc3\xa9t\xe9 ", PLANTED.as_bytes()].concat();
    assert_refused(&Home::with(latin1), "line 2, column 5: it isn't valid UTF-8");
}

#[test]
fn b8_a_file_cut_anywhere_or_with_any_byte_changed_shows_no_secret() {
    let whole = format!(
        "[entries.harmont-cloud]\n\"{API}\" = \"{PLANTED}\" # {PLANTED}\n{PLANTED} = '''\n{PLANTED}'''\n"
    );
    let home = Home::new();
    let mut refused = 0;
    let cut = (0..whole.len()).map(|end| whole.as_bytes()[..end].to_vec());
    let changed = (0..whole.len()).flat_map(|at| {
        let whole = whole.as_bytes();
        b"\"'\\\n=]#\xff\0".iter().map(move |byte| [&whole[..at], &[*byte], &whole[at + 1..]].concat())
    });
    for content in cut.chain(changed) {
        fs::write(home.file(), content).unwrap();
        if let Err(error) = home.store().get(API) {
            refused += 1;
            assert_quotes_nothing(&error);
        }
    }
    assert!(refused > whole.len(), "{refused}");
}

#[test]
fn entries_of_others_may_be_anything() {
    let home = Home::with("entries.other = 1\nentries.harmont-cloud.later = [1]\n");
    home.store().put(API, &token("hmt_1")).unwrap();
    assert!(home.text().starts_with("entries.other = 1\nentries.harmont-cloud.later = [1]\n"));
}

#[test]
fn what_cannot_be_read_is_named_and_kept() {
    let home = Home::with("");
    // A file where a directory should be.
    let store = CredentialStore::at(home.file().join("credentials.toml"));
    // On Windows it counts as missing.
    if cfg!(unix) {
        let error = store.get(API).unwrap_err().to_string();
        assert!(error.starts_with(&format!("Couldn't read {}", store.path().display())), "{error}");
    }
    let error = store.put(API, &token("hmt_1")).unwrap_err().to_string();
    assert!(error.starts_with(&format!("Couldn't write {}", store.path().display())), "{error}");
    assert_eq!(home.text(), "");

    // A directory where the file should be.
    let store = CredentialStore::at(home.path().join("directory"));
    fs::create_dir(store.path()).unwrap();
    for error in [store.get(API).unwrap_err(), store.put(API, &token("hmt_1")).unwrap_err()] {
        let expected = format!("{} isn't a file. Move it away and sign in again.", store.path().display());
        assert_eq!(error.to_string(), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_without_waiting_for_its_writer() {
    let home = Home::new();
    assert!(std::process::Command::new("mkfifo").arg(home.file()).status().unwrap().success());
    // A writer, so that a reader gets the end of the file instead of waiting for ever. It is never joined.
    let pipe = home.file();
    std::thread::spawn(|| fs::OpenOptions::new().write(true).open(pipe));
    let error = home.store().get(API).unwrap_err().to_string();
    assert!(error.ends_with("isn't a file. Move it away and sign in again."), "{error}");
}
