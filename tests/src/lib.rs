//! Empty. This package exists for `end_to_end/`, which tests the `exposure` command from outside,
//! and for the golden files and fuzz targets beside it.
