//! Who asks: decided once for each request, by its key if it presents one, else by its address.

use crate::listen::proxies;
use crate::partners::{Partner, Table};
use crate::problem::Problem;
use crate::state::Shared;
use crate::watch::Class;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Whom to charge. Without `Debug`, so that no address gets anywhere.
#[derive(Clone)]
pub(crate) enum Caller {
    /// Anybody.
    Address(IpAddr),
    /// Whoever has a live key.
    Partner(Arc<Partner>),
}

impl Caller {
    /// Who sends this request. A key that is not live is refused, and so is whatever else is presented in place of one:
    /// somebody whose key ends should learn it, and not spend the budget of an address unawares.
    pub(crate) fn of(shared: &Shared, request: &Request) -> Result<Self, Problem> {
        if !request.headers().contains_key(AUTHORIZATION) {
            return Ok(Self::Address(address(shared, request)));
        }
        Ok(Self::Partner(partner(&shared.partners.table(), request.headers()).ok_or(Problem::Key)?))
    }

    /// What it is counted as.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Address(_) => Class::Anonymous,
            Self::Partner(_) => Class::Partner,
        }
    }
}

/// The partner whose live key a request presents.
pub(crate) fn partner(table: &Table, headers: &HeaderMap) -> Option<Arc<Partner>> {
    let mut presented = headers.get_all(AUTHORIZATION).iter();
    let (one, None) = (presented.next()?.to_str().ok()?, presented.next()) else { return None };
    let (scheme, key) = one.split_once(' ')?;
    // RFC 9110 §11.1: the name of a scheme is case-insensitive.
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    table.find(key.trim_start_matches(' ')).filter(|_| is_bearer).cloned()
}

/// The address to charge. Who comes by a Unix socket without a proxy's word, or through a server that does not say who asks,
/// is charged together.
fn address(shared: &Shared, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    proxies::client(&shared.config.proxies, peer, request.headers()).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
