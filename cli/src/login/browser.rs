//! Starts the user's browser.
//!
//! The crate `open` knows what starts the default browser of each system. The rest is ours, since neither `open` nor
//! `webbrowser` does all of it: the browser gets a process group of its own, so that Ctrl-C in the terminal does not close
//! it; the list in `BROWSER` is followed; text browsers are left out; and a program that is missing or fails is reported.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tokio::sync::oneshot;

/// Browsers that run in the terminal, where they would overwrite the messages of the login.
const TEXT_BROWSERS: [&str; 5] = ["w3m", "lynx", "links", "elinks", "www-browser"];

const NOT_FOUND: &str = ": not found";

/// Starts a browser, and returns a channel that reports why none could be started. It stays silent otherwise.
///
/// Each program runs until it ends or the login does: most return at once, but a browser's first window keeps its program
/// running. So a thread waits, which holds up neither the login nor the end of the tool.
pub(crate) fn open(url: &str) -> oneshot::Receiver<String> {
    let (report, failure) = oneshot::channel();
    let names = from_variable();
    let is_default = names.is_none();
    let commands = commands(url, names);
    thread::spawn(move || {
        let mut reasons = Vec::new();
        for command in commands {
            match start(command) {
                Ok(()) => return,
                Err(reason) => reasons.push(reason),
            }
            if report.is_closed() {
                return;
            }
        }
        let is_none_installed = is_default && reasons.iter().all(|reason| reason.ends_with(NOT_FOUND));
        let reason = if is_none_installed { "none was found".to_owned() } else { reasons.join("; ") };
        // Nobody listens if the login is over.
        let _ = report.send(reason);
    });
    failure
}

fn from_variable() -> Option<String> {
    // Other systems have no such convention, and their paths may contain `:`.
    let names = cfg!(unix).then(|| std::env::var("BROWSER").ok()).flatten();
    names.filter(|it| !it.is_empty())
}

fn commands(url: &str, names: Option<String>) -> Vec<Command> {
    match names {
        Some(names) => names.split(':').filter_map(|entry| command(entry, url)).collect(),
        None => open::commands(url),
    }
}

/// Builds the command for one entry of `BROWSER`: a program and its arguments, in which `%s` stands for the URL, `%c` for `:`
/// and `%%` for `%`. Without `%s`, the URL is the last argument.
fn command(entry: &str, url: &str) -> Option<Command> {
    let mut words = entry.split_whitespace();
    let mut command = Command::new(expand(words.next()?, url).0);
    let mut has_url = false;
    for word in words {
        let (word, is_url) = expand(word, url);
        has_url |= is_url;
        command.arg(word);
    }
    if !has_url {
        command.arg(url);
    }
    Some(command)
}

fn expand(word: &str, url: &str) -> (String, bool) {
    let (mut text, mut has_url) = (String::new(), false);
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let mut characters = after.chars();
        match characters.next() {
            Some('s') => {
                has_url = true;
                text.push_str(url);
            }
            Some('c') => text.push(':'),
            Some('%') => text.push('%'),
            _ => {
                text.push('%');
                characters = after.chars();
            }
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    (text, has_url)
}

/// Runs a program to its end. The reason of a failure names the program, and not its arguments: one is the URL.
fn start(mut command: Command) -> Result<(), String> {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    if TEXT_BROWSERS.contains(&name.as_str()) {
        return Err(format!("{name}: is a text browser"));
    }
    // Its messages would mix with ours.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    match command.status() {
        // The status of Windows' Explorer is no sign of failure.
        Ok(status) if status.success() || cfg!(windows) => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("{name}{NOT_FOUND}")),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://app.example.com/cli-login?port=1&nonce=a%25b";

    fn words(entry: &str) -> Vec<String> {
        let command = command(entry, URL).unwrap();
        let arguments = command.get_args().map(|it| it.to_string_lossy().into_owned());
        std::iter::once(command.get_program().to_string_lossy().into_owned()).chain(arguments).collect()
    }

    #[test]
    fn b7_arguments_and_placeholders_are_followed_and_the_url_arrives_whole_and_once() {
        assert_eq!(words("firefox"), ["firefox", URL]);
        assert_eq!(words("firefox --new-window"), ["firefox", "--new-window", URL]);
        assert_eq!(words("chromium --app=%s -x"), ["chromium", &format!("--app={URL}"), "-x"]);
        assert_eq!(words("x %c %% %q %s%"), ["x", ":", "%", "%q", &format!("{URL}%")]);
    }

    #[test]
    fn b7_the_list_is_followed_in_order() {
        let commands = commands(URL, Some("first::second --x %s: :third".to_owned()));
        let programs: Vec<_> = commands.iter().map(Command::get_program).collect();
        assert_eq!(programs, ["first", "second", "third"]);
    }

    #[test]
    fn b7_text_browsers_and_missing_programs_are_reported_by_name_alone() {
        let refused = start(command("/usr/bin/w3m -o x=1", URL).unwrap()).unwrap_err();
        assert_eq!(refused, "w3m: is a text browser");
        let missing = start(command("/no/such-browser", URL).unwrap()).unwrap_err();
        assert_eq!(missing, "such-browser: not found");
    }
}
