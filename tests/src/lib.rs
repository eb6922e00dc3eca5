//! Nothing: this package exists for `end_to_end/`, which tests the `exposure` command from outside, and for the vectors and
//! golden files beside it.
