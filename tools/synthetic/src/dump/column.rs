//! The columns of a row, and the types of their values.

/// Columns of a row, in the order of [`Column`].
pub(super) const COLUMNS: usize = 11;

/// What stands in a column.
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
    /// Nine digits; in running text ten that no phone number begins with, since of nine some are landlines by all rules.
    Qq,
    Order,
    /// Seconds since 1970.
    Created,
    /// Milliseconds.
    Updated,
}

/// What a cell is, in formats that tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Text,
    Integer,
    Float,
    Null,
}
