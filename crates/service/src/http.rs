//! What all HTTP handlers share: middleware, problem documents, conditional requests,
//! identification of clients, CORS, templates and Markdown.
//!
//! Knows no route: handlers are in `api` and `site`.

pub(crate) mod clients;
pub(crate) mod conditional;
mod cors;
mod failures;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod middleware;
pub(crate) mod problem;
mod problem_list;
pub(crate) mod rate_limit;
pub(crate) mod template;
