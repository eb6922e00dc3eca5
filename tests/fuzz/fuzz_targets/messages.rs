//! Any text as each JSON message of the API: no panic, and a message that is accepted is written to
//! a text that is read as the same message.

#![no_main]

use exposure_protocol::wire::{
    Account, Breaches, EvaluateRequest, EvaluateResponse, Limits, Parameters, Problem, SourceSets,
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

fuzz_target!(|text: &str| {
    try_as::<Account>(text);
    try_as::<Breaches>(text);
    try_as::<EvaluateRequest>(text);
    try_as::<EvaluateResponse>(text);
    try_as::<Parameters>(text);
    try_as::<Problem>(text);
    try_as::<SourceSets>(text);
    // Its numbers are rounded, so that what is written may differ in the last digit.
    let _ = serde_json::from_str::<Limits>(text);
});

fn try_as<Message: DeserializeOwned + Serialize>(text: &str) {
    let Ok(message) = serde_json::from_str::<Message>(text) else { return };
    let written = serde_json::to_string(&message).expect("messages are JSON");
    let again: Message = serde_json::from_str(&written).expect("a written message is accepted");
    assert!(serde_json::to_string(&again).expect("messages are JSON") == written, "a message became another");
}
