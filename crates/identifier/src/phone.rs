//! Phone numbers: canonical forms of labelled ones (`canonicalise`), which number digits mean
//! (`reading`, with its fast path `plain` by numbering `plan`), which numbers were replaced
//! (`moves`) or are known (`validity`), what they may be `elsewhere`, those in running text
//! (`running`), and how many are `possible`.

mod canonicalise;
mod elsewhere;
mod moves;
mod plain;
mod plan;
mod possible;
#[cfg(test)]
mod proof;
mod reading;
pub(crate) mod running;
#[cfg(test)]
mod tests;
mod validity;

pub(crate) use canonicalise::canonicalise;
pub(crate) use elsewhere::{country, elsewhere, is_in_plan};
pub(crate) use possible::{calling_code_width, possible};
