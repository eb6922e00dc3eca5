//! The problems that each call can answer with, as OpenAPI responses: by status, with types, headers and examples.

use crate::problem::Problem;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::IntoResponses;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder};

/// What any call may answer.
const ALWAYS: [&str; 2] = ["500 internal", "503 timeout"];

/// Declares the problems of a call, each as its status and the name of its type.
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
    /// Of `/readyz`.
    Ready: "503 stopping", "503 budget-unavailable";
    /// Of what is the same for all, and written beforehand.
    Plain: "500 internal";
    /// Of what is asked for by epoch.
    ByEpoch: "400 malformed", "404 unknown-epoch";
    /// Of one source.
    BySlug: "400 malformed", "404 unknown-epoch", "404 unknown-source", "404 not-found";
    /// Of a range.
    Range: "400 malformed", "400 prefix-length", "404 unknown-index", "404 unknown-format", "404 not-found",
        "410 retired-index", "503 overloaded";
    /// Of an account.
    Account: "401 key";
}

/// Of an evaluation: answers that were counted say what is left.
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
                response.headers.extend(standing().map(|(name, header)| (name.to_owned(), header.into())));
            }
        }
        responses
    }
}

/// What is left to a caller, on answers that were counted.
pub(crate) fn standing() -> [(&'static str, Header); 2] {
    let header = |what: &str, example: &str| {
        let schema = ObjectBuilder::new().schema_type(Type::String).examples([example]);
        let what = format!("If the question was counted: {what} (draft-ietf-httpapi-ratelimit-headers).");
        HeaderBuilder::new().schema(Some(schema)).description(Some(what)).build()
    };
    [
        (
            "RateLimit-Policy",
            header(
                "what the caller's minute and day hold, in elements",
                "\"minute\";q=30;w=60;qu=\"elements\", \"day\";q=100;w=86400;qu=\"elements\"",
            ),
        ),
        ("RateLimit", header("what is left of them", "\"minute\";r=22;t=17, \"day\";r=92;t=30417")),
    ]
}

fn responses(listed: &[&str]) -> BTreeMap<String, RefOr<Response>> {
    let every = Problem::every();
    let mut by_status = BTreeMap::<String, Vec<&Problem>>::new();
    for wanted in ALWAYS.iter().chain(listed).collect::<BTreeSet<_>>() {
        let found: Vec<_> = every.iter().filter(|problem| spelled(problem) == **wanted).collect();
        assert!(!found.is_empty(), "{wanted} is the status and name of a problem");
        for problem in found {
            by_status.entry(problem.name().0.as_str().to_owned()).or_default().push(problem);
        }
    }
    by_status.into_iter().map(|(status, problems)| (status, response(&problems).into())).collect()
}

/// As calls list it: `404 unknown-index`.
fn spelled(problem: &Problem) -> String {
    let (status, name) = problem.name();
    format!("{} {name}", status.as_str())
}

/// All problems of one status in one answer.
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
    let examples = documents.iter().zip(problems).enumerate().map(|(place, (document, problem))| {
        let name = problem.name().1;
        let again = problems[..place].iter().filter(|before| before.name().1 == name).count();
        let name = if again == 0 { name.to_owned() } else { format!("{name}-{}", again + 1) };
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
        let description = if waits == problems.len() { "Seconds to wait." } else { "Seconds to wait, if that helps." };
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
