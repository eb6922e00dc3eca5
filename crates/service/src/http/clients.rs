//! Identifies the client of a request: by its key if it sends one, else by its address.

use crate::accounts::live::Accounts;
use crate::accounts::table::{Partner, PartnerTable};
use crate::http::problem::Problem;
use crate::net::proxies::{self, Proxy};
use crate::quota::client::Client;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// What clients are identified by.
pub(crate) struct Clients {
    pub(crate) accounts: Arc<Accounts>,
    /// The proxies that are trusted to name their client.
    pub(crate) proxies: Arc<[Proxy]>,
}

impl Clients {
    /// The client of a request. Credentials that are not a live key are a problem: a partner whose
    /// key was revoked should learn that, and not unknowingly use the quota of its address.
    pub(crate) fn identify(&self, request: &Request) -> Result<Client, Problem> {
        if !request.headers().contains_key(AUTHORIZATION) {
            return Ok(Client::Address(self.address(request)));
        }
        Ok(Client::Partner(self.partner(request)?.quota))
    }

    /// The partner that sends a request.
    pub(crate) fn partner(&self, request: &Request) -> Result<Arc<Partner>, Problem> {
        partner(&self.accounts.table(), request.headers()).ok_or(Problem::Key)
    }

    /// The address to charge. All peers of a Unix socket whose address no proxy names count as one.
    fn address(&self, request: &Request) -> IpAddr {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        proxies::client(&self.proxies, peer, request.headers()).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// The partner whose live key a request sends.
pub(super) fn partner(table: &PartnerTable, headers: &HeaderMap) -> Option<Arc<Partner>> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (one, None) = (sent.next()?.to_str().ok()?, sent.next()) else { return None };
    let (scheme, key) = one.split_once(' ')?;
    // RFC 9110 §11.1: the name of a scheme is case-insensitive.
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    table.find(key.trim_start_matches(' ')).filter(|_| is_bearer).cloned()
}
