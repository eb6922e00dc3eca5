//! Which of the identifiers given are asked about: each once, and none that is refused beforehand.

use crate::{ClientError, Finding};
use exposure_identifier::Identifier;
use std::collections::HashMap;

/// What is asked, and whose answer each of it is.
pub(crate) struct Asked<'a> {
    /// For each identifier given: the place of its question, or why there is none.
    places: Vec<Result<usize, ClientError>>,
    identifiers: Vec<&'a Identifier>,
}

impl<'a> Asked<'a> {
    /// All that are not refused, in order of their first appearance.
    pub(crate) fn of(given: &'a [Identifier], refuse: impl Fn(&Identifier) -> Result<(), ClientError>) -> Self {
        let (mut identifiers, mut seen) = (Vec::new(), HashMap::new());
        let mut place = |identifier: &'a Identifier| {
            refuse(identifier)?;
            identifiers.push(identifier);
            Ok(identifiers.len() - 1)
        };
        let places =
            given.iter().map(|given| seen.entry(given).or_insert_with_key(|given| place(given)).clone()).collect();
        Self { places, identifiers }
    }

    /// Whom to ask about.
    pub(crate) fn identifiers(&self) -> &[&'a Identifier] {
        &self.identifiers
    }

    /// From an answer for each that was asked about, one for each that was given.
    pub(crate) fn spread(self, answers: &[Result<Finding, ClientError>]) -> Vec<Result<Finding, ClientError>> {
        self.places.into_iter().map(|place| answers[place?].clone()).collect()
    }
}
