//! Signs in with harmont-auth, and calls the rest of the API with the vendor's crate:
//! `cargo run --example harmont_cloud`.
//!
//! harmont-cloud 0.1.3 targets version 0 of the API, as harmont-auth does. It is in this package because its
//! dependencies would burden the builds of the workspace.

use std::error::Error;

use harmont_auth::ClientBuilder;
use harmont_auth_test_server::{Reply, TestServer, click};
use harmont_cloud::HarmontClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In place of the real server and of the user who clicks; your tool has no such lines.
    let server = TestServer::start().await?;
    let builds = "/api/v0/organizations/{organization}/pipelines/{pipeline}/builds/{number}/jobs";
    server.route("GET", builds, |_| Reply::json(200, &serde_json::json!({"data": []})));
    let builder = ClientBuilder::from_env()?.base_url(server.url());

    let client = builder.user_agent("hm/1.2").build()?;
    let mut login = client.login().await?;
    let url = login.url().to_owned();
    tokio::spawn(async move { click(&url).await });
    let session = login.wait().await?;

    // It copies the token; that copy is not wiped.
    let cloud = HarmontClient::with_base_url(session.token().expose_secret(), client.base_url());
    println!("{} jobs", cloud.list_jobs("acme", "ci", 7).await?.len());
    session.logout().await?;
    Ok(())
}
