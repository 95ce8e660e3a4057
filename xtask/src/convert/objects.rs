//! Converts all objects but schemas.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::fields::{Field, Kind};
use super::{Converter, path_items};

/// How many callbacks, or references that are written out, may nest: both can lead to what they are in.
const MAX_NESTING: usize = 8;

impl Converter<'_> {
    pub(super) fn document(&mut self) -> Result<Value> {
        self.object(Kind::Document, self.root)
    }

    fn value(&mut self, kind: Kind, value: &Value) -> Result<Value> {
        if kind == Kind::Schema {
            return self.schema(value);
        }
        if self.path.iter().filter(|key| ["$ref", "callbacks"].contains(&key.as_str())).count() > MAX_NESTING
        {
            return self.refuse("callbacks that lead to themselves");
        }
        let is_reference = value.get("$ref").is_some();
        if is_reference && kind.allows_reference() {
            return self.reference(kind, value);
        }
        if kind == Kind::PathItem {
            let item =
                path_items::resolve(self.root, value).map_err(|error| error.context(self.location()))?;
            return self.object(kind, &item);
        }
        self.object(kind, value)
    }

    pub(super) fn object(&mut self, kind: Kind, value: &Value) -> Result<Value> {
        let Value::Object(object) = value else { return Ok(value.clone()) };
        self.check(kind, object)?;
        let mut converted = Map::new();
        for (key, value) in object {
            if let Some(name) = renamed(kind, key) {
                self.step(format_args!("{key} became {name}"));
                converted.insert(name.to_owned(), value.clone());
                continue;
            }
            // Path items have been written out where they are used.
            if (kind, key.as_str()) == (Kind::Components, "pathItems") {
                continue;
            }
            let field = if kind == Kind::Callback && !key.starts_with("x-") {
                Field::One(Kind::PathItem)
            } else {
                match kind.field(key) {
                    Some(field) => field,
                    None => return self.refuse(format_args!("the field {key} of a {}", kind.name())),
                }
            };
            let value = self.enter(kind, key, value, |this| this.field(field, value))?;
            converted.insert(key.clone(), value);
        }
        if kind == Kind::Document {
            converted.entry("paths").or_insert_with(|| json!({}));
        }
        Ok(Value::Object(converted))
    }

    fn field(&mut self, field: Field, value: &Value) -> Result<Value> {
        match (field, value) {
            (Field::One(kind), value) => self.value(kind, value),
            (Field::List(kind), Value::Array(items)) => {
                let item = |(index, item): (usize, &Value)| {
                    self.at(&index.to_string(), |this| this.value(kind, item))
                };
                Ok(Value::Array(items.iter().enumerate().map(item).collect::<Result<_>>()?))
            }
            (Field::Named(kind, has_extensions), Value::Object(named)) => {
                let mut converted = Map::new();
                for (name, value) in named {
                    let value = if has_extensions && name.starts_with("x-") {
                        value.clone()
                    } else {
                        let value = self.named(kind, name, value)?;
                        if kind == Kind::MediaType { self.binary(name, value) } else { value }
                    };
                    converted.insert(name.clone(), value);
                }
                Ok(Value::Object(converted))
            }
            (_, value) => Ok(value.clone()),
        }
    }

    /// Converts an object that has a name, which is that of a component if it is one.
    fn named(&mut self, kind: Kind, name: &str, value: &Value) -> Result<Value> {
        let owner = match self.path.as_slice() {
            [section, _] if section == "components" => Some(format!("{} {name}", kind.name())),
            [section] if section == "paths" => Some(format!("path {name}")),
            _ => None,
        };
        match owner {
            Some(owner) => self.within(owner, |this| this.value(kind, value)),
            None => self.at(name, |this| this.value(kind, value)),
        }
    }

    /// Converts the value of a field, which is an operation of its own if it is one of a path.
    fn enter(
        &mut self,
        kind: Kind,
        key: &str,
        value: &Value,
        work: impl FnOnce(&mut Self) -> Result<Value>,
    ) -> Result<Value> {
        let id = value.get("operationId").and_then(Value::as_str);
        match (kind, id, self.path.is_empty()) {
            (Kind::PathItem, Some(id), true) => self.within(format!("operation {id}"), work),
            _ => self.at(key, work),
        }
    }

    /// Refuses what has the same fields in both versions, and a meaning in 3.1 only.
    fn check(&mut self, kind: Kind, object: &Map<String, Value>) -> Result<()> {
        let is = |key: &str, value: &str| object.get(key).is_some_and(|it| it == value);
        match kind {
            Kind::Parameter | Kind::Header
                if !(object.contains_key("schema") || object.contains_key("content")) =>
            {
                self.refuse(format_args!("a {} with neither schema nor content", kind.name()))
            }
            Kind::Parameter if is("in", "querystring") => {
                self.refuse("a parameter that is the whole query string")
            }
            Kind::Parameter if is("style", "cookie") => self.refuse("the style cookie of a parameter"),
            Kind::PathItem => {
                let ignored = ["delete", "get", "head"].into_iter().find(|method| {
                    object.get(*method).is_some_and(|operation| operation.get("requestBody").is_some())
                });
                let Some(method) = ignored else { return Ok(()) };
                self.enter(kind, method, &object[method], |this| {
                    let method = method.to_uppercase();
                    this.refuse(format_args!("a request body of {method}, which it says is ignored"))
                })?;
                Ok(())
            }
            Kind::Operation => {
                let alternatives = object.get("security").and_then(Value::as_array).into_iter().flatten();
                for (name, roles) in alternatives.filter_map(Value::as_object).flatten() {
                    let scheme = &self.root["components"]["securitySchemes"][name]["type"];
                    let has_scopes = scheme == "oauth2" || scheme == "openIdConnect";
                    if !has_scopes && roles.as_array().is_some_and(|it| !it.is_empty()) {
                        self.step(format_args!(
                            "kept the roles {roles} of {name}, which in 3.0 mean nothing"
                        ));
                    }
                }
                Ok(())
            }
            Kind::SecurityScheme if is("type", "mutualTLS") => self.refuse("the security type mutualTLS"),
            _ => Ok(()),
        }
    }

    /// Converts a reference. In 3.1 a description or summary beside it replaces that of the target; in 3.0 it is ignored.
    fn reference(&mut self, kind: Kind, value: &Value) -> Result<Value> {
        let reference = &value["$ref"];
        let mut beside = value.as_object().cloned().unwrap_or_default();
        beside.remove("$ref");
        if beside.is_empty() {
            return Ok(value.clone());
        }
        let mut target = self.root;
        let mut next = Some(reference);
        // That it does not lead in a circle was checked when the component was collected.
        while let Some(reference) = next {
            let pointer = reference.as_str().and_then(|it| it.strip_prefix('#'));
            let Some(found) = pointer.and_then(|it| self.root.pointer(it)) else {
                return self.refuse(format_args!("the reference {reference}"));
            };
            target = found;
            next = target.get("$ref").filter(|_| target.as_object().is_some_and(|it| it.len() == 1));
        }
        let mut written_out = self.at("$ref", |this| this.value(kind, target))?;
        let mut moved = Vec::new();
        for (key, value) in beside {
            let allows = kind.field(&key).is_some() || kind == Kind::Callback;
            match key.as_str() {
                "description" | "summary" if allows && kind != Kind::Callback => {
                    moved.push(key.clone());
                    written_out[key] = value;
                }
                // OpenAPI says that these have no effect, so they are kept as what has none.
                _ => {
                    let name = if key.starts_with("x-") { key.clone() } else { format!("x-{key}") };
                    moved.push(name.clone());
                    written_out[name] = value;
                }
            }
        }
        self.step(format_args!("wrote out {reference} to keep {} beside it", moved.join(", ")));
        Ok(written_out)
    }

    /// In 3.1, bytes have no schema.
    fn binary(&mut self, media_type: &str, mut media: Value) -> Value {
        if media_type == "application/octet-stream" && media.is_object() && media.get("schema").is_none() {
            media["schema"] = json!({"type": "string", "format": "binary"});
            self.step(format_args!("gave {media_type} the format binary, since in 3.0 bytes need a schema"));
        }
        media
    }
}

/// Returns the name under which a field is kept that 3.0 does not have and that only says something to readers.
fn renamed(kind: Kind, field: &str) -> Option<&'static str> {
    match (kind, field) {
        (Kind::Info, "summary") => Some("x-summary"),
        (Kind::License, "identifier") => Some("x-identifier"),
        _ => None,
    }
}
