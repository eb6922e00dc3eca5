//! Schemas as text for people: types with their bounds, and links to named messages.

use crate::http::template::escaped;
use serde_json::Value;
use utoipa::openapi::schema::{AllOf, Object};
use utoipa::openapi::{RefOr, Schema};

/// Precedes the name of a referenced schema.
const REFERENCE: &str = "#/components/schemas/";

/// The description of a message and its fields, in order.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) description: Option<&'a str>,
    pub(super) fields: Vec<Field<'a>>,
}

/// A field of a message.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) required: bool,
    pub(super) schema: &'a RefOr<Schema>,
    pub(super) description: Option<&'a str>,
}

/// The fields of a message, including those of schemas that it is composed of.
pub(super) fn fields(schema: &Schema) -> Fields<'_> {
    match schema {
        Schema::Object(object) => of_object(object),
        Schema::AllOf(AllOf { items, description, .. }) => {
            let parts =
                items.iter().filter_map(|item| if let RefOr::T(part) = item { Some(fields(part)) } else { None });
            let fields = parts.flat_map(|part| part.fields).collect();
            Fields { description: description.as_deref(), fields }
        }
        Schema::Array(array) => Fields { description: array.description.as_deref(), fields: Vec::new() },
        _ => Fields::default(),
    }
}

fn of_object(object: &Object) -> Fields<'_> {
    let fields = object.properties.iter().map(|(name, schema)| Field {
        name,
        required: object.required.contains(name),
        description: description(schema),
        schema,
    });
    Fields { description: object.description.as_deref(), fields: fields.collect() }
}

fn description(schema: &RefOr<Schema>) -> Option<&str> {
    let text = match schema {
        RefOr::Ref(named) => return Some(named.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Object(object)) => &object.description,
        RefOr::T(Schema::Array(array)) => &array.description,
        // If the value can be null, the description is with its other type.
        RefOr::T(Schema::OneOf(one)) => {
            return one.description.as_deref().or_else(|| one.items.iter().find_map(description));
        }
        RefOr::T(Schema::AllOf(all)) => &all.description,
        RefOr::T(Schema::AnyOf(any)) => &any.description,
        RefOr::T(_) => &None,
    };
    text.as_deref()
}

/// The type of a value, as HTML.
pub(super) fn type_html(schema: &RefOr<Schema>) -> String {
    html(&serde_json::to_value(schema).expect("a schema is JSON"))
}

fn html(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|named| named.strip_prefix(REFERENCE)) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    for (word, joint) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        if let Some(parts) = schema[word].as_array() {
            let mut parts: Vec<_> = parts.iter().map(html).collect();
            // Null comes last.
            parts.sort_by_key(|part| part == "null");
            return parts.join(joint);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|value| code(&plain(value))).collect();
        return values.join(" or ");
    }
    types(schema).join(" or ") + &bounds(schema)
}

fn types(schema: &Value) -> Vec<String> {
    let names = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["anything"],
    };
    let described = names.into_iter().map(|name| match name {
        "array" => format!("list of {}", html(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map to {}", html(&schema["additionalProperties"]))
        }
        "string" => "text".to_owned(),
        name => escaped(name),
    });
    described.collect()
}

/// The bounds of a value, such as `, 1 to 8 items`.
fn bounds(schema: &Value) -> String {
    let units =
        [["minimum", "maximum", ""], ["minLength", "maxLength", " characters"], ["minItems", "maxItems", " items"]];
    let ranges = units.map(|[least, most, unit]| {
        let (least, most) = (&schema[least], &schema[most]);
        match (least.is_null(), most.is_null()) {
            (false, false) if least == most => format!(", {}{unit}", plain(least)),
            (false, false) => format!(", {} to {}{unit}", plain(least), plain(most)),
            (false, true) => format!(", {} or more{unit}", plain(least)),
            (true, false) => format!(", {} at most{unit}", plain(most)),
            (true, true) => String::new(),
        }
    });
    let multiple = match &schema["multipleOf"] {
        Value::Null => String::new(),
        factor => format!(", a multiple of {}", plain(factor)),
    };
    let pattern = schema["pattern"].as_str().map(|pattern| format!("<br>{}", code(pattern)));
    ranges.concat() + &multiple + &pattern.unwrap_or_default()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// A value without quotation marks; integers without a decimal point.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => {
            let number = number.to_string();
            number.strip_suffix(".0").map_or(number.clone(), str::to_owned)
        }
        other => other.to_string(),
    }
}
