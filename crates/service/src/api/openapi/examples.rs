//! Examples and prose of the description, from files that docs/protocol.md and docs/api.md also
//! show.
//!
//! A test compares the files with the documents.

use serde_json::Value;

/// What users of the API can rely on, as paragraphs of Markdown.
pub(crate) const STABILITY: &str = include_str!("stability.md");

/// A text range: that of the worked example in docs/protocol.md.
pub(crate) const RANGE: &str = "#exposure-range 1 00112233445566778899aabbccddeeff 88\r\n000f81a6c:2\r\n04b230e9d:5\r\n\
     ~~~~~~~~~~~\r\n";

/// Defines a function for each file in `api/examples`.
macro_rules! examples {
    ($($name:ident: $file:literal;)*) => {
        $(pub(crate) fn $name() -> Value {
            parse(include_str!(concat!("../examples/", $file)))
        })*

        /// All files, by name.
        #[cfg(test)]
        pub(crate) const FILES: &[(&str, &str)] = &[$(($file, include_str!(concat!("../examples/", $file)))),*];
    };
}

examples! {
    parameters: "parameters.json";
    source_sets: "source-sets.json";
    breaches: "breaches.json";
    evaluate_request: "evaluate-request.json";
    evaluate_response: "evaluate-response.json";
    account: "account.json";
    limits: "limits.json";
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the files in api/examples are JSON, which a test checks")
}
