//! Formats YAML in block style, which is easier to read than the flow style of the rule table.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A value with the original text of its scalars.
enum Node {
    Scalar(String),
    Sequence(Vec<Node>),
    Mapping(Vec<(Node, Node)>),
}

/// Returns a fragment in block style. Invalid YAML is returned unchanged.
pub(super) fn style(yaml: &str) -> String {
    let events = Parser::new_from_str(yaml).map(|event| event.map(|(event, _)| event));
    let Ok(events) = events.collect::<Result<Vec<_>, _>>() else { return format!("{yaml}\n") };
    let mut events = events
        .into_iter()
        .filter(|event| !matches!(event, Event::StreamStart | Event::DocumentStart(_) | Event::Nothing));
    match node(&mut events) {
        Some(node) => lines(&node).into_iter().map(|line| line + "\n").collect(),
        None => format!("{yaml}\n"),
    }
}

fn node<'e>(events: &mut impl Iterator<Item = Event<'e>>) -> Option<Node> {
    match events.next()? {
        Event::Scalar(text, style, ..) => Some(Node::Scalar(match style {
            ScalarStyle::Plain => text.into_owned(),
            ScalarStyle::SingleQuoted if !text.contains('\n') => format!("'{}'", text.replace('\'', "''")),
            _ => serde_json::Value::from(text.as_ref()).to_string(),
        })),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            while let Some(item) = node(events) {
                items.push(item);
            }
            Some(Node::Sequence(items))
        }
        Event::MappingStart(..) => {
            let mut members = Vec::new();
            while let Some(key) = node(events) {
                members.push((key, node(events)?));
            }
            Some(Node::Mapping(members))
        }
        // The end of the enclosing container.
        _ => None,
    }
}

fn lines(node: &Node) -> Vec<String> {
    match node {
        Node::Scalar(text) => vec![text.clone()],
        Node::Sequence(items) if items.is_empty() => vec!["[]".to_owned()],
        Node::Mapping(members) if members.is_empty() => vec!["{}".to_owned()],
        Node::Sequence(items) => items
            .iter()
            .flat_map(|item| {
                let lines = lines(item).into_iter().enumerate();
                lines.map(|(index, line)| format!("{}{line}", if index == 0 { "- " } else { "  " }))
            })
            .collect(),
        Node::Mapping(members) => members
            .iter()
            .flat_map(|(key, value)| {
                let key = lines(key).join(" ");
                let value_lines = lines(value);
                let is_block = match value {
                    Node::Scalar(_) => false,
                    Node::Sequence(items) => !items.is_empty(),
                    Node::Mapping(members) => !members.is_empty(),
                };
                if is_block {
                    let indented = value_lines.into_iter().map(|line| format!("  {line}"));
                    std::iter::once(format!("{key}:")).chain(indented).collect()
                } else {
                    vec![format!("{key}: {}", value_lines.concat()).trim_end().to_owned()]
                }
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_style_becomes_block_style() {
        let flow = "{paths: {/pets: {get: {tags: [a, {b: 'it''s'}], responses: {'204': {}}, \
                    description: \"x\\ny\", enum: []}}}}";
        let block = "paths:\n  /pets:\n    get:\n      tags:\n        - a\n        - b: 'it''s'\n      responses:\n        \
                     '204': {}\n      description: \"x\\ny\"\n      enum: []\n";
        assert_eq!(style(flow), block);
        assert_eq!(style(block), block);
        assert_eq!(style("{}"), "{}\n");
        assert_eq!(style("{a"), "{a\n");
    }
}
