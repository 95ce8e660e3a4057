//! The pass over the bodies of progenitor's methods: removes needless work, and replaces the parser of objects.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    Block, Expr, ExprCall, ExprLit, Fields, File, ImplItem, ImplItemFn, Item, Lit, Local, LocalInit, Stmt,
    Token, parse_quote,
};

use super::Diagnostic;

/// Changes the body of a method. Returns whether it found its target.
type Transform = fn(&mut Block) -> bool;

/// The transforms, each with its name and the message for a method without its target.
const TRANSFORMS: [(&str, Transform, &str); 3] = [
    (
        "drop-version-header",
        drop_version_header,
        "progenitor no longer sends the header api-version; remove this transform from build/methods.rs",
    ),
    (
        "drop-header-map",
        drop_header_map,
        "progenitor no longer makes a map of headers; remove this transform from build/methods.rs",
    ),
    (
        "join-path",
        join_path,
        "progenitor no longer writes its URL as a format of `self.baseurl`; adapt this transform in build/methods.rs",
    ),
];

/// Applies the transforms to the method of each operation.
pub(super) fn optimize(file: &mut File) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let structs = structs(file);
    for function in operations(file) {
        let returned = text(&function.sig.output);
        // The success as a whole: a list of objects is not an object.
        let is_object =
            structs.iter().any(|name| returned.contains(&format!("ResponseValue < types :: {name} >")));
        if is_object && !read_object(&mut function.block) {
            diagnostics.push(Diagnostic::new(
                "read-object",
                format!("method {}", function.sig.ident),
                "progenitor no longer reads a success by `ResponseValue::from_response`; adapt this \
                 transform in build/methods.rs",
            ));
        }
        for (pass, transform, message) in TRANSFORMS {
            if !transform(&mut function.block) {
                diagnostics.push(Diagnostic::new(pass, format!("method {}", function.sig.ident), message));
            }
        }
    }
    diagnostics
}

/// Iterates over the methods generated from operations: the async ones of the client itself.
pub(super) fn operations(file: &mut File) -> impl Iterator<Item = &mut ImplItemFn> {
    let blocks = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(&mut block.items),
        _ => None,
    });
    blocks.flatten().filter_map(|item| match item {
        ImplItem::Fn(function) if function.sig.asyncness.is_some() => Some(function),
        _ => None,
    })
}

/// Returns the names of the structs generated from objects: those with named fields.
fn structs(file: &mut File) -> Vec<String> {
    let structs = super::syntax::types(file).iter().filter_map(|item| match item {
        Item::Struct(it) if matches!(it.fields, Fields::Named(_)) => Some(it.ident.to_string()),
        _ => None,
    });
    structs.collect()
}

/// Replaces the parser of an object: the `Deserialize` that serde derives for a struct also accepts an array.
fn read_object(body: &mut Block) -> bool {
    let arms = body.stmts.iter_mut().filter_map(|statement| match statement {
        Stmt::Expr(Expr::Match(it), _) => Some(&mut it.arms),
        _ => None,
    });
    arms.flatten().filter_map(|arm| reader(&mut arm.body)).fold(false, |_, reader| {
        *reader = parse_quote!(crate::transport::object);
        true
    })
}

/// Returns the function with which an arm parses the response.
fn reader(arm: &mut Expr) -> Option<&mut Expr> {
    match arm {
        Expr::Block(it) => match it.block.stmts.last_mut()? {
            Stmt::Expr(last, _) => reader(last),
            _ => None,
        },
        Expr::Await(it) => reader(&mut it.base),
        Expr::Call(ExprCall { func, .. }) if text(func) == "ResponseValue :: from_response" => Some(func),
        _ => None,
    }
}

/// Removes the header with the version of the specification, which the API does not use. A parameter of that name is sent
/// differently, and stays.
fn drop_version_header(body: &mut Block) -> bool {
    let old_len = body.stmts.len();
    body.stmts.retain(|statement| !text(statement).contains(":: api_version ()"));
    body.stmts.len() < old_len
}

/// Removes the map of headers if no parameter adds to it: it costs two allocations.
fn drop_header_map(body: &mut Block) -> bool {
    if body.stmts.iter().any(|statement| text(statement).contains("header_map . append")) {
        return true;
    }
    body.stmts.retain(|statement| !matches!(statement, Stmt::Local(it) if text(&it.pat) == "mut header_map"));
    values(body).any(drop_headers_call)
}

/// Removes `.headers(header_map)` from a chain of calls.
fn drop_headers_call(chain: &mut Expr) -> bool {
    match chain {
        Expr::Try(it) => drop_headers_call(&mut it.expr),
        Expr::MethodCall(it) if it.method == "headers" => {
            *chain = (*it.receiver).clone();
            true
        }
        Expr::MethodCall(it) => drop_headers_call(&mut it.receiver),
        _ => false,
    }
}

/// Joins the path to the parsed base URL: parsing the whole URL takes about 7 % of a call's instructions.
fn join_path(body: &mut Block) -> bool {
    values(body).any(|value| joined(value).map(|url| *value = url).is_some())
}

/// Replaces `format!("{}/path", self.baseurl, ..)` with a call of `Context::url`.
fn joined(value: &Expr) -> Option<Expr> {
    let Expr::Macro(call) = value else { return None };
    let arguments = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    let mut arguments = arguments.iter();
    let Expr::Lit(ExprLit { lit: Lit::Str(format), .. }) = arguments.next()? else { return None };
    if !call.mac.path.is_ident("format") || text(arguments.next()?) != "self . baseurl" {
        return None;
    }
    let format = format.value();
    let path = format.strip_prefix("{}")?;
    Some(parse_quote!(self.inner.url(format_args!(#path #(, #arguments)*))))
}

/// Iterates over the initial values of the variables of a body.
fn values(body: &mut Block) -> impl Iterator<Item = &mut Expr> {
    body.stmts.iter_mut().filter_map(|statement| match statement {
        Stmt::Local(Local { init: Some(LocalInit { expr, .. }), .. }) => Some(&mut **expr),
        _ => None,
    })
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
