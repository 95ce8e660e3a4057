//! Tests of the formats for CI services: annotations and SARIF.

use openapi_drift::render::{self, Name, Names};
use serde_json::{Value, json};

use crate::render::full;
use crate::support::{NAMES, many};

const TEXT: &str = r#"{
  "paths": {
    "/listPets": {
      "get": {
        "summary": "a"
      }
    }
  }
}"#;

fn names<'a>(old: &'a str, new: &'a str) -> Names<'a> {
    Names { old: Name { name: old, text: Some(TEXT) }, new: Name { name: new, text: Some(TEXT) } }
}

#[test]
fn annotations_have_the_line_in_a_local_file() {
    let report = full();
    let out = render::github(&report, &names("https://example.com/a.json", "./api/new.json"));
    let lines: Vec<&str> = out.lines().collect();
    // A removed value has the line of its nearest ancestor.
    assert_eq!(
        lines[0],
        "::error file=api/new.json,line=4,title=API drift%2C breaking%3A request-thing-removed::listPets: field user.name is \
         removed (text): The server ignores it; wrapper: Client::list_pets in src/client.rs"
    );
    assert!(lines[1].starts_with("::error file=api/schemas/pet.yaml,title="), "{}", lines[1]);
    assert_eq!(lines[2], "::error title=API drift in Rust%2C breaking::types::Pet.id changes (i32 -> i64)");
    assert!(lines[3].starts_with("::warning file=api/new.json,title="), "{}", lines[3]);
    assert!(lines[4].starts_with("::notice file=api/new.json,"), "{}", lines[4]);
    assert_eq!(
        lines[5],
        "::notice title=API drift::breaking: 2 breaking, 1 additive, 1 docs, 1 accepted; on the wire breaking, in Rust \
         breaking (1 item); version: minor release"
    );
    assert_eq!(lines.len(), 6);
    // Only the old document is a local file.
    let out = render::github(&report, &names("old.json", "v2:new.json"));
    assert!(out.starts_with("::error file=old.json,line=4,"), "{out}");
    let out = render::github(&report, &names("-", "v2:new.json"));
    assert!(out.starts_with("::error title="), "{out}");
}

#[test]
fn annotations_are_limited_to_what_github_shows() {
    let out = render::github(&many(900), &NAMES);
    let count = |command: &str| out.lines().filter(|line| line.starts_with(command)).count();
    assert_eq!([count("::error "), count("::warning "), count("::notice ")], [10; 3]);
    assert_eq!(
        out.lines().last(),
        Some(
            "::notice title=API drift::breaking: 300 breaking, 300 additive, 300 docs; not annotated: 290 breaking, 290 \
             additive, 291 docs"
        )
    );
}

#[test]
fn sarif_has_rules_results_and_locations() {
    let report = full();
    let text = render::sarif(&report, &names("main:api/old.json", "api/new.json"));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["version"], "2.1.0");
    let run = &value["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "openapi-drift");
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "thing-reworded",
            "request-thing-widened",
            "request-thing-removed",
            "response-thing-widened",
            "rust-item-changed"
        ]
    );
    assert_eq!(rules[3]["defaultConfiguration"]["level"], "error");
    assert_eq!(rules[3]["fullDescription"]["text"], "The client may not know the new value.");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
    }
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["note", "warning", "error", "error", "error", "error"]);
    assert_eq!(
        results[2],
        json!({
            "ruleId": "request-thing-removed",
            "ruleIndex": 2,
            "level": "error",
            "message": {"text": "listPets: field user.name is removed (text): The server ignores it; wrapper: \
                                 Client::list_pets in src/client.rs"},
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": {"uri": "api/new.json"},
                    "region": {"startLine": 4},
                },
                "logicalLocations": [{"fullyQualifiedName": "#/paths/~1listPets/get", "kind": "old"}],
            }],
            "partialFingerprints": {"openapiDrift/v1": report.findings[2].fingerprint()},
        })
    );
    let location = &results[3]["locations"][0];
    assert_eq!(location["physicalLocation"], json!({"artifactLocation": {"uri": "api/schemas/pet.yaml"}}));
    assert_eq!(location["logicalLocations"][1]["fullyQualifiedName"], "schemas/pet.yaml#/Pet/properties/id");
    assert_eq!(results[4]["suppressions"][0]["justification"], "Nobody sends it.");
    assert_eq!(results[5]["message"]["text"], "types::Pet.id changes (i32 -> i64)");
    assert_eq!(
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
        "version: minor release"
    );
    assert_eq!(run["properties"], json!({"verdict": "breaking", "wire": "breaking", "rust": "breaking"}));
}
