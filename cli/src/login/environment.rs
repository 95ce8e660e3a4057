//! Whether a browser is opened and a code can be typed, and what the user is told about it.

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;

/// What is known of the place where the tool runs.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Environment {
    /// Somebody sees the messages and can type.
    has_person: bool,
    has_display: bool,
    names_browser: bool,
    is_ci: bool,
    is_ssh: bool,
    is_wsl: bool,
    is_container: bool,
}

impl Environment {
    /// Reads environment variables and marker files.
    pub(crate) fn detect() -> Self {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        Self::from_facts(has_person(), is_set, |path| Path::new(path).exists())
    }

    fn from_facts(has_person: bool, is_set: impl Fn(&str) -> bool, exists: impl Fn(&str) -> bool) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| is_set(name));
        Self {
            has_person,
            has_display: cfg!(any(windows, target_os = "macos")) || any(&["DISPLAY", "WAYLAND_DISPLAY"]),
            names_browser: cfg!(unix) && is_set("BROWSER"),
            is_ci: is_set("CI"),
            is_ssh: any(&["SSH_CONNECTION", "SSH_TTY"]),
            is_wsl: any(&["WSL_DISTRO_NAME", "WSL_INTEROP"]),
            is_container: exists("/.dockerenv") || exists("/run/.containerenv") || is_set("container"),
        }
    }
}

/// What a login does beside printing its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) opens_browser: bool,
    /// One line for the user: what happens, or why it does not.
    pub(crate) explanation: &'static str,
    /// Whether a paste code can be typed while the login waits for the browser.
    pub(crate) prompts: bool,
}

impl Plan {
    /// Decides; `no_browser` is the user's option.
    pub(crate) fn new(environment: Environment, no_browser: bool) -> Self {
        let (opens_browser, explanation) = match environment {
            Environment { is_ci: true, .. } => {
                (false, "Running in CI, so no browser was opened. Set HM_API_TOKEN instead.")
            }
            _ if no_browser => (false, "No browser was opened (--no-browser)."),
            Environment { names_browser: true, .. } => (true, "Opening $BROWSER..."),
            Environment { is_ssh: true, .. } => {
                (false, "You're connected over SSH, so open the URL on your own computer.")
            }
            Environment { is_wsl: true, .. } => {
                (false, "You're in WSL, so open the URL in a Windows browser.")
            }
            Environment { is_container: true, .. } => {
                (false, "You're in a container, so open the URL on the host.")
            }
            Environment { has_display: false, .. } => {
                (false, "No display found, so open the URL on another computer.")
            }
            _ => (true, "Opening your browser..."),
        };
        Self { opens_browser, explanation, prompts: environment.has_person }
    }
}

/// Returns whether a person sees the messages and can type. A background job of a shell must not read from its terminal.
pub(crate) fn has_person() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && is_in_foreground()
}

#[cfg(unix)]
pub(super) fn is_in_foreground() -> bool {
    rustix::termios::tcgetpgrp(rustix::stdio::stdin()).is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(variables: &[&str], files: &[&str]) -> Plan {
        let environment =
            Environment::from_facts(true, |name| variables.contains(&name), |path| files.contains(&path));
        Plan::new(environment, false)
    }

    #[test]
    fn b3_where_no_browser_can_be_opened_the_reason_is_given() {
        for (variables, files, reason) in [
            (&["DISPLAY", "SSH_CONNECTION"][..], &[][..], "over SSH"),
            (&["DISPLAY", "SSH_TTY"], &[], "over SSH"),
            (&["DISPLAY", "CI"], &[], "in CI"),
            (&["DISPLAY", "WSL_DISTRO_NAME"], &[], "in WSL"),
            (&["DISPLAY"], &["/.dockerenv"], "in a container"),
            (&["DISPLAY"], &["/run/.containerenv"], "in a container"),
            (&["DISPLAY", "container"], &[], "in a container"),
        ] {
            let plan = plan(variables, files);
            assert!(!plan.opens_browser, "{variables:?} {files:?}");
            assert!(plan.explanation.contains(reason), "{variables:?} {files:?}: {}", plan.explanation);
            assert!(plan.prompts);
        }
    }

    #[cfg(not(any(windows, target_os = "macos")))]
    #[test]
    fn b3_without_a_display_no_browser_is_opened() {
        let plan = plan(&[], &[]);
        assert!(!plan.opens_browser && plan.explanation.contains("No display"));
    }

    #[test]
    fn b3_on_a_desktop_the_browser_is_opened() {
        assert!(plan(&["DISPLAY"], &[]).opens_browser);
        assert!(plan(&["WAYLAND_DISPLAY"], &[]).opens_browser);
    }

    #[cfg(unix)]
    #[test]
    fn b3_the_browser_variable_is_followed_everywhere_but_in_ci() {
        for variables in [&["BROWSER"][..], &["BROWSER", "SSH_CONNECTION"], &["BROWSER", "container"]] {
            assert!(plan(variables, &[]).opens_browser, "{variables:?}");
        }
        assert!(!plan(&["BROWSER", "CI", "DISPLAY"], &[]).opens_browser);
    }

    #[test]
    fn no_browser_is_opened_if_the_user_says_so() {
        let environment = Environment { has_display: true, names_browser: true, ..Environment::default() };
        assert!(!Plan::new(environment, true).opens_browser);
    }

    #[test]
    fn b2_without_a_person_nothing_is_asked_for() {
        assert!(!Plan::new(Environment::default(), false).prompts);
    }
}
