//! The same login on the vendor's crate, which leaves nonce, URL and polling to the tool. Nothing listens here.

use std::error::Error;
use std::time::Duration;

use harmont_cloud::client::DEFAULT_BASE_URL;
use harmont_cloud::{HarmontClient, HarmontError};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = HarmontClient::anonymous(DEFAULT_BASE_URL);
    let nonce = uuid::Uuid::new_v4().to_string();
    println!("To sign in, open https://app.harmont.dev/cli-login?port=1&nonce={nonce}");
    let token = loop {
        match client.claim_token(&nonce).await {
            Err(HarmontError::Api { code, .. }) if code == "cli_code_invalid" => {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            outcome => break outcome?,
        }
    };
    println!("Signed in.");
    HarmontClient::new(token).raw().logout().await?;
    Ok(())
}
