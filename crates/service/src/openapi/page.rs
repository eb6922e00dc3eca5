//! The description of the API as a page for people: plain HTML without script, made once, from the description alone.

mod html;
mod schemas;

use crate::problem::Problem;
use html::{Code, Prose, Text, add};
use schemas::{kind, shown};
use serde_json::Value;
use utoipa::openapi::SecurityRequirement;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Required, Response, Schema};

/// A call: its method, path and description.
type Call<'a> = (&'static str, &'a str, &'a Operation);

/// The page. Links are relative, so that it works below any path of a proxy.
pub(super) fn of(document: &OpenApi) -> String {
    let mut whole = String::new();
    let page = &mut whole;
    let title = &document.info.title;
    add!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}: the API</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"docs/style.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip the contents</a>\n\
         <header>\n<h1>{title}: the API</h1>\n<p>Version {version}. For programs: \
         <a href=\"openapi.json\">openapi.json</a>. The form: <a href=\"./\">here</a>.</p>\n</header>\n",
        title = Text(title),
        version = Text(&document.info.version),
    );
    let calls = calls(document);
    contents(page, document, &calls);
    *page += "<main id=\"main\">\n";
    add!(page, "{}", Prose(document.info.description.as_deref().unwrap_or_default()));
    for tag in document.tags.iter().flatten() {
        add!(page, "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n", anchor(&tag.name), Text(&tag.name));
        add!(page, "{}", Prose(tag.description.as_deref().unwrap_or_default()));
        for call in calls.iter().filter(|call| is_in(call, &tag.name)) {
            describe(page, call);
        }
        *page += "</section>\n";
    }
    messages(page, document);
    problems(page);
    *page += "</main>\n</body>\n</html>\n";
    whole
}

fn calls(document: &OpenApi) -> Vec<Call<'_>> {
    let items = document.paths.paths.iter();
    let calls = items.flat_map(|(path, PathItem { get, post, .. })| {
        let methods = [("GET", get), ("POST", post)];
        methods.into_iter().filter_map(|(method, call)| Some((method, path.as_str(), call.as_ref()?)))
    });
    calls.collect()
}

fn is_in((.., operation): &Call<'_>, tag: &str) -> bool {
    operation.tags.iter().flatten().any(|name| name == tag)
}

