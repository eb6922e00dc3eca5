//! The code of a region, in one place until `Region` itself gives it.

use exposure_identifier::Region;

/// The ISO 3166-1 alpha-2 code, in capitals.
pub(crate) fn code(region: Region) -> String {
    // The variants are named by their codes, and `Debug` prints nothing else.
    format!("{region:?}")
}
