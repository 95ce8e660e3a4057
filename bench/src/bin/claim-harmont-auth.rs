//! Claims on one client, by harmont-auth.

use std::error::Error;

use harmont_auth::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [base, _, times] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "base, path and times?")?;
    let client = Client::builder().base_url(base).build()?;
    let nonce = "0123456789abcdef".parse()?;
    for _ in 0..times.parse()? {
        client.claim_token(&nonce).await?;
    }
    Ok(())
}
