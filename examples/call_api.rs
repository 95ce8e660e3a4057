//! Calls the rest of the API with the session of a login: `cargo run --example call_api`.
//!
//! The session gives the `Authorization` header, the client the base URL; any HTTP client does the rest. This one is
//! reqwest, against a server in memory. The same with the vendor's crate is in `bench/examples/harmont_cloud.rs`.

#![allow(clippy::print_stdout, reason = "a command-line tool talks to its user")]

use std::error::Error;

use harmont_auth::{Client, ClientBuilder, Session};
use harmont_auth_test_server::{Reply, TestServer};
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In place of the real server; your tool has no such lines.
    let server = TestServer::start().await?;
    server.route("GET", "/api/v0/user", |_| Reply::json(200, &serde_json::json!({"name": "Ada"})));
    let builder = ClientBuilder::from_env()?.base_url(server.url());

    let client = builder.user_agent("hm/1.2").build()?;
    let session = match client.session_from_env()? {
        Some(session) => session,
        // Usually `client.login()`, or the token that an earlier login stored.
        None => client.session(server.session_token().parse()?),
    };
    println!("{}", current_user(&client, &session).await?);
    Ok(())
}

/// Asks for the signed-in user.
async fn current_user(client: &Client, session: &Session) -> Result<String, Box<dyn Error>> {
    // No redirects: one to another host must not get the token.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let response = http
        .get(format!("{}/api/v0/user", client.base_url()))
        .header(AUTHORIZATION, session.authorization())
        .send()
        .await?;
    match response.status() {
        StatusCode::UNAUTHORIZED => Err("the session has expired or was revoked; sign in again".into()),
        _ => Ok(response.error_for_status()?.text().await?),
    }
}
