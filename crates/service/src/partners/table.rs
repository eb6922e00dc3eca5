//! The partners with a live key, as requests look them up. A value of its own that is replaced whole when the file
//! changes.

use crate::partners::key::{KeyId, PartnerKey};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use subtle::{Choice, ConstantTimeEq as _};

/// What a request needs to know of a partner. Quotas are in elements.
#[derive(Debug)]
pub(crate) struct Partner {
    /// Of its row; never used again for another.
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) per_minute: u32,
    pub(crate) per_day: u32,
    pub(crate) batch: u32,
    pub(crate) origins: Vec<String>,
}

/// All partners by their live keys.
#[derive(Default)]
pub(crate) struct Table {
    keys: HashMap<KeyId, ([u8; 32], Arc<Partner>)>,
    /// Of all partners.
    origins: HashSet<String>,
}

impl Table {
    /// Adds a partner with the hashes of its live keys.
    pub(super) fn add(&mut self, partner: &Arc<Partner>, keys: Vec<(KeyId, [u8; 32])>) {
        self.keys.extend(keys.into_iter().map(|(id, hash)| (id, (hash, Arc::clone(partner)))));
        self.origins.extend(partner.origins.iter().cloned());
    }

    /// Whose live key this text is. An unknown id costs the same hash and the same comparison as a wrong secret.
    pub(crate) fn find(&self, text: &str) -> Option<&Arc<Partner>> {
        let key = PartnerKey::parse(text)?;
        let known = self.keys.get(&key.id());
        let expected = known.map_or([0; 32], |(hash, _)| *hash);
        let is_live = key.hash().ct_eq(&expected) & Choice::from(u8::from(known.is_some()));
        known.map(|(_, partner)| partner).filter(|_| is_live.into())
    }

    /// Whether pages of no origin at all may ask.
    pub(crate) fn is_without_origins(&self) -> bool {
        self.origins.is_empty()
    }

    /// Whether pages of this origin may ask with somebody's key.
    pub(crate) fn has_origin(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }
}
