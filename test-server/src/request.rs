//! A request as the server received it.

use std::sync::Arc;

use harmont_auth::wire::{OPERATIONS, Operation};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap};
use serde::de::DeserializeOwned;

/// A request as the server received it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The operation that the method and the path belong to.
    pub operation: Option<&'static Operation>,
    /// The route added by the test that the method and the path belong to, such as `GET /api/v0/user`.
    pub route: Option<Arc<str>>,
    /// The method in upper case.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// Returns the name by which calls are counted and faults are set: the id of the operation, or the route.
    pub(crate) fn call(&self) -> Option<&str> {
        self.operation.map(|operation| operation.id).or(self.route.as_deref())
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
    }

    /// Parses the body as a type of the specification.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Finds the operation that a method and a path belong to.
pub(crate) fn find_operation(method: &str, path: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.method == method && operation.path == path)
}
