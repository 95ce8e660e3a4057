//! Converts all objects except schemas.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::fields::{Field, Kind};
use super::{Converter, path_items};

/// The maximum nesting of callbacks and inlined references, since both can contain themselves.
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
            return self.refuse("callbacks that contain themselves");
        }
        let is_reference = value.get("$ref").is_some();
        if is_reference && kind.allows_reference() {
            return self.reference(kind, value);
        }
        if kind == Kind::PathItem {
            let item = path_items::resolve_path_item(self.root, value)
                .map_err(|error| error.context(self.location()))?;
            return self.object(kind, &item);
        }
        self.object(kind, value)
    }

    pub(super) fn object(&mut self, kind: Kind, value: &Value) -> Result<Value> {
        let Value::Object(object) = value else { return Ok(value.clone()) };
        self.refuse_changed_meaning(kind, object)?;
        let mut converted = Map::new();
        for (key, value) in object {
            if let Some(name) = renamed(kind, key) {
                self.step(format_args!("{key} became {name}"));
                converted.insert(name.to_owned(), value.clone());
                continue;
            }
            // Path items have been inlined.
            if (kind, key.as_str()) == (Kind::Components, "pathItems") {
                continue;
            }
            let field = if kind == Kind::Callback && !key.starts_with("x-") {
                Field::One(Kind::PathItem)
            } else {
                match kind.field(key) {
                    Some(field) => field,
                    None => return self.refuse(format_args!("the {} field {key}", kind.name())),
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
            (Field::Map(kind) | Field::MapWithExtensions(kind), Value::Object(map)) => {
                let has_extensions = matches!(field, Field::MapWithExtensions(_));
                let mut converted = Map::new();
                for (name, value) in map {
                    let value = if has_extensions && name.starts_with("x-") {
                        value.clone()
                    } else {
                        let value = self.entry(kind, name, value)?;
                        if kind == Kind::MediaType { self.add_bytes_schema(name, value) } else { value }
                    };
                    converted.insert(name.clone(), value);
                }
                Ok(Value::Object(converted))
            }
            (_, value) => Ok(value.clone()),
        }
    }

    /// Converts an object under a name. If it is a component or a path, messages name it.
    fn entry(&mut self, kind: Kind, name: &str, value: &Value) -> Result<Value> {
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

    /// Converts the value of a field. If it is an operation of a path, messages name it.
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

    /// Refuses objects whose fields exist in both versions, but have a meaning only in 3.1.
    fn refuse_changed_meaning(&mut self, kind: Kind, object: &Map<String, Value>) -> Result<()> {
        let is = |key: &str, value: &str| object.get(key).is_some_and(|found| found == value);
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
                    this.refuse(format_args!("a request body of {method}, which it ignores"))
                })?;
                Ok(())
            }
            Kind::Operation => {
                let alternatives = object.get("security").and_then(Value::as_array).into_iter().flatten();
                for (name, roles) in alternatives.filter_map(Value::as_object).flatten() {
                    let scheme = &self.root["components"]["securitySchemes"][name]["type"];
                    let has_scopes = scheme == "oauth2" || scheme == "openIdConnect";
                    if !has_scopes && roles.as_array().is_some_and(|roles| !roles.is_empty()) {
                        self.step(format_args!(
                            "kept the roles {roles} of {name}, which have no meaning in 3.0"
                        ));
                    }
                }
                Ok(())
            }
            Kind::SecurityScheme if is("type", "mutualTLS") => self.refuse("the security type mutualTLS"),
            _ => Ok(()),
        }
    }

    /// Converts a reference. In 3.1, a description or summary next to it overrides that of the target; 3.0 ignores it.
    fn reference(&mut self, kind: Kind, value: &Value) -> Result<Value> {
        let reference = &value["$ref"];
        let mut siblings = value.as_object().cloned().unwrap_or_default();
        siblings.remove("$ref");
        if siblings.is_empty() {
            return Ok(value.clone());
        }
        let mut target = self.root;
        let mut next = Some(reference);
        // Cycles were refused when the components were collected.
        while let Some(reference) = next {
            let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
            let Some(found) = pointer.and_then(|pointer| self.root.pointer(pointer)) else {
                return self.refuse(format_args!("the reference {reference}"));
            };
            target = found;
            next = target.get("$ref").filter(|_| target.as_object().is_some_and(|object| object.len() == 1));
        }
        let mut inlined = self.at("$ref", |this| this.value(kind, target))?;
        let mut kept = Vec::new();
        for (key, value) in siblings {
            let allows = kind.field(&key).is_some() || kind == Kind::Callback;
            match key.as_str() {
                "description" | "summary" if allows && kind != Kind::Callback => {
                    kept.push(key.clone());
                    inlined[key] = value;
                }
                // These have no effect in 3.1, so they become extensions.
                _ => {
                    let name = if key.starts_with("x-") { key.clone() } else { format!("x-{key}") };
                    kept.push(name.clone());
                    inlined[name] = value;
                }
            }
        }
        self.step(format_args!("inlined {reference} to keep its siblings: {}", kept.join(", ")));
        Ok(inlined)
    }

    /// Adds the schema that 3.0 requires for raw bytes.
    fn add_bytes_schema(&mut self, media_type: &str, mut media: Value) -> Value {
        if media_type == "application/octet-stream" && media.is_object() && media.get("schema").is_none() {
            media["schema"] = json!({"type": "string", "format": "binary"});
            self.step(format_args!(
                "added a schema of format binary to {media_type}, since 3.0 requires one"
            ));
        }
        media
    }
}

/// Returns the extension that keeps a field that 3.0 does not have and that only informs readers.
fn renamed(kind: Kind, field: &str) -> Option<&'static str> {
    match (kind, field) {
        (Kind::Info, "summary") => Some("x-summary"),
        (Kind::License, "identifier") => Some("x-identifier"),
        _ => None,
    }
}
