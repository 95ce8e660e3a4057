//! Parses the bodies of successes as JSON objects, as the specification documents them.

use std::fmt;
use std::marker::PhantomData;

use progenitor_client::{Error as ApiError, ResponseValue};
use reqwest::header::HeaderMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

/// Parses the body of a success as a JSON object. The generated methods call it: the `Deserialize` that serde derives for a
/// struct would also accept an array, in the order of the fields.
pub(crate) async fn object<T: DeserializeOwned, E>(
    response: reqwest::Response,
) -> Result<ResponseValue<T>, ApiError<E>> {
    let status = response.status();
    let body = response.bytes().await.map_err(ApiError::ResponseBodyError)?;
    match serde_json::from_slice(&body) {
        Ok(Object(value)) => Ok(ResponseValue::new(value, status, HeaderMap::new())),
        Err(error) => Err(ApiError::InvalidResponsePayload(body, error)),
    }
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
