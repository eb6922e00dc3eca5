//! The worlds: which ranges of numbers people have.

/// The ranges of people's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Ranges that belong to nobody: areas 991000 to 991999; segment 154, then `+8620` and other
    /// cities with nine digits, where numbers have eight. libphonenumber calls these phone numbers
    /// possible, not valid, so that they are found in columns and not in running text.
    #[default]
    Nobody,
    /// Ranges that belong to nobody and are found in running text: areas of real provinces, such as
    /// 110099, that do not exist; and numbers of cities that begin with a zero, such as +86 10 0123
    /// 4567, which libphonenumber calls valid though nobody can dial them. There are phones for
    /// thirty million people.
    NobodyInText,
    /// Ranges as issued: provinces and prefectures by their population of 2020, carriers' segments.
    /// Realistic, not exact: counties are numbered by a rule. **Its numbers collide with those of
    /// living people: generate them when needed, and commit none.**
    Realistic,
}
