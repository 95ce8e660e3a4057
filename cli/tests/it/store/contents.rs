//! What a change leaves in the file.

use std::fs;

use harmont_auth_cli::CredentialStore;

use super::{API, Home, exposed, stored, token};

/// Written by a person, with all that TOML allows around our entries.
const SHARED: &str = r#"# Sessions of this machine.
version = 1 # who knows

# Another service comes first.
[entries."docker.io"]
"https://index.docker.io/v1/" = 'literal'

[entries.harmont-cloud] # the API
# work
"https://api.harmont.dev"   =   "hmt_work"   # until May
# staging
"https://staging.example" = """hmt_staging"""

# the end of the accounts

[[plugins]]
name = "later"
# the end
"#;

#[test]
fn a_replaced_token_changes_nothing_else() {
    let home = Home::with(SHARED);
    assert_eq!(exposed(home.store().put(API, &token("hmt_new")).unwrap()).as_deref(), Some("hmt_work"));
    assert_eq!(home.text(), SHARED.replace("hmt_work", "hmt_new"));
}

#[test]
fn a_new_entry_changes_nothing_else() {
    let home = Home::with(SHARED);
    assert!(home.store().put("http://localhost:4000", &token("hmt_local")).unwrap().is_none());
    let last = "\"\"\"hmt_staging\"\"\"\n";
    let added = format!("{last}\"http://localhost:4000\" = \"hmt_local\"\n");
    assert_eq!(home.text(), SHARED.replace(last, &added));
}

#[test]
fn a_removed_entry_leaves_all_comments() {
    let home = Home::with(SHARED);
    assert!(home.store().remove(API, &token("hmt_work")).unwrap());
    let entry = "\"https://api.harmont.dev\"   =   \"hmt_work\"   # until May\n";
    assert_eq!(home.text(), SHARED.replace(entry, ""));
    assert_eq!(stored(&home.store(), API), None);
    assert_eq!(stored(&home.store(), "https://staging.example").as_deref(), Some("hmt_staging"));
}

/// Each way to write the same tables. Each has another service and another account.
const FORMS: [&str; 9] = [
    "[entries.other]\na = \"b\"\n[entries.harmont-cloud]\n\"https://x.example\" = \"hmt_x\"\n",
    "[entries]\nother.a = \"b\"\nharmont-cloud.\"https://x.example\" = \"hmt_x\"",
    "entries.other.a = \"b\"\nentries.harmont-cloud.\"https://x.example\" = \"hmt_x\" # dotted\n[more]\nb = 1\n",
    "entries = { other = { a = \"b\" }, harmont-cloud = { \"https://x.example\" = \"hmt_x\" } }\n",
    "[entries]\nother = { a = \"b\" }\nharmont-cloud = { \"https://x.example\" = \"hmt_x\", }\n",
    "[entries.harmont-cloud]\r\n# Windows\r\n\"https://x.example\" = \"hmt_x\"\r\n[entries.other]\r\na = \"b\"\r\n",
    "\u{feff}[entries.harmont-cloud]\n\"https://x.example\" = \"hmt_x\"\n[entries.other]\na = \"b\"\n",
    "[entries.harmont-cloud]\n\"https://x.example\" = \"hmt_x\"\n[entries.harmont-cloud.later]\n[entries]\nother.a = 'b'",
    "'entries'.\"harmont\\u002Dcloud\".'https://x.example' = \"\"\"\nhmt_x\\\n\"\"\"\nentries.other.a = \"b\"\n",
];

fn parsed(home: &Home) -> toml::Table {
    home.text().trim_start_matches('\u{feff}').parse().unwrap()
}

#[test]
fn every_form_of_the_tables_can_be_edited() {
    for form in FORMS {
        let home = Home::with(form);
        let store = home.store();
        let before = parsed(&home);
        assert_eq!(stored(&store, "https://x.example").as_deref(), Some("hmt_x"), "{form}");

        assert!(store.put(API, &token("hmt_1")).unwrap().is_none(), "{form}");
        let mut expected = before.clone();
        expected["entries"]["harmont-cloud"].as_table_mut().unwrap().insert(API.to_owned(), "hmt_1".into());
        assert_eq!(parsed(&home), expected, "{form}");

        assert_eq!(exposed(store.put(API, &token("hmt_2")).unwrap()).as_deref(), Some("hmt_1"), "{form}");
        expected["entries"]["harmont-cloud"][API] = "hmt_2".into();
        assert_eq!(parsed(&home), expected, "{form}");

        assert!(store.remove(API, &token("hmt_2")).unwrap(), "{form}");
        assert_eq!(parsed(&home), before, "{form}");
        assert!(store.remove("https://x.example", &token("hmt_x")).unwrap(), "{form}");
        assert_eq!(stored(&store, "https://x.example"), None, "{form}");
        assert_eq!(parsed(&home)["entries"]["other"]["a"].as_str(), Some("b"), "{form}");
    }
}

