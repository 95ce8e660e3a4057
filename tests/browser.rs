//! A real browser: headless Chromium opens the page, clicks, and follows the redirect to the listener.

#![cfg(feature = "loopback")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "it/support.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use fantoccini::{Client, ClientBuilder, Locator};
use harmont_auth::LoginEvent;
use hyper_util::client::legacy::connect::HttpConnector;
use support::{Waiting, parameter, setup};
use tokio::net::TcpSocket;

/// Chromium and its driver. Dropping this ends both.
struct Browser {
    driver: Child,
    page: Client,
}

impl Browser {
    async fn start() -> Self {
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().expect(
                "chromedriver cannot be started; on Debian: apt-get install chromium chromium-driver",
            );
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let port = lines.find_map(|line| Some(line.split_once("successfully on port ")?.1.to_owned()));
        let port = port.expect("chromedriver names no port");
        // The sandbox needs more privileges than a container has, and Chromium opens only our own pages.
        let options = serde_json::json!({ "goog:chromeOptions": { "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run",
        ]}});
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(options.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{}", port.trim_end_matches('.')))
            .await
            .unwrap();
        Self { driver, page }
    }

    /// Opens the sign-in page and clicks on its button.
    async fn authorize(&self, url: &str) {
        self.page.goto(url).await.unwrap();
        self.page.find(Locator::Css("#authorize")).await.unwrap().click().await.unwrap();
    }

    /// Waits for our page, and returns its title and text.
    async fn read(&self) -> (String, String) {
        let main = self.page.wait().for_element(Locator::Css("main")).await.unwrap();
        (self.page.title().await.unwrap(), main.text().await.unwrap())
    }

    async fn close(self) {
        self.page.clone().close().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs them and runs it"]
async fn a_click_in_chromium_signs_in_and_ends_on_our_page() {
    let (waiting, browser) = (Waiting::start().await, Browser::start().await);
    browser.authorize(&waiting.url).await;
    let (title, text) = browser.read().await;
    assert_eq!(title, "Signed in");
    assert_eq!(text, "Signed in\nYou can close this tab and go back to your terminal.");
    let address = browser.page.current_url().await.unwrap();
    let port = parameter(&waiting.url, "port");
    assert!(address.as_str().starts_with(&format!("http://localhost:{port}/callback?state=")), "{address}");
    waiting.assert_signed_in().await;
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs them and runs it"]
async fn chromium_cannot_reach_the_listener_and_the_login_ends_by_polling() {
    let (waiting, browser) = (Waiting::start().await, Browser::start().await);
    // Bound, so that no other program can take the port, but not listening.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = closed.local_addr().unwrap().port();
    let ours = format!("port={}", parameter(&waiting.url, "port"));
    let url = waiting.url.replace(&ours, &format!("port={port}"));
    browser.authorize(&url).await;
    // A click may return before its request is sent.
    let callback = format!("http://localhost:{port}/callback?state={}", parameter(&url, "state"));
    browser.page.wait().for_url(&callback.parse().unwrap()).await.unwrap();
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs them and runs it"]
async fn a_forged_state_in_chromium_is_refused_and_the_true_one_then_wins() {
    let (waiting, browser) = (Waiting::start().await, Browser::start().await);
    let forged = waiting.callback().replace(&parameter(&waiting.url, "state"), "forged");
    browser.page.goto(&forged.replace("127.0.0.1", "localhost")).await.unwrap();
    assert_eq!(browser.read().await.0, "This link belongs to a different sign-in");
    assert_eq!(waiting.setup.server.calls("cliClaim"), 1);
    browser.authorize(&waiting.url).await;
    assert_eq!(browser.read().await.0, "Signed in");
    waiting.assert_signed_in().await;
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver; .ci/run installs them and runs it"]
async fn chromium_that_insists_on_https_is_noticed_and_the_login_ends_by_polling() {
    let hints = Arc::new(Mutex::new(0));
    let count = Arc::clone(&hints);
    let waiting = Waiting::start_with(setup().await, |login| {
        login.on_event(move |event| {
            *count.lock().unwrap() += usize::from(matches!(event, LoginEvent::HttpsOnly));
        });
    })
    .await;
    let browser = Browser::start().await;
    let address = waiting.approve().await.replace("http://", "https://");
    browser.page.goto(&address).await.unwrap_err();
    waiting.setup.clock.tick().await;
    waiting.assert_signed_in().await;
    assert_eq!(*hints.lock().unwrap(), 1);
    browser.close().await;
}
