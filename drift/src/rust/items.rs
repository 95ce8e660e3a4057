//! The public items of a Rust source.

use std::collections::BTreeMap;

use super::code::Code;

/// The prefix of a `#[non_exhaustive]` definition.
pub(super) const NON_EXHAUSTIVE: &str = "#[non_exhaustive] ";

/// The public items of a source by name.
pub(super) type Items = BTreeMap<String, Item>;

/// A public item, which callers can name.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Its definition as it is shown.
    pub(super) text: String,
    /// Its `#[cfg(..)]` attributes.
    pub(super) condition: String,
    /// The item that contains it: the type of a field or method, the enum of a variant.
    pub(super) container: Option<String>,
    /// The pieces of its definition by position, such as the name of an argument.
    pub(super) slots: Vec<(String, Code)>,
    /// The requests that a method sends, according to its documentation: HTTP method and path.
    pub(super) requests: Vec<(String, String)>,
    /// The name of a field in JSON.
    pub(super) json_name: Option<String>,
}

/// The kind of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    /// A struct, enum or union.
    Type {
        /// The kind of type and its generic parameters.
        form: String,
        /// Whether callers can list all fields or variants, so adding one breaks them.
        closed: bool,
    },
    Variant {
        /// Whether callers can list all fields.
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
        /// The signature without the names of arguments.
        frame: String,
        /// Whether implementations of the trait must define it.
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

    /// Returns the source's own types that the definition mentions.
    pub(super) fn mentions(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().flat_map(|(_, code)| &code.mentions).map(String::as_str)
    }
}
