//! `login` in a terminal.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use harmont_auth_test_server::{Fault, TestClock, TestServer, click};
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::Setup;

/// Far more than anything here needs.
const TIMEOUT_MILLIS: u64 = 20_000;
const SPINNER: &str = "\u{e2}\u{a0}"; // how the terminal reader shows the first bytes of a Braille character

impl Setup {
    /// Runs a script in a terminal that shows what is typed, with the binary as `$TOOL`.
    fn terminal(&self, script: &str, variables: &[(&str, &str)]) -> PtySession {
        let mut shell = Command::new("sh");
        self.prepare(&mut shell);
        shell.stdin(Stdio::inherit());
        shell.env("TOOL", env!("CARGO_BIN_EXE_harmont-auth")).env("TERM", "xterm");
        shell.env("BROWSER", "true").envs(variables.iter().copied());
        shell.args(["-c", &format!("stty echo; {script}")]);
        spawn_command(shell, Some(TIMEOUT_MILLIS)).unwrap()
    }
}

/// Reads the URL of the login.
fn url(terminal: &mut PtySession, server: &TestServer) -> String {
    terminal.exp_string(&format!("{}/cli-login?port=", server.url())).unwrap();
    let rest = terminal.exp_string("\r\n").unwrap();
    format!("{}/cli-login?port={rest}", server.url())
}

/// Gets a new code from the page.
async fn code(server: &TestServer) -> String {
    let page = click(&format!("{}/cli-login?paste=true", server.url())).await.unwrap();
    page.paste_code().unwrap().to_owned()
}

