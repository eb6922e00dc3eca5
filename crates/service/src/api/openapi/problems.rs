//! The problems of each call as OpenAPI responses: by status, with types, headers and examples.

use crate::http::problem::Problem;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::IntoResponses;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder};

/// Problems of every call.
const ALWAYS: [&str; 2] = ["500 internal", "503 timeout"];

/// Declares the problems of calls, each as its status and the name of its type.
macro_rules! problems {
    ($($(#[$doc:meta])* $call:ident: $($problem:literal),+;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $call;

        impl IntoResponses for $call {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&[$($problem),+])
            }
        }
    )*};
}

problems! {
    /// `/readyz`.
    Ready: "503 stopping", "503 budget-unavailable";
    /// Calls whose response is the same for all clients.
    Plain: "500 internal";
    /// Calls that depend on the epoch.
    ByEpoch: "400 malformed", "404 unknown-epoch";
    /// One source.
    BySlug: "400 malformed", "404 unknown-epoch", "404 unknown-source", "404 not-found";
    /// A range.
    Range: "400 malformed", "400 prefix-length", "404 unknown-index", "404 unknown-format", "404 not-found",
        "410 retired-index", "503 overloaded";
    /// An account.
    Account: "401 key";
}

/// An evaluation. Responses that were charged, or rejected by a quota, say what is left.
pub(crate) struct Evaluate;

impl IntoResponses for Evaluate {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = responses(&[
            "400 malformed",
            "400 malformed-element",
            "400 element-count",
            "401 key",
            "404 unkeyed",
            "408 body-timeout",
            "409 unknown-epoch",
            "413 too-large",
            "415 media-type",
            "429 address-budget",
            "429 partner-budget",
            "503 global-budget",
            "503 partner-pool",
            "503 budget-unavailable",
            "503 overloaded",
        ]);
        for status in ["400", "429", "500", "503"] {
            if let Some(RefOr::T(response)) = responses.get_mut(status) {
                response.headers.extend(allowance_headers().map(|(name, header)| (name.to_owned(), header.into())));
            }
        }
        responses
    }
}

/// The headers that say what is left to a client.
fn allowance_headers() -> [(&'static str, Header); 2] {
    let header = |what: &str, example: &str| {
        let schema = ObjectBuilder::new().schema_type(Type::String).examples([example]);
        let what = format!("If the request was counted: {what} (draft-ietf-httpapi-ratelimit-headers).");
        HeaderBuilder::new().schema(Some(schema)).description(Some(what)).build()
    };
    [
        (
            "RateLimit-Policy",
            header(
                "the quotas of the client's minute and day, in elements",
                "\"minute\";q=30;w=60;qu=\"elements\", \"day\";q=100;w=86400;qu=\"elements\"",
            ),
        ),
        ("RateLimit", header("what is left of them", "\"minute\";r=22;t=17, \"day\";r=92;t=30417")),
    ]
}

fn responses(listed: &[&str]) -> BTreeMap<String, RefOr<Response>> {
    let all = Problem::all();
    let mut by_status = BTreeMap::<String, Vec<&Problem>>::new();
    for wanted in ALWAYS.iter().chain(listed).collect::<BTreeSet<_>>() {
        let found: Vec<_> = all.iter().filter(|problem| spelled(problem) == **wanted).collect();
        assert!(!found.is_empty(), "{wanted} is the status and name of a problem");
        for problem in found {
            by_status.entry(problem.name().0.as_str().to_owned()).or_default().push(problem);
        }
    }
    by_status.into_iter().map(|(status, problems)| (status, response(&problems).into())).collect()
}

/// The form in which calls declare it: `404 unknown-index`.
fn spelled(problem: &Problem) -> String {
    let (status, name) = problem.name();
    format!("{} {name}", status.as_str())
}

/// One response for all problems of a status.
fn response(problems: &[&Problem]) -> Response {
    let documents: Vec<_> = problems.iter().map(|problem| problem.document()).collect();
    let mut titles: Vec<_> = documents.iter().map(|document| format!("{}.", document.title)).collect();
    titles.dedup();
    let mut types: Vec<_> = documents.iter().map(|document| json!(document.kind)).collect();
    types.dedup();
    let status = documents.first().map(|document| document.status);
    let narrowed = ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some(types)))
        .property("status", ObjectBuilder::new().schema_type(Type::Integer).enum_values(status.map(|status| [status])));
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed);
    let examples = documents.iter().zip(problems).enumerate().map(|(index, (document, problem))| {
        let name = problem.name().1;
        let repeated = problems[..index].iter().filter(|other| other.name().1 == name).count();
        let name = if repeated == 0 { name.to_owned() } else { format!("{name}-{}", repeated + 1) };
        let value: Option<Value> = serde_json::to_value(document).ok();
        (name, RefOr::T(ExampleBuilder::new().summary(&document.title).value(value).build()))
    });
    let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build();
    let mut response = ResponseBuilder::new()
        .description(titles.join(" "))
        .content("application/problem+json", content)
        .header("Cache-Control", text("Always no-store.", "no-store"));
    let waits = problems.iter().filter(|problem| problem.retry_after().is_some()).count();
    if waits > 0 {
        let description =
            if waits == problems.len() { "Seconds to wait." } else { "Seconds to wait, if waiting helps." };
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        response = response
            .header("Retry-After", HeaderBuilder::new().schema(Some(seconds)).description(Some(description)).build());
    }
    if status == Some(401) {
        response = response.header("WWW-Authenticate", text("Always Bearer.", "Bearer"));
    }
    response.build()
}

fn text(description: &str, value: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([value]));
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
