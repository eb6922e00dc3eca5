//! Remembers the last failure of a periodic task, so that it is logged once and not on each
//! attempt.

/// The last failure, if the last attempt failed.
#[derive(Default)]
pub(super) struct LastFailure(Option<String>);

impl LastFailure {
    /// Records a failure; whether it differs from that of the last attempt.
    pub(super) fn is_new(&mut self, failure: &str) -> bool {
        let is_new = self.0.as_deref() != Some(failure);
        self.0 = Some(failure.to_owned());
        is_new
    }

    /// Records a success; whether the last attempt failed.
    pub(super) fn clear(&mut self) -> bool {
        self.0.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_new_until_it_repeats() {
        let mut last = LastFailure::default();
        assert!(!last.clear());
        assert!(last.is_new("full") && !last.is_new("full") && last.is_new("locked") && last.is_new("full"));
        assert!(last.clear() && !last.clear());
        assert!(last.is_new("full"));
    }
}
