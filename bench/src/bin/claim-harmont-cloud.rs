//! The first call of a fresh process, by the vendor's crate.

use std::error::Error;

use harmont_cloud::HarmontClient;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args().nth(1).ok_or("which base URL?")?;
    HarmontClient::anonymous(base).claim_token("0123456789abcdef").await?;
    Ok(())
}
