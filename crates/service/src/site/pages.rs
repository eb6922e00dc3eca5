//! The pages about one epoch. Each is rendered on its first request and kept until something
//! changes.

use crate::quota::budget::Budget;
use crate::site::built::Built;
use crate::site::figures::Figures;
use crate::site::leaks::{Filter, Leaks};
use crate::site::operator::OperatorTexts;
use crate::site::page::Page;
use crate::site::render::{PageData, RENDERER, Rendered};
use crate::snapshot::current::Epoch;
use axum::body::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most pages that are kept: all of a catalogue of a hundred leaks in a few languages. Others are
/// rendered on each request.
const KEPT: usize = 1024;

/// The pages about one epoch.
pub(super) struct Pages {
    data: PageData,
    rendered: Mutex<HashMap<Page, Arc<Rendered>>>,
}

impl Pages {
    /// The pages about an epoch; `None` if the web form was not built.
    pub(super) fn new(epoch: &Epoch, texts: &Arc<OperatorTexts>, budget: &Budget) -> Option<Self> {
        Built::get()?;
        let leaks = Leaks::new(&epoch.served.index.table().sources, &epoch.catalogue);
        let data = PageData { figures: Figures::new(epoch, budget, &leaks), leaks, texts: Arc::clone(texts) };
        Some(Self { data, rendered: Mutex::default() })
    }

    /// A page, rendered now or before.
    pub(super) fn page(&self, page: &Page) -> Result<Arc<Rendered>, minijinja::Error> {
        if let Some(kept) = self.rendered().get(page) {
            return Ok(Arc::clone(kept));
        }
        // Rendered without the lock: two threads may render the same page, but none waits for
        // another.
        let new = Arc::new(RENDERER.render(page, &self.data)?);
        let mut rendered = self.rendered();
        if rendered.len() < KEPT {
            rendered.insert(page.clone(), Arc::clone(&new));
        }
        Ok(new)
    }

    fn rendered(&self) -> MutexGuard<'_, HashMap<Page, Arc<Rendered>>> {
        self.rendered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is a leak with this slug.
    pub(super) fn has_leak(&self, slug: &str) -> bool {
        self.data.leaks.get(slug).is_some()
    }

    /// The filter of a query; unknown values are ignored.
    pub(super) fn filter(&self, status: Option<&str>, class: Option<&str>) -> Filter {
        self.data.leaks.filter(status, class)
    }

    /// The operator's style sheet, if this is its file name.
    pub(super) fn style(&self, name: &str) -> Option<Bytes> {
        self.data.texts.style().filter(|style| style.name == name).map(|style| style.text.clone())
    }
}
