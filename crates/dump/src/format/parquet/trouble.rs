//! Why the Parquet library did not go on, and what of that may be reported.

use crate::contain_panics;
use crate::format::rows::Stopped;
use parquet::errors::ParquetError;
use std::io;

/// A page that exceeds a limit, in a clause.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) String);

/// Why the library did not go on.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A cap, in a clause of its own.
    Refused(String),
    /// What the library says; it may hold what the file does, so it is not passed on.
    Parquet(ParquetError),
    Panic,
}

impl From<ParquetError> for Trouble {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Parquet(error.into())
    }
}

impl Trouble {
    pub(super) fn stopped(self, at: u64) -> Stopped {
        let damaged = |what: &str| Stopped::Damaged { what: what.to_owned(), at };
        match self {
            Self::Refused(what) => Stopped::Damaged { what, at },
            Self::Parquet(ParquetError::External(error)) => match error.downcast::<io::Error>() {
                Ok(error) if error.kind() == io::ErrorKind::UnexpectedEof => damaged("the Parquet file is cut"),
                Ok(error) => Stopped::Input(*error),
                Err(error) => match error.downcast::<Refused>() {
                    Ok(refused) => Stopped::Damaged { what: refused.0, at },
                    Err(_) => damaged("the Parquet file is damaged"),
                },
            },
            Self::Parquet(ParquetError::EOF(_)) => damaged("the Parquet file is cut or damaged"),
            Self::Parquet(ParquetError::NYI(_)) => damaged("the Parquet file has an encoding that is not read"),
            Self::Parquet(_) | Self::Panic => damaged("the Parquet file is damaged"),
        }
    }
}

/// Calls the library, whose assertions a hostile file may reach.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    contain_panics::caught(call).unwrap_or(Err(Trouble::Panic))
}
