//! Claims on a connection of its own, by hyper: the floor.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;

#[derive(Serialize)]
struct Claim {
    nonce: &'static str,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [base, path, times] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "base, path and times?")?;
    let host = base.strip_prefix("http://").ok_or("http only")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(TcpStream::connect(host).await?)).await?;
    tokio::spawn(connection);
    for _ in 0..times.parse()? {
        let body = serde_json::to_vec(&Claim { nonce: "0123456789abcdef" })?;
        let request = Request::post(path.as_str())
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::<Bytes>::from(body))?;
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err("refused".into());
        }
        let response: Token = serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?;
        std::hint::black_box(response.token);
    }
    Ok(())
}
