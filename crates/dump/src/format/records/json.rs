//! Writes one record as JSON.

use super::numbers::{decimal_text, double_text, single_text};
use crate::wiped::WipedText;
use std::fmt::Display;

/// Levels that are written whatever the limit is: the recursion of readers must end.
const LEVELS: usize = 512;

/// What no JSON begins with.
pub(crate) const MALFORMED: char = '!';

/// The text of one record.
pub(crate) struct Json {
    text: WipedText,
    needs_comma: bool,
    depth: usize,
    depth_max: usize,
}

impl Json {
    /// Values may be nested one level deeper than the limit, so that the reader of JSON reports it.
    pub(crate) fn new(depth: usize) -> Self {
        Self {
            text: WipedText::default(),
            needs_comma: false,
            depth: 0,
            depth_max: depth.saturating_add(1).min(LEVELS),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.needs_comma = false;
        self.depth = 0;
    }

    /// A line that is not JSON, so that it counts as malformed, and what of a record is a text.
    pub(crate) fn malformed(&mut self, record: &[u8]) {
        self.text.push(MALFORMED);
        let is_text = |c: char| !c.is_control() && !matches!(c, '{' | '}' | '[' | ']' | ',' | '\u{1e}' | '\u{fffd}');
        for c in String::from_utf8_lossy(record).chars() {
            self.text.push(if is_text(c) { c } else { ' ' });
        }
    }

    /// Whether it holds such a line.
    pub(crate) fn is_malformed(&self) -> bool {
        self.text.starts_with(MALFORMED)
    }

    /// Text as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.needs_comma, true) {
            self.text.push(',');
        }
    }

    /// Whether another level may be written. If not, the value is to be null.
    pub(crate) fn may_nest(&self) -> bool {
        self.depth < self.depth_max
    }

    pub(crate) fn begin_object(&mut self) {
        self.begin('{');
    }

    pub(crate) fn end_object(&mut self) {
        self.end('}');
    }

    pub(crate) fn begin_array(&mut self) {
        self.begin('[');
    }

    pub(crate) fn end_array(&mut self) {
        self.end(']');
    }

    fn begin(&mut self, bracket: char) {
        self.separate();
        self.text.push(bracket);
        self.needs_comma = false;
        self.depth += 1;
    }

    fn end(&mut self, bracket: char) {
        self.text.push(bracket);
        self.needs_comma = true;
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn key(&mut self, key: &str) {
        self.string(key);
        self.text.push(':');
        self.needs_comma = false;
    }

    pub(crate) fn null(&mut self) {
        self.separate();
        self.text.push_str("null");
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.separate();
        self.text.push_str(if value { "true" } else { "false" });
    }

    /// A number of any size, with every digit.
    pub(crate) fn integer(&mut self, number: impl Display) {
        self.separate();
        self.text.push_str(&number.to_string());
    }

    /// A number with this many digits after the point, with every digit.
    pub(crate) fn decimal(&mut self, unscaled: i128, scale: i32) {
        match decimal_text(unscaled, scale) {
            Some(text) => self.integer(text),
            None => self.null(),
        }
    }

    pub(crate) fn double(&mut self, number: f64) {
        self.float(&double_text(number));
    }

    pub(crate) fn single(&mut self, number: f32) {
        self.float(&single_text(number));
    }

    /// A number in exponent notation has lost digits: as a text it stays so.
    fn float(&mut self, text: &str) {
        match text {
            "" => self.null(),
            text if text.contains('e') => self.string(text),
            text => self.integer(text),
        }
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.separate();
        self.text.push('"');
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.text.push_str(&text[from..at]);
            from = at + 1;
            match byte {
                b'"' => self.text.push_str("\\\""),
                b'\\' => self.text.push_str("\\\\"),
                b'\n' => self.text.push_str("\\n"),
                b'\r' => self.text.push_str("\\r"),
                b'\t' => self.text.push_str("\\t"),
                _ => self.text.push_str(&format!("\\u{byte:04x}")),
            }
        }
        self.text.push_str(&text[from..]);
        self.text.push('"');
    }

    /// Text that should be UTF-8.
    pub(crate) fn text_of(&mut self, bytes: &[u8]) {
        self.string(&String::from_utf8_lossy(bytes));
    }

    /// Bytes: a text, or what of them is one.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.string(String::from_utf8_lossy(bytes).trim_end_matches('\0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_valid_json() {
        let mut json = Json::new(3);
        json.begin_object();
        json.key("a\"\\\n");
        json.begin_array();
        json.string("手机\u{1}\t");
        json.null();
        json.boolean(true);
        json.integer(-7_i64);
        json.decimal(154_000_012_340, 1);
        json.double(15_400_001_234.0);
        json.double(990_101_199_001_010_019.0);
        json.single(15_400_001_234.0);
        json.double(f64::NAN);
        json.bytes(b"15400001234\0\0");
        json.bytes(b"\xff\xfe");
        json.text_of(b"a\xff");
        json.end_array();
        json.key("b");
        json.begin_object();
        json.end_object();
        json.end_object();
        let value: serde_json::Value = serde_json::from_str(json.text()).expect("JSON");
        let list = value["a\"\\\n"].as_array().expect("a list");
        let shown: Vec<String> = list.iter().map(ToString::to_string).collect();
        let expected = [
            r#""手机\u0001\t""#,
            "null",
            "true",
            "-7",
            "15400001234",
            "15400001234",
            r#""9.90101199001010e17""#,
            r#""1.540000e10""#,
            "null",
            r#""15400001234""#,
            "\"\u{fffd}\u{fffd}\"",
            "\"a\u{fffd}\"",
        ];
        assert_eq!(shown, expected);
    }
}
