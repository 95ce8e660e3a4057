//! Reads the public items of a Rust source.

use syn::{Attribute, ImplItem, Item as Syntax, Type};

use super::attributes::conditions;
use super::code::Code;
use super::definitions::generics;
use super::functions;
use super::items::{Item, Items, Kind};
use super::print::Printer;
use super::scopes::{self, Scopes, child, is_public};
use crate::Error;

/// Returns the public items of a source.
pub(super) fn public_items(source: &str) -> Result<Items, Error> {
    let file = syn::parse_file(source).map_err(|error| {
        let start = error.span().start();
        Error::new(format!("invalid Rust at line {}, column {}: {error}", start.line, start.column + 1))
    })?;
    let scopes = Scopes::new(&file.items);
    let mut reader = Reader { scopes: &scopes, items: Items::new() };
    reader.module(&[], &file.items);
    Ok(reader.items)
}

/// Collects the items of a source.
pub(super) struct Reader<'a> {
    scopes: &'a Scopes,
    items: Items,
}

impl Reader<'_> {
    pub(super) fn add(&mut self, name: String, mut item: Item, attributes: &[Attribute]) {
        for condition in conditions(attributes) {
            item.condition.extend(["#[cfg(", condition.as_str(), ")] "]);
        }
        item.text.insert_str(0, &item.condition);
        match self.items.get_mut(&name) {
            // A name may occur twice: under different conditions, or for a function and a module.
            Some(existing) if existing.text != item.text => {
                let mut texts = [existing.text.as_str(), item.text.as_str()];
                texts.sort_unstable();
                existing.text = texts.join("; ");
                if let (Kind::Function { frame, .. }, Kind::Function { frame: other, .. }) =
                    (&mut existing.kind, &item.kind)
                {
                    frame.extend(["; ", other.as_str()]);
                }
                existing.slots.extend(item.slots);
                existing.requests.extend(item.requests);
            }
            Some(_) => {}
            None => drop(self.items.insert(name, item)),
        }
    }

    fn module(&mut self, path: &[String], items: &[Syntax]) {
        let scopes = self.scopes;
        let printer = Printer::new(scopes, path);
        for item in items {
            let name = |ident: &syn::Ident| scopes.public_name(&child(path, &ident.to_string()));
            match item {
                Syntax::Mod(item) => {
                    let Some((_, items)) = &item.content else { continue };
                    if conditions(&item.attrs).any(|condition| condition == "test") {
                        continue;
                    }
                    let before = self.items.len();
                    self.module(&child(path, &item.ident.to_string()), items);
                    // A module without public items is of no use to callers.
                    if let Some(name) = name(&item.ident)
                        && self.items.len() > before
                    {
                        let text = format!("mod {}", item.ident);
                        self.add(name, Item::new(Kind::Module, text), &item.attrs);
                    }
                }
                Syntax::Struct(item) => {
                    if let Some(name) = name(&item.ident) {
                        self.structure(&printer, &name, item);
                    }
                }
                Syntax::Enum(item) => {
                    if let Some(name) = name(&item.ident) {
                        self.enumeration(&printer, &name, item);
                    }
                }
                Syntax::Union(item) => {
                    if let Some(name) = name(&item.ident) {
                        let form = format!("union {}{}", item.ident, generics(&printer, &item.generics));
                        let kind = Kind::Type { form: form.clone(), closed: true };
                        self.add(name.clone(), Item::new(kind, form), &item.attrs);
                        self.fields(&printer, &name, item.fields.named.iter(), true);
                    }
                }
                Syntax::Type(item) => {
                    if let Some(name) = name(&item.ident) {
                        let code = printer.within(&item.generics).ty(&item.ty);
                        let head = format!("{}{}", item.ident, generics(&printer, &item.generics));
                        let text = format!("type {head} = {}", code.text);
                        self.add(name, Item::new(Kind::Alias, text).with("", code), &item.attrs);
                    }
                }
                Syntax::Const(item) => {
                    if let Some(name) = name(&item.ident) {
                        self.value(&printer, name, "const", &item.ident, &item.ty, &item.attrs);
                    }
                }
                Syntax::Static(item) => {
                    if let Some(name) = name(&item.ident) {
                        self.value(&printer, name, "static", &item.ident, &item.ty, &item.attrs);
                    }
                }
                Syntax::Fn(item) => {
                    if let Some(name) = name(&item.sig.ident) {
                        let function = functions::function_item(&printer, &item.sig, &item.attrs);
                        self.add(name, function, &item.attrs);
                    }
                }
                Syntax::Trait(item) => {
                    if let Some(name) = name(&item.ident) {
                        self.interface(&printer, &name, item);
                    }
                }
                Syntax::Impl(item) => self.implementation(&printer, item),
                Syntax::Use(item) if is_public(&item.vis) => self.reexports(path, item),
                _ => {}
            }
        }
    }

    fn implementation(&mut self, printer: &Printer<'_>, item: &syn::ItemImpl) {
        let printer = printer.within(&item.generics);
        let own = match &*item.self_ty {
            Type::Path(ty) if ty.qself.is_none() => printer.local(&ty.path),
            _ => None,
        };
        let public = own.as_ref().map(|path| self.scopes.public_name(path));
        // Implementations for private types are not reachable.
        let Some(name) = public.clone().unwrap_or(Some(String::new())) else { return };
        let Some((path, _)) = &item.trait_ else {
            if own.is_some() {
                self.methods(&printer, &name, item);
            }
            return;
        };
        let is_private =
            printer.local(path).is_some_and(|trait_path| self.scopes.public_name(&trait_path).is_none());
        if is_private || item.modifiers.polarity.is_some() {
            return;
        }
        let lifetimes: Vec<String> =
            item.generics.lifetimes().map(|it| it.lifetime.ident.to_string()).collect();
        let header = printer.eliding(lifetimes, true);
        let (trait_, this) = (header.trait_path(path), header.ty(&item.self_ty));
        let name_of_impl = format!("impl {} for {}", trait_.text, this.text);
        let mut text = name_of_impl.clone();
        let mut bounds = Code::default();
        header.where_clause(&item.generics, &mut bounds);
        text.push_str(&bounds.text);
        let mut added = Item::new(Kind::Impl, "").with("trait", trait_).with("where", bounds);
        let mut members = Vec::new();
        for member in &item.items {
            if let ImplItem::Type(member) = member {
                let code = header.ty(&member.ty);
                members.push(format!("type {} = {}", member.ident, code.text));
                added = added.with(&member.ident.to_string(), code);
            }
        }
        if !members.is_empty() {
            text = format!("{text} {{ {} }}", members.join("; "));
        }
        added.text = text;
        added.container = public.flatten().or_else(|| this.mentions.first().cloned());
        added = added.with("for", this);
        let mentioned = added.mentions().next().map(str::to_owned);
        added.container = added.container.or(mentioned);
        self.add(name_of_impl, added, &item.attrs);
    }

    fn methods(&mut self, printer: &Printer<'_>, container: &str, block: &syn::ItemImpl) {
        for member in &block.items {
            match member {
                ImplItem::Fn(function) if is_public(&function.vis) => {
                    let item =
                        functions::function_item(printer, &function.sig, &function.attrs).within(container);
                    self.add(format!("{container}::{}", function.sig.ident), item, &function.attrs);
                }
                ImplItem::Const(member) if is_public(&member.vis) => {
                    let code = printer.ty(&member.ty);
                    let text = format!("const {}: {}", member.ident, code.text);
                    let item = Item::new(Kind::Value, text).within(container).with("", code);
                    self.add(format!("{container}::{}", member.ident), item, &member.attrs);
                }
                _ => {}
            }
        }
    }

    fn reexports(&mut self, path: &[String], item: &syn::ItemUse) {
        let module = if path.is_empty() { Some(String::new()) } else { self.scopes.public_name(path) };
        let Some(module) = module else { return };
        for import in scopes::imports(&item.tree, true) {
            let is_glob = import.name.is_empty();
            let last = if is_glob { "*" } else { &import.name };
            let name = if module.is_empty() { last.to_owned() } else { format!("{module}::{last}") };
            let target = self.scopes.resolve(path, &import.path);
            let public = target.as_deref().map(|target| match target {
                [] => Some("crate".to_owned()),
                _ => self.scopes.public_name(target),
            });
            let shown = match public {
                // An item that only this re-export makes public is listed under its public name.
                Some(Some(public)) if public == name => continue,
                Some(None) if is_glob => continue,
                Some(Some(public)) => public,
                Some(None) | None => import.path.join("::"),
            };
            let text = if is_glob { format!("use {shown}::*") } else { format!("use {shown}") };
            self.add(name, Item::new(Kind::Reexport, text), &item.attrs);
        }
    }
}
