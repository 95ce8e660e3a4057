//! Claims on one client, by the vendor's crate.

use std::error::Error;

use harmont_cloud::HarmontClient;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [base, _, times] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "base, path and times?")?;
    let client = HarmontClient::anonymous(base);
    for _ in 0..times.parse()? {
        client.claim_token("0123456789abcdef").await?;
    }
    Ok(())
}
