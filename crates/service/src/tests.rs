//! The service as clients see it: a real listener, a real index, and every way a request can fail.

mod addresses;
mod describing;
mod evaluation;
mod fixture;
mod form;
mod logging;
mod metrics;
mod opening;
mod pages;
mod partners;
mod ranges;
mod reading;
mod reloading;
mod secured;
mod stopping;
mod swapping;
