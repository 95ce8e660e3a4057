//! Whether the browser is opened, and what the user is told. Pure but for the thread that opens it.

use std::fmt::Display;
use std::thread;

/// What is known of the place where the tool runs.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Surroundings {
    /// Standard input is a terminal, so that somebody may type.
    pub(crate) has_terminal: bool,
    pub(crate) has_display: bool,
    pub(crate) has_browser_variable: bool,
    pub(crate) is_ci: bool,
    pub(crate) is_ssh: bool,
    pub(crate) is_wsl: bool,
    pub(crate) is_container: bool,
}

impl Surroundings {
    /// Looks around, at environment variables and marker files.
    pub(crate) fn look(
        has_terminal: bool,
        is_set: impl Fn(&str) -> bool,
        exists: impl Fn(&str) -> bool,
    ) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| is_set(name));
        Self {
            has_terminal,
            has_display: cfg!(any(windows, target_os = "macos")) || any(&["DISPLAY", "WAYLAND_DISPLAY"]),
            // Nobody looks at it elsewhere.
            has_browser_variable: cfg!(not(any(windows, target_os = "macos"))) && is_set("BROWSER"),
            is_ci: is_set("CI"),
            is_ssh: any(&["SSH_CONNECTION", "SSH_TTY"]),
            is_wsl: any(&["WSL_DISTRO_NAME", "WSL_INTEROP"]),
            is_container: exists("/.dockerenv") || exists("/run/.containerenv") || is_set("container"),
        }
    }
}

/// What to do, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) opens: bool,
    pub(crate) why: &'static str,
    /// Whether a paste code can be typed in while the browser is waited for.
    pub(crate) prompts: bool,
}

/// Chooses between opening the browser and leaving that to the user.
pub(crate) fn choose(around: Surroundings, is_asked_to_open: bool) -> Choice {
    let (opens, why) = match around {
        _ if is_asked_to_open => (true, "your browser opens, as you asked"),
        Surroundings { is_ci: true, .. } => (false, "this is CI, where no browser is opened"),
        Surroundings { has_browser_variable: true, .. } => (true, "the browser that BROWSER names opens"),
        Surroundings { is_ssh: true, .. } => (false, "you are here over SSH: open it on your own machine"),
        Surroundings { is_wsl: true, .. } => (false, "this is WSL: open it in the browser of Windows"),
        Surroundings { is_container: true, .. } => {
            (false, "this is a container: open it on the machine around it")
        }
        Surroundings { has_display: false, .. } => {
            (false, "there is no display here: open it on any other machine")
        }
        _ => (true, "your browser opens"),
    };
    Choice { opens, why, prompts: around.has_terminal }
}

/// Says how to sign in: by the address of the login or by that of the page with the code.
pub(crate) fn invitation(choice: Choice, url: &str, paste_url: &str) -> String {
    let paste = if choice.prompts {
        format!("or open {paste_url} anywhere, and type the code that it shows in here")
    } else {
        format!("or run this again with --paste, and give it the code that {paste_url} shows")
    };
    format!("to sign in, open {url}\n{paste}\n({}; approve only if you started this)", choice.why)
}

/// Opens the browser, in a thread of its own: an opener that hangs must hold up neither the login nor the end of the
/// program, and one that fails leaves the address on the screen.
pub(crate) fn open<E: Display>(
    open: impl FnOnce() -> Result<(), E> + Send + 'static,
    say: impl FnOnce(&str) + Send + 'static,
) {
    thread::spawn(move || {
        if let Err(error) = open() {
            say(&format!("the browser could not be opened ({error}); open the address yourself"));
        }
    });
}
