//! Shared by the fuzz targets: a clock whose sleeps end at once, and a server that sends any bytes.

// The helpers of the crate's own tests: planted secrets, calls by operation id, what errors may hold.
#[path = "../../tests/it/support.rs"]
mod support;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use harmont_auth::Client;
use harmont_auth::clock::Clock;
use harmont_auth::wire::OPERATIONS;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A clock whose sleeps end at once.
#[derive(Debug)]
pub struct InstantClock;

impl Clock for InstantClock {
    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn client(base_url: &str) -> Client {
    Client::builder().base_url(base_url).clock(Arc::new(InstantClock)).build().unwrap()
}

/// A client and its server.
pub struct Exchange {
    runtime: Runtime,
    client: Client,
    response: Arc<Mutex<Vec<u8>>>,
}

impl Default for Exchange {
    fn default() -> Self {
        let runtime = runtime();
        let response = Arc::new(Mutex::new(Vec::new()));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let client = client(&format!("http://{}", listener.local_addr().unwrap()));
        let next = Arc::clone(&response);
        runtime.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let bytes: Vec<u8> = next.lock().unwrap().clone();
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(&bytes).await;
                });
            }
        });
        Self { runtime, client, response }
    }
}

impl Exchange {
    /// Calls an operation, responds with these bytes, and checks the error, if there is one.
    pub fn call(&self, operation: u8, response: Vec<u8>) {
        *self.response.lock().unwrap() = response;
        let id = OPERATIONS[usize::from(operation) % OPERATIONS.len()].id;
        if let Err(error) = self.runtime.block_on(support::call(&self.client, id)) {
            support::assert_no_secret(&error);
        }
    }
}
