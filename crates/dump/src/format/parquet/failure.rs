//! Errors of the Parquet library, and what may be reported of them.

use crate::contain_panics;
use crate::format::rows::Stopped;
use parquet::errors::ParquetError;
use std::io;

/// A page that exceeds a limit, as a clause.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct LimitExceeded(pub(super) String);

/// Why the library stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// A limit was exceeded, as a clause.
    Limit(String),
    /// The library's error. It may quote the file, so it is not passed on.
    Parquet(ParquetError),
    Panic,
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Parquet(error.into())
    }
}

impl Failure {
    pub(super) fn stopped(self, at: u64) -> Stopped {
        let damaged = |what: &str| Stopped::Damaged { what: what.to_owned(), at };
        match self {
            Self::Limit(what) => Stopped::Damaged { what, at },
            Self::Parquet(ParquetError::External(error)) => match error.downcast::<io::Error>() {
                Ok(error) if error.kind() == io::ErrorKind::UnexpectedEof => damaged("the Parquet file is truncated"),
                Ok(error) => Stopped::Input(*error),
                Err(error) => match error.downcast::<LimitExceeded>() {
                    Ok(refused) => Stopped::Damaged { what: refused.0, at },
                    Err(_) => damaged("the Parquet file is damaged"),
                },
            },
            Self::Parquet(ParquetError::EOF(_)) => damaged("the Parquet file is truncated or damaged"),
            Self::Parquet(ParquetError::NYI(_)) => damaged("the Parquet file has an unsupported encoding"),
            Self::Parquet(_) | Self::Panic => damaged("the Parquet file is damaged"),
        }
    }
}

/// Calls the library, whose assertions a hostile file may reach.
pub(super) fn contained<T>(call: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    contain_panics::caught(call).unwrap_or(Err(Failure::Panic))
}
