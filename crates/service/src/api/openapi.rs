//! The description of the API, OpenAPI 3.1.
//!
//! It is derived from the table of routes, which this module is handed, and from the messages. What
//! all calls have in common is defined here; examples and prose are shared with the documents.

pub(crate) mod examples;
mod page;
pub(crate) mod problems;
mod schemas;

use crate::api::openapi::examples::STABILITY;
use axum::body;
use exposure_protocol::wire::Problem;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, Info, License, OpenApi, OpenApiBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The style sheet of `/docs`.
pub(crate) const STYLE: &str = include_str!("openapi/page.css");

/// The name of the security scheme of partners.
const PARTNER_KEY: &str = "partner_key";

/// Groups of calls.
pub(crate) const CHECKING: &str = "Checking";
pub(crate) const ABOUT_INDEX: &str = "About the index";
pub(crate) const BUDGETS: &str = "Budgets";
pub(crate) const SERVICE: &str = "The service itself";

/// What the API does; the paragraphs on stability follow it.
const INTRODUCTION: &str = "Answers whether a phone number or national ID is in a leak, without learning the number. A \
     client blinds the number, has it evaluated, fetches all entries whose digest begins with the same few bits, and \
     searches them itself. No call takes a number, and none ever will.\n\n\
     JSON is UTF-8. Byte strings are canonical base64url without padding. HEAD is supported wherever GET is. Any other \
     path or method is answered with the problem not-found or method-not-allowed, the latter with the header Allow. \
     Send no cookies.";

/// The description in the forms in which it is sent.
pub(crate) struct Description {
    /// `GET /openapi.json`
    pub(crate) json: body::Bytes,
    /// `GET /docs`
    pub(crate) page: body::Bytes,
}

impl Description {
    /// Describes a table of routes. Nothing in it depends on the configuration.
    pub(crate) fn new(mut table: OpenApi) -> Self {
        if let Some(components) = &mut table.components {
            // All problems refer to this schema, which no single call declares.
            components.schemas.insert(Problem::name().into(), Problem::schema());
        }
        let json = table.to_pretty_json().expect("a description is JSON") + "\n";
        Self { json: json.into(), page: page::render(&table).into() }
    }
}

/// A binary body.
pub(crate) struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Bytes {}

/// Everything but the calls.
pub(crate) fn preamble() -> OpenApi {
    let mut info = Info::new("Exposure Checker", env!("CARGO_PKG_VERSION"));
    info.description = Some(format!("{INTRODUCTION}\n\n## Stability and deprecation\n\n{}", STABILITY.trim()));
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let tag = |name, description| TagBuilder::new().name(name).description(Some(description)).build();
    let mut components = Components::new();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("expk_ID_SECRET")
        .description(Some(
            "The key of a partner, issued by the operator. Without one, a client is identified by its address. An \
             unknown or revoked key gets 401; its request is never treated as one without a key.",
        ))
        .build();
    components.add_security_scheme(PARTNER_KEY, SecurityScheme::Http(bearer));
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .tags(Some([
            tag(CHECKING, "The two requests of a check. No request may depend on their responses."),
            tag(ABOUT_INDEX, "What a client fetches, as a whole, before it requests a range."),
            tag(BUDGETS, "How much may be evaluated."),
            tag(SERVICE, "Health of the service, and this description."),
        ]))
        .build()
}
