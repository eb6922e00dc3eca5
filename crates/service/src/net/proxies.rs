//! Trusted proxies: which address a request counts for when it arrives through them.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// The header to which proxies append the address of their client. The standard header, `Forwarded`
/// (RFC 7239), is set by hardly any of them.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// A trusted proxy: an address, a network in CIDR notation, or `unix` for any peer of the Unix
/// socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// These addresses; a single address is a network of one.
    Network(IpNet),
    /// The peer of a Unix socket, which file permissions allowed to connect.
    Unix,
}

/// The text does not name a proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a trusted proxy; give an address (192.0.2.1), a network (192.0.2.0/24, 2001:db8::/32) or unix")]
pub struct ProxyError(String);

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let network = text.parse::<IpAddr>().map(IpNet::from).or_else(|_| text.parse());
        network.map(|network| Self::Network(network.trunc())).map_err(|_| ProxyError(text.to_owned()))
    }
}

/// Whether a peer is a trusted proxy. `None` is the peer of a Unix socket.
pub(crate) fn is_trusted(proxies: &[Proxy], peer: Option<IpAddr>) -> bool {
    proxies.iter().any(|proxy| match (proxy, peer) {
        (Proxy::Network(network), Some(peer)) => network.contains(&peer.to_canonical()),
        (Proxy::Unix, None) => true,
        _ => false,
    })
}

/// The client's address: the peer's or, behind a trusted proxy, the last one in `X-Forwarded-For`
/// that is not itself a trusted proxy. Entries further left were written by the client and are
/// ignored. If that entry is not an address, the proxy that passed it on counts as the client.
/// `None` for a Unix socket whose peer names no client.
pub(crate) fn client(proxies: &[Proxy], peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let mut client = peer;
    let lines = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let mut hops: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    while is_trusted(proxies, client) {
        let Some(hop) = hops.pop().and_then(address) else { break };
        client = Some(hop);
    }
    client.map(|address| address.to_canonical())
}

/// An address, optionally with a port, as some proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client_of(proxies: &[&str], peer: &str, forwarded: &[&str]) -> Option<String> {
        let proxies: Vec<_> = proxies.iter().map(|proxy| proxy.parse().expect("a proxy")).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(line).expect("a value"));
        }
        let peer = (peer != "unix").then(|| peer.parse().expect("an address"));
        client(&proxies, peer, &headers).map(|address| address.to_string())
    }

    #[test]
    fn an_untrusted_peer_is_the_client_whatever_it_claims() {
        let claimed = ["198.51.100.1", "127.0.0.1"];
        assert_eq!(client_of(&[], "192.0.2.1", &claimed).as_deref(), Some("192.0.2.1"));
        assert_eq!(client_of(&["10.0.0.0/8", "unix"], "192.0.2.1", &claimed).as_deref(), Some("192.0.2.1"));
        assert_eq!(client_of(&["10.0.0.0/8"], "unix", &claimed), None);
    }

    #[test]
    fn a_trusted_proxy_names_the_client() {
        for (peer, forwarded, client) in [
            ("10.1.2.3", &["198.51.100.1"][..], "198.51.100.1"),
            ("::ffff:10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("unix", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["203.0.113.9, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["203.0.113.9", "198.51.100.1:4711"], "198.51.100.1"),
            ("10.1.2.3", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("10.1.2.3", &["[2001:db8::1]"], "2001:db8::1"),
            ("10.1.2.3", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ] {
            assert_eq!(client_of(&["10.0.0.0/8", "unix"], peer, forwarded).as_deref(), Some(client), "{forwarded:?}");
        }
    }

    #[test]
    fn a_proxy_that_names_no_address_is_the_client() {
        for forwarded in [&[][..], &["unknown"], &["198.51.100.1, "], &["198.51.100.1, _hidden"]] {
            assert_eq!(client_of(&["10.0.0.0/8"], "10.1.2.3", forwarded).as_deref(), Some("10.1.2.3"), "{forwarded:?}");
        }
        assert_eq!(client_of(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.1, x, 10.9.9.9"]).as_deref(), Some("10.9.9.9"));
        assert_eq!(client_of(&["unix"], "unix", &[]), None);
    }

    #[test]
    fn invalid_proxies_are_named_in_the_error() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0", "*"] {
            let error = text.parse::<Proxy>().expect_err("not a proxy");
            assert!(error.to_string().contains(&format!("“{text}”")));
        }
        assert_eq!("10.1.2.3/8".parse::<Proxy>(), "10.0.0.0/8".parse());
    }
}
