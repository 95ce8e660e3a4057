//! Parsing of paste codes.

use std::str::FromStr;

use secrecy::zeroize::Zeroizing;

use super::{PasteCode, WireSecret, is_visible_ascii};
use crate::error::Error;

/// The length of a paste code.
const CODE_LENGTH: usize = 16;

impl PasteCode {
    /// Checks a code from the server: tools print it, so it must not contain terminal escape sequences.
    pub(crate) fn from_wire(code: WireSecret) -> Option<Self> {
        is_visible_ascii(code.expose_secret()).then_some(Self(code))
    }

    /// Returns whether a word is a code exactly as the server writes it.
    pub(crate) fn is_canonical(word: &str) -> bool {
        word.len() == CODE_LENGTH && word.chars().all(|c| crockford(c) == Some(c))
    }
}

impl FromStr for PasteCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // Bracketed-paste marks, which a terminal sends if the shell or an editor left that mode on.
        let text = Zeroizing::new(text.replace("\u{1b}[200~", ""));
        let text = Zeroizing::new(text.replace("\u{1b}[201~", ""));
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        for character in text.chars().filter(|c| !is_decoration(*c)) {
            match crockford(character) {
                Some(digit) => code.push(digit),
                None => {
                    return Err(Error::invalid_input(format!(
                        "{character:?} can't be part of a code, which has only digits and letters other than U; \
                         enter only the code"
                    )));
                }
            }
        }
        match code.len() {
            CODE_LENGTH => Ok(Self(code.as_str().into())),
            0 => Err(Error::invalid_input("No code was entered; copy the code from the page")),
            length => Err(Error::invalid_input(format!(
                "A code has {CODE_LENGTH} characters, but this one has {length}; copy all of it, and nothing else"
            ))),
        }
    }
}

/// Returns whether parsing ignores a character: spaces, control and zero-width characters, dashes and quotes.
fn is_decoration(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
            | '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
            | '\u{ff02}' | '\u{ff07}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns the digit of Crockford's base32 for a character. Accepts full-width and look-alike characters.
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
