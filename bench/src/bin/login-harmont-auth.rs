//! The login of the README, to see how large it is.

use harmont_auth::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::new();
    let mut login = client.login().await?;
    println!("To sign in, open {}\nApprove only if you started this.", login.url());
    let session = login.wait().await?;
    println!("Signed in.");
    session.logout().await
}
