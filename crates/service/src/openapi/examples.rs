//! Examples and prose of the description, taken from the documents themselves, so that neither can say something else.

use serde_json::Value;

const PROTOCOL: &str = include_str!("../../../../docs/protocol.md");
const API: &str = include_str!("../../../../docs/api.md");

/// A range as text, as the worked example has it.
pub(crate) const RANGE: &str = "#exposure-range 1 00112233445566778899aabbccddeeff 88\r\n000f81a6c:2\r\n04b230e9d:5\r\n\
     ~~~~~~~~~~~\r\n";

/// The JSON at a place, from 0, below a heading of `docs/protocol.md`.
pub(crate) fn json(heading: &str, place: usize) -> Value {
    let section = section(PROTOCOL, heading);
    let block = section.split("```json\n").nth(place + 1).and_then(|rest| rest.split("```").next());
    let value = block.and_then(|block| serde_json::from_str(block).ok());
    value.expect("the headings and examples of docs/protocol.md, which the tests look up all of")
}

/// What API users may rely on, as paragraphs of Markdown without links.
pub(crate) fn stability() -> &'static str {
    section(API, "## Stability and deprecation").trim()
}

/// What stands between a heading and the next one of any level.
fn section(text: &'static str, heading: &str) -> &'static str {
    let after = text.split_once(&format!("\n{heading}\n")).map(|(_, after)| after);
    let section = after.map(|after| after.split_once("\n#").map_or(after, |(section, _)| section));
    section.expect("the headings of the documents, which the tests look up all of")
}
