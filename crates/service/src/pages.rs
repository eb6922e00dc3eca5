//! The pages for people: the form, and beside it how it works, the leaks, the API for partners, privacy. All of them are written
//! here, in every language, without script; the form's script comes to life on the first.
//!
//! Templates, sentences and assets are what `packages/site` builds; the figures are those of what is being served; what operators
//! add is in [`site`]. Pages are written when they are first asked for, and kept until something of that changes.

pub(crate) mod built;
mod figures;
pub(crate) mod language;
mod leaks;
mod markdown;
pub(crate) mod render;
pub(crate) mod site;

use crate::holdings::Epoch;
use crate::{Budget, ServiceError};
use axum::body::Bytes;
use built::Built;
use figures::Figures;
use leaks::{Filter, Leaks};
use render::{Page, RENDERER, Rendered};
use site::Site;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pages that are kept: all of a catalogue of a hundred leaks in a few languages. Beyond that, they are written each time.
const KEPT: usize = 1024;

/// What the pages are written of at one moment, and those that have been.
pub(crate) struct Pages {
    figures: Figures,
    leaks: Leaks,
    site: Arc<Site>,
    written: Mutex<HashMap<Page, Arc<Rendered>>>,
}

impl Pages {
    /// Of an epoch; none where the form was not built.
    pub(crate) fn new(epoch: &Epoch, site: &Arc<Site>, budget: &Budget) -> Option<Self> {
        Built::get()?;
        let leaks = Leaks::of(&epoch.served.index.table().sources, &epoch.catalogue);
        Some(Self {
            figures: Figures::of(epoch, budget, &leaks),
            leaks,
            site: Arc::clone(site),
            written: Mutex::default(),
        })
    }

    /// A page, written now or before.
    pub(crate) fn page(&self, page: &Page) -> Result<Arc<Rendered>, minijinja::Error> {
        if let Some(written) = self.written().get(page) {
            return Ok(Arc::clone(written));
        }
        // Not under the lock: two may write the same page, and nobody waits for another one.
        let page_written = Arc::new(RENDERER.render(page, self)?);
        let mut written = self.written();
        if written.len() < KEPT {
            written.insert(page.clone(), Arc::clone(&page_written));
        }
        Ok(page_written)
    }

    fn written(&self) -> MutexGuard<'_, HashMap<Page, Arc<Rendered>>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is a leak of this slug.
    pub(crate) fn has_leak(&self, slug: &str) -> bool {
        self.leaks.get(slug).is_some()
    }

    /// The filter that is meant; what no leak has filters nothing.
    pub(crate) fn filter(&self, status: Option<&str>, class: Option<&str>) -> Filter {
        self.leaks.filter(status, class)
    }

    /// The operator's style, by the name of its file.
    pub(crate) fn style(&self, name: &str) -> Option<Bytes> {
        self.site.style().filter(|style| style.name == name).map(|style| style.text.clone())
    }
}

/// Reads what an operator has written for the pages; nothing where there is no such folder.
pub(crate) fn read_site(folder: Option<&Path>) -> Result<Site, ServiceError> {
    let Some(folder) = folder else { return Ok(Site::default()) };
    let languages = Built::get().map(|built| built.languages.as_slice()).unwrap_or_default();
    Site::read(folder, languages).map_err(ServiceError::Site)
}
