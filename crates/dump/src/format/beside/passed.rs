//! Bytes that a reader passes over, whose layout it does not know: what of them may be a number.

use super::runs::Runs;
use super::texts::Texts;

#[derive(Default)]
pub(in crate::format) struct Passed {
    runs: Runs,
    texts: Texts,
}

impl Passed {
    /// Bytes that follow the ones before.
    pub(in crate::format) fn bytes(&mut self, bytes: &[u8]) {
        self.runs.bytes(bytes, &mut |text| self.texts.push_margin(text));
    }

    /// What follows belongs to something else.
    pub(in crate::format) fn end(&mut self) {
        self.runs.end(&mut |text| self.texts.push_margin(text));
    }

    /// What has been gathered, if it is much or all.
    pub(in crate::format) fn take(&mut self, is_all: bool) -> Option<String> {
        self.texts.take(is_all)
    }
}
