//! Converts names in a document to Rust identifiers like progenitor and typify.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Returns the name of the type of a component schema.
pub(super) fn schema_type(name: &str) -> String {
    identifier(name, str::to_pascal_case, "X")
}

/// Returns the name of the method of an operation.
pub(super) fn operation_method(id: &str) -> String {
    identifier(id, str::to_snake_case, "_")
}

/// Converts a name like `sanitize` in typify and progenitor, which differ in the prefix before a digit.
fn identifier(name: &str, to_case: fn(&str) -> String, before_digit: &str) -> String {
    let name = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => to_case(&name.replace('\'', "").replace(|character| !is_xid_continue(character), "-")),
    };
    let name = match name.chars().next() {
        None => to_case("x"),
        Some(first) if is_xid_start(first) => name,
        Some(_) => format!("{before_digit}{name}"),
    };
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

const KEYWORDS: &[&str] = &[
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "Self", "self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];
