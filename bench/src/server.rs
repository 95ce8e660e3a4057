//! The server that all peers call: it responds at once and keeps no state.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use harmont_auth::wire::{OPERATIONS, Operation};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;

const SPECIFICATION: &str = include_str!("../../openapi.json");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TOKEN: &str = r#"{"token":"hm_0123456789abcdefghijklmnopqrstuvwxyz"}"#;

/// Returns the path of an operation; the empty one, which the server refuses, when there is none of this id.
pub fn path(id: &str) -> &'static str {
    OPERATIONS.iter().find(|it| it.id == id).map_or("", |it| it.path)
}

/// Starts the server on a free port, in a thread with a runtime of its own, and returns its base URL.
pub fn start() -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    thread::spawn(move || runtime.block_on(serve(listener)));
    Ok(url)
}

/// The paths of the operations that respond with 204; the others respond with a token.
fn without_body() -> io::Result<Arc<[&'static str]>> {
    let specification: Value = serde_json::from_str(SPECIFICATION)?;
    let is_empty = |it: &&Operation| {
        let method = it.method.to_ascii_lowercase();
        specification["paths"][it.path][method]["responses"].get("204").is_some()
    };
    Ok(OPERATIONS.iter().filter(is_empty).map(|it| it.path).collect())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let empty = without_body()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = service_fn({
            let empty = Arc::clone(&empty);
            move |request| respond(request, Arc::clone(&empty))
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn respond(
    request: Request<Incoming>,
    empty: Arc<[&'static str]>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_empty = empty.contains(&request.uri().path());
    // Read to the end, so that the connection is kept.
    let _ = request.into_body().collect().await;
    let mut response = Response::default();
    // The API sends it with every response.
    response
        .headers_mut()
        .insert(REQUEST_ID, HeaderValue::from_static("0198c5d2-1f4b-7aa1-9d3c-6b1f2e3a4d5c"));
    if is_empty {
        *response.status_mut() = StatusCode::NO_CONTENT;
    } else {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Full::from(TOKEN);
    }
    Ok(response)
}
