//! A home folder, a server, and the tools that run against them.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitCode, Output, Stdio};

use clap::{Parser, Subcommand};
use harmont_auth_cli::{Auth, AuthCommand, CredentialStore};
use harmont_auth_test_server::{TestServer, click};
use tempfile::TempDir;

/// Everything that a test needs. Use it in tests with a runtime of several threads: they block while a tool runs.
pub(crate) struct Setup {
    pub(crate) server: TestServer,
    home: TempDir,
}

impl Setup {
    pub(crate) async fn new() -> Self {
        Self::with_server(TestServer::start().await.unwrap())
    }

    pub(crate) fn with_server(server: TestServer) -> Self {
        Self { server, home: tempfile::tempdir().unwrap() }
    }

    /// Makes the command of the binary.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harmont-auth"));
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    /// Gives a command the environment of the test, and nothing of that in which the tests run.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command.env_clear().stdin(Stdio::null());
        // Windows needs the second one for the network.
        for name in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", self.home()).env("APPDATA", self.home().join(".config"));
        command.env("HM_API_URL", self.server.url());
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The folder of the store and the configuration.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home().join(".config").join("hm")
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn store(&self) -> CredentialStore {
        CredentialStore::at(self.folder().join("credentials.toml"))
    }

    /// Returns the token that is stored for the server.
    pub(crate) fn stored(&self) -> Option<String> {
        self.store().get(self.server.url()).unwrap().map(|it| it.expose_secret().to_owned())
    }

    /// Stores the token of the server's user, which is live, and returns it.
    pub(crate) fn sign_in(&self) -> String {
        let token = self.server.session_token().to_owned();
        self.store().put(self.server.url(), &token.parse().unwrap()).unwrap();
        token
    }

    /// Clicks at the URL of a login that has polled in vain once: the browser is back before the next poll.
    pub(crate) async fn approve(&self, url: &str) {
        self.server.called("cliClaim", 1).await;
        let page = click(url).await.unwrap();
        assert!(page.text.contains("Signed in"), "{}", page.text);
    }

    /// Starts a login, and waits until it has printed its URL.
    pub(crate) fn start_login(&self, arguments: &[&str]) -> RunningLogin {
        RunningLogin::start(&mut self.command([&["login"], arguments].concat()))
    }
}

/// A login that waits for the browser.
pub(crate) struct RunningLogin {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) url: String,
    printed: String,
}

impl RunningLogin {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut this = Self { child, stderr, url: String::new(), printed: String::new() };
        let line = this.read_until("cli-login?");
        Self { url: line.trim().to_owned(), ..this }
    }

    /// Reads lines up to one with this text, and returns that one.
    pub(crate) fn read_until(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            self.stderr.read_line(&mut line).unwrap();
            assert!(!line.is_empty(), "{text:?} was never printed, but:\n{}", self.printed);
            self.printed += &line;
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits for the end, and returns the output with all that was printed to standard error.
    pub(crate) fn finish(mut self) -> Output {
        self.stderr.read_to_string(&mut self.printed).unwrap();
        let mut output = self.child.wait_with_output().unwrap();
        output.stderr = self.printed.into_bytes();
        output
    }
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}

/// A tool that embeds the commands. It runs in a process of its own, since its environment is that of the test.
#[derive(Parser)]
#[command(name = "mytool", version = "1.2")]
struct Tool {
    #[arg(long, global = true)]
    api: Option<String>,
    /// Ask the server in `auth status`.
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    command: ToolCommand,
}

#[derive(Subcommand)]
enum ToolCommand {
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Print the response to a request
    Request { method: String, path: String },
}

impl Setup {
    /// Makes the command of the tool with the embedded commands.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        self.prepare(&mut command);
        command.args(["--exact", "support::tool", "--ignored", "--nocapture"]);
        command.env("TOOL_ARGUMENTS", arguments.join(" "));
        command
    }

    /// Runs the tool, and returns its output without that of the test binary around it.
    pub(crate) fn run_tool(&self, arguments: &[&str]) -> Output {
        let mut output = self.tool(arguments).output().unwrap();
        output.stdout = stdout(&output).split_once(START).unwrap().1.as_bytes().to_vec();
        output
    }
}

const START: &str = "the tool starts\n";

#[test]
#[ignore = "a child process of the other tests"]
fn tool() {
    let Ok(arguments) = std::env::var("TOOL_ARGUMENTS") else { return };
    print!("{START}");
    let tool = Tool::parse_from(std::iter::once("mytool").chain(arguments.split_whitespace()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = runtime.block_on(run(tool));
    std::process::exit(i32::from(code == ExitCode::FAILURE) + 3 * i32::from(code == ExitCode::from(3)));
}

async fn run(tool: Tool) -> ExitCode {
    let mut auth = Auth::new::<Tool>().api(tool.api);
    if tool.check {
        auth = auth.check(|session| async move {
            let user: serde_json::Value = session.get("/api/v0/user").send().await?.json().await?;
            Ok(user["name"].to_string())
        });
    }
    let (method, path) = match tool.command {
        ToolCommand::Auth(command) => return auth.run(command).await,
        ToolCommand::Request { method, path } => (method, path),
    };
    match request(&auth, &method, &path).await {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!(
                "error: {error}\nsigned out: {}\nstatus: {:?}\ncode: {:?}",
                error.is_signed_out(),
                error.status(),
                error.code()
            );
            ExitCode::FAILURE
        }
    }
}

async fn request(auth: &Auth, method: &str, path: &str) -> Result<String, harmont_auth_cli::Error> {
    let session = auth.session()?;
    let request = match method {
        "get" => session.get(path).query([("q", "a b&c")]),
        "post" => session.post(path).json(&[("name", "Ada")]).header("Idempotency-Key", "k-1"),
        "put" => session.put(path).header("Authorization", "Bearer other"),
        "patch" => session.patch(path),
        _ => session.delete(path),
    };
    let response = request.send().await?;
    let status = response.status();
    let body = response.bytes().await?;
    Ok(format!("{status} {}", String::from_utf8_lossy(&body)))
}
