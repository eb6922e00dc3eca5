//! Phone numbers: canonical forms of labelled ones (`canonicalise`, with its fast path `plain` by
//! numbering `plan`), those in running text (`running`), and how many are `possible`.

mod canonicalise;
mod plain;
mod plan;
mod possible;
#[cfg(test)]
mod proof;
pub(crate) mod running;

pub(crate) use canonicalise::canonicalise;
pub(crate) use possible::{calling_code_width, possible};
