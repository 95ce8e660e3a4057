//! Adds structs, enums, traits and constants.

use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Meta, Token, TraitItem, Type};

use super::attributes::{is_non_exhaustive, renamed};
use super::code::{Code, tokens};
use super::functions;
use super::items::{Item, Kind, NON_EXHAUSTIVE};
use super::print::Printer;
use super::public_items::Reader;
use super::scopes::is_public;

impl Reader<'_> {
    pub(super) fn value(
        &mut self,
        printer: &Printer<'_>,
        name: String,
        keyword: &str,
        ident: &syn::Ident,
        ty: &Type,
        attributes: &[Attribute],
    ) {
        let code = printer.ty(ty);
        let text = format!("{keyword} {ident}: {}", code.text);
        self.add(name, Item::new(Kind::Value, text).with("", code), attributes);
    }

    pub(super) fn structure(&mut self, printer: &Printer<'_>, name: &str, item: &syn::ItemStruct) {
        let printer = printer.within(&item.generics);
        let is_whole = item.fields.iter().all(|field| is_public(&field.vis));
        let head = format!("struct {}{}", item.ident, generics(&printer, &item.generics));
        let body = match &item.fields {
            _ if !is_whole => " { /* private fields */ }",
            Fields::Named(_) => " { .. }",
            Fields::Unnamed(_) => "(..)",
            Fields::Unit => ";",
        };
        let is_open = is_non_exhaustive(&item.attrs);
        let text = format!("{}{head}{body}", if is_open { NON_EXHAUSTIVE } else { "" });
        let kind = Kind::Type { form: head, closed: is_whole && !is_open };
        self.add(name.to_owned(), Item::new(kind, text), &item.attrs);
        self.fields(&printer, name, item.fields.iter(), false);
        self.derives(&printer, name, &item.generics, &item.attrs);
    }

    pub(super) fn fields<'f>(
        &mut self,
        printer: &Printer<'_>,
        container: &str,
        fields: impl Iterator<Item = &'f syn::Field>,
        all: bool,
    ) {
        for (index, field) in fields.enumerate() {
            if !all && !is_public(&field.vis) {
                continue;
            }
            let ident = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            let code = printer.ty(&field.ty);
            let mut item = Item::new(Kind::Field, code.text.clone()).within(container).with("", code);
            item.json_name =
                renamed(&field.attrs).or_else(|| Some(ident.trim_start_matches("r#").to_owned()));
            self.add(format!("{container}.{ident}"), item, &field.attrs);
        }
    }

    pub(super) fn enumeration(&mut self, printer: &Printer<'_>, name: &str, item: &syn::ItemEnum) {
        let printer = printer.within(&item.generics);
        let form = format!("enum {}{}", item.ident, generics(&printer, &item.generics));
        let is_open = is_non_exhaustive(&item.attrs);
        let text = format!("{}{form}", if is_open { NON_EXHAUSTIVE } else { "" });
        self.add(name.to_owned(), Item::new(Kind::Type { form, closed: !is_open }, text), &item.attrs);
        for variant in &item.variants {
            let variant_name = format!("{name}::{}", variant.ident);
            let mut text = variant.ident.to_string();
            let mut code = Code::default();
            match &variant.fields {
                Fields::Named(_) => text.push_str(" { .. }"),
                Fields::Unnamed(fields) => {
                    code = Code::from("(");
                    for (index, field) in fields.unnamed.iter().enumerate() {
                        code.extend(Code::from(if index == 0 { "" } else { ", " }));
                        code.extend(printer.ty(&field.ty));
                    }
                    code.extend(Code::from(")"));
                    text.push_str(&code.text);
                }
                Fields::Unit => {}
            }
            if let Some((_, value)) = &variant.discriminant {
                text.extend([" = ", tokens(value).as_str()]);
            }
            let is_open = is_non_exhaustive(&variant.attrs);
            if is_open {
                text.insert_str(0, NON_EXHAUSTIVE);
            }
            let kind = Kind::Variant { closed: !is_open };
            let item = Item::new(kind, text).within(name).with("", code);
            self.add(variant_name.clone(), item, &variant.attrs);
            if let Fields::Named(fields) = &variant.fields {
                self.fields(&printer, &variant_name, fields.named.iter(), true);
            }
        }
        self.derives(&printer, name, &item.generics, &item.attrs);
    }

    /// Adds derived traits under the same names as explicit implementations.
    fn derives(
        &mut self,
        printer: &Printer<'_>,
        name: &str,
        parameters: &syn::Generics,
        attributes: &[Attribute],
    ) {
        let types: Vec<String> = parameters.type_params().map(|it| it.ident.to_string()).collect();
        let this = if types.is_empty() { name.to_owned() } else { format!("{name}<{}>", types.join(", ")) };
        let mut add = |derived: &Meta, condition: Option<String>| {
            let Meta::List(list) = derived else { return };
            if !list.path.is_ident("derive") {
                return;
            }
            let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
            for path in list.parse_args_with(parser).into_iter().flatten() {
                let code = printer.trait_path(&path);
                let header = format!("impl {} for {this}", code.text);
                let mut item = Item::new(Kind::Impl, header.clone()).within(name).with("trait", code);
                item.condition = condition.as_ref().map(|it| format!("#[cfg({it})] ")).unwrap_or_default();
                self.add(header, item, &[]);
            }
        };
        for attribute in attributes {
            add(&attribute.meta, None);
            if let Meta::List(list) = &attribute.meta
                && list.path.is_ident("cfg_attr")
                && let Ok(parts) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            {
                let mut parts = parts.iter();
                let condition = parts.next().map(tokens);
                parts.for_each(|part| add(part, condition.clone()));
            }
        }
    }

    pub(super) fn interface(&mut self, printer: &Printer<'_>, name: &str, item: &syn::ItemTrait) {
        let printer = printer.within(&item.generics);
        let mut head = Code::from(if item.unsafety.is_some() { "unsafe trait " } else { "trait " });
        head.extend(Code::from(item.ident.to_string().as_str()));
        printer.generics(&item.generics, &mut head);
        if !item.supertraits.is_empty() {
            head.extend(Code::from(": "));
            printer.bounds(&item.supertraits, &mut head);
        }
        printer.where_clause(&item.generics, &mut head);
        self.add(name.to_owned(), Item::new(Kind::Trait, head.text.clone()).with("", head), &item.attrs);
        for member in &item.items {
            match member {
                TraitItem::Fn(function) => {
                    let mut item =
                        functions::function_item(&printer, &function.sig, &function.attrs).within(name);
                    if function.default.is_some() {
                        item.text.push_str(" { .. }");
                    }
                    if let Kind::Function { required, .. } = &mut item.kind {
                        *required = function.default.is_none();
                    }
                    self.add(format!("{name}::{}", function.sig.ident), item, &function.attrs);
                }
                TraitItem::Type(member) => {
                    let mut code = Code::from(format!("type {}", member.ident).as_str());
                    if !member.bounds.is_empty() {
                        code.extend(Code::from(": "));
                        printer.bounds(&member.bounds, &mut code);
                    }
                    let mut text = code.text.clone();
                    text.push_str(if member.default.is_some() { " = .." } else { "" });
                    let kind = Kind::Associated { required: member.default.is_none() };
                    let item = Item::new(kind, text).within(name).with("", code);
                    self.add(format!("{name}::{}", member.ident), item, &member.attrs);
                }
                TraitItem::Const(member) => {
                    let code = printer.ty(&member.ty);
                    let default = if member.default.is_some() { " = .." } else { "" };
                    let text = format!("const {}: {}{default}", member.ident, code.text);
                    let kind = Kind::Associated { required: member.default.is_none() };
                    let item = Item::new(kind, text).within(name).with("", code);
                    self.add(format!("{name}::{}", member.ident), item, &member.attrs);
                }
                _ => {}
            }
        }
    }
}

/// Prints the parameters of a type.
pub(super) fn generics(printer: &Printer<'_>, generics: &syn::Generics) -> String {
    let mut out = Code::default();
    printer.generics(generics, &mut out);
    printer.where_clause(generics, &mut out);
    out.text
}
