//! The site: the pages for people, in every language.
//!
//! Templates, messages and assets come from the web build; figures from the snapshot; texts from
//! the operator. All pages work without script; the form's script adds the check itself.

pub(crate) mod built;
mod colours;
mod figures;
pub(crate) mod handlers;
mod language;
mod leaks;
mod operator;
pub(crate) mod operator_error;
mod operator_view;
mod own_advice;
pub(crate) mod page;
mod pages;
mod render;
pub(crate) mod state;
mod values;
