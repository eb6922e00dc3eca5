//! The worlds: which ranges of numbers people have.

/// In which ranges people have their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Ranges that nobody has: areas 991000 to 991999; segment 154, then `+8620` and other cities with nine digits, where
    /// numbers have eight. libphonenumber calls these phones possible, not valid, so that columns hold them and running
    /// text does not.
    #[default]
    Nobody,
    /// Ranges that nobody has and that are found in running text: areas of real provinces, such as 110099, that do not
    /// exist; and numbers of cities that begin with a zero, such as +86 10 0123 4567, which libphonenumber calls valid
    /// though nobody can dial them. There are phones for thirty million people.
    NobodyInText,
    /// Ranges as they are given out: provinces and prefectures by their population of 2020, carriers' segments. Realistic,
    /// not exact: counties are numbered by a rule. **Its numbers collide with living people's: make them when they are
    /// needed, and commit none.**
    Realistic,
}
