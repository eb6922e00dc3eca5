//! The service as callers meet it: a real listener, a real index, and everything that can be wrong with a request.

mod describing;
mod evaluation;
mod fixture;
mod form;
mod logging;
mod opening;
mod pages;
mod partners;
mod ranges;
mod reading;
mod reloading;
mod secured;
mod stopping;
mod swapping;
mod watching;
