//! Signs in with a one-time code.

use std::future::pending;
use std::io::{self, BufRead, Read};

use harmont_auth::{Client, Session};
use secrecy::zeroize::Zeroizing;

use super::APPROVE;
use super::environment;
use super::prompt::{Input, Prompt};
use crate::error::Error;
use crate::terminal::Terminal;

/// How often a code can be typed before the prompt ends.
pub(super) const ATTEMPTS: u32 = 3;
/// No line that is read is longer: a file given by mistake must not fill the memory.
const MAX_LINE: u64 = 64 * 1024;

/// Signs in with a code alone.
pub(super) async fn with_code(client: &Client, terminal: &Terminal) -> Result<Session, Error> {
    terminal.line("To sign in, get a one-time code at this URL:");
    terminal.url(&client.paste_url());
    terminal.line(APPROVE);
    let mut attempts = ATTEMPTS;
    let mut prompt = if environment::has_person() { Prompt::start().ok() } else { None };
    if prompt.is_none() {
        let line = tokio::task::spawn_blocking(|| read_line("code")).await;
        let line = line.map_err(|_| Error::new("The code couldn't be read."))??;
        return Ok(client.redeem_code(line.parse()?).await?);
    }
    loop {
        let input = typed(&mut prompt, terminal).await;
        match redeem(client, input, &mut attempts, terminal).await {
            Ok(Some(session)) => return Ok(session),
            Ok(None) => {}
            Err(reason) => return Err(Error::new(reason)),
        }
    }
}

/// Asks for a code, and waits for what the user types.
pub(super) async fn typed(prompt: &mut Option<Prompt>, terminal: &Terminal) -> Input {
    match prompt {
        Some(prompt) => {
            terminal.prompt();
            prompt.next().await
        }
        None => pending().await,
    }
}

/// Redeems what was typed. `None` if the user may try again; the error says why the prompt ends.
pub(super) async fn redeem(
    client: &Client,
    input: Input,
    attempts: &mut u32,
    terminal: &Terminal,
) -> Result<Option<Session>, String> {
    let Input::Line(line) = input else {
        terminal.end_prompt();
        return Err("No code was entered.".to_owned());
    };
    terminal.typed();
    if line.trim().is_empty() {
        return Ok(None);
    }
    *attempts -= 1;
    terminal.progress("Checking the code...", "code");
    let result = match line.parse() {
        Ok(code) => client.redeem_code(code).await,
        Err(error) => Err(error),
    };
    terminal.clear();
    match result {
        Ok(session) => Ok(Some(session)),
        Err(error) if *attempts == 0 => Err(format!("{error}. No attempts left.")),
        Err(error) if error.is_outcome_unknown() => {
            terminal.line(format_args!("{error}. The code may be used up, so get a new one."));
            Ok(None)
        }
        Err(error) => {
            terminal.line(format_args!("{error}."));
            Ok(None)
        }
    }
}

/// Reads a line from standard input.
pub(super) fn read_line(what: &str) -> Result<Zeroizing<String>, Error> {
    // Growing would leave copies behind; tokens and codes are shorter.
    let mut line = Zeroizing::new(String::with_capacity(4096));
    let read = io::stdin().lock().take(MAX_LINE).read_line(&mut line);
    read.map_err(|error| Error::new(format!("The {what} couldn't be read from standard input: {error}.")))?;
    if line.trim().is_empty() {
        return Err(Error::new(format!("No {what} was entered on standard input.")));
    }
    if line.len() as u64 == MAX_LINE {
        return Err(Error::new(format!("The line on standard input is too long for a {what}.")));
    }
    Ok(line)
}
