//! `login`, without a terminal.

use std::fs;
use std::io::{Seek, Write};
use std::process::{Command, Output};

use harmont_auth_test_server::{Fault, Reply, click, visit};

use crate::support::{RunningLogin, Setup, assert_code, stderr, stdout};

/// Approves in the browser, and waits for the end.
async fn approve(setup: &Setup, login: RunningLogin) -> Output {
    setup.approve(&login.url).await;
    login.finish()
}

/// Runs a command with this on standard input. A file, since a tool that fails early reads nothing.
fn feed(command: &mut Command, input: &str) -> Output {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    file.rewind().unwrap();
    command.stdin(file).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_prints_the_address_to_stderr_waits_and_stores_the_session() {
    let setup = Setup::new().await;
    let login = setup.start_login(&[]);
    assert!(login.url.starts_with(setup.server.url()), "the URL is alone on its line: {}", login.url);
    let output = approve(&setup, login).await;
    assert_code(&output, 0);
    assert!(stdout(&output).is_empty());
    assert!(stderr(&output).contains("Signed in to"), "{}", stderr(&output));
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn b2_without_a_terminal_nothing_is_asked_for() {
    let setup = Setup::new().await;
    let output = approve(&setup, setup.start_login(&[])).await;
    assert!(!stderr(&output).contains("type it here") && !stderr(&output).contains("Code:"));
    assert!(stderr(&output).contains("run again with --paste"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_over_ssh_and_in_ci_the_reason_is_given() {
    let setup = Setup::new().await;
    for (variable, reason) in [("SSH_TTY", "You're connected over SSH"), ("CI", "Running in CI")] {
        let login = RunningLogin::start(setup.command(["login", "--force"]).env(variable, "1"));
        let output = approve(&setup, login).await;
        assert_code(&output, 0);
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_callback_the_login_polls() {
    let setup = Setup::new().await;
    let login = setup.start_login(&[]);
    visit("POST", &login.url).await.unwrap();
    assert_code(&login.finish(), 0);
    assert!(setup.stored().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_stored_session_login_says_so_and_sends_nothing() {
    let setup = Setup::new().await;
    let output = setup.command(["login"]).env("HM_API_TOKEN", "variable-token").output().unwrap();
    assert_code(&output, 1);
    assert!(stderr(&output).contains("HM_API_TOKEN is set"), "{}", stderr(&output));
    let token = setup.sign_in();
    for arguments in [&["login"][..], &["login", "--paste"], &["login", "--with-token"]] {
        let output = feed(&mut setup.command(arguments), "another-token\n");
        assert_code(&output, 1);
        assert!(stderr(&output).contains("is already stored. Use --force"), "{}", stderr(&output));
    }
    assert_eq!(setup.stored(), Some(token));
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn force_revokes_the_replaced_session_once_the_new_one_is_stored() {
    let setup = Setup::new().await;
    let old = setup.sign_in();
    let login = setup.start_login(&["--force"]);
    assert!(setup.server.is_signed_in(&old));
    let file = setup.folder().join("credentials.toml");
    let (file, known) = (file, old.clone());
    setup.server.inspect(move |request| {
        if request.operation.is_some_and(|it| it.id == "logout") {
            assert!(
                !fs::read_to_string(&file).unwrap().contains(&known),
                "revoked before the new one was stored"
            );
        }
    });
    let output = approve(&setup, login).await;
    assert_code(&output, 0);
    assert!(!setup.server.is_signed_in(&old));
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_session_that_cannot_be_revoked_is_told() {
    let setup = Setup::new().await;
    setup.sign_in();
    setup.server.fail_always("logout", Fault::reply(500));
    let output =
        feed(setup.command(["login", "--with-token", "--force"]).env("HM_API_TOKEN", "x"), "new-token\n");
    assert_code(&output, 0);
    assert!(
        stderr(&output).contains("warning: The previous session couldn't be revoked"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("HM_API_TOKEN is set and takes precedence"), "{}", stderr(&output));
    assert_eq!(setup.stored().as_deref(), Some("new-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_token_checks_the_form_and_stores_without_the_network() {
    let setup = Setup::new().await;
    for (input, problem) in [
        ("", "No token was entered"),
        ("\n", "No token was entered"),
        ("SECRET SECRET\n", "token"),
        (&"x".repeat(70_000), "too long"),
    ] {
        let output = feed(&mut setup.command(["login", "--with-token"]), input);
        assert_code(&output, 1);
        assert!(stderr(&output).contains(problem), "{}", stderr(&output));
        assert!(!stderr(&output).contains("SECRET"));
        assert_eq!(setup.stored(), None);
    }
    let output = feed(&mut setup.command(["login", "--with-token"]), "  a-token\r\n");
    assert_code(&output, 0);
    let text = stderr(&output);
    assert!(text.contains("It wasn't checked with the server.") && !text.contains("Signed in"), "{text}");
    assert_eq!(setup.stored().as_deref(), Some("a-token"));
    // The session that is stored again must not be revoked.
    assert_code(&feed(&mut setup.command(["login", "--with-token", "--force"]), "a-token"), 0);
    assert_eq!(setup.stored().as_deref(), Some("a-token"));
    assert!(setup.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn paste_takes_a_code_from_standard_input() {
    let setup = Setup::new().await;
    let page = click(&format!("{}/cli-login?paste=true", setup.server.url())).await.unwrap();
    let code = page.paste_code().unwrap();
    let output = feed(&mut setup.command(["login", "--paste"]), &format!("{code}\n"));
    assert_code(&output, 0);
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
    assert!(stderr(&output).contains("/cli-login?paste=true\n"), "{}", stderr(&output));
    assert!(!stderr(&output).contains(code));

    for (input, problem) in [(code, "already used"), ("K7P2", "16"), ("", "No code was entered")] {
        let output = feed(&mut setup.command(["login", "--paste", "--force"]), input);
        assert_code(&output, 1);
        assert!(stderr(&output).contains(problem), "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_a_session_that_cannot_be_stored_is_revoked_and_a_failure_of_that_is_told() {
    let setup = Setup::new().await;
    for (is_revoked, expected) in
        [(true, "The new session was revoked"), (false, "The new session couldn't be revoked either")]
    {
        let login = setup.start_login(&[]);
        // Where the folder would be; read before the login began.
        fs::create_dir_all(setup.folder().parent().unwrap()).unwrap();
        fs::write(setup.folder(), "").unwrap();
        if !is_revoked {
            setup.server.fail_always("logout", Fault::reply(500));
        }
        // Without coming back: the tool ends at once.
        visit("POST", &login.url).await.unwrap();
        let output = login.finish();
        assert_code(&output, 1);
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        let (_, token) = setup.server.handed_over().pop().unwrap();
        assert_eq!(setup.server.is_signed_in(&token), !is_revoked);
        assert!(!stderr(&output).contains(&token));
        fs::remove_file(setup.folder()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_of_two_logins_at_once_exactly_the_stored_session_is_live() {
    let setup = Setup::new().await;
    let logins = [setup.start_login(&[]), setup.start_login(&[])];
    // A browser that comes back too late finds a closed port, which is fine here.
    let _ = tokio::join!(click(&logins[0].url), click(&logins[1].url));
    for login in logins {
        assert_code(&login.finish(), 0);
    }
    let tokens: Vec<_> = setup.server.handed_over().into_iter().map(|(_, token)| token).collect();
    assert_eq!(tokens.len(), 2);
    let live: Vec<_> = tokens.into_iter().filter(|it| setup.server.is_signed_in(it)).collect();
    assert_eq!(live, [setup.stored().unwrap()]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn b6_in_a_substitution_the_address_is_on_stderr_and_a_reader_that_goes_away_does_no_harm() {
    let setup = Setup::new().await;
    for script in ["x=$(\"$TOOL\" login --force); echo \"[$x] $?\"", "\"$TOOL\" login --force | head -1"] {
        let mut shell = Command::new("sh");
        setup.prepare(&mut shell);
        shell.args(["-c", script]).env("TOOL", env!("CARGO_BIN_EXE_harmont-auth"));
        let output = approve(&setup, RunningLogin::start(&mut shell)).await;
        assert_code(&output, 0);
        assert!(stderr(&output).contains("Signed in to"), "{}", stderr(&output));
        assert_eq!(stdout(&output), if script.starts_with('x') { "[] 0\n" } else { "" });
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn b6_with_stderr_closed_half_way_the_login_continues() {
    let setup = Setup::new().await;
    let mut shell = Command::new("sh");
    setup.prepare(&mut shell);
    // Reads only the first two lines, then closes the pipe.
    let script = "\"$TOOL\" login 2>&1 | { head -n 2 >&2; exec <&-; }";
    shell.args(["-c", script]).env("TOOL", env!("CARGO_BIN_EXE_harmont-auth"));
    let login = RunningLogin::start(&mut shell);
    setup.approve(&login.url).await;
    assert_code(&login.finish(), 0);
    assert!(setup.stored().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn b9_without_a_terminal_each_state_is_printed_once_and_without_escape_codes() {
    let setup = Setup::new().await;
    let mut command = setup.command(["login"]);
    let output = approve(&setup, RunningLogin::start(command.env("FORCE_HYPERLINK", "1"))).await;
    let text = stderr(&output);
    for state in ["Waiting for you to approve", "Approved. Signing in...", "Signed in. Finishing up"] {
        assert_eq!(text.matches(state).count(), 1, "{text}");
    }
    assert!(!text.contains('\x1b'), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_token_stores_nothing_that_the_check_of_the_tool_rejects() {
    let setup = Setup::new().await;
    setup.server.route("GET", "/api/v0/user", |_| Reply::json(200, &serde_json::json!({"name": "Ada"})));
    let login = ["--check", "auth", "login", "--with-token"];
    let output = feed(&mut setup.tool(&login), "unknown-token\n");
    assert_code(&output, 1);
    assert!(
        stderr(&output).contains("doesn't accept this token. Nothing was stored."),
        "{}",
        stderr(&output)
    );
    setup.server.fail_next("GET /api/v0/user", Fault::reply(500));
    let output = feed(&mut setup.tool(&login), &format!("{}\n", setup.server.session_token()));
    assert_code(&output, 1);
    assert!(stderr(&output).contains("couldn't be checked, so nothing was stored"), "{}", stderr(&output));
    assert_eq!(setup.stored(), None);
    let output = feed(&mut setup.tool(&login), &format!("{}\n", setup.server.session_token()));
    assert_code(&output, 0);
    assert!(stderr(&output).contains("Signed in to"), "{}", stderr(&output));
    assert_eq!(setup.stored().as_deref(), Some(setup.server.session_token()));
}
