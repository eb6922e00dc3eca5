//! Rejections: the closed list of reasons why a text is not an identifier of a kind.

/// A reason to reject a text. `Display` and [`Rejection::code`] give the stable code that the
/// command line and the vectors use; [`Rejection::explain`] gives the sentence for people. Neither
/// ever holds the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[error("{}", self.code())]
#[non_exhaustive]
pub enum Rejection {
    /// Empty, or a word for nothing.
    Empty,
    /// More than 256 bytes.
    Oversized,
    /// Digits are masked by stars or the like.
    Masked,
    /// A spreadsheet turned it into a floating-point number.
    Float,
    /// A phone number with letters in it.
    Letters,
    /// A character that this kind does not have.
    Character,
    /// No country has this calling code, or it is not certain which one is meant.
    Country,
    /// Too few or too many characters.
    Length,
    /// Nothing that can be dialled.
    NotANumber,
    /// A part, such as a region or type, has a value that is never issued.
    Unissued,
    /// The birth date does not exist.
    Date,
    /// The birth date has not come yet.
    FutureDate,
    /// A check character does not match the rest.
    Check,
}

impl Rejection {
    /// Every reason, in the order of `docs/canonical.md`.
    pub const ALL: [Self; 13] = [
        Self::Empty,
        Self::Oversized,
        Self::Masked,
        Self::Float,
        Self::Letters,
        Self::Character,
        Self::Country,
        Self::Length,
        Self::NotANumber,
        Self::Unissued,
        Self::Date,
        Self::FutureDate,
        Self::Check,
    ];

    /// The stable code, as `exposure canonical` prints it after `!`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Oversized => "oversized",
            Self::Masked => "masked",
            Self::Float => "float",
            Self::Letters => "letters",
            Self::Character => "character",
            Self::Country => "country",
            Self::Length => "length",
            Self::NotANumber => "not-a-number",
            Self::Unissued => "unissued",
            Self::Date => "date",
            Self::FutureDate => "future-date",
            Self::Check => "check",
        }
    }

    /// One sentence for people.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Empty => "nothing was given",
            Self::Oversized => "this is longer than any number (256 bytes)",
            Self::Masked => "some of it is hidden (stars or the like); the whole number is needed",
            Self::Float => "a spreadsheet has turned it into a decimal number and its digits cannot be trusted",
            Self::Letters => "a phone number has no letters",
            Self::Character => "it contains a character that has no place in such a number",
            Self::Country => {
                "no country has this calling code, or two may be meant: write + and the code of the country"
            }
            Self::Length => "it has too few or too many digits",
            Self::NotANumber => "this is not a number",
            Self::Unissued => "no number of this kind is ever issued with these digits; check for a typo",
            Self::Date => "the birth date in it does not exist",
            Self::FutureDate => "the birth date in it is in the future",
            Self::Check => "its check character does not match the rest; check for a typo",
        }
    }
}
