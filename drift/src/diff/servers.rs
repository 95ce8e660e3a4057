//! Compares servers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Differ;
use crate::document::operation::template_key;
use crate::document::{DocumentView, elements, members, string_field};
use crate::rules::{self, Direction::Request};

impl<'d> Differ<'d, '_> {
    /// Compares the servers of a document, a path item or an operation. Clients use the first one.
    pub(crate) fn compare_servers(&mut self, (old, new): (&'d Value, &'d Value)) {
        let (before, after) = (old.get("servers"), new.get("servers"));
        if before == after {
            return;
        }
        let first = first_server(before);
        let is_root = std::ptr::eq(old, self.old.root);
        // If a prefix only moved into the paths, the URLs stay the same.
        let is_same = |new: String| {
            first == new || (is_root && origin(&first) == origin(&new) && self.paths_follow_servers())
        };
        let urls = || elements(after).iter().map(server_url).chain([first_server(after)]);
        // The default is one server at the root.
        let all = |servers: Option<&Value>| {
            let urls: Vec<String> = elements(servers).iter().map(server_url).collect();
            if urls.is_empty() { vec![String::new()] } else { urls }
        };
        if all(before) == all(after) {
            self.report_if_changed(&rules::DESCRIPTION_CHANGED, Request, (old, new), "servers");
            return;
        }
        let rule = match (is_same(first_server(after)), urls().any(|url| url == first)) {
            (true, _) | (_, true) => &rules::SERVERS_CHANGED,
            _ => &rules::DEFAULT_SERVER_CHANGED,
        };
        self.report_keyword(rule, Request, (old, new), "servers");
    }

    /// Returns whether the new document has all paths of the old one, if both include the server's path.
    fn paths_follow_servers(&self) -> bool {
        let keys = |document: DocumentView<'d>| -> BTreeSet<String> {
            let base = base_path(document.root);
            members(document.root.get("paths"))
                .map(|(path, _)| template_key(&format!("{base}{path}")))
                .collect()
        };
        let (before, after) = (keys(self.old), keys(self.new));
        !before.is_empty() && before.is_subset(&after)
    }
}

/// Returns the URL of a server, with its variables replaced by their defaults.
fn server_url(server: &Value) -> String {
    let mut url = string_field(server, "url").unwrap_or("/").to_owned();
    for (name, variable) in members(server.get("variables")) {
        url = url.replace(&format!("{{{name}}}"), string_field(variable, "default").unwrap_or_default());
    }
    url.trim_end_matches('/').to_owned()
}

/// Returns the URL that clients use.
pub(crate) fn first_server(servers: Option<&Value>) -> String {
    elements(servers).first().map_or_else(String::new, server_url)
}

/// Returns the path of the URL that clients use.
pub(crate) fn base_path(root: &Value) -> String {
    let url = first_server(root.get("servers"));
    let start = origin(&url).len();
    url[start..].to_owned()
}

/// Returns the scheme and authority of a URL.
fn origin(url: &str) -> &str {
    let Some(at) = url.find("://") else { return "" };
    let rest = &url[at + 3..];
    &url[..at + 3 + rest.find('/').unwrap_or(rest.len())]
}
