//! Several processes at once, and ones that end at the wrong moment.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use harmont_auth_cli::CredentialStore;

use super::{API, Home, exposed, stored, token};

/// Prepares to run an ignored test of this file in a process of its own.
fn child(test: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("store::processes::{test}"), "--ignored", "--nocapture"]);
    command.env("STORE", file).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The store of the test that has started this process.
fn parents_store() -> CredentialStore {
    CredentialStore::at(env::var_os("STORE").unwrap())
}

fn succeed(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

const ENTRIES: usize = 60;

#[test]
fn b8_racing_writers_lose_no_entry() {
    let home = Home::with(format!("# kept\n[entries.harmont-cloud]\n\"{API}\" = \"hmt_kept\"\n"));
    let start = |name: &str| child("put_many", &home.file()).env("NAME", name).spawn().unwrap();
    let mut writers = [start("a"), start("b")];
    // Readers take no lock, and see no half-written file.
    while writers.iter_mut().any(|writer| writer.try_wait().unwrap().is_none()) {
        assert_eq!(stored(&home.store(), API).as_deref(), Some("hmt_kept"));
    }
    for writer in writers {
        succeed(writer);
    }
    for (name, number) in
        ["a", "b"].into_iter().flat_map(|name| (0..ENTRIES).map(move |number| (name, number)))
    {
        let api = format!("https://{name}{number}.example");
        assert_eq!(stored(&home.store(), &api), Some(format!("hmt_{name}{number}")));
    }
    assert!(home.text().starts_with("# kept\n"));
    assert_eq!(home.files(), ["credentials.toml"]);
}

#[test]
#[ignore = "the child of b8_racing_writers_lose_no_entry"]
fn put_many() {
    let (store, name) = (parents_store(), env::var("NAME").unwrap());
    for number in 0..ENTRIES {
        let api = format!("https://{name}{number}.example");
        store.put(&api, &token(&format!("hmt_{name}{number}"))).unwrap();
    }
}

#[test]
fn b8_of_racing_logins_each_learns_the_token_that_it_replaces() {
    let home = Home::new();
    let logins = ["a", "b", "c"].map(|name| child("log_in", &home.file()).env("NAME", name).spawn().unwrap());
    let mut ends: Vec<String> = Vec::new();
    for login in logins {
        let output = succeed(login);
        ends.extend(output.lines().filter_map(|line| Some(line.split_once("replaced ")?.1.to_owned())));
    }
    // Each token is either the one that is stored, or was handed to exactly one login, which revokes it.
    ends.extend(stored(&home.store(), API));
    let all: BTreeSet<String> = ["a", "b", "c"]
        .into_iter()
        .flat_map(|name| (0..ENTRIES).map(move |number| format!("hmt_{name}{number}")))
        .collect();
    assert_eq!(ends.len(), all.len());
    assert_eq!(ends.into_iter().collect::<BTreeSet<_>>(), all);
}

#[test]
#[ignore = "the child of b8_of_racing_logins_each_learns_the_token_that_it_replaces"]
fn log_in() {
    let (store, name) = (parents_store(), env::var("NAME").unwrap());
    for number in 0..ENTRIES {
        if let Some(replaced) = exposed(store.put(API, &token(&format!("hmt_{name}{number}"))).unwrap()) {
            println!("\nreplaced {replaced}");
        }
    }
}

/// Runs a child that cannot write a single byte to a file. `set_up` is what its shell does first.
#[cfg(unix)]
fn child_without_space(set_up: &str, test: &str, file: &Path) -> std::process::Output {
    let child = child(test, file);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{set_up}; ulimit -c 0; ulimit -f 0; exec \"$@\""), "sh"]);
    shell.arg(child.get_program()).args(child.get_args()).env("STORE", file);
    shell.output().unwrap()
}

#[cfg(unix)]
#[test]
fn b8_a_write_that_fails_leaves_the_old_content() {
    let home = Home::with("# old\n");
    let output = child_without_space("trap '' XFSZ", "put_without_space", &home.file());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(home.text(), "# old\n");
    assert_eq!(home.files(), ["credentials.toml"]);
}

#[cfg(unix)]
#[test]
#[ignore = "the child of b8_a_write_that_fails_leaves_the_old_content"]
fn put_without_space() {
    let store = parents_store();
    let error = store.put(API, &token("hmt_new")).unwrap_err().to_string();
    let (start, end) = (format!("Couldn't write {}: ", store.path().display()), "It wasn't changed.");
    assert!(error.starts_with(&start) && error.contains("File too large") && error.ends_with(end), "{error}");
}

#[cfg(unix)]
#[test]
fn b8_a_process_killed_while_it_writes_leaves_the_old_content_and_no_lock() {
    use std::os::unix::process::ExitStatusExt;

    let home = Home::with("# old\n");
    // The system ends the child by a signal at its first byte.
    let output = child_without_space(":", "put_without_space", &home.file());
    assert!(output.status.signal().is_some(), "{output:?}");
    assert_eq!(home.text(), "# old\n");
    assert_eq!(home.files().len(), 2, "its temporary file is left");

    home.store().put(API, &token("hmt_new")).unwrap();
    assert_eq!(home.text(), format!("# old\n\n[entries.harmont-cloud]\n\"{API}\" = \"hmt_new\"\n"));
    assert_eq!(home.files(), ["credentials.toml"]);
}

/// Returns where a process with these variables and no others keeps the store of its user.
fn location(variables: &[(&str, &Path)]) -> String {
    let mut child = child("print_location", Path::new(""));
    child
        .env_remove("HOME")
        .env_remove("APPDATA")
        .env_remove("XDG_CONFIG_HOME")
        .envs(variables.iter().copied());
    let output = succeed(child.spawn().unwrap());
    output.lines().find_map(|line| Some(line.split_once("location ")?.1.to_owned())).unwrap()
}

#[test]
#[ignore = "the child of the tests that call location()"]
fn print_location() {
    match CredentialStore::of_user() {
        Ok(store) => println!("\nlocation {}", store.path().display()),
        Err(error) => println!("\nlocation {error}"),
    }
}

const VARIABLE: &str = if cfg!(windows) { "APPDATA" } else { "HOME" };

#[test]
fn the_users_store_is_where_the_vendors_tools_look() {
    let home = Home::new();
    let configuration = if cfg!(windows) { home.path().to_owned() } else { home.path().join(".config") };
    let expected = configuration.join("hm").join("credentials.toml");
    let elsewhere = home.path().join("elsewhere");
    let variables = [(VARIABLE, home.path()), ("XDG_CONFIG_HOME", &elsewhere)];
    assert_eq!(location(&variables), expected.display().to_string());
}

#[test]
fn without_a_home_directory_the_error_says_what_to_set() {
    let expected = format!("Couldn't find the home directory. Set {VARIABLE} to its absolute path.");
    assert_eq!(location(&[(VARIABLE, Path::new("relative"))]), expected);
}
