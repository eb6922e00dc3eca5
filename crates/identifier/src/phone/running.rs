//! Phone numbers in running text, where no label announces them: only valid numbers in the spelling
//! of their country.
//!
//! libphonenumber's parser is lenient, since it is made for input fields: it drops carrier codes,
//! and accepts landlines without trunk prefix, so that a Unix time of ten digits is a number in
//! Britain. Here the possible spellings are tried one by one.
//!
//! Text is full of digits that are no phone number anywhere, and the library is slow for them. So
//! it is not asked: `automaton` knows the valid numbers of all plans, `spelling` the ways in which
//! a region writes them, and `spellings` which of many regions can be meant by the first digits.
//! All is read from `phone_spellings.txt` (`table`), which is made of the library's metadata;
//! `proof` compares it with the library.

mod automaton;
mod international;
#[cfg(test)]
mod proof;
#[cfg(test)]
pub(crate) mod slow;
mod spelling;
mod spellings;
pub(super) mod table;

pub(crate) use international::{international, without_zero};
pub(crate) use spellings::Spellings;