/// Waits for the end of the tool, which is not that of the terminal: a browser may hold it open.
fn assert_exits(terminal: &PtySession, code: i32) {
    let status = terminal.process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Exited(_, it) if it == code), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_can_be_typed_while_the_login_waits_for_the_browser() {
    let setup = Setup::new().await;
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[]);
    terminal.exp_string("Opening $BROWSER... Only approve if you started this sign-in.").unwrap();
    terminal.exp_string("type it here").unwrap();
    terminal.exp_string("Code: ").unwrap();
    terminal.send_line(&code(&setup.server).await.to_lowercase()).unwrap();
    terminal.exp_string("Signed in to").unwrap();
    assert_exits(&terminal, 0);
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_claimed_beside_a_code_is_revoked_after_that_of_the_code_is_stored() {
    let clock = TestClock::new();
    let setup = Setup::with_server(TestServer::start_on(0, Arc::new(clock.clone())).await.unwrap());
    let late = Fault::success().body("{\"token\":\"late\"}").delay(Duration::from_secs(5));
    setup.server.fail_next("cliClaim", late);
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[]);
    terminal.exp_string("Code: ").unwrap();
    setup.server.called("cliClaim", 1).await;
    terminal.send_line(&code(&setup.server).await).unwrap();
    // The claim is still in flight.
    terminal.exp_string("Signed in to").unwrap();
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
    assert_eq!(setup.server.calls("logout"), 0);
    clock.advance(Duration::from_secs(5));
    assert_exits(&terminal, 0);
    assert_eq!(setup.server.calls("logout"), 1);
    assert!(setup.server.is_signed_in(&setup.stored().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_after_three_wrong_codes_the_prompt_ends_and_the_browser_login_continues() {
    let setup = Setup::new().await;
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[]);
    let url = url(&mut terminal, &setup.server);
    for (typed, reason) in [
        ("0000000000000000", "already used"),
        ("K7P2", "A code has 16 characters"),
        ("0000-0000-0000-0000", "No attempts left. Still waiting for the browser."),
    ] {
        terminal.exp_string("Code: ").unwrap();
        // An empty line is no attempt.
        terminal.send_line("").unwrap();
        terminal.exp_string("Code: ").unwrap();
        terminal.send_line(typed).unwrap();
        terminal.exp_string(reason).unwrap();
    }
    assert_eq!(setup.server.calls("cliRedeem"), 2);
    setup.approve(&url).await;
    let after = terminal.exp_string("Signed in to").unwrap();
    assert!(!after.contains("Code: "), "{after}");
    assert_exits(&terminal, 0);
    assert!(setup.stored().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_with_paste_alone_three_wrong_codes_end_the_login() {
    let setup = Setup::new().await;
    let mut terminal = setup.terminal("exec \"$TOOL\" login --paste", &[]);
    for reason in ["nothing else.", "nothing else.", "No attempts left."] {
        terminal.exp_string("Code: ").unwrap();
        terminal.send_line("K7P2").unwrap();
        terminal.exp_string(reason).unwrap();
    }
    assert_exits(&terminal, 1);
    assert_eq!(setup.stored(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_fails_says_so_on_a_line_of_its_own() {
    let setup = Setup::new().await;
    setup.server.fail_always("cliClaim", Fault::reply(404));
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[]);
    terminal.exp_string("Code: \r\nerror: The API wasn't found").unwrap();
    assert_exits(&terminal, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_ctrl_c_does_not_close_the_browser() {
    let setup = Setup::new().await;
    let report = setup.pipe();
    let browser = setup.browser("ps -o pgid= -p $$ >\"$HOME/report\"; exec sleep 1000");
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[("BROWSER", &browser)]);
    let group = fs::read_to_string(&report).unwrap();
    let group = group.trim();
    terminal.exp_string("Code: ").unwrap();
    terminal.send_control('c').unwrap();
    let status = terminal.process().wait().unwrap();
    assert!(
        matches!(status, WaitStatus::Signaled(tool, _, _) if tool.to_string() != group),
        "{status:?} {group}"
    );
    // The whole group: the browser alone is in it.
    let end = Command::new("kill").args(["--", &format!("-{group}")]).status().unwrap();
    assert!(end.success(), "the browser is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_typed_text_stays_visible_and_nothing_is_left_for_the_shell() {
    let setup = Setup::new().await;
    let script = "\"$TOOL\" login; IFS= read -r rest; echo \"rest=[$rest]\"";
    let mut terminal = setup.terminal(script, &[]);
    let url = url(&mut terminal, &setup.server);
    terminal.exp_string("Code: ").unwrap();
    terminal.send("k7p2-qr").unwrap();
    terminal.flush().unwrap();
    terminal.exp_string("k7p2-qr").unwrap();
    setup.approve(&url).await;
    // The spinner is on a line of its own.
    let after = terminal.exp_string("Signed in to").unwrap();
    assert!(after.starts_with("\r\n"), "{after:?}");
    terminal.exp_string("\r\n").unwrap();
    terminal.send_line("").unwrap();
    terminal.exp_string("rest=[]").unwrap();
    assert_exits(&terminal, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_ctrl_d_is_acknowledged_and_ends_the_prompt_alone() {
    let setup = Setup::new().await;
    for half_typed in ["", "k7p2"] {
        let mut terminal = setup.terminal("exec \"$TOOL\" login --force", &[]);
        let url = url(&mut terminal, &setup.server);
        terminal.exp_string("Code: ").unwrap();
        terminal.send(half_typed).unwrap();
        terminal.send_control('d').unwrap();
        terminal.exp_string("No code was entered. Still waiting for the browser.").unwrap();
        setup.approve(&url).await;
        terminal.exp_string("Signed in to").unwrap();
        assert_exits(&terminal, 0);
    }
}

/// Signs in with the prompt ended, so that there may be a spinner, and returns all that the terminal got after that.
async fn after_the_prompt(arguments: &str, variables: &[(&str, &str)]) -> String {
    let setup = Setup::new().await;
    let mut terminal = setup.terminal(&format!("exec \"$TOOL\" login {arguments}"), variables);
    let url = url(&mut terminal, &setup.server);
    terminal.exp_string("Code: ").unwrap();
    terminal.send_control('d').unwrap();
    let mut text = terminal.exp_string("Still waiting for the browser.").unwrap();
    setup.approve(&url).await;
    text += &terminal.exp_string("Signed in to").unwrap();
    assert_exits(&terminal, 0);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn b9_a_terminal_shows_a_spinner_unless_told_otherwise() {
    let text = after_the_prompt("", &[]).await;
    assert!(text.contains(SPINNER), "{text:?}");
    for (arguments, variable) in
        [("--quiet", ("X", "")), ("", ("TERM", "dumb")), ("", ("ACCESSIBLE", "1")), ("", ("CI", "1"))]
    {
        let text = after_the_prompt(arguments, &[variable]).await;
        assert!(!text.contains(SPINNER) && !text.contains('\x1b'), "{variable:?} {text:?}");
        for state in ["Approved. Signing in...", "Signed in. Finishing up..."] {
            assert_eq!(text.matches(state).count(), 1, "{variable:?} {text:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_a_link_where_the_terminal_supports_it() {
    let setup = Setup::new().await;
    let mut terminal = setup.terminal("exec \"$TOOL\" login", &[("FORCE_HYPERLINK", "1")]);
    terminal.exp_string(&format!("\r\n\x1b]8;;{}/cli-login?port=", setup.server.url())).unwrap();
    let rest = terminal.exp_string("\x1b\\").unwrap();
    let url = format!("{}/cli-login?port={rest}", setup.server.url());
    terminal.exp_string(&format!("{url}\x1b]8;;\x1b\\\r\n")).unwrap();
    setup.approve(&url).await;
    terminal.exp_string("Signed in to").unwrap();
    assert_exits(&terminal, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_moved_to_the_background_still_stores_its_session() {
    let setup = Setup::new().await;
    let script = "set -m; \"$TOOL\" login; bg; wait; echo \"code=$?\"";
    let mut terminal = setup.terminal(script, &[]);
    let url = url(&mut terminal, &setup.server);
    terminal.exp_string("Code: ").unwrap();
    terminal.send_control('z').unwrap();
    terminal.exp_string("login").unwrap(); // `bg` names the job
    setup.approve(&url).await;
    terminal.exp_string("Signed in to").unwrap();
    terminal.exp_string("code=0").unwrap();
    assert!(setup.stored().is_some());
}
