//! `logout`, `status`, `token` and `completions`.

use harmont_auth_test_server::{Fault, Reply};

use crate::support::{Setup, assert_code, stderr, stdout};

#[tokio::test(flavor = "multi_thread")]
async fn logout_revokes_on_the_server_and_deletes() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    let output = setup.run(&["logout"]);
    assert_code(&output, 0);
    assert!(!setup.server.is_signed_in(&token));
    assert_eq!(setup.stored(), None);
    assert!(stdout(&output).is_empty());
    assert!(stderr(&output).contains("every tool that shares the session, hm included"));

    let output = setup.run(&["logout"]);
    assert_code(&output, 0);
    assert!(stderr(&output).contains("You're not signed in"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_keeps_what_the_server_could_not_revoke_unless_it_is_local() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    setup.server.fail_always("logout", Fault::reply(500));
    let output = setup.run(&["logout"]);
    assert_code(&output, 1);
    assert!(
        stderr(&output).contains("so try again. The session is still stored. Use --local"),
        "{}",
        stderr(&output)
    );
    assert_eq!(setup.stored(), Some(token.clone()));

    let calls = setup.server.calls("logout");
    let output = setup.run(&["logout", "--local"]);
    assert_code(&output, 0);
    assert_eq!(setup.stored(), None);
    assert!(setup.server.is_signed_in(&token));
    assert_eq!(setup.server.calls("logout"), calls);
    assert!(stderr(&output).contains("still live on the server"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_of_a_session_that_the_server_no_longer_knows_deletes_it() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    setup.server.revoke(&token);
    assert_code(&setup.run(&["logout"]), 0);
    assert_eq!(setup.stored(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_says_that_the_variable_stays_in_force() {
    let setup = Setup::new().await;
    for signed_in in [true, false] {
        if signed_in {
            setup.sign_in();
        }
        let output = setup.command(["logout"]).env("HM_API_TOKEN", "variable-token").output().unwrap();
        assert_code(&output, 0);
        assert!(stderr(&output).contains("HM_API_TOKEN is still set"), "{}", stderr(&output));
        assert_eq!(setup.stored(), None);
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_where_the_token_is_from_and_sends_nothing() {
    let setup = Setup::new().await;
    let url = setup.server.url();
    let output = setup.run(&["status"]);
    assert_code(&output, 1);
    assert!(stdout(&output).contains("Run `harmont-auth login`"), "{}", stdout(&output));
    let output = setup.run(&["status", "--json"]);
    assert_code(&output, 1);
    let none = serde_json::json!({"signed_in": false, "checked": false, "source": null, "api": url});
    assert_eq!(json(stdout(&output)), none);

    setup.sign_in();
    let file = setup.folder().join("credentials.toml");
    let output = setup.run(&["status"]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains("not checked"), "{}", stdout(&output));
    let output = setup.run(&["status", "--json"]);
    let stored = serde_json::json!({"signed_in": true, "checked": false, "source": file, "api": url});
    assert_eq!(json(stdout(&output)), stored);

    let output = setup.command(["status", "--json"]).env("HM_API_TOKEN", "variable-token").output().unwrap();
    assert_code(&output, 0);
    assert_eq!(json(stdout(&output))["source"], "HM_API_TOKEN");
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn status_with_a_check_of_the_tool_asks_the_server() {
    let setup = Setup::new().await;
    let token = setup.sign_in();
    setup.server.route("GET", "/api/v0/user", |_| Reply::json(200, &serde_json::json!({"name": "Ada"})));
    let status = |arguments: &[&str]| setup.run_tool(&[&["--check", "auth", "status"], arguments].concat());

    let output = status(&[]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains("as \"Ada\" (token from "), "{}", stdout(&output));
    assert_eq!(json(stdout(&status(&["--json"])))["checked"], true);

    setup.server.fail_always("GET /api/v0/user", Fault::reply(503));
    let output = status(&["--json"]);
    assert_code(&output, 3);
    let json_output = json(stdout(&output));
    assert_eq!((&json_output["checked"], &json_output["signed_in"]), (&false.into(), &true.into()));
    assert!(stdout(&status(&[])).contains("the check failed. 127.0.0.1 responded"));

    setup.server.clear_faults();
    setup.server.revoke(&token);
    let output = status(&[]);
    assert_code(&output, 1);
    assert!(stdout(&output).contains("Run `mytool auth login --force`"), "{}", stdout(&output));
    let json_output = json(stdout(&status(&["--json"])));
    assert_eq!((&json_output["checked"], &json_output["signed_in"]), (&true.into(), &false.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn token_prints_the_token_and_nothing_else() {
    let setup = Setup::new().await;
    let output = setup.run(&["token"]);
    assert_code(&output, 1);
    assert!(stdout(&output).is_empty() && stderr(&output).contains("Run `harmont-auth login`"));
    let token = setup.sign_in();
    let output = setup.run(&["token"]);
    assert_code(&output, 0);
    assert_eq!((stdout(&output), stderr(&output)), (format!("{token}\n").as_str(), ""));
    let output = setup.command(["token"]).env("HM_API_TOKEN", "variable-token").output().unwrap();
    assert_eq!(stdout(&output), "variable-token\n");
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_no_token_is_named_and_not_printed() {
    let setup = Setup::new().await;
    for (command, code) in [("token", 1), ("status", 3)] {
        let output = setup.command([command]).env("HM_API_TOKEN", "SECRET SECRET").output().unwrap();
        assert_code(&output, code);
        assert!(stderr(&output).contains("HM_API_TOKEN"), "{}", stderr(&output));
        assert!(!stderr(&output).contains("SECRET"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_named_and_kept() {
    let setup = Setup::new().await;
    let file = setup.write(".config/hm/credentials.toml", "[entries\nSECRET");
    for arguments in [&["login"][..], &["login", "--force"], &["token"], &["status"], &["logout"]] {
        let output = setup.run(arguments);
        assert_code(&output, if arguments == ["status"] { 3 } else { 1 });
        assert!(stderr(&output).contains(file.to_str().unwrap()), "{}", stderr(&output));
        assert!(!stderr(&output).contains("SECRET"));
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), "[entries\nSECRET");
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_are_those_of_the_embedding_tool() {
    let setup = Setup::new().await;
    for shell in ["bash", "zsh", "fish"] {
        let output = setup.run(&["completions", shell]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("with-token") && stdout(&output).contains("harmont-auth"));
        let output = setup.run_tool(&["auth", "completions", shell]);
        assert!(stdout(&output).contains("mytool") && stdout(&output).contains("request"));
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn b6_a_reader_that_goes_away_causes_no_panic() {
    let setup = Setup::new().await;
    setup.sign_in();
    for arguments in ["token", "status", "completions bash"] {
        let mut command = std::process::Command::new("sh");
        setup.prepare(&mut command);
        // The tool starts to write after the reader has gone.
        let script = format!(
            "mkfifo \"$HOME/go\"
             {{ read -r _ <\"$HOME/go\"; \"$TOOL\" {arguments}; echo \"exit=$?\" >&2; }} | {{ exec 0<&-; echo >\"$HOME/go\"; }}
             rm \"$HOME/go\""
        );
        command.args(["-c", &script]);
        let output = command.env("TOOL", env!("CARGO_BIN_EXE_harmont-auth")).output().unwrap();
        assert_eq!(stderr(&output), "exit=0\n", "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_reports_a_session_under_the_other_form_of_the_address() {
    let setup = Setup::new().await;
    let api = setup.server.url();
    let (token, other) = (setup.server.session_token(), "another-token");
    let content = format!("[entries.harmont-cloud]\n\"{api}\" = \"{token}\"\n\"{api}/\" = \"{other}\"\n");
    setup.write(".config/hm/credentials.toml", &content);
    let output = setup.run(&["logout"]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("Another session for this API is stored"), "{}", stderr(&output));
    assert_eq!(setup.stored().as_deref(), Some(other));
    assert_code(&setup.run(&["logout"]), 0);
    assert_eq!(setup.stored(), None);
}
