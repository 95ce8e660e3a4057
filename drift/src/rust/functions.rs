//! Reads functions and methods.

use quote::ToTokens;
use syn::{Attribute, FnArg, Pat, ReceiverKind, ReturnType, Safety, Signature};

use super::attributes::documentation;
use super::code::{Code, tokens};
use super::items::{Item, Kind};
use super::print::Printer;

/// Returns the item of a function.
pub(super) fn function_item(printer: &Printer<'_>, sig: &Signature, attributes: &[Attribute]) -> Item {
    let printer = printer.within(&sig.generics).eliding(elided(sig), false);
    let mut head = String::new();
    for (word, is_there) in [
        ("const ", sig.constness.is_some()),
        ("async ", sig.asyncness.is_some()),
        ("unsafe ", matches!(sig.safety, Safety::Unsafe(_))),
    ] {
        head.push_str(if is_there { word } else { "" });
    }
    if let Some(abi) = &sig.abi {
        head.extend([tokens(abi).as_str(), " "]);
    }
    let mut parameters = Code::default();
    printer.generics(&sig.generics, &mut parameters);
    let mut bounds = Code::default();
    printer.where_clause(&sig.generics, &mut bounds);
    let mut output = Code::default();
    printer.output(&sig.output, &mut output);

    let mut names = Vec::new();
    let mut slots = Vec::new();
    let (mut texts, mut frames) = (Vec::new(), Vec::new());
    for input in &sig.inputs {
        let (name, code) = argument(&printer, input);
        match &name {
            Some(name) => {
                texts.push(format!("{name}: {}", code.text));
                names.push(name.clone());
            }
            None => texts.push(code.text.clone()),
        }
        frames.push(code.text.clone());
        slots.push((name.unwrap_or_else(|| "self".to_owned()), code));
    }
    let whole = |arguments: &[String]| {
        let arguments = arguments.join(", ");
        format!("{head}fn {}{}({arguments}){}{}", sig.ident, parameters.text, output.text, bounds.text)
    };
    let kind = Kind::Function { arguments: names, frame: whole(&frames), required: false };
    let mut item = Item::new(kind, whole(&texts));
    item.slots = slots;
    item.requests = documentation(attributes).flat_map(|text| requests(&text)).collect();
    item.with("<>", parameters).with("->", output).with("where", bounds)
}

/// Returns the name and type of an argument, or `None` and the form of `self`.
fn argument(printer: &Printer<'_>, input: &FnArg) -> (Option<String>, Code) {
    match input {
        FnArg::Typed(argument) => {
            let name = match &*argument.pat {
                Pat::Ident(pattern) => pattern.ident.to_string(),
                _ => "_".to_owned(),
            };
            (Some(name), printer.ty(&argument.ty))
        }
        FnArg::Receiver(receiver) => (
            None,
            match &receiver.kind {
                ReceiverKind::Reference(_, _, Some(_)) => Code::from("&mut self"),
                ReceiverKind::Reference(..) => Code::from("&self"),
                ReceiverKind::Typed(_, ty) => {
                    let mut code = Code::from("self: ");
                    code.extend(printer.ty(ty));
                    code
                }
                _ => Code::from("self"),
            },
        ),
    }
}

/// Returns the lifetimes that could be elided: those that are used only in arguments.
fn elided(sig: &Signature) -> Vec<String> {
    let mut elsewhere = String::new();
    if let ReturnType::Type(_, ty) = &sig.output {
        elsewhere.push_str(&ty.to_token_stream().to_string());
    }
    elsewhere.push_str(&sig.generics.where_clause.to_token_stream().to_string());
    for parameter in sig.generics.type_params() {
        elsewhere.push_str(&parameter.to_token_stream().to_string());
    }
    let inputs = sig.inputs.to_token_stream().to_string();
    sig.generics
        .lifetimes()
        .filter(|parameter| parameter.bounds.is_empty())
        .map(|parameter| parameter.lifetime.ident.to_string())
        .filter(|name| !has_lifetime(&elsewhere, name) && !inputs.contains(&format!("+ '{name}")))
        .collect()
}

fn has_lifetime(text: &str, name: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphanumeric() && !"_'".contains(character));
    words.any(|word| word.strip_prefix('\'') == Some(name))
}

/// Parses progenitor's documentation of what a method sends, such as "Sends a `GET` request to `/pets`".
fn requests(documentation: &str) -> Vec<(String, String)> {
    let read = |line: &str| {
        let line = line.trim();
        let rest = ["Sends a `", "Sends repeated `", "Streams `"]
            .iter()
            .find_map(|start| line.strip_prefix(start))?;
        let (method, rest) = rest.split_once('`')?;
        let rest = rest.strip_prefix(" requests to `").or_else(|| rest.strip_prefix(" request to `"))?;
        let (path, _) = rest.rsplit_once('`')?;
        Some((method.to_owned(), path.to_owned()))
    };
    documentation.lines().filter_map(read).collect()
}
