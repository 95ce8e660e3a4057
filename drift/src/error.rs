//! The error type.

use std::fmt;

/// The error returned when two documents cannot be compared.
///
/// Its text is a sentence for the person who ran the comparison: what happened, where, and what to do.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// Makes an error of a sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Returns the error with what was being done in front of it.
    #[must_use]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Self(format!("{context}: {}", self.0))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
