//! Tests of comparing Rust sources.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::{RustReport, compare_sources};

/// Compares two sources, and formats each change as `level item: before => after`.
fn changes(old: &str, new: &str) -> Vec<String> {
    lines(&compare_sources(old, new).unwrap())
}

fn lines(report: &RustReport) -> Vec<String> {
    let print = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    report
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {}: {} => {}",
                change.level.name(),
                change.item,
                print(&change.before),
                print(&change.after)
            )
        })
        .collect()
}

/// Defines tests that compare two sources.
macro_rules! cases {
    ($($(#[$attribute:meta])* $name:ident: $old:literal => $new:literal, [$($line:literal),* $(,)?];)*) => {
        $($(#[$attribute])* #[test]
        fn $name() {
            let expected: &[&str] = &[$($line),*];
            assert_eq!(changes($old, $new), expected);
            assert_eq!(changes($old, $old), Vec::<String>::new());
            assert_eq!(changes($new, $new), Vec::<String>::new());
        })*
    };
}

cases! {
    // Not part of an item.
    documentation_is_no_change:
        "/// A pet.\npub struct Pet { /// Its name.\n pub name: String }" => "/** Pets. */ pub struct Pet { pub name: String }", [];
    attributes_for_serde_are_no_change:
        "pub struct Pet { #[serde(default)] pub name: String }"
        => "#[serde(rename = \"pet\")] pub struct Pet { #[serde(rename = \"Name\")] pub name: String }", [];
    bodies_are_no_change: "pub fn f() -> u8 { 1 }" => "pub fn f() -> u8 { 2 }", [];
    values_of_constants_are_no_change: "pub const A: u8 = 1;" => "pub const A: u8 = 2;", [];
    private_items_are_no_change:
        "fn f() {} struct A; mod m { pub struct B; } pub(crate) enum C { D } impl A { pub fn g() {} } impl Clone for A {}"
        => "", [];
    modules_without_public_items_are_no_change: "" => "pub mod defaults { pub(super) fn name() -> String { todo!() } }", [];
    the_order_is_no_change: "pub struct A; pub struct B;" => "pub struct B; pub struct A;", [];

    // Spelling.
    types_have_many_spellings:
        "pub struct A { pub b: ::std::option::Option<std::vec::Vec<alloc::string::String>>, pub c: ::serde_json::Value }"
        => "pub struct A { pub b: Option<Vec<String>>, pub c: serde_json::Value }", [];
    a_path_and_an_import_name_the_same:
        "pub mod types { pub struct Pet; } pub mod b { pub fn f(pet: &super::types::Pet) {} }"
        => "pub mod types { pub struct Pet; } pub mod b { use super::types::{self, Pet as P}; pub fn f(pet: &P) {} }", [];
    a_lifetime_for_arguments_only_is_no_change:
        "impl Client { pub async fn f<'a>(&'a self, b: &'a str) -> u8 { 1 } } pub struct Client;"
        => "impl Client { pub async fn f(&self, b: &str) -> u8 { 1 } } pub struct Client;", [];
    derived_and_written_are_the_same:
        "#[derive(::serde::Deserialize, Default)] pub struct Pet;"
        => "pub struct Pet; impl ::std::default::Default for Pet { fn default() -> Self { Pet } }
            impl<'de> ::serde::Deserialize<'de> for Pet {}", [];
    types_of_the_source_are_named_from_its_root:
        "pub mod types { pub struct Pet { pub kind: Kind } pub enum Kind {} }"
        => "pub mod types { pub struct Pet { pub kind: ::std::boxed::Box<[self::Kind]> } pub enum Kind {} }",
        ["breaking types::Pet.kind: types::Kind => Box<[types::Kind]>"];
    a_local_type_keeps_a_path_that_tells_it_apart:
        "pub struct Duration; pub fn f(a: Duration) {}" => "pub struct Duration; pub fn f(a: std::time::Duration) {}",
        ["breaking f: fn f(a: Duration) => fn f(a: std::time::Duration)"];
    a_type_parameter_hides_a_type:
        "pub struct T; pub fn f<T>(a: T) {}" => "pub struct T; pub fn f<T>(a: Vec<T>) {}",
        ["breaking f: fn f<T>(a: T) => fn f<T>(a: Vec<T>)"];
    rare_types_are_printed_plainly:
        "pub type A = u8;" => "pub type A = (&'static mut [u8; 2 + N], *const dyn Fn(u8) -> Result<(), fmt::Error>,
            for<'a> fn(&'a str), impl Iterator<Item = <Self as B>::C> + Send + 'static, Option<dyn D + ?Sized>, !, (u8,));",
        ["breaking A: type A = u8 => type A = (&'static mut [u8; 2 + N], \
          *const dyn Fn(u8) -> Result<(), fmt::Error>, for<'a> fn(&'a str), \
          impl Iterator<Item = <Self as B>::C> + Send + 'static, Option<dyn D + ?Sized>, !, (u8,))"];

    // Structs.
    an_added_struct_is_one_change: "" => "#[derive(Clone)] pub struct Pet { pub name: String } impl Pet { pub fn f() {} }",
        ["additive Pet: - => struct Pet { .. }"];
    a_removed_struct_is_one_change: "#[derive(Clone)] pub struct Pet(pub String);" => "",
        ["breaking Pet: struct Pet(..) => -"];
    a_field_is_added: "pub struct Pet { pub a: u8 }" => "pub struct Pet { pub a: u8, pub b: u8 }",
        ["breaking Pet.b: - => u8"];
    a_field_beside_a_private_one_is_added: "pub struct Pet { pub a: u8, p: u8 }" => "pub struct Pet { pub a: u8, p: u8, pub b: u8 }",
        ["additive Pet.b: - => u8"];
    a_field_is_added_where_more_may_follow:
        "#[non_exhaustive] pub struct Pet { pub a: u8 }" => "#[non_exhaustive] pub struct Pet { pub a: u8, pub b: u8 }",
        ["additive Pet.b: - => u8"];
    the_first_field_is_added_to_private_ones: "pub struct Pet { p: u8 }" => "pub struct Pet { p: u8, pub b: u8 }",
        ["additive Pet.b: - => u8"];
    a_field_is_removed: "pub struct Pet { pub a: u8, pub b: u8 }" => "pub struct Pet { pub a: u8 }",
        ["breaking Pet.b: u8 => -"];
    a_field_changes: "pub struct Pet { pub a: u8 }" => "pub struct Pet { pub a: Option<u8> }",
        ["breaking Pet.a: u8 => Option<u8>"];
    a_field_becomes_private: "pub struct Pet { pub a: u8 }" => "pub struct Pet { a: u8 }",
        ["breaking Pet: struct Pet { .. } => struct Pet { /* private fields */ }", "breaking Pet.a: u8 => -"];
    a_private_field_is_added: "pub struct Pet { pub a: u8 }" => "pub struct Pet { pub a: u8, b: u8 }",
        ["breaking Pet: struct Pet { .. } => struct Pet { /* private fields */ }"];
    another_private_field_is_no_change: "pub struct Pet { pub a: u8, b: u8 }" => "pub struct Pet { pub a: u8, b: u8, c: u8 }", [];
    the_last_private_field_goes: "pub struct Pet { pub a: u8, b: u8 }" => "pub struct Pet { pub a: u8 }",
        ["additive Pet: struct Pet { /* private fields */ } => struct Pet { .. }"];
    a_struct_becomes_non_exhaustive: "pub struct Pet { pub a: u8 }" => "#[non_exhaustive] pub struct Pet { pub a: u8 }",
        ["breaking Pet: struct Pet { .. } => #[non_exhaustive] struct Pet { .. }"];
    a_struct_becomes_exhaustive: "#[non_exhaustive] pub struct Pet { pub a: u8 }" => "pub struct Pet { pub a: u8 }",
        ["additive Pet: #[non_exhaustive] struct Pet { .. } => struct Pet { .. }"];
    a_struct_becomes_an_enum: "pub struct Pet { pub a: u8 }" => "pub enum Pet { A }",
        ["breaking Pet: struct Pet { .. } => enum Pet", "breaking Pet.a: u8 => -", "additive Pet::A: - => A"];
    a_tuple_struct_changes: "pub struct Id(pub u32); pub struct Name(String);" => "pub struct Id(pub u64); pub struct Name(Vec<u8>);",
        ["breaking Id.0: u32 => u64"];
    a_parameter_is_added: "pub struct A<T>(pub T);" => "pub struct A<T, const N: usize>(pub T);",
        ["breaking A: struct A<T>(..) => struct A<T, const N: usize>(..)"];
    a_union_changes: "pub union U { a: u8, pub b: u8 }" => "pub union U { a: u8, pub b: i8 }",
        ["breaking U.b: u8 => i8"];

    // Enums.
    a_variant_is_added: "pub enum Kind { A }" => "pub enum Kind { A, B }", ["breaking Kind::B: - => B"];
    a_variant_is_added_where_more_may_follow: "#[non_exhaustive] pub enum Kind { A }" => "#[non_exhaustive] pub enum Kind { A, B }",
        ["additive Kind::B: - => B"];
    a_variant_is_removed: "pub enum Kind { A, B(u8) }" => "pub enum Kind { A }", ["breaking Kind::B: B(u8) => -"];
    the_content_of_a_variant_changes:
        "pub enum Kind { A, B(u8), C { a: u8 } }" => "pub enum Kind { A(String, Vec<u8>), B(u16), C { a: u16, b: u8 } }",
        ["breaking Kind::A: A => A(String, Vec<u8>)", "breaking Kind::B: B(u8) => B(u16)", "breaking Kind::C.a: u8 => u16",
         "breaking Kind::C.b: - => u8"];
    a_variant_with_fields_is_one_change: "pub enum Kind { A }" => "pub enum Kind { A, C { a: u8 } }",
        ["breaking Kind::C: - => C { .. }"];
    fields_are_added_where_more_may_follow:
        "pub enum Kind { #[non_exhaustive] C { a: u8 } }" => "pub enum Kind { #[non_exhaustive] C { a: u8, b: u8 } }",
        ["additive Kind::C.b: - => u8"];
    a_variant_becomes_exhaustive: "pub enum Kind { #[non_exhaustive] C { a: u8 } }" => "pub enum Kind { C { a: u8 } }",
        ["additive Kind::C: #[non_exhaustive] C { .. } => C { .. }"];
    an_enum_becomes_non_exhaustive: "pub enum Kind { A }" => "#[non_exhaustive] pub enum Kind { A }",
        ["breaking Kind: enum Kind => #[non_exhaustive] enum Kind"];
    a_discriminant_changes: "pub enum Kind { A = 1 }" => "pub enum Kind { A = 2 }", ["breaking Kind::A: A = 1 => A = 2"];

    // Traits that types implement.
    a_derive_is_lost: "#[derive(Clone, Copy)] pub enum Kind { A }" => "#[derive(Clone)] pub enum Kind { A }",
        ["breaking impl Copy for Kind: impl Copy for Kind => -"];
    a_derive_is_gained: "pub enum Kind { A }" => "#[derive(::std::hash::Hash, ::serde::Serialize)] pub enum Kind { A }",
        ["additive impl Hash for Kind: - => impl Hash for Kind", "additive impl Serialize for Kind: - => impl Serialize for Kind"];
    a_derive_under_a_condition: "#[derive(JsonSchema)] pub struct A;" => "#[cfg_attr(feature = \"schemars\", derive(JsonSchema))] pub struct A;",
        ["breaking impl JsonSchema for A: impl JsonSchema for A => #[cfg(feature = \"schemars\")] impl JsonSchema for A"];
    an_implementation_is_lost:
        "pub struct A; impl ::std::convert::From<&'static str> for A {} impl<'a> From<&'a u8> for A {} impl<T> B<T> for Vec<A> where T: C {}"
        => "pub struct A;",
        ["breaking impl B<T> for Vec<A>: impl B<T> for Vec<A> where T: C => -",
         "breaking impl From<&'static str> for A: impl From<&'static str> for A => -",
         "breaking impl From<&u8> for A: impl From<&u8> for A => -"];
    an_associated_type_changes: "pub struct A; impl FromStr for A { type Err = u8; }" => "pub struct A; impl FromStr for A { type Err = u16; }",
        ["breaking impl FromStr for A: impl FromStr for A { type Err = u8 } => impl FromStr for A { type Err = u16 }"];
    a_private_trait_is_out_of_reach: "pub struct A; trait B {} impl B for A {}" => "pub struct A; trait B {}", [];

    // Traits.
    a_required_method_is_added: "pub trait A { fn a(&self); }" => "pub trait A { fn a(&self); fn b(&self); }",
        ["breaking A::b: - => fn b(&self)"];
    a_provided_method_is_added: "pub trait A {}" => "pub trait A { fn b(&self) {} const C: u8 = 1; type D; }",
        ["additive A::C: - => const C: u8 = ..", "breaking A::D: - => type D", "additive A::b: - => fn b(&self) { .. }"];
    a_method_becomes_provided: "pub trait A { fn b(&self); const C: u8; }" => "pub trait A { fn b(&self) {} const C: u8 = 1; }",
        ["additive A::C: const C: u8 => const C: u8 = ..", "additive A::b: fn b(&self) => fn b(&self) { .. }"];
    a_method_becomes_required: "pub trait A { fn b(&self) {} }" => "pub trait A { fn b(&self); }",
        ["breaking A::b: fn b(&self) { .. } => fn b(&self)"];
    a_trait_asks_for_another: "pub trait A {}" => "pub unsafe trait A: Send where Self: Sized {}",
        ["breaking A: trait A => unsafe trait A: Send where Self: Sized"];

    // Functions and methods.
    a_method_is_added: "pub struct A; impl A {}" => "pub struct A; impl A { pub fn b(mut self) -> Self { self } fn c() {} }",
        ["additive A::b: - => fn b(self) -> Self"];
    a_method_is_removed: "pub struct A; impl A { pub async fn b(&self) {} }" => "pub struct A; impl A { async fn b(&self) {} }",
        ["breaking A::b: async fn b(&self) => -"];
    an_argument_is_added: "pub fn f(a: u8) {}" => "pub fn f(a: u8, b: &str) {}",
        ["breaking f: fn f(a: u8) => fn f(a: u8, b: &str)"];
    an_argument_is_renamed: "pub fn f(a: u8, b: u8) {}" => "pub fn f(a: u8, c: u8) {}",
        ["docs f: fn f(a: u8, b: u8) => fn f(a: u8, c: u8)"];
    arguments_are_swapped: "pub fn f(a: u8, b: u8) {}" => "pub fn f(b: u8, a: u8) {}",
        ["breaking f: fn f(a: u8, b: u8) => fn f(b: u8, a: u8)"];
    a_function_becomes_async: "pub fn f() -> u8 { 1 }" => "pub async fn f() -> u8 { 1 }",
        ["breaking f: fn f() -> u8 => async fn f() -> u8"];
    a_receiver_changes: "pub struct A; impl A { pub fn f(&self) {} pub fn g(self: Box<Self>) {} }"
        => "pub struct A; impl A { pub fn f(&mut self) {} pub fn g(self) {} }",
        ["breaking A::f: fn f(&self) => fn f(&mut self)", "breaking A::g: fn g(self: Box<Self>) => fn g(self)"];
    a_bound_changes:
        "pub struct A; impl A { pub fn f<V>(mut self, value: V) -> Self where V: std::convert::TryInto<i32> { self } }"
        => "pub struct A; impl A { pub fn f<V>(mut self, value: V) -> Self where V: std::convert::TryInto<i64> { self } }",
        ["breaking A::f: fn f<V>(self, value: V) -> Self where V: TryInto<i32> => \
          fn f<V>(self, value: V) -> Self where V: TryInto<i64>"];
    a_lifetime_that_is_returned_stays: "pub fn f<'a>(a: &'a str, b: &str) -> &'a str { a }" => "pub fn f<'a>(a: &'a str, b: &'a str) -> &'a str { a }",
        ["breaking f: fn f<'a>(a: &'a str, b: &str) -> &'a str => fn f<'a>(a: &'a str, b: &'a str) -> &'a str"];
    a_condition_is_added: "pub fn f() {}" => "#[cfg(feature = \"a\")] pub fn f() {}",
        ["breaking f: fn f() => #[cfg(feature = \"a\")] fn f()"];

    // Other items.
    an_alias_changes: "pub type A = u8;" => "pub type A = Vec<u8>;", ["breaking A: type A = u8 => type A = Vec<u8>"];
    a_constant_changes: "pub const A: &str = \"\"; pub static B: u8 = 1;" => "pub const A: u8 = 1; pub static B: i8 = 1;",
        ["breaking A: const A: &str => const A: u8", "breaking B: static B: u8 => static B: i8"];
    a_module_is_added: "" => "pub mod a { pub mod b { pub struct C; } }",
        ["additive a: - => mod a", "additive a::b: - => mod b", "additive a::b::C: - => struct C;"];
    a_reexport_changes: "pub use x::{A, b::C}; pub mod p { pub use super::*; }" => "pub use y::A;",
        ["breaking A: use x::A => use y::A", "breaking C: use x::b::C => -", "breaking p: mod p => -", "breaking p::*: use crate::* => -"];
    a_private_module_is_seen_through_reexports:
        "mod a { pub struct B { pub c: u8 } pub struct D; } pub use a::B; pub mod e { pub use super::a::*; }"
        => "mod a { pub struct B { pub c: u16 } } pub use a::B; pub mod e {}",
        ["breaking B.c: u8 => u16", "breaking e::D: struct D; => -"];
    raw_identifiers_stay: "pub struct A { pub r#type: u8 }" => "pub struct A { pub r#type: u16 }",
        ["breaking A.r#type: u8 => u16"];
    both_conditions_count: "#[cfg(a)] pub fn f() {} #[cfg(not(a))] pub fn f(b: u8) {}" => "#[cfg(a)] pub fn f() {} #[cfg(not(a))] pub fn f() {}",
        ["breaking f: #[cfg(a)] fn f(); #[cfg(not(a))] fn f(b: u8) => #[cfg(a)] fn f(); #[cfg(not(a))] fn f()"];
    imports_that_name_themselves_end: "use a::b as b; use self::b as a; pub fn f(a: a::B) {}" => "use b; pub fn f(a: a::C) {}",
        ["breaking f: fn f(a: a::B) => fn f(a: a::C)"];

    // Code as progenitor generates it.
    positional_methods:
        "pub use progenitor_client::ResponseValue;
         pub mod types { pub struct Pet { pub name: ::std::string::String } }
         pub struct Client { pub(crate) baseurl: String }
         impl Client {
             pub async fn list_pets<'a>(&'a self, limit: Option<i32>, tags: &'a ::std::vec::Vec<types::Pet>)
                 -> Result<ResponseValue<::std::vec::Vec<types::Pet>>, Error<()>> { todo!() }
         }"
        => "pub use progenitor_client::ResponseValue;
         pub mod types { pub struct Pet { pub name: ::std::string::String } }
         pub struct Client { pub(crate) baseurl: String }
         impl Client {
             pub async fn list_pets<'a>(&'a self) -> Result<ResponseValue<types::Pet>, Error<types::Pet>> { todo!() }
         }",
        ["breaking Client::list_pets: async fn list_pets(&self, limit: Option<i32>, tags: &Vec<types::Pet>) \
          -> Result<ResponseValue<Vec<types::Pet>>, Error<()>> \
          => async fn list_pets(&self) -> Result<ResponseValue<types::Pet>, Error<types::Pet>>"];
    builders:
        "pub mod types { pub struct Pet; } pub struct Client;
         impl Client { pub fn list_pets(&self) -> builder::ListPets<'_> { todo!() } }
         pub mod builder {
             use super::types;
             #[derive(Debug, Clone)]
             pub struct ListPets<'a> { client: &'a super::Client, limit: Result<Option<i32>, String> }
             impl<'a> ListPets<'a> {
                 pub fn new(client: &'a super::Client) -> Self { todo!() }
                 pub fn limit<V>(mut self, value: V) -> Self where V: std::convert::TryInto<types::Pet> { todo!() }
                 pub async fn send(self) -> Result<ResponseValue<types::Pet>, Error<()>> { todo!() }
             }
         }"
        => "pub mod types { pub struct Pet; } pub struct Client;
         impl Client { pub fn list_pets(&self) -> builder::ListPets<'_> { todo!() } }
         pub mod builder {
             #[derive(Debug)]
             pub struct ListPets<'a> { client: &'a super::Client }
             impl<'a> ListPets<'a> {
                 pub fn new(client: &'a super::Client) -> Self { todo!() }
                 pub async fn send(self) -> Result<ResponseValue<()>, Error<()>> { todo!() }
             }
         }",
        ["breaking builder::ListPets::limit: fn limit<V>(self, value: V) -> Self where V: TryInto<types::Pet> => -",
         "breaking builder::ListPets::send: async fn send(self) -> Result<ResponseValue<types::Pet>, Error<()>> \
          => async fn send(self) -> Result<ResponseValue<()>, Error<()>>",
         "breaking impl Clone for builder::ListPets: impl Clone for builder::ListPets => -"];
}

#[test]
fn invalid_rust_is_an_error_with_its_location() {
    let error = compare_sources("pub struct A;", "pub struct A;\npub struct {}").unwrap_err();
    assert_eq!(error.to_string(), "the new source: invalid Rust at line 2, column 12: expected identifier");
    let error = compare_sources("pub fn (", "").unwrap_err();
    assert!(error.to_string().starts_with("the old source: invalid Rust at line 1, column "), "{error}");
}

#[test]
fn messages_show_the_difference() {
    let arguments = "one: Option<types::VeryLongName>, two: Option<types::VeryLongName>, three: u8";
    let sentence = |old: &str, new: &str| compare_sources(old, new).unwrap().changes[0].to_string();
    let function = |arguments: &str, output: &str| format!("pub fn f({arguments}) -> {output} {{}}");
    for (old, new, expected) in [
        (
            function("a: u8", "u8"),
            function("a: u16", "u8"),
            "f changes from fn f(a: u8) -> u8 to fn f(a: u16) -> u8",
        ),
        (
            function(arguments, "u8"),
            function(&format!("{arguments}, four: u8"), "u8"),
            "f changes from three: u8 to three: u8, four: u8",
        ),
        (
            function(arguments, "u8"),
            function(&format!("zero: u8, {arguments}"), "u8"),
            "f changes: zero: u8 is added",
        ),
        (
            function(arguments, "u8"),
            function(&arguments.replace(", two: Option<types::VeryLongName>", ""), "u8"),
            "f changes: two: Option<types::VeryLongName> is removed",
        ),
        (
            function(arguments, "u8"),
            function(&arguments.replace("two: Option<types::VeryLongName>", "two: ()"), "u8"),
            "f changes from two: Option<types::VeryLongName> to two: ()",
        ),
        (function(arguments, "Vec<u8>"), function(arguments, "u8"), "f changes from -> Vec<u8> to -> u8"),
        (function("", "u8"), String::new(), "f is removed"),
        (String::new(), function("", "u8"), "f is added"),
    ] {
        assert_eq!(sentence(&old, &new), expected);
    }
}
