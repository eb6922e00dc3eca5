//! The partners with a live key, for looking up keys. Replaced as a whole when the file changes.

use crate::accounts::key::PartnerKey;
use crate::accounts::key_id::KeyId;
use crate::quota::client::PartnerQuota;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use subtle::{Choice, ConstantTimeEq as _};

/// What is needed of a partner to handle its requests.
#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) name: String,
    pub(crate) quota: PartnerQuota,
    /// Origins whose pages may read responses.
    pub(crate) origins: Vec<String>,
}

/// All partners by their live keys.
#[derive(Default)]
pub(crate) struct PartnerTable {
    keys: HashMap<KeyId, ([u8; 32], Arc<Partner>)>,
    /// The origins of all partners.
    origins: HashSet<String>,
}

impl PartnerTable {
    /// Adds a partner with the hashes of its live keys.
    pub(super) fn add(&mut self, partner: &Arc<Partner>, keys: Vec<(KeyId, [u8; 32])>) {
        self.keys.extend(keys.into_iter().map(|(id, hash)| (id, (hash, Arc::clone(partner)))));
        self.origins.extend(partner.origins.iter().cloned());
    }

    /// The partner whose live key this text is. An unknown id takes the same hash and the same
    /// comparison as a wrong secret.
    pub(crate) fn find(&self, text: &str) -> Option<&Arc<Partner>> {
        let key = PartnerKey::parse(text)?;
        let known = self.keys.get(&key.id());
        let expected = known.map_or([0; 32], |(hash, _)| *hash);
        let is_live = key.hash().ct_eq(&expected) & Choice::from(u8::from(known.is_some()));
        known.map(|(_, partner)| partner).filter(|_| is_live.into())
    }

    /// Whether any partner has an origin.
    pub(crate) fn has_origins(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Whether some partner has this origin.
    pub(crate) fn has_origin(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }
}