#[test]
fn a_service_of_its_own_is_added_beside_others() {
    for form in [
        "",
        "# only a comment",
        "[entries.other]\na = 1\n[x]\n# the end\n",
        "[entries]",
        "entries = {}",
        "[entries.other]\na = \"b\"",
        "entries.other.a = 1",
    ] {
        let home = Home::with(form);
        home.store().put(API, &token("hmt_1")).unwrap();
        let mut expected: toml::Table = form.parse().unwrap();
        let entries = expected.entry("entries").or_insert(toml::Table::new().into()).as_table_mut().unwrap();
        entries
            .insert("harmont-cloud".to_owned(), toml::toml! { "https://api.harmont.dev" = "hmt_1" }.into());
        assert_eq!(parsed(&home), expected, "{form}");
        assert!(home.text().starts_with(form.trim_end_matches('}')), "{form}");
    }
}

#[test]
fn a_new_file_has_the_form_of_the_vendor() {
    let home = Home::new();
    let store = CredentialStore::at(home.path().join("a/b/credentials.toml"));
    assert_eq!(stored(&store, API), None);
    assert!(store.put(API, &token("hmt_1")).unwrap().is_none());
    let text = fs::read_to_string(store.path()).unwrap();
    assert_eq!(text, "[entries.harmont-cloud]\n\"https://api.harmont.dev\" = \"hmt_1\"\n");
}

#[test]
fn any_token_and_any_address_survive() {
    let home = Home::new();
    let (api, text) = ("https://a.example/\"quoted\"\\é\n", r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~'''"""##);
    home.store().put(api, &token(text)).unwrap();
    assert_eq!(stored(&home.store(), api).as_deref(), Some(text));
    assert_eq!(parsed(&home)["entries"]["harmont-cloud"][api].as_str(), Some(text));
}

#[test]
fn an_address_is_found_with_and_without_its_slash() {
    for (key, asked) in [(API, "https://api.harmont.dev/"), ("https://api.harmont.dev/", API)] {
        let home = Home::with(format!("[entries.harmont-cloud]\n{key:?} = \"hmt_1\"\n"));
        let store = home.store();
        assert_eq!(stored(&store, asked).as_deref(), Some("hmt_1"));
        assert_eq!(exposed(store.put(asked, &token("hmt_2")).unwrap()).as_deref(), Some("hmt_1"));
        assert_eq!(
            home.text(),
            format!("[entries.harmont-cloud]\n{key:?} = \"hmt_2\"\n"),
            "the key keeps its form"
        );
        assert!(store.remove(asked, &token("hmt_2")).unwrap());
        assert_eq!(stored(&store, key), None);
    }
}

#[test]
fn the_very_address_wins_over_its_other_form() {
    let text = "[entries.harmont-cloud]\n\"https://a.example/\" = \"hmt_slash\"\n\"https://a.example\" = \"hmt_bare\"\n";
    let home = Home::with(text);
    let store = home.store();
    assert_eq!(stored(&store, "https://a.example").as_deref(), Some("hmt_bare"));
    assert_eq!(stored(&store, "https://a.example/").as_deref(), Some("hmt_slash"));
    assert_eq!(stored(&store, "https://a.example//"), Some("hmt_slash".to_owned()));
    store.put("https://a.example", &token("hmt_new")).unwrap();
    assert_eq!(home.text(), text.replace("hmt_bare", "hmt_new"));
}

#[test]
fn a_token_is_removed_under_both_forms() {
    let home = Home::with(
        "[entries.harmont-cloud]\n\"https://a.example/\" = \"hmt_1\"\n\"https://a.example\" = \"hmt_1\"\n",
    );
    assert!(home.store().remove("https://a.example", &token("hmt_1")).unwrap());
    assert_eq!(home.text(), "[entries.harmont-cloud]\n");
}

#[test]
fn b8_a_token_that_another_login_replaced_is_not_removed() {
    let home = Home::new();
    let store = home.store();
    store.put(API, &token("hmt_old")).unwrap();
    store.put(API, &token("hmt_new")).unwrap();
    assert!(!store.remove(API, &token("hmt_old")).unwrap());
    assert_eq!(stored(&store, API).as_deref(), Some("hmt_new"));
}

#[test]
fn storing_the_same_token_again_replaces_nothing() {
    let home = Home::with(SHARED);
    assert!(home.store().put(API, &token("hmt_work")).unwrap().is_none(), "its caller would revoke it");
    assert_eq!(home.text(), SHARED);
}

#[test]
fn nothing_is_created_to_read_or_to_remove() {
    let home = Home::new();
    let store = CredentialStore::at(home.path().join("hm/credentials.toml"));
    assert_eq!(stored(&store, API), None);
    assert!(!store.remove(API, &token("hmt_1")).unwrap());
    assert_eq!(home.files(), [""; 0]);
}

#[test]
fn leftovers_of_killed_writers_are_removed_and_nothing_else() {
    let home = Home::with(SHARED);
    let foreign = [
        ".credentials.toml.swp",
        "credentials.toml.tmp.4711",
        "credentials.toml~",
        "x.credentials.toml.a.tmp",
    ];
    for name in [".credentials.toml.Xy12Za.tmp", ".credentials.toml.abcdef.tmp"].iter().chain(&foreign) {
        fs::write(home.path().join(name), "half").unwrap();
    }
    home.store().put(API, &token("hmt_new")).unwrap();
    let mut expected = foreign.map(str::to_owned).to_vec();
    expected.push("credentials.toml".to_owned());
    expected.sort();
    assert_eq!(home.files(), expected);
}
