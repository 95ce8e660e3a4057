//! How the example decides whether to open the browser, and what it tells the user.

#[path = "../../examples/login/browser.rs"]
mod browser;
use std::io;
use std::process::Command;
use std::sync::mpsc;

use crate::support::Waiting;
use browser::{Choice, Surroundings, choose, invitation, open};

const DESKTOP: Surroundings = Surroundings {
    has_terminal: true,
    has_display: true,
    has_browser_variable: false,
    is_ci: false,
    is_ssh: false,
    is_wsl: false,
    is_container: false,
};

/// Signs in while a browser is opened in this way, and returns what the user is told of it.
async fn sign_in_beside(opener: impl FnOnce() -> io::Result<()> + Send + 'static) -> mpsc::Receiver<String> {
    let (say, said) = mpsc::channel();
    let waiting = Waiting::start().await;
    open(opener, move |line| say.send(line.to_owned()).unwrap());
    waiting.approve().await;
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    said
}

fn run(program: &str) -> io::Result<()> {
    let status = Command::new(program).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

#[tokio::test]
async fn b1_an_opener_that_is_missing_is_said_and_the_login_goes_on() {
    let said = sign_in_beside(|| run("no-such-browser")).await.recv().unwrap();
    assert!(said.starts_with("the browser could not be opened ("), "{said}");
    assert!(said.ends_with("open the address yourself"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn b1_an_opener_that_exits_with_1_is_said_and_the_login_goes_on() {
    let said = sign_in_beside(|| run("false")).await.recv().unwrap();
    assert_eq!(said, "the browser could not be opened (exit status: 1); open the address yourself");
}

#[tokio::test]
async fn b1_an_opener_that_hangs_holds_up_nobody() {
    let (release, hangs) = mpsc::channel::<()>();
    let said = sign_in_beside(move || {
        hangs.recv().unwrap();
        Ok(())
    })
    .await;
    assert!(said.try_recv().is_err());
    release.send(()).unwrap();
}

#[test]
fn b2_without_a_terminal_nothing_is_asked_for() {
    let choice = choose(Surroundings { has_terminal: false, ..DESKTOP }, false);
    assert!(!choice.prompts);
    assert!(!invitation(choice, "URL", "PASTE").contains("type"));
}

/// The choice for surroundings that these variables and files stand for.
fn seen(variables: &[&str], files: &[&str]) -> Choice {
    let around = Surroundings::look(true, |name| variables.contains(&name), |path| files.contains(&path));
    choose(around, false)
}

#[test]
fn b3_where_no_browser_can_be_opened_both_ways_are_offered_and_the_reason_is_given() {
    for (variables, files, reason) in [
        (&["DISPLAY", "SSH_CONNECTION"][..], &[][..], "over SSH"),
        (&["DISPLAY", "SSH_TTY"], &[], "over SSH"),
        (&["DISPLAY", "CI"], &[], "this is CI"),
        (&["DISPLAY", "CI", "BROWSER"], &[], "this is CI"),
        (&["DISPLAY", "WSL_DISTRO_NAME"], &[], "this is WSL"),
        (&["DISPLAY"], &["/.dockerenv"], "this is a container"),
        (&["DISPLAY"], &["/run/.containerenv"], "this is a container"),
        (&["DISPLAY", "container"], &[], "this is a container"),
    ] {
        let choice = seen(variables, files);
        assert!(!choice.opens, "{variables:?} {files:?}");
        let text = invitation(choice, "https://app/cli-login?port=1", "https://app/cli-login?paste=true");
        assert!(text.contains("open https://app/cli-login?port=1\n"), "{text}");
        assert!(text.contains("https://app/cli-login?paste=true"), "{text}");
        assert!(text.lines().last().unwrap().contains(reason), "{text}");
    }
}

#[cfg(not(any(windows, target_os = "macos")))]
#[test]
fn b3_without_a_display_no_browser_is_opened() {
    let choice = seen(&[], &[]);
    assert!(!choice.opens && choice.why.contains("no display"));
}

#[test]
fn b3_on_a_desktop_the_browser_is_opened() {
    assert!(seen(&["DISPLAY"], &[]).opens);
    assert!(seen(&["WAYLAND_DISPLAY"], &[]).opens);
}

#[test]
fn b3_who_names_a_browser_or_asks_for_it_gets_it() {
    assert!(seen(&["BROWSER", "SSH_CONNECTION"], &[]).opens);
    assert!(choose(Surroundings::default(), true).opens);
}
