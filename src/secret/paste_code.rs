//! Parsing of paste codes.

use std::str::FromStr;

use secrecy::zeroize::Zeroizing;

use super::{PasteCode, WireSecret, is_visible_ascii};
use crate::error::Error;

/// How many characters a paste code has.
const CODE_LENGTH: usize = 16;

impl PasteCode {
    /// Checks a code that came from the server: one that is only to be shown must not steer a terminal.
    pub(crate) fn from_wire(code: WireSecret) -> Option<Self> {
        is_visible_ascii(code.expose_secret()).then_some(Self(code))
    }

    /// Returns whether a word has the very form in which the server writes its codes.
    pub(crate) fn is_canonical(word: &str) -> bool {
        word.len() == CODE_LENGTH && word.chars().all(|it| crockford(it) == Some(it))
    }
}

impl FromStr for PasteCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // What a terminal puts around pasted text, when the tool that asked for it and did not expect it.
        let text = Zeroizing::new(text.replace("\u{1b}[200~", ""));
        let text = Zeroizing::new(text.replace("\u{1b}[201~", ""));
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        for character in text.chars().filter(|it| !is_decoration(*it)) {
            match crockford(character) {
                Some(digit) => code.push(digit),
                None => {
                    return Err(Error::invalid_input(format!(
                        "{character:?} cannot be part of a paste code, which has only digits and letters other than \
                         U; enter the code alone"
                    )));
                }
            }
        }
        match code.len() {
            CODE_LENGTH => Ok(Self(code.as_str().into())),
            0 => Err(Error::invalid_input("No code was entered; copy the code from the page")),
            length => Err(Error::invalid_input(format!(
                "a paste code has {CODE_LENGTH} characters, but this has {length}; was all of it copied, and nothing else?"
            ))),
        }
    }
}

/// Whether a character only groups, quotes or surrounds the code: spaces, controls, marks without a width, dashes and
/// quotes.
fn is_decoration(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
            | '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
            | '\u{ff02}' | '\u{ff07}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The digit of Crockford's base32 that a character stands for, also when it is full-width or one of the look-alikes.
fn crockford(character: char) -> Option<char> {
    let narrow = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
        _ => character,
    };
    match narrow.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => None,
        digit if digit.is_ascii_digit() || digit.is_ascii_uppercase() => Some(digit),
        _ => None,
    }
}