fn contents(page: &mut String, document: &OpenApi, calls: &[Call<'_>]) {
    *page += "<nav aria-label=\"Contents\">\n<ul>\n<li><a href=\"#stability-and-deprecation\">Stability and deprecation</a></li>\n";
    for tag in document.tags.iter().flatten() {
        add!(page, "<li><a href=\"#{}\">{}</a>\n<ul>\n", anchor(&tag.name), Text(&tag.name));
        for call in calls.iter().filter(|call| is_in(call, &tag.name)) {
            let (method, path, operation) = call;
            add!(page, "<li><a href=\"#{}\">{method} {}</a></li>\n", call_anchor(operation), Code(path));
        }
        *page += "</ul>\n</li>\n";
    }
    *page +=
        "<li><a href=\"#messages\">Messages</a></li>\n<li><a href=\"#problems\">Problems</a></li>\n</ul>\n</nav>\n";
}

fn describe(page: &mut String, (method, path, operation): &Call<'_>) {
    let (id, summary) = (call_anchor(operation), operation.summary.as_deref().unwrap_or_default());
    add!(page, "<article aria-labelledby=\"{id}\">\n<h3 id=\"{id}\"><b>{method}</b> {}</h3>\n", Code(path));
    add!(page, "<p><strong>{}.</strong></p>\n", Text(summary));
    add!(page, "{}", Prose(operation.description.as_deref().unwrap_or_default()));
    if let Some(security) = &operation.security {
        let optional = security.iter().any(|requirement| *requirement == SecurityRequirement::default());
        let word = if optional { "Partners send" } else { "Needs" };
        add!(page, "<p>{word} {}.</p>\n", Code("Authorization: Bearer KEY"));
    }
    parameters(page, operation);
    request(page, operation);
    answers(page, operation);
    *page += "</article>\n";
}

fn parameters(page: &mut String, operation: &Operation) {
    let Some(parameters) = operation.parameters.as_ref().filter(|parameters| !parameters.is_empty()) else { return };
    *page += "<h4>Parameters</h4>\n";
    table(page, &["Name", "Type", "Meaning"]);
    for parameter in
        parameters.iter().filter_map(|parameter| if let RefOr::T(one) = parameter { Some(one) } else { None })
    {
        let place = match parameter.parameter_in {
            ParameterIn::Query | ParameterIn::QueryString => "in the query",
            ParameterIn::Path => "in the path",
            ParameterIn::Header => "a header",
            ParameterIn::Cookie => "a cookie",
        };
        let needed = if parameter.required == Required::True { "" } else { ", optional" };
        add!(
            page,
            "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{}<br><small>{place}{needed}</small></th>",
            Code(&parameter.name)
        );
        add!(page, "<td role=\"cell\">{}</td>", parameter.schema.as_ref().map(kind).unwrap_or_default());
        add!(page, "<td role=\"cell\">{}</td></tr>\n", Prose(parameter.description.as_deref().unwrap_or_default()));
    }
    *page += "</tbody></table>\n";
}

fn request(page: &mut String, operation: &Operation) {
    let Some(RefOr::T(body)) = &operation.request_body else { return };
    *page += "<h4>Request</h4>\n";
    add!(page, "{}", Prose(body.description.as_deref().unwrap_or_default()));
    for (media_type, content) in &body.content {
        let RefOr::T(content) = content else { continue };
        let schema = content.schema.as_ref().map(kind).unwrap_or_default();
        add!(page, "<p>{}: {schema}</p>\n", Code(media_type));
        example(page, "Example", content.example.as_ref());
    }
}

fn answers(page: &mut String, operation: &Operation) {
    *page += "<h4>Answers</h4>\n";
    table(page, &["Status", "Meaning", "Headers"]);
    let responses = operation.responses.responses.iter();
    let responses: Vec<_> = responses
        .filter_map(|(status, answer)| if let RefOr::T(answer) = answer { Some((status, answer)) } else { None })
        .collect();
    for (status, response) in &responses {
        add!(
            page,
            "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{}</th><td role=\"cell\">{}",
            Text(status),
            Prose(&response.description)
        );
        bodies(page, response);
        *page += "</td><td role=\"cell\">";
        for (name, header) in &response.headers {
            let RefOr::T(header) = header else { continue };
            add!(page, "<p>{}<br>{}</p>", Code(name), Text(header.description.as_deref().unwrap_or_default()));
        }
        *page += "</td></tr>\n";
    }
    *page += "</tbody></table>\n";
    for (status, response) in responses {
        for content in
            response.content.values().filter_map(|content| if let RefOr::T(one) = content { Some(one) } else { None })
        {
            example(page, &format!("Example of {status}"), content.example.as_ref());
        }
    }
}

/// What an answer's body is: problems by their types, anything else by its schema.
fn bodies(page: &mut String, response: &Response) {
    for (media_type, content) in &response.content {
        let RefOr::T(content) = content else { continue };
        if content.examples.is_empty() {
            let schema = content.schema.as_ref().map(kind).unwrap_or_default();
            add!(page, "<p>{}: {schema}</p>", Code(media_type));
            continue;
        }
        *page += "<ul>";
        let mut names: Vec<_> = content.examples.values().filter_map(type_of).collect();
        names.dedup();
        for name in names {
            add!(page, "<li><a href=\"#problem-{0}\">{1}</a></li>", Text(name), Code(name));
        }
        *page += "</ul>";
    }
}

/// The name of the type of an example that is a problem.
fn type_of(example: &RefOr<utoipa::openapi::example::Example>) -> Option<&str> {
    let RefOr::T(example) = example else { return None };
    example.value.as_ref()?.get("type")?.as_str()?.strip_prefix(crate::problem::URN)
}

fn messages(page: &mut String, document: &OpenApi) {
    *page += "<section aria-labelledby=\"messages\">\n<h2 id=\"messages\">Messages</h2>\n";
    for (name, schema) in document.components.iter().flat_map(|components| &components.schemas) {
        let RefOr::T(schema) = schema else { continue };
        add!(page, "<article aria-labelledby=\"schema-{0}\">\n<h3 id=\"schema-{0}\">{0}</h3>\n", Text(name));
        message(page, schema);
        *page += "</article>\n";
    }
    *page += "</section>\n";
}

fn message(page: &mut String, schema: &Schema) {
    let shown = shown(schema);
    add!(page, "{}", Prose(shown.description.unwrap_or_default()));
    if shown.fields.is_empty() {
        add!(page, "<p>{}</p>\n", kind(&RefOr::T(schema.clone())));
        return;
    }
    table(page, &["Field", "Type", "Meaning"]);
    for field in shown.fields {
        let optional = if field.required { "" } else { "<br><small>not always there</small>" };
        add!(
            page,
            "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{}{optional}</th><td role=\"cell\">{}</td>",
            Code(field.name),
            kind(field.schema)
        );
        add!(page, "<td role=\"cell\">{}</td></tr>\n", Prose(field.description.unwrap_or_default()));
    }
    *page += "</tbody></table>\n";
}

fn problems(page: &mut String) {
    *page += "<section aria-labelledby=\"problems\">\n<h2 id=\"problems\">Problems</h2>\n";
    let urn = crate::problem::URN;
    add!(
        page,
        "<p>An error is a problem document (RFC 9457). Its {} is {} and one of these names; programs compare it, or the \
         status alone. What is said to people, title and detail, may change.</p>\n",
        Code("type"),
        Code(urn)
    );
    table(page, &["Type", "Status", "What it says"]);
    let mut before = "";
    for problem in Problem::every() {
        let (document, (status, name)) = (problem.document(), problem.name());
        let id = if name == before { String::new() } else { format!(" id=\"problem-{name}\"") };
        add!(
            page,
            "<tr role=\"row\"{id}><th scope=\"row\" role=\"rowheader\">{}</th><td role=\"cell\">{}</td>",
            Code(name),
            status.as_str()
        );
        add!(page, "<td role=\"cell\"><p>{}.</p><p>{}</p></td></tr>\n", Text(&document.title), Text(&document.detail));
        before = name;
    }
    *page += "</tbody></table>\n</section>\n";
}

/// Opens a table. Roles are said again, since a narrow page lays its cells one below another, and some browsers would no longer
/// call that a table.
fn table(page: &mut String, columns: &[&str]) {
    *page += "<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">";
    for column in columns {
        add!(page, "<th scope=\"col\" role=\"columnheader\">{}</th>", Text(column));
    }
    *page += "</tr></thead><tbody role=\"rowgroup\">\n";
}

fn example(page: &mut String, what: &str, value: Option<&Value>) {
    let Some(value) = value else { return };
    let text = value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned);
    add!(page, "<details><summary>{}</summary>\n<pre><code>{}</code></pre>\n</details>\n", Text(what), Text(&text));
}

fn call_anchor(operation: &Operation) -> String {
    format!("call-{}", operation.operation_id.as_deref().unwrap_or_default())
}

/// A name for a link: lower-case letters, digits and hyphens.
fn anchor(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
