//! The rule table: what each kind of difference is called and what it means.
//!
//! The idea behind it: a request that is narrowed breaks clients, and so does a response that is widened. The reverse
//! does not.

/// Defines the rows of one part of the table: `NAME "id", scope, effect, "summary", sends "..", receives "..",
/// example Fragment "before" => "after";` with `level request, response because "reason",` behind the effect if they deviate.
macro_rules! rows {
    ($($rule:ident $name:literal $scope:ident $effect:ident
       $(level $request:ident $response:ident because $reason:literal)?
       $summary:literal
       $(sends $sends:literal)? $(receives $receives:literal)?
       example $fragment:ident $before:literal => $after:literal;)*) => {
        $(pub(crate) static $rule: crate::rules::Rule = crate::rules::Rule {
            name: $name,
            scope: crate::rules::Scope::$scope,
            effect: crate::rules::Effect::$effect,
            deviation: rows!(@deviation $($request $response $reason)?),
            summary: $summary,
            sends: concat!($($sends)?),
            receives: concat!($($receives)?),
            example: crate::rules::Example {
                of: crate::rules::Fragment::$fragment, before: $before, after: $after,
            },
        };)*
        pub(super) static ROWS: &[&crate::rules::Rule] = &[$(&$rule),*];
    };
    (@deviation) => { None };
    (@deviation $request:ident $response:ident $reason:literal) => {
        Some((crate::rules::Level::$request, crate::rules::Level::$response, $reason))
    };
}

mod document;
mod message;
mod operation;
mod schema;

pub(crate) use document::*;
pub(crate) use message::*;
pub(crate) use operation::*;
pub(crate) use schema::*;

/// How much a difference matters to released clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing differs.
    #[default]
    None,
    /// Only what people read differs.
    Docs,
    /// Released clients go on unchanged.
    Additive,
    /// Released clients may fail.
    Breaking,
}

/// The direction in which data travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The client sends it.
    Request,
    /// The client receives it.
    Response,
}

/// What a change does to the set of values that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Fewer values are allowed.
    Narrows,
    /// More values are allowed.
    Widens,
    /// Other values are allowed.
    Replaces,
    /// The same values are allowed.
    Neutral,
}

/// Which directions a rule applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Data that travels in either direction: the rule has two ids, beginning with `request-` and `response-`.
    Both,
    /// Requests, or the operation or document as a whole.
    Request,
    /// Responses.
    Response,
}

/// One row of the table. Callers that add findings of their own define their rules with it, too.
#[derive(Debug)]
pub struct Rule {
    /// The stable id, without the direction.
    pub name: &'static str,
    /// The directions that it applies to.
    pub scope: Scope,
    /// What the change does to the set of allowed values.
    pub effect: Effect,
    /// The level in a request and in a response, and the reason, if they do not follow from the effect.
    pub deviation: Option<(Level, Level, &'static str)>,
    /// What happens to the subject, as the rest of a sentence.
    pub summary: &'static str,
    /// What it means for the party that sends the request, or for everybody.
    pub sends: &'static str,
    /// What it means for the party that receives the response.
    pub receives: &'static str,
    /// A change that the rule judges.
    pub example: Example,
}

/// A change that a rule judges, as two fragments of YAML.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What the fragments are.
    pub of: Fragment,
    /// The old fragment.
    pub before: &'static str,
    /// The new fragment.
    pub after: &'static str,
}

/// What the fragments of an example are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A whole document without `openapi`, `info` and, if it has none, `paths`.
    Document,
    /// A path item.
    PathItem,
    /// An operation without `responses`, if it has none.
    Operation,
    /// A parameter.
    Parameter,
    /// The `content` of a body.
    Content,
    /// The schema of a JSON body.
    Schema,
}

impl Rule {
    /// Returns the id for a direction.
    pub fn id(&self, direction: Direction) -> String {
        match self.scope {
            Scope::Both => format!("{}-{}", direction.name(), self.name),
            Scope::Request | Scope::Response => self.name.to_owned(),
        }
    }

    /// Returns the level in a direction.
    pub fn level(&self, direction: Direction) -> Level {
        let (request, response) = match (self.deviation, self.effect) {
            (Some((request, response, _)), _) => (request, response),
            (None, Effect::Narrows) => (Level::Breaking, Level::Additive),
            (None, Effect::Widens) => (Level::Additive, Level::Breaking),
            (None, Effect::Replaces) => (Level::Breaking, Level::Breaking),
            (None, Effect::Neutral) => (Level::Docs, Level::Docs),
        };
        match direction {
            Direction::Request => request,
            Direction::Response => response,
        }
    }

    /// Returns what the change means in a direction.
    pub fn impact(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Request => self.sends,
            Direction::Response => self.receives,
        }
    }

    /// Returns the directions that the rule applies to.
    pub fn directions(&self) -> &'static [Direction] {
        match self.scope {
            Scope::Both => &[Direction::Request, Direction::Response],
            Scope::Request => &[Direction::Request],
            Scope::Response => &[Direction::Response],
        }
    }
}

impl Level {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Docs => "docs",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

impl Direction {
    /// Returns the opposite direction.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }

    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

impl Effect {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Narrows => "narrows",
            Self::Widens => "widens",
            Self::Replaces => "replaces",
            Self::Neutral => "neutral",
        }
    }
}

/// Returns the parts of the table, each with its title.
pub(crate) fn sections() -> [(&'static str, &'static [&'static Rule]); 4] {
    [
        ("The document", document::ROWS),
        ("Operations", operation::ROWS),
        ("Parameters, bodies, responses and headers", message::ROWS),
        ("Schemas", schema::ROWS),
    ]
}

/// Returns all rules, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    sections().into_iter().flat_map(|(_, rules)| rules).copied()
}

/// Returns the rule with an id, and the direction that the id names.
pub fn find(id: &str) -> Option<(&'static Rule, Direction)> {
    all().find_map(|rule| {
        let direction = rule.directions().iter().find(|direction| rule.id(**direction) == id)?;
        Some((rule, *direction))
    })
}
