//! Replies and faults as HTTP responses.

use std::convert::Infallible;
use std::future;
use std::io;

use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use crate::fault::{BodyEnd, Fault};
use crate::reply::Reply;

/// The body of a response. An error cuts the connection.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// Turns a reply into a response.
pub(crate) fn from_reply(reply: Reply) -> io::Result<Response<Body>> {
    let body = Full::from(reply.body).map_err(|never: Infallible| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = status(reply.status)?;
    if let Some(content_type) = reply.content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(location) = reply.location.and_then(|location| HeaderValue::try_from(location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Turns a fault into a response, or an error for a cut connection. `success` is the status of a fault without one.
pub(crate) fn from_fault(fault: Fault, success: u16) -> io::Result<Response<Body>> {
    if fault.is_cut {
        return Err(cut());
    }
    let code = fault.status.unwrap_or(success);
    let body = Bytes::from(fault.body);
    let mut response = match fault.body_end {
        BodyEnd::Whole => from_reply(Reply { body: body.into(), ..Reply::empty(code) })?,
        BodyEnd::CutAt(bytes) => {
            let rest = async {
                // While this is pending, hyper sends the first part.
                tokio::task::yield_now().await;
                Err(cut())
            };
            partial(status(code)?, &body, bytes, stream::once(rest))
        }
        BodyEnd::StallAt(bytes) => partial(status(code)?, &body, bytes, stream::pending()),
    };
    for (name, value) in fault.headers {
        let name = HeaderName::try_from(name).map_err(io::Error::other)?;
        response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(io::Error::other)?);
    }
    Ok(response)
}

fn cut() -> io::Error {
    io::Error::other("cut by a fault")
}

fn status(code: u16) -> io::Result<StatusCode> {
    StatusCode::from_u16(code).map_err(io::Error::other)
}

/// Sends the first `bytes` of the body, and then continues with `rest`.
fn partial(
    status: StatusCode,
    body: &Bytes,
    bytes: usize,
    rest: impl Stream<Item = io::Result<Frame<Bytes>>> + Send + Sync + 'static,
) -> Response<Body> {
    let part = Frame::data(body.slice(..bytes.min(body.len())));
    let frames = stream::once(future::ready(Ok(part))).chain(rest);
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
    response
}
