//! `cargo xtask drift --base`: a branch is compared with its merge base.

use xtask::drift::{FailOn, Format, Options};
use xtask::output::Exit;

use super::options;
use crate::support::Checkout;

fn git(folder: &std::path::Path, arguments: &[&str]) {
    let name = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"];
    let status =
        std::process::Command::new("git").current_dir(folder).args(name).args(arguments).status().unwrap();
    assert!(status.success(), "{arguments:?}");
}

#[test]
fn a_branch_is_compared_with_its_merge_base() {
    let checkout = Checkout::of_fixture();
    let root = checkout.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "openapi.json"]);
    git(&root, &["commit", "-qm", "one"]);
    git(&root, &["checkout", "-qb", "work"]);
    let base = || {
        checkout.drift(&Options { base: Some("main".to_owned()), fail_on: Some(FailOn::Docs), ..options() })
    };
    assert_eq!(base().0, Ok(Exit::Clean));

    // Later changes of main do not count.
    git(&root, &["checkout", "-q", "main"]);
    let fresh = checkout.read("openapi.json");
    checkout.write("openapi.json", &fresh.replace("Log out", "Sign off"));
    git(&root, &["commit", "-qam", "two"]);
    git(&root, &["checkout", "-q", "work"]);
    assert_eq!(base().0, Ok(Exit::Clean));

    checkout.write("openapi.json", &fresh.replace("Park a token", "Park it"));
    let (exit, printed) = base();
    assert_eq!(exit, Ok(Exit::ActionRequired));
    assert!(printed.contains("summary changes (Park a token -> Park it)"), "{printed}");
    let options = Options {
        base: Some("main".to_owned()),
        format: Format::Github,
        fail_on: Some(FailOn::Never),
        ..options()
    };
    let (_, printed) = checkout.drift(&options);
    let line = checkout.read("openapi.json").lines().position(|line| line.contains("Park it")).unwrap() + 1;
    assert!(printed.starts_with(&format!("::notice file=openapi.json,line={line},title=")), "{printed}");
}

#[test]
fn the_advice_on_the_version_follows_the_merge_base() {
    let checkout = Checkout::of_fixture();
    let root = checkout.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "Cargo.toml", "openapi.json"]);
    git(&root, &["commit", "-qm", "one"]);
    let mut new = checkout.spec();
    new["paths"].as_object_mut().unwrap().retain(|path, _| !path.ends_with("/code"));
    checkout.write("openapi.json", &new.to_string());
    let base = || checkout.drift(&Options { base: Some("main".to_owned()), ..options() }).1;
    assert!(base().contains("version: 0.4.0 (a minor release): "), "{}", base());

    // Following the advice does not change it.
    checkout.write("Cargo.toml", "[package]\nversion = \"0.4.0\"\n");
    assert!(base().contains("version: 0.4.0 (a minor release): "), "{}", base());

    // Accepted findings of the published API need not occur in this branch.
    checkout.write("drift.toml", "[[accepted]]\nid = \"x\"\nfingerprint = \"y\"\nreason = \"We know.\"\n");
    assert!(!base().contains("[stale-acceptance]"), "{}", base());
}

#[test]
fn the_error_of_a_shallow_clone_names_the_command_to_fetch_history() {
    let origin = Checkout::of_fixture();
    let root = origin.path("");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "one"]);
    let clone = Checkout::of_fixture();
    let target = clone.path("clone");
    let url = format!("file://{}", root.display());
    git(&clone.path(""), &["clone", "-q", "--depth", "1", &url, &target.to_string_lossy()]);
    // The command is valid for both spellings of the branch.
    for base in ["release", "origin/release"] {
        let capture = crate::support::Capture::default();
        let options = Options { base: Some(base.to_owned()), ..options() };
        let error =
            xtask::drift::run(&xtask::Repository::at(&target), &options, &mut capture.output()).unwrap_err();
        let text = format!("{error:#}");
        let advice = "this clone is shallow; fetch the history first: git fetch --unshallow origin release";
        assert!(text.ends_with(advice), "{text}");
    }
}
