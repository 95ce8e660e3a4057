//! The credential store: where it is, and what callers do with it.

mod document;
mod error;
mod file;
#[cfg(unix)]
mod permissions;

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use harmont_auth::SessionToken;

pub use error::StoreError;

use document::{Document, other_form};

/// The file in which the tools of one user share their sessions.
///
/// It is the file of the vendor's `hm`: a table `entries`, in it a table `harmont-cloud`, in it a token for each API
/// address. A value of this type is only the path; each call opens the file anew, so it sees what other tools have
/// stored. The calls block for as long as the disk takes.
///
/// A change keeps everything else in the file: comments, order, other entries and keys of unknown meaning. Calls in other
/// threads and processes that use this type wait for each other. If a call fails, the file is as it was before.
///
/// # Examples
///
/// ```no_run
/// use harmont_auth::{Client, SessionToken};
/// use harmont_auth_cli::CredentialStore;
///
/// # fn example(token: SessionToken) -> Result<(), Box<dyn std::error::Error>> {
/// let mut store = CredentialStore::of_user()?;
/// store.on_warning(|warning| eprintln!("warning: {warning}"));
/// store.put("https://api.harmont.dev", &token)?;
/// if let Some(token) = store.get("https://api.harmont.dev")? {
///     let session = Client::new().session(token);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Security
///
/// Tokens are stored in the clear. On Unix the file has mode 0600 and a directory made for it 0700; on Windows it inherits
/// the permissions of the user's profile. Permissions of an existing file that let other users read or write it, and of
/// its directory that let them replace it, are corrected by each call, and reported to [`on_warning`](Self::on_warning).
/// Copies of tokens that the parser of the file makes in memory are not wiped.
#[derive(Clone)]
pub struct CredentialStore {
    path: PathBuf,
    on_warning: Arc<dyn Fn(&str) + Send + Sync>,
}

impl CredentialStore {
    /// Returns the store that all tools of the current user share.
    ///
    /// Call it in tools; [`at`](Self::at) is for tests and unusual setups. The file is `~/.config/hm/credentials.toml` on
    /// every system but Windows, where it is `%APPDATA%\hm\credentials.toml`. `hm` does not read `XDG_CONFIG_HOME`, so
    /// this does not, either. The file need not exist.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let store = harmont_auth_cli::CredentialStore::of_user()?;
    /// println!("sessions are stored in {}", store.path().display());
    /// # Ok::<(), harmont_auth_cli::StoreError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the user has no home directory. The text names the variable to set.
    pub fn of_user() -> Result<Self, StoreError> {
        // `hm` asks Windows for the folder that this variable names in every session. The variable can be changed for
        // one process, which tests need.
        #[cfg(windows)]
        let (variable, configuration) = ("APPDATA", env::var_os("APPDATA").map(PathBuf::from));
        #[cfg(not(windows))]
        let (variable, configuration) = ("HOME", env::home_dir().map(|home| home.join(".config")));
        // The variable may be set, but empty or relative: then tokens would be stored wherever the tool is started.
        match configuration.filter(|directory| directory.is_absolute()) {
            Some(directory) => Ok(Self::at(directory.join("hm").join("credentials.toml"))),
            None => Err(StoreError::no_home(variable)),
        }
    }

