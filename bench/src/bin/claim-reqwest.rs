//! Claims on one client, by reqwest.

use std::error::Error;

use serde::{Deserialize, Serialize};

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
    let url = base + &path;
    let client = reqwest::Client::new();
    for _ in 0..times.parse()? {
        let request = client.post(&url).json(&Claim { nonce: "0123456789abcdef" });
        let response: Token = request.send().await?.error_for_status()?.json().await?;
        std::hint::black_box(response.token);
    }
    Ok(())
}
