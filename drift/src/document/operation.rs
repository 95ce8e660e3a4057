//! The operations of a document.

use serde_json::{Map, Value};

use super::{DocumentView, escape, members, string_field};
use crate::finding::Operation;

/// The keywords of a path item that hold operations.
pub(crate) const METHODS: [&str; 9] =
    ["delete", "get", "head", "options", "patch", "post", "put", "query", "trace"];

/// The section of the document that contains an operation. It determines who sends the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    /// The client sends the request.
    Paths,
    /// The server sends the request.
    Webhooks,
}

/// An operation and its location.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationRef<'d> {
    pub(crate) section: Section,
    pub(crate) id: Option<&'d str>,
    pub(crate) method: &'d str,
    /// The path template, or the name of the webhook.
    pub(crate) path: &'d str,
    /// The path item, which may have shared parameters.
    pub(crate) item: &'d Value,
    pub(crate) value: &'d Value,
}

impl Section {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Paths => "paths",
            Self::Webhooks => "webhooks",
        }
    }
}

impl<'d> OperationRef<'d> {
    /// Returns the names of the path parameters.
    pub(crate) fn template(&self) -> impl Iterator<Item = &'d str> {
        self.path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0))
    }

    /// Identifies the operation, regardless of the names of path parameters.
    pub(crate) fn key(&self) -> (Section, String, String) {
        (self.section, self.method.to_lowercase(), template_key(self.path))
    }

    /// Returns the operation as findings name it.
    pub(crate) fn to_reported(self) -> Operation {
        Operation {
            id: self.id.map(str::to_owned),
            old_id: None,
            method: self.method.to_uppercase(),
            path: self.path.to_owned(),
        }
    }

    /// Returns the JSON pointer of the operation, which is exact unless its path item is a reference.
    pub(crate) fn pointer(&self) -> String {
        format!("/{}/{}/{}", self.section.name(), escape(self.path), self.method)
    }
}

/// Returns a path template without the names of path parameters.
pub(crate) fn template_key(path: &str) -> String {
    let part = |(index, part): (usize, &str)| match part.split_once('}') {
        Some((_, rest)) if index > 0 => format!("{{}}{rest}"),
        _ => part.to_owned(),
    };
    path.split('{').enumerate().map(part).collect()
}

/// Returns the operations of a path item.
pub(crate) fn of_item<'d>(section: Section, path: &'d str, item: &'d Value) -> Vec<OperationRef<'d>> {
    let operation = |(method, value): (&'d String, &'d Value)| OperationRef {
        section,
        id: string_field(value, "operationId"),
        method,
        path,
        item,
        value,
    };
    let standard = members(Some(item)).filter(|(key, _)| METHODS.contains(&key.as_str()));
    standard
        .chain(members(item.get("additionalOperations")))
        .filter(|(_, it)| it.is_object())
        .map(operation)
        .collect()
}

impl<'d> DocumentView<'d> {
    /// Returns all operations of the document.
    pub(crate) fn operations(self) -> Vec<OperationRef<'d>> {
        let mut found = Vec::new();
        for section in [Section::Paths, Section::Webhooks] {
            let items: Option<&'d Map<String, Value>> =
                self.root.get(section.name()).and_then(Value::as_object);
            for (path, item) in items.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
                found.extend(of_item(section, path, self.resolve(item).unwrap_or(item)));
            }
        }
        found
    }
}
