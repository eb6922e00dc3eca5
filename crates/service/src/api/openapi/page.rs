//! The description as a page for people: HTML without script, rendered once, from the description
//! alone.

use crate::api::openapi::schemas::{Fields, fields, type_html};
use crate::http::problem::{Problem, URN};
use crate::http::{markdown, template};
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{Content, OpenApi, RefOr, Required, Response, Schema, SecurityRequirement};

const TEMPLATES: [(&str, &str); 2] =
    [("page.html", include_str!("page.html")), ("table.html", include_str!("table.html"))];

/// A paragraph or more, below a heading or at the top.
#[derive(Serialize)]
struct Section<'a> {
    heading: Option<&'a str>,
    anchor: String,
    text: &'a str,
}

/// Calls that belong together.
#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    anchor: String,
    description: &'a str,
    calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    method: &'static str,
    path: &'a str,
    anchor: String,
    summary: &'a str,
    description: &'a str,
    /// How to begin the sentence about the header, if there is one.
    authorization: Option<&'static str>,
    parameters: Vec<ParameterRow<'a>>,
    request: Option<Request<'a>>,
    responses: Vec<ResponseRow<'a>>,
}

#[derive(Serialize)]
struct ParameterRow<'a> {
    name: &'a str,
    location: String,
    r#type: String,
    description: &'a str,
}

#[derive(Serialize)]
struct Request<'a> {
    description: &'a str,
    contents: Vec<ContentRow<'a>>,
}

#[derive(Serialize)]
struct ResponseRow<'a> {
    status: &'a str,
    description: &'a str,
    headers: Vec<HeaderRow<'a>>,
    contents: Vec<ContentRow<'a>>,
}

#[derive(Serialize)]
struct HeaderRow<'a> {
    name: &'a str,
    description: &'a str,
}

#[derive(Serialize)]
struct ContentRow<'a> {
    media_type: &'a str,
    r#type: String,
    example: Option<String>,
    /// The names of the types, if it is a problem document.
    problems: Vec<&'a str>,
}

#[derive(Serialize)]
struct Message<'a> {
    name: &'a str,
    description: &'a str,
    /// Only used if there are no fields.
    r#type: String,
    fields: Vec<FieldRow<'a>>,
}

#[derive(Serialize)]
struct FieldRow<'a> {
    name: &'a str,
    required: bool,
    r#type: String,
    description: &'a str,
}

#[derive(Serialize)]
struct ProblemRow {
    name: &'static str,
    is_first: bool,
    status: u16,
    title: String,
    detail: String,
}

/// Renders the page. Links are relative, so that it works below any path of a proxy.
pub(super) fn render(document: &OpenApi) -> String {
    let mut environment = template::environment();
    environment.add_filter("markdown", |text: &str| Value::from_safe_string(markdown::html(text, 1)));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("the templates are part of the program and tested");
    }
    let template = environment.get_template("page.html").expect("just added");
    let data = context! {
        title => &document.info.title,
        version => &document.info.version,
        urn => URN,
        sections => Value::from(Serde(sections(document.info.description.as_deref().unwrap_or_default()))),
        groups => Value::from(Serde(groups(document))),
        messages => Value::from(Serde(messages(document))),
        problems => Value::from(Serde(problems())),
    };
    template.render(data).expect("the description has all that the template needs, which is tested")
}

/// Splits Markdown at its headings of the second level, which get anchors.
fn sections(text: &str) -> Vec<Section<'_>> {
    let mut parts = text.split("\n\n## ");
    let opening = parts.next().map(|text| Section { heading: None, anchor: String::new(), text });
    let headed = parts.filter_map(|part| part.split_once("\n\n"));
    let headed = headed.map(|(heading, text)| Section { heading: Some(heading), anchor: anchor(heading), text });
    opening.into_iter().chain(headed).collect()
}

fn groups(document: &OpenApi) -> Vec<Group<'_>> {
    let tags = document.tags.iter().flatten();
    tags.map(|tag| Group {
        name: &tag.name,
        anchor: anchor(&tag.name),
        description: tag.description.as_deref().unwrap_or_default(),
        calls: calls(document, &tag.name),
    })
    .collect()
}

fn calls<'a>(document: &'a OpenApi, tag: &str) -> Vec<Call<'a>> {
    let operations = document.paths.paths.iter().flat_map(|(path, PathItem { get, post, .. })| {
        let methods = [("GET", get), ("POST", post)];
        methods.into_iter().filter_map(|(method, operation)| Some((method, path.as_str(), operation.as_ref()?)))
    });
    let tagged = operations.filter(|(.., operation)| operation.tags.iter().flatten().any(|name| name == tag));
    tagged.map(|(method, path, operation)| call(method, path, operation)).collect()
}

