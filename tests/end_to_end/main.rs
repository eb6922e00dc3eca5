//! The `exposure` command from outside: real processes, files and ports. One binary, one module per
//! concern.

mod audit;
mod bad_input;
mod bulk_check;
mod canonical;
mod corpus;
mod crash;
mod determinism;
mod dumps;
mod formats;
mod forms;
mod golden;
mod help;
mod hostile;
mod incomplete;
mod inspect;
mod kinds;
mod ledgers;
mod main_job;
mod partners;
mod privacy;
mod sandbox;
mod service;
mod support;
mod test_identifier;
mod tidy;
