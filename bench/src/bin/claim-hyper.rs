//! The first call of a fresh process, by hyper on a connection of its own: the floor.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [base, path] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "base and path?")?;
    let host = base.strip_prefix("http://").ok_or("http only")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(TcpStream::connect(host).await?)).await?;
    tokio::spawn(connection);
    let body = json!({"nonce": "0123456789abcdef"}).to_string();
    let request = Request::post(path)
        .header(HOST, host)
        .header(CONTENT_TYPE, "application/json")
        .body(Full::<Bytes>::from(body))?;
    let response = sender.send_request(request).await?;
    if !response.status().is_success() {
        return Err("refused".into());
    }
    let answer: Value = serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?;
    answer["token"].as_str().ok_or("no token")?;
    Ok(())
}
