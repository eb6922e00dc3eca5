//! Whose address counts behind proxies: only a configured proxy is believed when it says for whom it asks.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Where proxies append whom they ask for. The standard header, `Forwarded` (RFC 7239), is set by hardly any of them.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// A proxy whose word is taken: an address, a network in CIDR notation, or `unix` for whoever connects to the Unix socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// These addresses; one of them is a network of one.
    Network(IpNet),
    /// The peer at the other end of a Unix socket, which file permissions have let in.
    Unix,
}

/// Not a proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no trusted proxy; give an address (192.0.2.1), a network (192.0.2.0/24, 2001:db8::/32) or unix")]
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

/// Whether the word of a peer is taken. None is the peer of a Unix socket.
pub(crate) fn is_trusted(proxies: &[Proxy], peer: Option<IpAddr>) -> bool {
    proxies.iter().any(|proxy| match (proxy, peer) {
        (Proxy::Network(network), Some(peer)) => network.contains(&peer.to_canonical()),
        (Proxy::Unix, None) => true,
        _ => false,
    })
}

/// The address to charge: the peer's; or, from a trusted proxy, the last one in `X-Forwarded-For` that is no trusted proxy
/// itself. What stands before that was written by whoever asked, and means nothing; so does what is no address, and then the
/// proxy that passed it on is charged. None where a Unix socket's peer tells nothing.
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

/// An address, perhaps with a port, as some proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn charged(proxies: &[&str], peer: &str, forwarded: &[&str]) -> Option<String> {
        let proxies: Vec<_> = proxies.iter().map(|proxy| proxy.parse().expect("a proxy")).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(line).expect("a value"));
        }
        let peer = (peer != "unix").then(|| peer.parse().expect("an address"));
        client(&proxies, peer, &headers).map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_is_charged_whatever_it_says() {
        let said = ["198.51.100.1", "127.0.0.1"];
        assert_eq!(charged(&[], "192.0.2.1", &said).as_deref(), Some("192.0.2.1"));
        assert_eq!(charged(&["10.0.0.0/8", "unix"], "192.0.2.1", &said).as_deref(), Some("192.0.2.1"));
        assert_eq!(charged(&["10.0.0.0/8"], "unix", &said), None);
    }

    #[test]
    fn a_proxy_says_for_whom_it_asks() {
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
            assert_eq!(charged(&["10.0.0.0/8", "unix"], peer, forwarded).as_deref(), Some(client), "{forwarded:?}");
        }
    }

    #[test]
    fn where_a_proxy_tells_nothing_it_is_charged_itself() {
        for forwarded in [&[][..], &["unknown"], &["198.51.100.1, "], &["198.51.100.1, _hidden"]] {
            assert_eq!(charged(&["10.0.0.0/8"], "10.1.2.3", forwarded).as_deref(), Some("10.1.2.3"), "{forwarded:?}");
        }
        assert_eq!(charged(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.1, x, 10.9.9.9"]).as_deref(), Some("10.9.9.9"));
        assert_eq!(charged(&["unix"], "unix", &[]), None);
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_name() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0", "*"] {
            let error = text.parse::<Proxy>().expect_err("no proxy");
            assert!(error.to_string().contains(&format!("“{text}”")));
        }
        assert_eq!("10.1.2.3/8".parse::<Proxy>(), "10.0.0.0/8".parse());
    }
}
