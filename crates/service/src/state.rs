//! What all requests share, and how its parts are read.

use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::partners::Partners;
use crate::pool::Pool;
use crate::{Config, ServiceError};
use arc_swap::ArcSwap;
use exposure_index::Catalogue;
use exposure_protocol::Evaluator;
use std::sync::Arc;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) holdings: ArcSwap<Holdings>,
    pub(crate) budgets: Budgets,
    pub(crate) partners: Partners,
    pub(crate) pool: Pool,
    /// None without a key.
    pub(crate) evaluator: Option<Arc<Evaluator>>,
}

pub(crate) fn read_catalogue(config: &Config) -> Result<Catalogue, ServiceError> {
    Ok(Catalogue::read(&config.catalogue)?)
}
