//! What of an item users see: no bodies, no documentation, no private fields.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Field, Fields, FieldsNamed, ItemMod, PatIdent, Receiver, Variant, Visibility,
    parse_quote,
};

use super::items::is_public;

/// What stands in the place of private fields: users can neither make such a value nor take it apart.
pub(super) const HIDDEN: &str = "__: __,";

pub(super) struct Reduce;

/// Whether an attribute says something to users: on what an item depends, or how it may grow.
fn matters(attribute: &Attribute) -> bool {
    ["cfg", "non_exhaustive"].iter().any(|it| attribute.path().is_ident(it))
}

impl VisitMut for Reduce {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(matters);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.clear();
    }

    fn visit_fields_mut(&mut self, fields: &mut Fields) {
        visit_mut::visit_fields_mut(self, fields);
        let is_public = |field: &Field| matches!(field.vis, Visibility::Public(_));
        if !fields.iter().all(is_public) {
            let public = fields.iter().filter(|it| it.ident.is_some() && is_public(it)).cloned();
            let hidden: FieldsNamed = parse_quote!({ __: __ });
            let named: Punctuated<_, _> = public.chain(hidden.named).collect();
            *fields = Fields::Named(FieldsNamed { named, ..hidden });
        }
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        // Its fields are public without saying so.
        self.visit_attributes_mut(&mut variant.attrs);
        variant.fields.iter_mut().for_each(|field| self.visit_attributes_mut(&mut field.attrs));
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(is_public);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    // Whether a function changes its own copy of an argument is no concern of users.
    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        receiver.mutability = None;
    }

    fn visit_pat_ident_mut(&mut self, argument: &mut PatIdent) {
        argument.mutability = None;
    }
}
