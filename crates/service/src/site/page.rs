//! Which page, in which language.

use crate::site::leaks::Filter;

/// A page in a language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Page {
    pub(crate) kind: PageKind,
    /// The language's tag.
    pub(crate) language: &'static str,
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PageKind {
    Form,
    How,
    Leaks(Filter),
    /// A leak in the index, by its slug.
    Leak(String),
    /// Shown instead of a leak that is not in the index.
    MissingLeak,
    Partners,
    Privacy,
    About,
    /// Shown at a path that has no page, this many levels below those of the other pages.
    Nowhere {
        depth: u8,
    },
}

impl PageKind {
    /// The file name of its template.
    pub(super) fn template(&self) -> &'static str {
        match self {
            Self::Form => "form.html",
            Self::How => "how.html",
            Self::Leaks(_) => "leaks.html",
            Self::Leak(_) => "leak.html",
            Self::MissingLeak => "missing.html",
            Self::Partners => "partners.html",
            Self::Privacy => "privacy.html",
            Self::About => "about.html",
            Self::Nowhere { .. } => "nowhere.html",
        }
    }

    /// The path of the navigation link to this page.
    pub(super) fn path(&self) -> &'static str {
        match self {
            Self::How => "how",
            Self::Leaks(_) => "leaks",
            Self::Partners => "partners",
            Self::Privacy => "privacy",
            Self::About => "about",
            // Not the target of any navigation link.
            Self::Leak(_) | Self::MissingLeak | Self::Nowhere { .. } => "-",
            Self::Form => "",
        }
    }

    /// Its path, if it has one that others may link to.
    pub(super) fn canonical_path(&self) -> Option<String> {
        match self {
            Self::Leak(slug) => Some(format!("leaks/{slug}")),
            Self::MissingLeak | Self::Nowhere { .. } => None,
            _ => Some(self.path().to_owned()),
        }
    }

    /// How many levels its URL is below those of the other pages.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Leak(_) | Self::MissingLeak => 1,
            Self::Nowhere { depth } => usize::from(*depth),
            _ => 0,
        }
    }

    /// A link from this page to itself.
    pub(super) fn self_link(&self) -> &str {
        match self {
            Self::Form => "./",
            Self::Leak(slug) => slug,
            Self::MissingLeak => "../leaks",
            Self::Nowhere { .. } => "",
            _ => self.path(),
        }
    }
}
