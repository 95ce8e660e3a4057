//! Runs the test server as a program, to develop a tool against it.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use harmont_auth::clock::SystemClock;
use harmont_auth_test_server::{Reply, TestServer};

/// A Harmont API in memory: five auth operations, a sign-in page and `GET /api/v0/user`, for developing command-line tools.
#[derive(Parser)]
struct Arguments {
    /// The port on 127.0.0.1; 0 for any free port
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let Arguments { port } = Arguments::parse();
    let server = match TestServer::start_on(port, Arc::new(SystemClock)).await {
        Ok(server) => server,
        Err(error) => {
            writeln!(
                io::stderr(),
                "error: Port {port} isn't available ({error}). Pick another, or use 0 for any free port."
            )?;
            return Ok(ExitCode::FAILURE);
        }
    };
    // Something for a tool to call beside the auth operations.
    server.route("GET", "/api/v0/user", |_| Reply::json(200, &serde_json::json!({"name": "Ada"})));
    let mut out = io::stdout().lock();
    writeln!(out, "{}", server.url())?;
    writeln!(out, "Session token: {}", server.session_token())?;
    writeln!(out, "Set HM_API_URL={} to use it from your tool. Stop it with Ctrl-C.", server.url())?;
    out.flush()?;
    std::future::pending().await
}
