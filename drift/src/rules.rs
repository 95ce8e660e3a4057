//! The rule table: the id, level and impact of each kind of difference.
//!
//! The principle: narrowing a request breaks clients, and so does widening a response. The reverse does not.

/// Defines the rows of one part of the table: `NAME "id" Scope Effect "summary" sends ".." receives ".."
/// example Fragment "before" => "after";`. If the levels do not follow from the effect, `level Request Response because
/// "reason"` follows it.
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
    /// Only documentation differs.
    Docs,
    /// Released clients keep working.
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

/// The effect of a change on the set of allowed values.
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

/// The directions that a rule applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Both directions. The rule has two ids, which begin with `request-` and `response-`.
    Both,
    /// Requests, or whole operations or documents.
    Request,
    /// Responses.
    Response,
}

/// A rule. Callers that add their own findings define rules, too.
#[derive(Debug)]
pub struct Rule {
    /// The stable id, without the direction.
    pub name: &'static str,
    /// The directions that the rule applies to.
    pub scope: Scope,
    /// The effect on the set of allowed values.
    pub effect: Effect,
    /// The level in a request and in a response, and the reason, if they do not follow from the effect.
    pub deviation: Option<(Level, Level, &'static str)>,
    /// The change, as a predicate: `is removed`.
    pub summary: &'static str,
    /// The impact if the client sends the data, or in general.
    pub sends: &'static str,
    /// The impact if the client receives the data.
    pub receives: &'static str,
    /// A change that the rule reports.
    pub example: Example,
}

/// An example of a change, as two YAML fragments.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The kind of the fragments.
    pub of: Fragment,
    /// The old fragment.
    pub before: &'static str,
    /// The new fragment.
    pub after: &'static str,
}

/// The kind of an example's fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A document without `openapi` and `info`. `paths` is optional.
    Document,
    /// A path item.
    PathItem,
    /// An operation. `responses` is optional.
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

    /// Returns the impact in a direction.
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
    /// Returns the name.
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

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

impl Effect {
    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Narrows => "narrows",
            Self::Widens => "widens",
            Self::Replaces => "replaces",
            Self::Neutral => "neutral",
        }
    }
}

/// Returns the parts of the table with their titles.
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

/// Returns the rule with an id, and the direction of the id.
pub fn find(id: &str) -> Option<(&'static Rule, Direction)> {
    all().find_map(|rule| {
        let direction = rule.directions().iter().find(|direction| rule.id(**direction) == id)?;
        Some((rule, *direction))
    })
}
