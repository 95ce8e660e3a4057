//! What the fuzz targets share: a world in which time costs nothing, and a server that sends any bytes.

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

/// A clock whose sleeps are over at once.
#[derive(Debug)]
pub struct NoWait;

impl Clock for NoWait {
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
    Client::builder().base_url(base_url).clock(Arc::new(NoWait)).build().unwrap()
}

/// A client and the server that answers it.
pub struct Talk {
    runtime: Runtime,
    client: Client,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Default for Talk {
    fn default() -> Self {
        let runtime = runtime();
        let answer = Arc::new(Mutex::new(Vec::new()));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let client = client(&format!("http://{}", listener.local_addr().unwrap()));
        let next = Arc::clone(&answer);
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
        Self { runtime, client, answer }
    }
}

impl Talk {
    /// Calls an operation, is answered by these bytes, and holds the error, if there is one, against the rules.
    pub fn call(&self, operation: u8, answer: Vec<u8>) {
        *self.answer.lock().unwrap() = answer;
        let id = OPERATIONS[usize::from(operation) % OPERATIONS.len()].id;
        if let Err(error) = self.runtime.block_on(support::call(&self.client, id)) {
            support::assert_no_secret(&error);
        }
    }
}
