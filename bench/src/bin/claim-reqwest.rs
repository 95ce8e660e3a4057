//! The first call of a fresh process, by reqwest.

use std::error::Error;

use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [base, path] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "base and path?")?;
    let body = json!({"nonce": "0123456789abcdef"});
    let response = reqwest::Client::new().post(base + &path).json(&body).send().await?.error_for_status()?;
    let answer: Value = response.json().await?;
    answer["token"].as_str().ok_or("no token")?;
    Ok(())
}
