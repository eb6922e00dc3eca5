//! The columns of a row, and the types of their values.

/// Columns of a row, in the order of [`Column`].
pub(super) const COLUMNS: usize = 11;

/// The content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Id,
    Phone,
    Address,
    /// A company's code of eighteen characters, with its own check.
    Company,
    /// Nineteen digits, with Luhn's check.
    Card,
    /// Fifteen digits, with Luhn's check.
    Imei,
    /// Nine digits; in running text ten digits that no phone number begins with, since some
    /// nine-digit numbers are valid landlines.
    Qq,
    Order,
    /// Seconds since 1970.
    Created,
    /// Milliseconds.
    Updated,
}

/// The type of a cell, in formats that have types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Text,
    Integer,
    Float,
    Null,
}
