//! The first call of a fresh process, by harmont-auth.

use std::error::Error;

use harmont_auth::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args().nth(1).ok_or("which base URL?")?;
    let client = Client::builder().base_url(base).build()?;
    client.claim_token(&"0123456789abcdef".parse()?).await?;
    Ok(())
}
