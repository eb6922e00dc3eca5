//! The suite of the `voprf` scheme. Its type is that of the `voprf` crate and stays inside this
//! crate.

use voprf::Ristretto255;

/// The name of the suite, as in RFC 9497 §4.1.
pub const SUITE: &str = "ristretto255-SHA512";

/// The suite.
pub(crate) type Suite = Ristretto255;
