//! The structure of OpenAPI documents: which members hold which objects, and so where references can occur.
//!
//! A `$ref` anywhere else is data: in examples, defaults, `enum`, `const` and extensions.

use crate::document::operation::METHODS;

/// A kind of object that may be a reference or contain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    Callback,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Encoding,
    Schema,
    /// An object that may be a reference but contains none: an example, a link or a security scheme.
    Leaf,
}

/// The value of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// An object; in `items` of older JSON Schema drafts, also a list of them.
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// Objects by name. If `true`, a name that begins with `x-` is an extension.
    Named(Kind, bool),
}

impl Member {
    /// Returns whether OpenAPI allows a reference instead of the value.
    pub(super) fn allows_reference(self) -> bool {
        matches!(self, Self::One(kind) if !matches!(kind, Kind::Components | Kind::Document | Kind::Operation))
    }
}

/// Returns the kind of a member's value, if that can be or contain a reference.
#[allow(clippy::match_same_arms, reason = "the arms are sorted by objects")]
pub(super) fn member_of(of: Kind, name: &str) -> Option<Member> {
    use Kind::{
        Callback, Components, Document, Encoding, Leaf, MediaType, Operation, Parameter, PathItem,
        RequestBody, Response, Schema,
    };
    use Member::{List, Named, One};

    Some(match (of, name) {
        (Callback, name) if !name.starts_with("x-") => One(PathItem),
        (Components, "callbacks") => Named(Callback, false),
        (Components, "examples" | "links" | "securitySchemes") => Named(Leaf, false),
        (Components, "headers" | "parameters") => Named(Parameter, false),
        (Components, "mediaTypes") => Named(MediaType, false),
        (Components, "pathItems") => Named(PathItem, false),
        (Components, "requestBodies") => Named(RequestBody, false),
        (Components, "responses") => Named(Response, false),
        (Components, "schemas") => Named(Schema, false),
        (Document, "components") => One(Components),
        (Document, "paths") => Named(PathItem, true),
        (Document, "webhooks") => Named(PathItem, false),
        (Encoding | MediaType, "encoding") => Named(Encoding, false),
        (Encoding | MediaType, "itemEncoding") => One(Encoding),
        (Encoding | MediaType, "prefixEncoding") => List(Encoding),
        (Encoding | Response, "headers") => Named(Parameter, false),
        (MediaType | Parameter, "examples") => Named(Leaf, false),
        (MediaType, "itemSchema" | "schema") | (Parameter, "schema") => One(Schema),
        (Operation, "callbacks") => Named(Callback, false),
        (Operation, "requestBody") => One(RequestBody),
        (Operation, "responses") => Named(Response, true),
        (Operation | PathItem, "parameters") => List(Parameter),
        (Parameter | RequestBody | Response, "content") => Named(MediaType, false),
        (PathItem, "additionalOperations") => Named(Operation, false),
        (PathItem, method) if METHODS.contains(&method) => One(Operation),
        (Response, "links") => Named(Leaf, false),
        (
            Schema,
            "additionalItems"
            | "additionalProperties"
            | "contains"
            | "contentSchema"
            | "else"
            | "if"
            | "items"
            | "not"
            | "propertyNames"
            | "then"
            | "unevaluatedItems"
            | "unevaluatedProperties",
        ) => One(Schema),
        (Schema, "allOf" | "anyOf" | "oneOf" | "prefixItems") => List(Schema),
        (
            Schema,
            "$defs" | "definitions" | "dependencies" | "dependentSchemas" | "patternProperties"
            | "properties",
        ) => Named(Schema, false),
        _ => return None,
    })
}
