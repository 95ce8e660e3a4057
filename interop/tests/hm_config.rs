//! The vendor's tools and ours share sessions: each reads what the other wrote.

// On Windows `hm` asks the system for the folder, so a test would change the real store of the user.
#![cfg(unix)]

use std::env;
use std::process::Command;

use harmont_auth::{Client, SessionToken};
use harmont_auth_cli::CredentialStore;
use hm_config::{Config, creds};

/// Runs the ignored test of the same name with `_in_home` in a process of its own, in an empty home directory.
fn in_new_home(test: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", &format!("{test}_in_home"), "--ignored"]).env("HOME", home.path());
    child.env_remove("HM_API_TOKEN").env_remove("HM_API_URL");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Ours. Every warning is a failure: neither may leave permissions that the other has to correct.
fn store() -> CredentialStore {
    let mut store = CredentialStore::of_user().unwrap();
    store.on_warning(|warning| panic!("{warning}"));
    store
}

fn token(text: &str) -> SessionToken {
    text.parse().unwrap()
}

fn ours(api: &str) -> Option<String> {
    store().get(api).unwrap().map(|token| token.expose_secret().to_owned())
}

/// The vendor's functions that write need a runtime with several threads.
fn as_hm(act: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async { act() });
}

#[test]
fn both_use_the_same_file_and_the_same_default_key() {
    in_new_home("both_use_the_same_file_and_the_same_default_key");
}

#[test]
#[ignore = "needs a home directory of its own"]
fn both_use_the_same_file_and_the_same_default_key_in_home() {
    assert_eq!(store().path().with_file_name("config.toml"), Config::user_config_path().unwrap());
    assert_eq!(Client::new().base_url(), Config::default().cloud.api_url);
}

#[test]
fn hm_reads_what_ours_wrote() {
    in_new_home("hm_reads_what_ours_wrote");
}

#[test]
#[ignore = "needs a home directory of its own"]
fn hm_reads_what_ours_wrote_in_home() {
    for api in ["https://api.harmont.dev", "http://localhost:4000", "https://slash.example/"] {
        store().put(api, &token("hmt_1")).unwrap();
        assert_eq!(creds::cloud_token(api).as_deref(), Some("hmt_1"));
        store().put(api, &token("hmt_2")).unwrap();
        assert_eq!(creds::cloud_token(api).as_deref(), Some("hmt_2"));
    }
    assert!(store().remove("https://api.harmont.dev", &token("hmt_2")).unwrap());
    assert_eq!(creds::cloud_token("https://api.harmont.dev"), None);
    assert_eq!(creds::cloud_token("http://localhost:4000").as_deref(), Some("hmt_2"));
}

#[test]
fn ours_reads_what_hm_wrote() {
    in_new_home("ours_reads_what_hm_wrote");
}

#[test]
#[ignore = "needs a home directory of its own"]
fn ours_reads_what_hm_wrote_in_home() {
    for api in ["https://api.harmont.dev", "http://localhost:4000", "https://slash.example/"] {
        as_hm(|| creds::set_cloud_token(api, "hmt_1"));
        assert_eq!(ours(api).as_deref(), Some("hmt_1"));
    }
    as_hm(|| creds::forget_cloud_token("http://localhost:4000"));
    assert_eq!(ours("http://localhost:4000"), None);
    assert_eq!(ours("https://slash.example").as_deref(), Some("hmt_1"));
}

#[test]
fn entries_survive_writers_that_take_turns() {
    in_new_home("entries_survive_writers_that_take_turns");
}

#[test]
#[ignore = "needs a home directory of its own"]
fn entries_survive_writers_that_take_turns_in_home() {
    as_hm(|| creds::set("docker", "registry", "secret"));
    store().put("https://api.harmont.dev", &token("hmt_1")).unwrap();
    as_hm(|| creds::set_cloud_token("https://slash.example/", "hmt_2"));
    // Under the key that `hm` uses, or `hm` would not find it.
    let replaced = store().put("https://slash.example", &token("hmt_3")).unwrap();
    assert_eq!(replaced.unwrap().expose_secret(), "hmt_2");

    assert_eq!(creds::get("docker", "registry").as_deref(), Some("secret"));
    assert_eq!(creds::cloud_token("https://api.harmont.dev").as_deref(), Some("hmt_1"));
    assert_eq!(creds::cloud_token("https://slash.example/").as_deref(), Some("hmt_3"));
}
