//! Synthetic leaks.
