//! The terms of a partner: contact, quotas, and the origins of its pages.

use crate::accounts::error::PartnerError;
use axum::http::Uri;
use exposure_protocol::wire::PARTNER_BATCH;

/// Longest contact, in characters: enough for a name and an address.
const CONTACT_CHARS: usize = 200;

/// Most origins of one partner.
const ORIGINS: usize = 32;

/// The terms of a partner. Quotas are in evaluated elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// An address to write to in case of problems. Shown only to the operator.
    pub contact: String,
    /// Quota per minute.
    pub per_minute: u32,
    /// Quota per day (UTC).
    pub per_day: u32,
    /// Most elements per request: 1 to 1,000.
    pub batch: u32,
    /// The origins whose pages may use this partner's key, as a browser sends them:
    /// `https://bank.example`.
    pub origins: Vec<String>,
}

impl Terms {
    /// The default quotas, and no origins.
    pub fn new(contact: impl Into<String>) -> Self {
        Self { contact: contact.into(), per_minute: 600, per_day: 10_000, batch: 100, origins: Vec::new() }
    }

    /// Rejects terms that make no sense.
    pub(crate) fn check(&self) -> Result<(), PartnerError> {
        let length = self.contact.chars().count();
        if self.contact.trim().is_empty() || length > CONTACT_CHARS || self.contact.chars().any(char::is_control) {
            return Err(PartnerError::Contact);
        }
        for (what, quota) in [("minute", self.per_minute), ("day", self.per_day)] {
            if quota == 0 {
                return Err(PartnerError::Quota(what));
            }
        }
        if !(1..=PARTNER_BATCH as u32).contains(&self.batch) {
            return Err(PartnerError::Batch(self.batch));
        }
        if self.origins.len() > ORIGINS {
            return Err(PartnerError::Origins(ORIGINS));
        }
        match self.origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => Err(PartnerError::Origin(origin.clone())),
            None => Ok(()),
        }
    }
}

/// Whether a text is an origin exactly as a browser sends it (RFC 6454 §6.2, in ASCII), since it is
/// compared byte for byte: lower-case, no path, no default port. A page loaded without TLS could be
/// forged and must not hold a key, unless it is on the developer's own machine.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
    let port = uri.port_u16();
    let is_own = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_safe = match scheme {
        "https" => port != Some(443),
        "http" => is_own && port != Some(80),
        _ => false,
    };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    // A wildcard would never match, so it is rejected here.
    let is_host = |host: &str| host.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
    let is_named = !host.is_empty() && (is_host(host) || is_own);
    is_safe && is_named && text == format!("{scheme}://{host}{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for good in ["https://bank.example", "https://bank.example:8443", "http://localhost:3000", "http://127.0.0.1"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "bank.example",
            "https://",
            "https://bank.example/",
            "https://bank.example/path",
            "https://Bank.example",
            "https://bank.example:443",
            "https://user@bank.example",
            "https://bank.example?x",
            "http://bank.example",
            "ftp://bank.example",
            "https://*.bank.example",
            "https://b_nk.example",
            "https://bank.example https://other.example",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn terms_that_make_no_sense_are_rejected() {
        let good = Terms::new("security@bank.example");
        good.check().expect("good terms");
        let rejection = |terms: Terms| terms.check().expect_err("bad terms").to_string();
        assert!(rejection(Terms { contact: " ".into(), ..good.clone() }).contains("contact"));
        assert!(rejection(Terms { contact: "a\nb".into(), ..good.clone() }).contains("contact"));
        assert!(rejection(Terms { per_minute: 0, ..good.clone() }).contains("minute"));
        assert!(rejection(Terms { per_day: 0, ..good.clone() }).contains("day"));
        for batch in [0, 1_001] {
            assert!(rejection(Terms { batch, ..good.clone() }).contains("1 to 1,000"));
        }
        assert!(rejection(Terms { origins: vec!["*".into()], ..good.clone() }).contains('*'));
        assert!(rejection(Terms { origins: vec!["https://a.example".into(); 33], ..good }).contains("32"));
    }
}
