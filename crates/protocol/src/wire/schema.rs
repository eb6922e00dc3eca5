//! OpenAPI schemas of what the messages hold as text or as maps, exact enough to make and to refuse
//! values from them.

use crate::oblivious::{Element, Proof};
use crate::public_key::PublicKey;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Ref, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Declares a schema under a name of its own, by a function without arguments.
macro_rules! schemas {
    ($($type:ty, $name:literal, $schema:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )*};
}

/// The names of kinds.
const KIND: &str = "^[a-z0-9]+(\\.[a-z0-9]+)*$";

/// The id of an index.
pub(crate) struct IndexId;
/// The nonce of seals.
pub(crate) struct NonceText;
/// A day.
pub(crate) struct Date;
/// The name of a kind.
pub(crate) struct KindName;
/// The short name of a source.
pub(crate) struct Slug;
/// Sources of one identifier.
pub(crate) struct SourceSet;
/// A text by language.
pub(crate) struct Texts;
/// Numbers by prefix length.
pub(crate) struct ByPrefixBits;
/// The same by format.
pub(crate) struct ByFormat;
/// Counts by kind.
pub(crate) struct ByKind;
/// Days by kind.
pub(crate) struct DaysByKind;

schemas! {
    Element, "Element",
        bytes(32, "A ristretto255 element other than the identity: 32 bytes in base64url without padding, canonical.")
            .format(Some(SchemaFormat::Custom("ristretto255".into())))
            .examples(["TFUqJMQwTjZnpjXjyDIT4v1TOhhCqZsocM9CCt-QQXk"]).build();
    PublicKey, "PublicKey",
        bytes(32, "The public key of an epoch: a ristretto255 element, 32 bytes in base64url without padding.")
            .examples(["IgkE8sSYI0fL8_Lh7xbKt_G3MGStc_mrVKFfdtfvJgE"]).build();
    Proof, "Proof",
        bytes(64, "A proof of RFC 9497, c and s behind each other: 64 bytes in base64url without padding.")
            .examples(["xKG-6mpp47SiL0C0OJedRPdH0NxK3CKsb539wRnY0gtne2R8qXHy4nh4ajOScCPjqJTNqtX3tHrDaJJBBd8uDw"]).build();
    NonceText, "Nonce",
        bytes(16, "16 bytes in base64url without padding.").examples(["AAECAwQFBgcICQoLDA0ODw"]).build();
    IndexId, "IndexId",
        text("The id of an index: 32 lower-case hex digits.", "^[0-9a-f]{32}$").min_length(Some(32)).max_length(Some(32))
            .examples(["00112233445566778899aabbccddeeff"]).build();
    Date, "Date",
        text("A day, YYYY-MM-DD.", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).examples(["2026-05-02"]).build();
    KindName, "KindName",
        text("The name of a kind of identifier: phone, or a country and a number of it.", KIND)
            .examples(["phone", "cn.ric"]).build();
    Slug, "Slug",
        text("The short name of a source.", "^[a-z0-9][a-z0-9-]{0,63}$").min_length(Some(1)).max_length(Some(64)).examples(["police-2022"]).build();
    SourceSet, "SourceSet",
        ArrayBuilder::new().items(Ref::from_schema_name("Slug")).unique_items(true)
            .description(Some("The sources that an identifier is in, sorted.")).build();
    Texts, "Texts",
        map("A text by language: English (en), Chinese (zh), perhaps more one day. At least one is there.", "^[A-Za-z0-9-]+$")
            .additional_properties(Some(nullable_text())).build();
    ByPrefixBits, "ByPrefixBits",
        map("A number for each served prefix length in bits, which is its name.", "^(4|8|12|16)$")
            .additional_properties(Some(count())).build();
    ByFormat, "ByFormat",
        map("For each format of ranges, txt or bin, and each served prefix length in bits: a number.", "^[a-z]+$")
            .additional_properties(Some(Ref::from_schema_name("ByPrefixBits"))).build();
    ByKind, "ByKind", map("A count for each kind.", KIND).additional_properties(Some(count())).build();
    DaysByKind, "DaysByKind",
        map("A number of days for each kind.", KIND).additional_properties(Some(days())).build();
}

/// So many bytes in base64url without padding (RFC 4648 §5), canonical: unused bits of the last
/// character are zero.
fn bytes(count: usize, description: &str) -> ObjectBuilder {
    let length = (count * 4).div_ceil(3);
    let last = match count % 3 {
        0 => "A-Za-z0-9_-",
        1 => "AQgw",
        _ => "AEIMQUYcgkosw048",
    };
    text(description, &format!("^[A-Za-z0-9_-]{{{}}}[{last}]$", length - 1))
        .min_length(Some(length))
        .max_length(Some(length))
}

fn text(description: &str, pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).pattern(Some(pattern))
}

fn nullable_text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

fn count() -> ObjectBuilder {
    let format = Some(SchemaFormat::Custom("uint64".into()));
    ObjectBuilder::new().schema_type(Type::Integer).format(format).minimum(Some(0))
}

fn days() -> ObjectBuilder {
    let format = Some(SchemaFormat::KnownFormat(KnownFormat::Double));
    ObjectBuilder::new().schema_type(Type::Number).format(format).minimum(Some(0.0))
}

/// A map whose names look like this.
fn map(description: &str, names: &str) -> ObjectBuilder {
    let names = ObjectBuilder::new().schema_type(Type::String).pattern(Some(names)).build();
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .property_names(Some(Schema::Object(names)))
}
