//! The transport: listeners, the connection table, TLS, sockets and trusted proxies.
//!
//! Owns what happens between a socket and a router. Knows no route, no handler and no rule of the
//! API.

pub(crate) mod connections;
pub(crate) mod listener;
pub(crate) mod proxies;
pub(crate) mod segments;
pub(crate) mod socket;
mod stream;
pub(crate) mod tls;
