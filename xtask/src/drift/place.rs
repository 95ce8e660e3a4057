//! Where a comparison is, in both documents, without writing pointers down before one is needed.

use serde_json::Value;

/// A step on the way down. The first one holds whole pointers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    up: Option<&'p Place<'p>>,
    old: &'p str,
    new: &'p str,
}

impl<'p> Place<'p> {
    pub(crate) fn root(old: &'p str, new: &'p str) -> Self {
        Self { up: None, old, new }
    }

    /// One step down in both documents.
    pub(crate) fn at(&'p self, key: &'p str) -> Place<'p> {
        self.at_each(key, key)
    }

    /// One step down, by different keys.
    pub(crate) fn at_each(&'p self, old: &'p str, new: &'p str) -> Place<'p> {
        Place { up: Some(self), old, new }
    }

    /// The pointers that it all began with.
    pub(crate) fn root_pointers(&self) -> (&'p str, &'p str) {
        self.up.map_or((self.old, self.new), Place::root_pointers)
    }

    /// Writes both pointers down.
    pub(crate) fn pointers(&self) -> (String, String) {
        let Some(up) = self.up else {
            return (self.old.to_owned(), self.new.to_owned());
        };
        let (mut old, mut new) = up.pointers();
        for (pointer, key) in [(&mut old, self.old), (&mut new, self.new)] {
            pointer.push('/');
            pointer.push_str(&escape(key));
        }
        (old, new)
    }
}

/// A key as a step of a JSON pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The keys of a JSON pointer.
pub(crate) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
}

/// The longest part of a pointer that exists in a document: what was merged from several places has none of its own.
pub(crate) fn existing(document: &Value, pointer: &str) -> String {
    let mut pointer = pointer;
    while document.pointer(pointer).is_none() {
        pointer = pointer.rsplit_once('/').map_or("", |(up, _)| up);
    }
    format!("#{pointer}")
}

/// The keywords that the sentence of a rule names, and what is below them.
const SILENT: &[&str] = &[
    "additionalProperties",
    "callbacks",
    "default",
    "deprecated",
    "discriminator",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "operationId",
    "pattern",
    "readOnly",
    "required",
    "security",
    "style",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Says in words where a pointer leads, below an operation or a schema.
pub(crate) fn in_words(document: &Value, pointer: &str) -> String {
    let keys: Vec<String> = keys(pointer).collect();
    let mut words: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut rest = match keys.as_slice() {
        // What is said at a path counts for all its operations.
        [paths, _, kind, ..] if paths == "paths" && kind == "parameters" => keys[2..].iter(),
        [paths, _, _, rest @ ..] if paths == "paths" => rest.iter(),
        [components, _, _, rest @ ..] if components == "components" => rest.iter(),
        all => all.iter(),
    };
    while let Some(key) = rest.next() {
        match key.as_str() {
            "properties" => {
                if let Some(name) = rest.next() {
                    field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                }
            }
            "items" => field.push_str("[]"),
            "content" => words.extend(rest.next().cloned()),
            "responses" => words.extend(rest.next().map(|status| format!("response {status}"))),
            "headers" => words.extend(rest.next().map(|name| format!("header {name}"))),
            "parameters" => words.extend(rest.next().map(|at| {
                let (before, _) = pointer.split_once("/parameters/").unwrap_or_default();
                let parameter = document.pointer(&format!("{before}/parameters/{at}"));
                let text =
                    |key: &str| parameter.and_then(|it| it[key].as_str()).unwrap_or_default().to_owned();
                format!("parameter {} in {}", text("name"), text("in"))
            })),
            "requestBody" => words.push("body".to_owned()),
            "schema" => {}
            // What the rule says anyway.
            keyword if SILENT.contains(&keyword) => break,
            "allOf" | "oneOf" | "anyOf" => {
                words.extend(rest.next().map(|index| format!("{key} {index}")));
            }
            other => words.push(other.to_owned()),
        }
    }
    if !field.is_empty() {
        words.push(format!("field {field}"));
    }
    words.join(", ")
}
