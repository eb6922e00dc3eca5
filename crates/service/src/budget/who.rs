//! Whom a charge is counted for. Addresses are never kept: what is counted is a hash under a key of the day.

use exposure_protocol::SecretKey;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// Bytes of a hash: chance collisions of the addresses of a day do not occur.
const HASH_BYTES: usize = 16;

/// Whom a charge is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// An address, as far as it is remembered: a hash that means nothing tomorrow.
    Address([u8; HASH_BYTES]),
    /// A partner, by the id of its row.
    Partner(i64),
}

/// What the addresses of a day are hashed under.
pub(crate) struct DayKey {
    pub(crate) salt: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl DayKey {
    /// A new one, of which nobody knows anything.
    pub(crate) fn new(secret: Option<&SecretKey>) -> Self {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("the operating system has random numbers");
        Self::of(secret, salt)
    }

    /// The one with this salt. It needs the secret key too, so that a file of hashes and its salt say nothing by
    /// themselves: all addresses could be tried in minutes. A service without a key counts nobody.
    pub(crate) fn of(secret: Option<&SecretKey>, salt: [u8; 32]) -> Self {
        let key = secret.map_or_else(|| Zeroizing::new(salt), |secret| secret.budget_key(&salt));
        Self { salt, key }
    }

    /// An IPv4 address by itself, an IPv6 one with all of its /64, which is what a household gets.
    pub(crate) fn hash(&self, address: IpAddr) -> Who {
        let hash = match address.to_canonical() {
            IpAddr::V4(address) => blake3::keyed_hash(&self.key, &address.octets()),
            IpAddr::V6(address) => blake3::keyed_hash(&self.key, &address.octets()[..8]),
        };
        Who::Address(*hash.as_bytes().first_chunk().expect("16 of 32 bytes"))
    }
}

impl Who {
    /// As it is saved.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Address(hash) => hash.to_vec(),
            Self::Partner(id) => id.to_be_bytes().to_vec(),
        }
    }

    /// As it was saved; none if these bytes were not.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let partner = || bytes.try_into().ok().map(i64::from_be_bytes).map(Self::Partner);
        bytes.try_into().ok().map(Self::Address).or_else(partner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(key: &DayKey, address: &str) -> Who {
        key.hash(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_a_mapped_address_is_itself() {
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
        assert_eq!(of(DayKey::of(Some(&secret), today.salt)), of(DayKey::of(Some(&secret), today.salt)));
        assert_ne!(of(DayKey::of(Some(&secret), today.salt)), of(DayKey::of(Some(&other), today.salt)));
        assert_ne!(of(DayKey::of(Some(&secret), today.salt)), of(DayKey::new(Some(&secret))));
        assert_ne!(of(DayKey::of(Some(&secret), today.salt)), of(DayKey::of(None, today.salt)));
    }

    #[test]
    fn who_survives_bytes() {
        for who in [Who::Address([7; 16]), Who::Partner(1), Who::Partner(i64::MAX)] {
            assert_eq!(Who::from_bytes(&who.to_bytes()), Some(who));
        }
        assert_eq!(Who::from_bytes(&[1; 9]), None);
    }
}
