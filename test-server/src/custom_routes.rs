//! The routes that a test adds for the tool's own API.

use std::sync::Arc;

use crate::reply::Reply;
use crate::request::Request;

pub(crate) type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

#[derive(Default)]
pub(crate) struct CustomRoutes(Vec<(Arc<str>, Arc<Handler>)>);

impl CustomRoutes {
    /// Adds a route such as `GET /api/v0/user`, or replaces the handler of the same one.
    pub(crate) fn add(&mut self, route: &str, handler: Arc<Handler>) {
        self.0.retain(|(known, _)| **known != *route);
        self.0.push((route.into(), handler));
    }

    pub(crate) fn contains(&self, route: &str) -> bool {
        self.0.iter().any(|(known, _)| **known == *route)
    }

    /// Finds the route of a request. The one with the fewest parameters wins.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(Arc<str>, Arc<Handler>)> {
        let matching = self.0.iter().filter(|(route, _)| matches(route, method, path));
        matching.min_by_key(|(route, _)| route.matches('{').count()).cloned()
    }
}

fn matches(route: &str, method: &str, path: &str) -> bool {
    let Some(pattern) = route.strip_prefix(method).and_then(|rest| rest.strip_prefix(' ')) else {
        return false;
    };
    let is_parameter = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let mut segments = path.split('/');
    pattern.split('/').all(|expected| {
        segments
            .next()
            .is_some_and(|segment| segment == expected || (is_parameter(expected) && !segment.is_empty()))
    }) && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_stands_for_one_segment() {
        let builds = "GET /orgs/{org}/builds";
        assert!(matches(builds, "GET", "/orgs/acme/builds"));
        for (method, path) in [
            ("POST", "/orgs/acme/builds"),
            ("GET", "/orgs//builds"),
            ("GET", "/orgs/acme"),
            ("GET", "/orgs/acme/builds/7"),
            ("GET", "/orgs/acme/x/builds"),
        ] {
            assert!(!matches(builds, method, path), "{method} {path}");
        }
    }

    #[test]
    fn the_more_exact_route_wins_and_the_same_one_is_replaced() {
        let mut routes = CustomRoutes::default();
        let handler = |status| Arc::new(move |_: &Request| Reply::empty(status));
        routes.add("GET /orgs/{org}", handler(200));
        routes.add("GET /orgs/acme", handler(201));
        routes.add("GET /orgs/{org}", handler(202));
        let found = |path| routes.find("GET", path).map(|(route, _)| route.to_string());
        assert_eq!(found("/orgs/acme").as_deref(), Some("GET /orgs/acme"));
        assert_eq!(found("/orgs/other").as_deref(), Some("GET /orgs/{org}"));
        assert_eq!(routes.0.len(), 2);
    }
}
