//! What counts are kept under. Addresses are never stored, only a hash of each under a key of the
//! day.

use exposure_protocol::SecretKey;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// Bytes of a hash: enough that the addresses of a day do not collide by chance.
const HASH_BYTES: usize = 16;

/// What a count is kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CountKey {
    /// The hash of an address, which means nothing the next day.
    Address([u8; HASH_BYTES]),
    /// A partner's row id.
    Partner(i64),
}

/// The key under which addresses are hashed for one day.
pub(crate) struct DayKey {
    pub(crate) salt: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl DayKey {
    /// A key with a new random salt.
    pub(crate) fn new(secret: Option<&SecretKey>) -> Self {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("the operating system has random numbers");
        Self::with_salt(secret, salt)
    }

    /// The key with this salt. It also depends on the secret key, because with the salt alone,
    /// which is in the same file as the hashes, all addresses could be tried in minutes. A service
    /// without a secret key evaluates nothing, and so counts nobody.
    pub(crate) fn with_salt(secret: Option<&SecretKey>, salt: [u8; 32]) -> Self {
        let key = secret.map_or_else(|| Zeroizing::new(salt), |secret| secret.budget_key(&salt));
        Self { salt, key }
    }

    /// Hashes an IPv4 address, or the /64 of an IPv6 address, which is what a household gets.
    pub(crate) fn hash(&self, address: IpAddr) -> CountKey {
        let hash = match address.to_canonical() {
            IpAddr::V4(address) => blake3::keyed_hash(&self.key, &address.octets()),
            IpAddr::V6(address) => blake3::keyed_hash(&self.key, &address.octets()[..8]),
        };
        CountKey::Address(*hash.as_bytes().first_chunk().expect("16 of 32 bytes"))
    }
}

impl CountKey {
    /// The saved form.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Address(hash) => hash.to_vec(),
            Self::Partner(id) => id.to_be_bytes().to_vec(),
        }
    }

    /// Reads the saved form; `None` if these bytes are not one.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let partner = || bytes.try_into().ok().map(i64::from_be_bytes).map(Self::Partner);
        bytes.try_into().ok().map(Self::Address).or_else(partner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(key: &DayKey, address: &str) -> CountKey {
        key.hash(address.parse().expect("an address"))
    }

    #[test]
    fn an_ipv6_network_counts_once_and_a_mapped_address_as_ipv4() {
        let key = DayKey::new(None);
        assert_eq!(hash(&key, "2001:db8:0:1::1"), hash(&key, "2001:db8:0:1:ffff::2"));
        assert_ne!(hash(&key, "2001:db8:0:1::1"), hash(&key, "2001:db8:0:2::1"));
        assert_eq!(hash(&key, "192.0.2.1"), hash(&key, "::ffff:192.0.2.1"));
        assert_ne!(hash(&key, "192.0.2.1"), hash(&key, "192.0.2.2"));
    }

    #[test]
    fn a_hash_needs_both_salt_and_secret_key() {
        let (secret, other) = (SecretKey::generate(1), SecretKey::generate(1));
        let today = DayKey::new(Some(&secret));
        let of = |key: DayKey| hash(&key, "192.0.2.1");
        assert_eq!(of(DayKey::with_salt(Some(&secret), today.salt)), of(DayKey::with_salt(Some(&secret), today.salt)));
        assert_ne!(of(DayKey::with_salt(Some(&secret), today.salt)), of(DayKey::with_salt(Some(&other), today.salt)));
        assert_ne!(of(DayKey::with_salt(Some(&secret), today.salt)), of(DayKey::new(Some(&secret))));
        assert_ne!(of(DayKey::with_salt(Some(&secret), today.salt)), of(DayKey::with_salt(None, today.salt)));
    }

    #[test]
    fn a_count_key_survives_its_bytes() {
        for key in [CountKey::Address([7; 16]), CountKey::Partner(1), CountKey::Partner(i64::MAX)] {
            assert_eq!(CountKey::from_bytes(&key.to_bytes()), Some(key));
        }
        assert_eq!(CountKey::from_bytes(&[1; 9]), None);
    }
}