fn call<'a>(method: &'static str, path: &'a str, operation: &'a Operation) -> Call<'a> {
    let authorization = operation.security.as_ref().map(|security| {
        let is_optional = security.iter().any(|requirement| *requirement == SecurityRequirement::default());
        if is_optional { "Partners send" } else { "Requires" }
    });
    let request = operation.request_body.as_ref().and_then(inline).map(|body| Request {
        description: body.description.as_deref().unwrap_or_default(),
        contents: contents(&body.content),
    });
    let responses = operation.responses.responses.iter();
    let responses = responses.filter_map(|(status, answer)| Some(response(status, inline(answer)?)));
    Call {
        method,
        path,
        anchor: format!("call-{}", operation.operation_id.as_deref().unwrap_or_default()),
        summary: operation.summary.as_deref().unwrap_or_default(),
        description: operation.description.as_deref().unwrap_or_default(),
        authorization,
        parameters: operation.parameters.iter().flatten().filter_map(inline).map(parameter).collect(),
        request,
        responses: responses.collect(),
    }
}

fn parameter(parameter: &Parameter) -> ParameterRow<'_> {
    let location = match parameter.parameter_in {
        ParameterIn::Query | ParameterIn::QueryString => "in the query",
        ParameterIn::Path => "in the path",
        ParameterIn::Header => "a header",
        ParameterIn::Cookie => "a cookie",
    };
    let optional = if parameter.required == Required::True { "" } else { ", optional" };
    ParameterRow {
        name: &parameter.name,
        location: format!("{location}{optional}"),
        r#type: parameter.schema.as_ref().map(type_html).unwrap_or_default(),
        description: parameter.description.as_deref().unwrap_or_default(),
    }
}

fn response<'a>(status: &'a str, response: &'a Response) -> ResponseRow<'a> {
    let headers = response.headers.iter().filter_map(|(name, header)| {
        let description = inline(header)?.description.as_deref().unwrap_or_default();
        Some(HeaderRow { name, description })
    });
    ResponseRow {
        status,
        description: &response.description,
        headers: headers.collect(),
        contents: contents(&response.content),
    }
}

fn contents<'a>(contents: impl IntoIterator<Item = (&'a String, &'a RefOr<Content>)>) -> Vec<ContentRow<'a>> {
    let known = contents.into_iter().filter_map(|(media_type, content)| Some((media_type, inline(content)?)));
    known
        .map(|(media_type, content)| {
            let mut problems: Vec<_> = content.examples.values().filter_map(problem_name).collect();
            problems.dedup();
            let example = content.example.as_ref();
            ContentRow {
                media_type,
                r#type: content.schema.as_ref().map(type_html).unwrap_or_default(),
                example: example.map(|value| value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned)),
                problems,
            }
        })
        .collect()
}

/// The name of the type of an example that is a problem.
fn problem_name(example: &RefOr<utoipa::openapi::example::Example>) -> Option<&str> {
    inline(example)?.value.as_ref()?.get("type")?.as_str()?.strip_prefix(URN)
}

fn messages(document: &OpenApi) -> Vec<Message<'_>> {
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    schemas.filter_map(|(name, schema)| Some(message(name, inline(schema)?))).collect()
}

fn message<'a>(name: &'a str, schema: &'a Schema) -> Message<'a> {
    let Fields { description, fields } = fields(schema);
    let rows = fields.iter().map(|field| FieldRow {
        name: field.name,
        required: field.required,
        r#type: type_html(field.schema),
        description: field.description.unwrap_or_default(),
    });
    let r#type = type_html(&RefOr::T(schema.clone()));
    Message { name, description: description.unwrap_or_default(), r#type, fields: rows.collect() }
}

fn problems() -> Vec<ProblemRow> {
    let mut previous = "";
    let row = |problem: Problem| {
        let (document, (status, name)) = (problem.document(), problem.name());
        let is_first = std::mem::replace(&mut previous, name) != name;
        ProblemRow { name, is_first, status: status.as_u16(), title: document.title, detail: document.detail }
    };
    Problem::all().into_iter().map(row).collect()
}

/// The value itself, if it is not a reference.
fn inline<T>(value: &RefOr<T>) -> Option<&T> {
    if let RefOr::T(value) = value { Some(value) } else { None }
}

/// A link target: lower-case letters, digits and hyphens.
fn anchor(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
