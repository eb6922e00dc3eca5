//! The outcome of a check that was completed. One that was not completed is a
//! [`ClientError`](crate::ClientError), never an outcome.

/// What an index says of one identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In no source of the index.
    NotFound,
    /// In the sources with these slugs, sorted.
    Found(Vec<String>),
    /// In the index, but its tag is another identifier's too, so the sources cannot be determined.
    Undetermined,
}
