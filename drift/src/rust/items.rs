//! The public items of a Rust source: what callers can name.

use std::collections::BTreeMap;

use super::code::Code;

/// The prefix of a definition that may get more fields or variants.
pub(super) const NON_EXHAUSTIVE: &str = "#[non_exhaustive] ";

/// The public items of a source by name.
pub(super) type Items = BTreeMap<String, Item>;

/// A public item: something that callers can name.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Its definition, as people read it.
    pub(super) text: String,
    /// The `#[cfg(..)]` in front of it.
    pub(super) condition: String,
    /// The item that it is a part of: the type of a field or method, the enum of a variant.
    pub(super) container: Option<String>,
    /// The types in its definition, by argument.
    pub(super) slots: Vec<(String, Code)>,
    /// The requests that a method's documentation says it sends: method in capital letters, and path.
    pub(super) requests: Vec<(String, String)>,
    /// The name of a field in JSON.
    pub(super) json_name: Option<String>,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    /// A struct, enum or union.
    Type {
        /// What it is and what parameters it takes.
        form: String,
        /// Whether callers can list all its fields or variants, so that another one breaks them.
        closed: bool,
    },
    Variant {
        /// Whether callers can list all its fields.
        closed: bool,
    },
    Field,
    Alias,
    /// A constant or static.
    Value,
    Trait,
    Function {
        /// The names of the arguments.
        arguments: Vec<String>,
        /// The signature without them.
        frame: String,
        /// Whether those who implement the trait must write it.
        required: bool,
    },
    /// An associated type or constant of a trait.
    Associated {
        required: bool,
    },
    Impl,
    Reexport,
}

impl Item {
    pub(super) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            condition: String::new(),
            container: None,
            slots: Vec::new(),
            requests: Vec::new(),
            json_name: None,
        }
    }

    pub(super) fn within(mut self, container: &str) -> Self {
        self.container = Some(container.to_owned());
        self
    }

    pub(super) fn with(mut self, slot: &str, code: Code) -> Self {
        self.slots.push((slot.to_owned(), code));
        self
    }

    /// Returns the source's own types in the definition.
    pub(super) fn mentions(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().flat_map(|(_, code)| &code.mentions).map(String::as_str)
    }
}
