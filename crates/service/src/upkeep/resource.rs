//! The files that can be replaced while they are served, and how a replacement is noticed.

use crate::config::Config;
use crate::snapshot::published::Published;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Something that can be replaced while it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// The index of an epoch, counted from the current one.
    Index(usize),
    /// The catalogue of an epoch, counted from the current one.
    Catalogue(usize),
    /// The certificate and its key.
    Certificate,
    /// The operator's texts.
    Site,
}

/// A resource, its files, and their stamps from just before they were last read.
#[derive(Clone)]
pub(super) struct WatchedResource {
    pub(super) resource: Resource,
    files: Vec<PathBuf>,
    seen: Vec<Stamp>,
}

/// What changes when a file is replaced: device, inode, seconds and nanoseconds of its modification
/// time, and size. `None` without a file.
type Stamp = Option<(u64, u64, i64, i64, u64)>;

/// The resources that are watched.
#[derive(Clone)]
pub(crate) struct Watched(pub(super) Vec<WatchedResource>);

impl Resource {
    /// Its name in the log, the same for all epochs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Index(_) => "index",
            Self::Catalogue(_) => "catalogue",
            Self::Certificate => "certificate",
            Self::Site => "site",
        }
    }

    /// The value of the metrics label, different for each resource.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Index(0) => "index",
            Self::Index(_) => "previous-index",
            Self::Catalogue(0) => "catalogue",
            Self::Catalogue(_) => "previous-catalogue",
            Self::Certificate => "certificate",
            Self::Site => "site",
        }
    }
}

impl Watched {
    /// All resources of a configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let epochs = std::iter::once(&config.current).chain(&config.previous).enumerate();
        let published = epochs.flat_map(|(position, Published { index, catalogue, .. })| {
            [(Resource::Index(position), vec![index.clone()]), (Resource::Catalogue(position), vec![catalogue.clone()])]
        });
        let tls = config.tls.iter();
        let tls = tls.map(|files| (Resource::Certificate, vec![files.certificate.clone(), files.key.clone()]));
        let site = config.site.iter().map(|folder| (Resource::Site, vec![folder.clone()]));
        let watched = published.chain(tls).chain(site);
        Self(watched.map(|(resource, files)| WatchedResource { resource, seen: stamps(&files), files }).collect())
    }

    /// The values of the metrics label.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|watched| watched.resource.label())
    }
}

impl WatchedResource {
    /// The stamps of its files now, if they have changed.
    pub(super) fn changed(&self) -> Option<Vec<Stamp>> {
        Some(stamps(&self.files)).filter(|now| *now != self.seen)
    }

    /// Records stamps whose files were read.
    pub(super) fn set_seen(&mut self, stamps: Vec<Stamp>) {
        self.seen = stamps;
    }
}

/// The stamps of files, and of folders with everything in them.
fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let in_folder = |file: &PathBuf| {
        let mut inside: Vec<_> = fs::read_dir(file).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inside.sort();
        inside
    };
    files
        .iter()
        .flat_map(|file| std::iter::once(file.clone()).chain(in_folder(file)))
        .map(|file| stamp(&file))
        .collect()
}

fn stamp(path: &Path) -> Stamp {
    let data = fs::metadata(path).ok()?;
    Some((data.dev(), data.ino(), data.mtime(), data.mtime_nsec(), data.len()))
}