    /// Returns the store in a given file, which need not exist.
    ///
    /// Call it to work with a store directly. [`Auth`](crate::Auth) always uses [`of_user`](Self::of_user).
    ///
    /// # Examples
    ///
    /// ```
    /// let store = harmont_auth_cli::CredentialStore::at("/run/secrets/credentials.toml");
    /// ```
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), on_warning: Arc::new(|_| ()) }
    }

    /// Calls a function with each warning of this store and of clones made from now on.
    ///
    /// Call it before using the store. A warning is one or two sentences for the user. Today they are all about
    /// permissions that were too open. Without a function, warnings are dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut store = harmont_auth_cli::CredentialStore::at("credentials.toml");
    /// store.on_warning(|warning| eprintln!("warning: {warning}"));
    /// ```
    pub fn on_warning(&mut self, handler: impl Fn(&str) + Send + Sync + 'static) {
        self.on_warning = Arc::new(handler);
    }

    /// Returns the path of the file.
    ///
    /// Call it to tell the user where the session is stored.
    ///
    /// # Examples
    ///
    /// ```
    /// let store = harmont_auth_cli::CredentialStore::at("credentials.toml");
    /// assert_eq!(store.path(), std::path::Path::new("credentials.toml"));
    /// ```
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the stored token for an API address, if there is one.
    ///
    /// Call it before each use of the session: another tool may have signed in or out. The address is compared as it is
    /// written; if it is not stored, the form with or without a slash at its end is. Nothing is sent, so the token may
    /// turn out to be expired. This takes no lock and never waits for writers.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(store: &harmont_auth_cli::CredentialStore) -> Result<(), harmont_auth_cli::StoreError> {
    /// match store.get("https://api.harmont.dev")? {
    ///     Some(token) => println!("a token is stored"),
    ///     None => println!("not signed in"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the file exists, but cannot be read or is damaged. The text says where, and never quotes the file.
    ///
    /// # Security
    ///
    /// A token belongs to its API address: send it nowhere else.
    pub fn get(&self, api: &str) -> Result<Option<SessionToken>, StoreError> {
        let Some(text) = file::read(&self.path, &*self.on_warning)? else { return Ok(None) };
        let entry = Document::parse(&text).and_then(|document| document.entry(api));
        Ok(entry
            .map_err(|damage| StoreError::damaged(&self.path, text.as_bytes(), damage))?
            .map(|entry| entry.token))
    }

    /// Stores the token for an API address, and returns the token that it replaces.
    ///
    /// Call it after a login. An address that is stored with another slash at its end keeps its form. Of two calls at
    /// once, the second returns the token of the first, so if each caller revokes what it gets, one session stays live.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use harmont_auth::{Client, Session};
    /// # async fn example(client: &Client, session: &Session) -> Result<(), Box<dyn std::error::Error>> {
    /// let store = harmont_auth_cli::CredentialStore::of_user()?;
    /// if let Some(replaced) = store.put(client.base_url(), session.token())? {
    ///     client.session(replaced).logout().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the file is damaged, or cannot be read, locked or written. It is then as it was before.
    ///
    /// # Security
    ///
    /// If this fails, the token is of no use: revoke it with [`logout`](harmont_auth::Session::logout).
    pub fn put(&self, api: &str, token: &SessionToken) -> Result<Option<SessionToken>, StoreError> {
        file::update(&self.path, &*self.on_warning, |text| {
            let damaged = |damage| StoreError::damaged(&self.path, text.as_bytes(), damage);
            let document = Document::parse(text).map_err(damaged)?;
            match document.entry(api).map_err(damaged)? {
                // It replaces nothing: the caller must not revoke what it has just stored.
                Some(entry) if is_same(&entry.token, token) => Ok((None, None)),
                Some(entry) => Ok((Some(document.replaced(&entry, token)), Some(entry.token))),
                None => Ok((Some(document.inserted(api, token)), None)),
            }
        })
    }

    /// Removes the token for an API address if it is still the given one, and returns whether it was.
    ///
    /// Call it after the token was revoked. If another login has replaced the token in the meantime, that login stays.
    /// A comment above the entry stays, too.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use harmont_auth::Client;
    /// # async fn example(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let store = harmont_auth_cli::CredentialStore::of_user()?;
    /// if let Some(token) = store.get(client.base_url())? {
    ///     client.session(token.clone()).logout().await?;
    ///     store.remove(client.base_url(), &token)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    ///
    /// # Security
    ///
    /// The token stays valid on the server until it is revoked or expires.
    pub fn remove(&self, api: &str, token: &SessionToken) -> Result<bool, StoreError> {
        // Without an entry there is nothing to lock, and no directory to make for the lock.
        if self.get(api)?.is_none() {
            return Ok(false);
        }
        file::update(&self.path, &*self.on_warning, |text| {
            let mut rest = text.to_owned();
            for form in [api, &other_form(api)] {
                let damaged = |damage| StoreError::damaged(&self.path, text.as_bytes(), damage);
                let document = Document::parse(&rest).map_err(damaged)?;
                let entry = document.exact_entry(form).map_err(damaged)?;
                if let Some(entry) = entry.filter(|entry| is_same(&entry.token, token)) {
                    rest = document.removed(&entry);
                }
            }
            let is_removed = rest != text;
            Ok((Some(rest).filter(|_| is_removed), is_removed))
        })
    }
}

fn is_same(one: &SessionToken, other: &SessionToken) -> bool {
    one.expose_secret() == other.expose_secret()
}

impl fmt::Debug for CredentialStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialStore").field("path", &self.path).finish_non_exhaustive()
    }
}
