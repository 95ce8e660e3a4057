//! Reads a code from the terminal while the login waits for the browser.
//!
//! The terminal stays in its normal mode: the system shows what is typed, edits the line and handles Ctrl-C. What remains is
//! to stop reading when the browser wins, and to drop a half-typed line, which would otherwise reach the shell. The prompt
//! libraries (`rustyline`, `inquire`, `dialoguer`) block until a line is complete and cannot be cancelled; `crossterm` can,
//! but its raw mode leaves echo, editing and Ctrl-C to us.

use std::thread;

use secrecy::zeroize::Zeroizing;
use tokio::sync::mpsc;

/// What the user did at the prompt. Not `Debug`: the line may be a code.
pub(crate) enum Input {
    Line(Zeroizing<String>),
    /// Ctrl-D, or the terminal is gone.
    End,
}

/// Reads lines from the terminal until it is dropped. Dropping it discards what is typed and not read.
pub(crate) struct Prompt {
    lines: mpsc::Receiver<Input>,
    #[cfg(unix)]
    _stop: std::io::PipeWriter,
}

impl Prompt {
    /// Returns the next line. Cancel safe.
    pub(crate) async fn next(&mut self) -> Input {
        self.lines.recv().await.unwrap_or(Input::End)
    }
}

#[cfg(unix)]
impl Prompt {
    /// Starts to read. Call it only if standard input is a terminal in whose foreground the tool runs.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (stopped, stop) = std::io::pipe()?;
        let (sender, lines) = mpsc::channel(1);
        thread::spawn(move || {
            while let Some(input) = unix::read(&stopped) {
                let is_end = matches!(input, Input::End);
                if sender.blocking_send(input).is_err() || is_end {
                    return;
                }
            }
        });
        Ok(Self { lines, _stop: stop })
    }
}

#[cfg(unix)]
impl Drop for Prompt {
    fn drop(&mut self) {
        // From the background, this would stop the process.
        if !super::environment::is_in_foreground() {
            return;
        }
        // Fails only if the terminal is gone, which then has nothing to discard.
        let _ = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
    }
}

#[cfg(unix)]
mod unix {
    use std::io::PipeReader;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::{Errno, read as read_bytes};
    use rustix::stdio::stdin;
    use secrecy::zeroize::Zeroizing;

    use super::Input;

    /// Waits for a line; `None` once the prompt is dropped, whose end of the pipe closes then.
    pub(super) fn read(stopped: &PipeReader) -> Option<Input> {
        loop {
            let mut ready =
                [PollFd::new(stopped, PollFlags::IN), PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            match poll(&mut ready, None) {
                Err(Errno::INTR) => continue,
                Err(_) => return Some(Input::End),
                Ok(_) if !ready[0].revents().is_empty() => return None,
                Ok(_) => {}
            }
            // A terminal gives one line at most, and in its normal mode lines are not longer.
            let mut bytes = Zeroizing::new([0; 4096]);
            match read_bytes(stdin(), &mut bytes[..]) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                // Without a line end, Ctrl-D was typed, which gives what was typed before.
                Ok(length) if bytes[..length].ends_with(b"\n") => {
                    return Some(Input::Line(Zeroizing::new(
                        String::from_utf8_lossy(&bytes[..length]).into_owned(),
                    )));
                }
                _ => return Some(Input::End),
            }
        }
    }
}

#[cfg(not(unix))]
impl Prompt {
    /// Starts to read. Nothing can end this read, so the thread takes one more line if the browser wins.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (sender, lines) = mpsc::channel(1);
        thread::spawn(move || {
            for line in std::io::stdin().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(Input::Line(Zeroizing::new(line))).is_err() {
                    return;
                }
            }
        });
        Ok(Self { lines })
    }
}
