//! The pages of the current snapshot and the operator's texts in them; replaced when either
//! changes.

use crate::quota::budget::Budget;
use crate::site::built::Built;
use crate::site::operator::OperatorTexts;
use crate::site::operator_error::SiteError;
use crate::site::pages::Pages;
use crate::snapshot::current::Epoch;
use arc_swap::{ArcSwap, ArcSwapOption};
use std::path::Path;
use std::sync::Arc;

/// The site of a running service.
pub(crate) struct Site {
    texts: ArcSwap<OperatorTexts>,
    /// `None` if the web form was not built.
    pages: ArcSwapOption<Pages>,
}

impl Site {
    /// Reads the operator's texts; there are none without a folder.
    pub(crate) fn open(folder: Option<&Path>, epoch: &Epoch, budget: &Budget) -> Result<Self, SiteError> {
        let texts = read(folder)?;
        if let Some(missing) = texts.unnamed() {
            tracing::warn!(
                "the pages do not say who runs this service: write {missing} into site/site.toml in the data \
                 directory. Until then they leave out how to object"
            );
        }
        let site = Self { texts: ArcSwap::from_pointee(texts), pages: ArcSwapOption::empty() };
        site.update(epoch, budget);
        Ok(site)
    }

    /// Reads the operator's texts again. On an error the previous ones stay in use.
    pub(crate) fn reload(&self, folder: Option<&Path>, epoch: &Epoch, budget: &Budget) -> Result<(), SiteError> {
        self.texts.store(Arc::new(read(folder)?));
        self.update(epoch, budget);
        Ok(())
    }

    /// Replaces the pages by those about another epoch, index or catalogue.
    pub(crate) fn update(&self, epoch: &Epoch, budget: &Budget) {
        self.pages.store(Pages::new(epoch, &self.texts.load_full(), budget).map(Arc::new));
    }

    /// Whether search engines may list the pages.
    pub(super) fn may_be_listed(&self) -> bool {
        self.texts.load().about.index.unwrap_or(true)
    }

    /// The current pages; `None` if the web form was not built.
    pub(super) fn pages(&self) -> Option<Arc<Pages>> {
        self.pages.load_full()
    }
}

fn read(folder: Option<&Path>) -> Result<OperatorTexts, SiteError> {
    let Some(folder) = folder else { return Ok(OperatorTexts::default()) };
    let languages = Built::get().map(|built| built.languages.as_slice()).unwrap_or_default();
    OperatorTexts::read(folder, languages)
}
