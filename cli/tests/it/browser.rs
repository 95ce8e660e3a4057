//! How the browser is started.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{RunningLogin, Setup, assert_code, stderr};

impl Setup {
    /// Makes a program in the place of a browser, which runs a line of shell.
    pub(crate) fn browser(&self, script: &str) -> String {
        let path = self.write("browser.sh", &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Makes a pipe through which a browser reports: reading from it waits until the browser has written.
    pub(crate) fn pipe(&self) -> PathBuf {
        let path = self.home().join("report");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_the_list_in_browser_is_followed_and_the_url_arrives_whole() {
    let setup = Setup::new().await;
    let report = setup.pipe();
    let browser = setup.browser("printf '%s|' \"$@\" >\"$HOME/report\"");
    for (entry, prefix) in [
        (browser.clone(), ""),
        (format!("w3m:/no/such:false:{browser} --new %s"), "--new|"),
        (format!("false::{browser} --url=%s"), "--url="),
    ] {
        let login = RunningLogin::start(setup.command(["login", "--force"]).env("BROWSER", entry));
        assert_eq!(fs::read_to_string(&report).unwrap(), format!("{prefix}{}|", login.url));
        setup.approve(&login.url).await;
        let output = login.finish();
        assert_code(&output, 0);
        assert!(stderr(&output).contains("Opening $BROWSER..."), "{}", stderr(&output));
        assert!(!stderr(&output).contains("Couldn't open"), "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_failures_and_text_browsers_are_reported_and_the_login_continues() {
    let setup = Setup::new().await;
    let mut login = RunningLogin::start(setup.command(["login"]).env("BROWSER", "w3m -o x:/no/such:false"));
    let report = login.read_until("Couldn't open");
    let expected =
        "(w3m: is a text browser; such: not found; false: exit status: 1). Open the URL above yourself.";
    assert!(report.contains(expected), "{report}");
    setup.approve(&login.url).await;
    assert_code(&login.finish(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_a_browser_that_hangs_holds_up_neither_the_login_nor_its_end() {
    let setup = Setup::new().await;
    let report = setup.pipe();
    let browser = setup.browser("echo $$ >\"$HOME/report\"; exec sleep 1000");
    let login = RunningLogin::start(setup.command(["login"]).env("BROWSER", browser));
    let pid = fs::read_to_string(&report).unwrap();
    setup.approve(&login.url).await;
    assert_code(&login.finish(), 0);
    assert!(Command::new("kill").arg(pid.trim()).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_browser_is_opened_in_ci_or_if_the_user_says_so() {
    let setup = Setup::new().await;
    let browser = setup.browser(": >\"$HOME/opened\"");
    for (arguments, ci) in [(&["login", "--force"][..], "1"), (&["login", "--force", "--no-browser"], "")] {
        let mut command = setup.command(arguments);
        let login = RunningLogin::start(command.env("BROWSER", &browser).env("CI", ci));
        setup.approve(&login.url).await;
        let output = login.finish();
        assert_code(&output, 0);
        assert!(
            stderr(&output).contains("no browser was opened") || stderr(&output).contains("(--no-browser)")
        );
        assert!(!setup.home().join("opened").exists());
    }
}
