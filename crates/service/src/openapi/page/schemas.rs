//! Schemas in words: what a field is made of, with its bounds, and links to what has a name.

use super::html::{Code, Text, add};
use serde_json::Value;
use utoipa::openapi::schema::{AllOf, Object};
use utoipa::openapi::{RefOr, Schema};

/// In front of the name of a schema that is described elsewhere.
const NAMED: &str = "#/components/schemas/";

/// A message: what it is, and its fields in their order.
#[derive(Default)]
pub(super) struct Shown<'a> {
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

/// The fields of a message; of one that is made of others, all of its own.
pub(super) fn shown(schema: &Schema) -> Shown<'_> {
    match schema {
        Schema::Object(object) => of_object(object),
        Schema::AllOf(AllOf { items, description, .. }) => {
            let parts =
                items.iter().filter_map(|item| if let RefOr::T(part) = item { Some(shown(part)) } else { None });
            let fields = parts.flat_map(|part| part.fields).collect();
            Shown { description: description.as_deref(), fields }
        }
        Schema::Array(array) => Shown { description: array.description.as_deref(), fields: Vec::new() },
        _ => Shown::default(),
    }
}

fn of_object(object: &Object) -> Shown<'_> {
    let fields = object.properties.iter().map(|(name, schema)| Field {
        name,
        required: object.required.contains(name),
        description: description(schema),
        schema,
    });
    Shown { description: object.description.as_deref(), fields: fields.collect() }
}

fn description(schema: &RefOr<Schema>) -> Option<&str> {
    let text = match schema {
        RefOr::Ref(named) => return Some(named.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Object(object)) => &object.description,
        RefOr::T(Schema::Array(array)) => &array.description,
        // Of something that can be null it stands with what it is otherwise.
        RefOr::T(Schema::OneOf(one)) => {
            return one.description.as_deref().or_else(|| one.items.iter().find_map(description));
        }
        RefOr::T(Schema::AllOf(all)) => &all.description,
        RefOr::T(Schema::AnyOf(any)) => &any.description,
        RefOr::T(_) => &None,
    };
    text.as_deref()
}

/// What a value is, in a few words of HTML.
pub(super) fn kind(schema: &RefOr<Schema>) -> String {
    in_words(&serde_json::to_value(schema).expect("a schema is JSON"))
}

fn in_words(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|named| named.strip_prefix(NAMED)) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", Text(name));
    }
    for (word, joint) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        if let Some(parts) = schema[word].as_array() {
            let mut parts: Vec<_> = parts.iter().map(in_words).collect();
            // What it is comes first, that it can be nothing comes last.
            parts.sort_by_key(|part| part == "null");
            return parts.join(joint);
        }
    }
    let mut words = types(schema).join(" or ");
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|value| Code(&plain(value)).to_string()).collect();
        return values.join(" or ");
    }
    bounds(&mut words, schema);
    words
}

fn types(schema: &Value) -> Vec<String> {
    let names = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["anything"],
    };
    let in_words = names.into_iter().map(|name| match name {
        "array" => format!("list of {}", in_words(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map to {}", in_words(&schema["additionalProperties"]))
        }
        "boolean" => "true or false".to_owned(),
        "integer" => "whole number".to_owned(),
        "string" => "text".to_owned(),
        name => Text(name).to_string(),
    });
    in_words.collect()
}

fn bounds(words: &mut String, schema: &Value) {
    for [least, most, unit] in
        [["minimum", "maximum", ""], ["minLength", "maxLength", " characters"], ["minItems", "maxItems", " of them"]]
    {
        let (least, most) = (&schema[least], &schema[most]);
        match (least.is_null(), most.is_null()) {
            (false, false) if least == most => add!(words, ", {}{unit}", plain(least)),
            (false, false) => add!(words, ", {} to {}{unit}", plain(least), plain(most)),
            (false, true) => add!(words, ", {} or more{unit}", plain(least)),
            (true, false) => add!(words, ", {} at most{unit}", plain(most)),
            (true, true) => {}
        }
    }
    if !schema["multipleOf"].is_null() {
        add!(words, ", a multiple of {}", plain(&schema["multipleOf"]));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        add!(words, "<br>{}", Code(pattern));
    }
}

/// A value as people write it; whole numbers without a point.
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
