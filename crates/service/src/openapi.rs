//! The description of the API, OpenAPI 3.1: it follows from the handlers, which are routed by what is said of them, and
//! from the messages. What is the same for all of them is here; examples and prose are those of the documents.

pub(crate) mod examples;
mod page;
pub(crate) mod problems;

use crate::routes;
use axum::body;
use exposure_protocol::wire::Problem;
use std::sync::LazyLock;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, Info, License, OpenApi, OpenApiBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The name of the scheme by which partners show who they are.
pub(crate) const PARTNER_KEY: &str = "partner_key";

/// Groups of calls.
pub(crate) const CHECKING: &str = "Checking";
pub(crate) const ABOUT_INDEX: &str = "About the index";
pub(crate) const BUDGETS: &str = "Budgets";
pub(crate) const SERVICE: &str = "The service itself";

/// What the API is, before the paragraph on stability.
const INTRODUCTION: &str = "Answers whether a phone number or national ID is in a leak, without being told the number. \
     A client blinds the number, has it evaluated, fetches everything whose digest begins with the same few bits, and \
     looks for its own by itself. There is no call that takes a number, and there never will be.\n\n\
     JSON is UTF-8. Byte strings are base64url without padding, canonical. Every GET is answered to HEAD too. A path or \
     method that is not described here is answered by the problem not-found or method-not-allowed, the latter with the \
     header Allow. Send no cookies.";

/// The description in the forms in which it is sent.
pub(crate) struct Described {
    /// `GET /openapi.json`
    pub(crate) json: body::Bytes,
    /// `GET /docs`
    pub(crate) page: body::Bytes,
}

/// Of this program. Nothing in it depends on a configuration.
pub(crate) static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let document = document();
    let json = document.to_pretty_json().expect("a description is JSON") + "\n";
    Described { json: json.into(), page: page::of(&document).into() }
});

/// A body that is no text.
pub(crate) struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Bytes {}

/// The whole description.
fn document() -> OpenApi {
    let mut document = routes::table().into_openapi();
    if let Some(components) = &mut document.components {
        // Named by all problems, which are described together.
        components.schemas.insert(Problem::name().into(), Problem::schema());
    }
    document
}

/// What stands in front of the calls.
pub(crate) fn beginning() -> OpenApi {
    let mut info = Info::new("Exposure Checker", env!("CARGO_PKG_VERSION"));
    let stability = examples::stability();
    info.description = Some(format!("{INTRODUCTION}\n\n## Stability and deprecation\n\n{stability}"));
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let tag = |name, description| TagBuilder::new().name(name).description(Some(description)).build();
    let mut components = Components::new();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("expk_ID_SECRET")
        .description(Some(
            "The key of a partner, which the operator gives out. Without one, a caller is known by its address. \
             What is presented and is not a live key is answered 401, and never taken for an anonymous caller.",
        ))
        .build();
    components.add_security_scheme(PARTNER_KEY, SecurityScheme::Http(bearer));
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .tags(Some([
            tag(CHECKING, "The two questions of a check. Nothing may be sent that depends on the answers."),
            tag(ABOUT_INDEX, "What a client fetches, whole, before it asks for a range."),
            tag(BUDGETS, "What may be asked."),
            tag(SERVICE, "Whether it is well, and this description."),
        ]))
        .build()
}
