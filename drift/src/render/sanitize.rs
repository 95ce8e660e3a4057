//! Sanitizes text from documents, whose authors may be hostile, for each output format.
//!
//! All functions return one line of visible characters.

use std::fmt::Write;

use serde_json::Value;

/// Returns a text as one line for terminals and logs: without control characters and other invisible ones, and without
/// commands that CI services run from logs.
pub fn plain(text: &str) -> String {
    let text: Vec<char> = visible(text).chars().collect();
    let is_word = |index: Option<usize>| {
        index.and_then(|index| text.get(index)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    };
    let mut line = String::with_capacity(text.len());
    for (index, c) in text.iter().enumerate() {
        let repeated = index > 0 && text[index - 1] == *c;
        let breaks = match c {
            // `##[command]` is recognized anywhere in a line.
            '#' => repeated,
            // `::command::` is recognized at the start of a line. Paths of Rust items stay readable.
            ':' => repeated && !(is_word(index.checked_sub(2)) && is_word(Some(index + 1))),
            _ => false,
        };
        if breaks {
            line.push(' ');
        }
        line.push(*c);
    }
    line
}

/// Sanitizes messages for web pages, such as annotations: in addition, removes mentions, issue references, links and HTML.
pub(super) fn inert(text: &str) -> String {
    defuse(&plain(text), true)
}

/// Escapes the message of a workflow command.
pub(super) fn command_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
pub(super) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns a Markdown code span, in which Markdown, HTML, mentions and links have no effect.
pub(super) fn code(text: &str) -> String {
    // Some renderers interpret tags in code. URLs stay intact, because code is never linked.
    let text = defuse(&plain(text), false);
    if text.is_empty() {
        return text;
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns a Markdown sentence in which everything but plain words is code.
pub(super) fn prose(text: &str) -> String {
    let text = plain(text);
    let mut parts = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        if is_plain_word(word) {
            if !run.is_empty() {
                parts.push(code(&run.join(" ")));
                run.clear();
            }
            parts.push(word.to_owned());
        } else {
            run.push(word);
        }
    }
    if !run.is_empty() {
        parts.push(code(&run.join(" ")));
    }
    parts.join(" ")
}

/// Returns equivalent JSON without characters that a terminal or log interprets.
pub(super) fn json(value: &Value) -> String {
    let text = format!("{value:#}");
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        // Such characters occur only in strings, apart from the newlines between values.
        if (is_hidden(c) && c != '\n') || (c == '#' && last == '#') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail, here and below.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
        last = c;
    }
    out
}

/// Truncates a text.
pub(super) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns one line in which invisible characters are escaped.
fn visible(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if is_hidden(c) {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(c));
            } else {
                line.push(c);
            }
        }
    }
    line
}

/// Returns whether a character is invisible or changes how others are displayed.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            // Zero-width characters, direction marks, line separators, embeddings, isolates and deprecated characters.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags and variation selectors.
            | '\u{e0000}'..='\u{e0fff}')
}

/// Inserts a space where a link, a mention or a tag would begin.
fn defuse(text: &str, urls: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        out.push(c);
        let rest = &text[index + c.len_utf8()..];
        let Some(next) = rest.chars().next().filter(|next| *next != ' ') else { continue };
        let ends_word = |word: &str| {
            let before =
                out.len().checked_sub(word.len()).and_then(|at| Some((out.get(..at)?, out.get(at..)?)));
            before.is_some_and(|(before, end)| {
                end.eq_ignore_ascii_case(word) && !before.ends_with(|c: char| c.is_alphanumeric())
            })
        };
        let breaks = match c {
            '@' => next.is_alphanumeric() || matches!(next, '_' | '-'),
            '#' => next.is_ascii_digit(),
            '-' => next.is_ascii_digit() && ends_word("gh-"),
            ']' => matches!(next, '(' | '['),
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            '/' => urls && out.ends_with("://"),
            '.' => urls && ends_word("www."),
            _ => false,
        };
        if breaks {
            out.push(' ');
        }
    }
    out
}

