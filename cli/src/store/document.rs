//! The text of the store: finds, inserts, replaces and removes an entry, and keeps everything else.

use std::ops::Range;

use harmont_auth::SessionToken;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

/// What the vendor's `hm` calls this API.
const SERVICE: &str = "harmont-cloud";

/// A text that is valid TOML.
pub(super) struct Document<'t>(toml_edit::Document<&'t str>);

/// A stored token, and where it stands.
pub(super) struct Entry {
    pub(super) token: SessionToken,
    key: Range<usize>,
    value: Range<usize>,
    account: String,
}

/// Why a text is not a valid store. The reason quotes nothing from it.
pub(super) struct Damage {
    pub(super) offset: usize,
    pub(super) reason: String,
}

impl<'t> Document<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, Damage> {
        toml_edit::Document::parse(text).map(Self).map_err(|error| Damage {
            offset: error.span().map_or(text.len(), |span| span.start),
            // Display and Debug of the error show the line, which may be a token. This is a fixed phrase.
            reason: error.message().to_owned(),
        })
    }

    /// Returns the entry of an API address: of the very address if there is one, else of its other form.
    pub(super) fn entry(&self, api: &str) -> Result<Option<Entry>, Damage> {
        match self.exact_entry(api)? {
            None => self.exact_entry(&other_form(api)),
            found => Ok(found),
        }
    }

    pub(super) fn exact_entry(&self, account: &str) -> Result<Option<Entry>, Damage> {
        let Some(entries) = table(self.0.as_table(), "entries")? else { return Ok(None) };
        let Some(accounts) = table(entries, SERVICE)? else { return Ok(None) };
        let Some((key, item)) = accounts.get_key_value(account) else { return Ok(None) };
        let (key, value) = (key.span().unwrap_or_default(), item.span().unwrap_or_default());
        let damage = |reason: &str| Damage { offset: value.start, reason: reason.to_owned() };
        let text = item.as_str().ok_or_else(|| damage("the session token isn't a string"))?;
        let token = text.parse().map_err(|_| {
            damage("the session token is empty, or has a character in it that no token can have")
        })?;
        Ok(Some(Entry { token, key, value, account: account.to_owned() }))
    }

    /// Returns the text with another token in an entry.
    pub(super) fn replaced(&self, entry: &Entry, token: &SessionToken) -> String {
        self.spliced(&entry.value, &Value::from(token.expose_secret()).to_string())
    }

    /// Returns the text with a new entry.
    pub(super) fn inserted(self, account: &str, token: &SessionToken) -> String {
        let text = self.0.raw();
        let entries = self.entries();
        if is_inline(entries) || entries.is_some_and(|entries| entries.get(SERVICE).is_some()) {
            return insert(self.0.into_mut(), account, token);
        }
        // A new table comes after everything else, so that comments stay where they are.
        let separator = match text {
            "" => "",
            _ if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        [text, separator, &insert(DocumentMut::new(), account, token)].concat()
    }

    /// Returns the text without an entry, but with the comments above it.
    pub(super) fn removed(self, entry: &Entry) -> String {
        let entries = self.entries();
        if is_inline(entries) || is_inline(entries.and_then(|entries| entries.get(SERVICE))) {
            let mut document = self.0.into_mut();
            if let Some(accounts) = document["entries"][SERVICE].as_table_like_mut() {
                accounts.remove(&entry.account);
            }
            return document.to_string();
        }
        // Outside of inline tables an entry has its lines for itself.
        let text = self.0.raw();
        let start = text[..entry.key.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            text[entry.value.end..].find('\n').map_or(text.len(), |newline| entry.value.end + newline + 1);
        self.spliced(&(start..end), "")
    }

    fn entries(&self) -> Option<&Item> {
        self.0.as_table().get("entries")
    }

    fn spliced(&self, range: &Range<usize>, text: &str) -> String {
        let old = self.0.raw();
        [&old[..range.start], text, &old[range.end..]].concat()
    }
}

fn is_inline(table: Option<&Item>) -> bool {
    table.is_some_and(Item::is_inline_table)
}

fn insert(mut document: DocumentMut, account: &str, token: &SessionToken) -> String {
    let mut entries = Table::new();
    entries.set_implicit(true); // no header of its own, as the vendor's tool writes it
    let entries = document.as_table_mut().entry("entries").or_insert(Item::Table(entries));
    if let Some(entries) = entries.as_table_like_mut() {
        let accounts = entries.entry(SERVICE).or_insert(Item::Table(Table::new()));
        if let Some(accounts) = accounts.as_table_like_mut() {
            accounts.insert(account, toml_edit::value(token.expose_secret()));
        }
    }
    document.to_string()
}

/// Returns the address without the slash at its end, or with one.
pub(super) fn other_form(api: &str) -> String {
    api.strip_suffix('/').map_or_else(|| format!("{api}/"), str::to_owned)
}

fn table<'d>(parent: &'d dyn TableLike, name: &str) -> Result<Option<&'d dyn TableLike>, Damage> {
    let Some(item) = parent.get(name) else { return Ok(None) };
    let table = item.as_table_like().ok_or_else(|| Damage {
        offset: item.span().unwrap_or_default().start,
        reason: format!("`{name}` isn't a table"),
    });
    table.map(Some)
}
