//! Prints types in a canonical form: without the paths of the standard library, and with full paths for the source's own
//! types.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Generics, Lifetime, Path, PathArguments,
    PointerMutability, QSelf, ReturnType, Type,
};

use super::bounds::binder;
use super::code::{Code, tokens};
use super::scopes::Scopes;

/// Prints the types in a module.
#[derive(Clone, Debug)]
pub(super) struct Printer<'a> {
    scopes: &'a Scopes,
    module: &'a [String],
    /// Type parameters, which shadow types of the same name.
    parameters: BTreeSet<String>,
    /// Lifetimes that could be elided.
    elided: BTreeSet<String>,
    /// Whether elided lifetimes are also omitted in generic arguments.
    bare: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(scopes: &'a Scopes, module: &'a [String]) -> Self {
        Self { scopes, module, parameters: BTreeSet::new(), elided: BTreeSet::new(), bare: false }
    }

    /// Returns a printer for the scope of generic parameters.
    pub(super) fn within(&self, generics: &Generics) -> Self {
        let mut printer = self.clone();
        printer.parameters.extend(generics.type_params().map(|parameter| parameter.ident.to_string()));
        printer
    }

    /// Returns a printer that elides lifetimes.
    pub(super) fn eliding(&self, lifetimes: impl IntoIterator<Item = String>, bare: bool) -> Self {
        let mut printer = self.clone();
        printer.elided.extend(lifetimes);
        printer.bare = bare;
        printer
    }

    /// Returns the absolute path of a type, if the source defines it.
    pub(super) fn local(&self, path: &Path) -> Option<Vec<String>> {
        if path.leading_colon.is_some() {
            return None;
        }
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.first().is_some_and(|first| self.parameters.contains(first) || first == "Self") {
            return None;
        }
        self.scopes.resolve(self.module, &segments)
    }

    /// Returns the public path of a type of this source, or else its own path.
    pub(super) fn name(&self, path: &[String]) -> String {
        self.scopes.public_name(path).unwrap_or_else(|| path.join("::"))
    }

    pub(super) fn ty(&self, ty: &Type) -> Code {
        let mut out = Code::default();
        self.print(ty, &mut out);
        out
    }

    pub(super) fn print(&self, ty: &Type, out: &mut Code) {
        match ty {
            Type::Group(group) => self.print(&group.elem, out),
            Type::Paren(paren) => {
                out.push("(");
                self.print(&paren.elem, out);
                out.push(")");
            }
            Type::Path(path) => self.path(path.qself.as_ref(), &path.path, out),
            Type::Reference(reference) => {
                out.text.push('&');
                if let Some(lifetime) = &reference.lifetime
                    && !self.is_elided(lifetime)
                {
                    out.text.extend([lifetime.to_string().as_str(), " "]);
                }
                if reference.mutability.is_some() {
                    out.push("mut ");
                }
                self.print(&reference.elem, out);
            }
            Type::Tuple(tuple) => {
                out.push("(");
                list(&tuple.elems, out, |ty, out| self.print(ty, out));
                out.push(if tuple.elems.len() == 1 { ",)" } else { ")" });
            }
            Type::Slice(slice) => {
                out.push("[");
                self.print(&slice.elem, out);
                out.push("]");
            }
            Type::Array(array) => {
                out.push("[");
                self.print(&array.elem, out);
                out.push(&format!("; {}]", tokens(&array.len)));
            }
            Type::Ptr(pointer) => {
                let is_const = matches!(pointer.mutability, PointerMutability::Const(_));
                out.push(if is_const { "*const " } else { "*mut " });
                self.print(&pointer.elem, out);
            }
            Type::ImplTrait(bounds) => {
                out.push("impl ");
                self.bounds(&bounds.bounds, out);
            }
            Type::TraitObject(object) => {
                out.push("dyn ");
                self.bounds(&object.bounds, out);
            }
            Type::FnPtr(function) => {
                binder(function.lifetimes.as_ref(), out);
                out.push(if function.unsafety.is_some() { "unsafe fn(" } else { "fn(" });
                list(&function.inputs, out, |argument, out| self.print(&argument.ty, out));
                out.push(")");
                self.output(&function.output, out);
            }
            other => out.push(&tokens(other)),
        }
    }

    /// Prints ` -> T`, or nothing for the unit type.
    pub(super) fn output(&self, output: &ReturnType, out: &mut Code) {
        if let ReturnType::Type(_, ty) = output
            && !matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty())
        {
            out.push(" -> ");
            self.print(ty, out);
        }
    }

    pub(super) fn path(&self, qself: Option<&QSelf>, path: &Path, out: &mut Code) {
        if let Some(qself) = qself {
            out.push("<");
            self.print(&qself.ty, out);
            let mut trait_path = path.clone();
            let rest: Vec<String> =
                path.segments.iter().skip(qself.position).map(|segment| segment.ident.to_string()).collect();
            trait_path.segments = path.segments.iter().take(qself.position).cloned().collect();
            if !trait_path.segments.is_empty() {
                out.push(" as ");
                self.path(None, &trait_path, out);
            }
            out.push(&format!(">::{}", rest.join("::")));
            return;
        }
        let arguments = path.segments.last().map(|segment| &segment.arguments);
        if let Some(local) = self.local(path) {
            out.mention(self.name(&local));
        } else {
            let name = self.foreign(path);
            // A `Box` may only break a cycle of types, so it is not part of the shape.
            if name == "Box"
                && let Some(PathArguments::AngleBracketed(arguments)) = arguments
                && let Some(GenericArgument::Type(ty)) = arguments.args.first()
            {
                out.text.push_str("Box<");
                self.print(ty, out);
                out.text.push('>');
                return;
            }
            out.push(&name);
        }
        match arguments {
            Some(PathArguments::AngleBracketed(arguments)) => self.arguments(arguments, out),
            Some(PathArguments::Parenthesized(arguments)) => {
                out.push("(");
                list(&arguments.inputs, out, |argument, out| self.print(&argument.ty, out));
                out.push(")");
                self.output(&arguments.output, out);
            }
            Some(PathArguments::None) | None => {}
        }
    }

    /// Returns the name of a type from elsewhere, without its path if it is well known.
    fn foreign(&self, path: &Path) -> String {
        let mut segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let first = segments.first().map(String::as_str).unwrap_or_default();
        let last = segments.last().map(String::as_str).unwrap_or_default();
        let is_well_known = match first {
            // `Result` means `std::result::Result`, not `std::fmt::Result`.
            "std" | "core" | "alloc" => {
                segments.len() == 3
                    && last != "Error"
                    && (last != "Result" || segments.get(1).is_some_and(|module| module == "result"))
            }
            "serde" => matches!(last, "Serialize" | "Deserialize"),
            _ => false,
        };
        if is_well_known && !self.scopes.is_at_root(last) && !self.parameters.contains(last) {
            return segments.pop().unwrap_or_default();
        }
        segments.join("::")
    }

    fn arguments(&self, arguments: &AngleBracketedGenericArguments, out: &mut Code) {
        let code: Vec<Code> = arguments.args.iter().filter_map(|argument| self.argument(argument)).collect();
        if code.is_empty() {
            return;
        }
        out.push("<");
        for (index, argument) in code.into_iter().enumerate() {
            out.push(if index == 0 { "" } else { ", " });
            out.extend(argument);
        }
        out.push(">");
    }

    fn argument(&self, argument: &GenericArgument) -> Option<Code> {
        let mut out = Code::default();
        match argument {
            GenericArgument::Lifetime(lifetime) => {
                let is_elided = self.is_elided(lifetime) || lifetime.ident == "_";
                if is_elided && self.bare {
                    return None;
                }
                out.push(&if is_elided { "'_".to_owned() } else { lifetime.to_string() });
            }
            GenericArgument::Type(ty) => self.print(ty, &mut out),
            GenericArgument::AssocType(assoc) => {
                out.push(&format!("{} = ", assoc.ident));
                self.print(&assoc.ty, &mut out);
            }
            GenericArgument::Constraint(constraint) => {
                out.push(&format!("{}: ", constraint.ident));
                self.bounds(&constraint.bounds, &mut out);
            }
            other => out.push(&tokens(other)),
        }
        Some(out)
    }

    /// Prints the path of a trait.
    pub(super) fn trait_path(&self, path: &Path) -> Code {
        let mut out = Code::default();
        self.path(None, path, &mut out);
        out
    }

    pub(super) fn is_elided(&self, lifetime: &Lifetime) -> bool {
        self.elided.contains(&lifetime.ident.to_string())
    }
}

pub(super) fn list<T, P>(items: &Punctuated<T, P>, out: &mut Code, mut print: impl FnMut(&T, &mut Code)) {
    for (index, item) in items.iter().enumerate() {
        out.push(if index == 0 { "" } else { ", " });
        print(item, out);
    }
}