/// Returns whether a word has no meaning in Markdown and is not linked as a number, hash or name.
fn is_plain_word(word: &str) -> bool {
    let core = word
        .trim_start_matches(['(', '"', '\''])
        .trim_end_matches(['.', ',', ';', ':', '?', '!', ')', '"', '\'']);
    let has_digit = core.contains(|c: char| c.is_ascii_digit());
    let is_hash = core.len() >= 7 && has_digit && core.chars().all(|c| c.is_ascii_hexdigit());
    // `1.` begins a list, and `ABC-1` may be an issue.
    let is_number = has_digit && (core.len() < word.len() || core.contains('-'));
    core.starts_with(char::is_alphanumeric)
        && core.ends_with(char::is_alphanumeric)
        && core.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '\''))
        && !is_hash
        && !is_number
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_shows_every_character() {
        for (text, shown) in [
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\r\nb\tc\u{2028}d\u{85}e", "a b c d e"),
            ("\u{7f}\u{9b}", "\\u{7f}\\u{9b}"),
            ("user\u{202e}txt\u{2066}", "user\\u{202e}txt\\u{2066}"),
            ("a\u{200b}b\u{feff}c\u{e0041}d\u{ad}", "a\\u{200b}b\\u{feff}c\\u{e0041}d\\u{ad}"),
            ("naïve 名前 🐈", "naïve 名前 🐈"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn a_line_contains_no_log_command() {
        for (text, shown) in [
            ("::error::x", ": :error::x"),
            ("  ::error file=a.b::x", ": :error file=a.b::x"),
            (":::", ": : :"),
            ("a\n::stop-commands::b", "a : :stop-commands::b"),
            ("##[error]x ###[y", "# #[error]x # # #[y"),
            ("##vso[task.setvariable]", "# #vso[task.setvariable]"),
            ("types::Pet.name", "types::Pet.name"),
            ("#/paths/~1pets", "#/paths/~1pets"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn a_message_contains_no_mention_link_or_tag() {
        for (text, shown) in [
            ("@octocat a@b.example @", "@ octocat a@ b.example @"),
            ("#12 a/b#3 gh-4 GH-5 high-6", "# 12 a/b# 3 gh- 4 GH- 5 high-6"),
            ("[x](javascript:y) [x][y]", "[x] (javascript:y) [x] [y]"),
            ("https://evil.example www.evil.example", "https:// evil.example www. evil.example"),
            ("<img src=x> </a> <!-- a < b", "< img src=x> < /a> < !-- a < b"),
            ("#/components/schemas/@x", "#/components/schemas/@ x"),
        ] {
            assert_eq!(inert(text), shown);
        }
    }

    #[test]
    fn markdown_shows_code_unchanged() {
        for (text, shown) in [
            ("a*b_c", "`a*b_c`"),
            ("`", "`` ` ``"),
            ("a``b", "```a``b```"),
            ("<script>", "`< script>`"),
            ("https://a.example", "`https://a.example`"),
            ("", ""),
        ] {
            assert_eq!(code(text), shown);
        }
    }

    #[test]
    fn markdown_turns_all_but_words_into_code() {
        for (text, shown) in [
            ("field user.name is removed", "field `user.name` is removed"),
            ("schema Error, used by cliCode", "schema Error, used by cliCode"),
            ("a *b* [c](d) e", "a `*b* [c] (d)` e"),
            ("fixes #1 for @octocat", "fixes `# 1` for `@ octocat`"),
            ("see GH-1, JIRA-2 and 0123abc", "see `GH- 1, JIRA-2` and `0123abc`"),
            ("1. list", "`1.` list"),
            ("- item", "`-` item"),
            ("</details> www.x.example", "`< /details> www.x.example`"),
            (":smile: a|b", "`:smile: a|b`"),
            ("it isn't (really) \"so\".", "it isn't (really) \"so\"."),
        ] {
            assert_eq!(prose(text), shown);
        }
    }

    #[test]
    fn sanitized_json_is_equivalent() {
        let value = json!({"a\u{202e}##[x]": "\u{1b}\u{7f}\u{9b}\u{200b}\u{e0041}\n###", "b": [1, null]});
        let text = json(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert!(text.is_ascii());
        assert!(!text.contains("##"));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(clip("名前名前", 2), "名前 ..");
        assert_eq!(clip("名前", 2), "名前");
    }
}
