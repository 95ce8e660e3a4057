//! Groups of schema keywords, as typify treats them.

/// Keywords that do not constrain values, so typify ignores them when it merges schemas.
pub(super) const ANNOTATIONS: &[&str] = &[
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keywords whose schemas typify merges with their siblings.
pub(super) const COMBINATORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
