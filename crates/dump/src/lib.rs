//! From the bytes of a dump to canonical identifiers and a report, in a process that holds no key,
//! sees no file system and no network. Everything that parses hostile bytes is here.
//!
//! A parent opens inputs and passes their descriptors ([`Requests`]); the [`worker`] walks an input
//! (`container`), decodes its texts (`encoding`), detects and splits formats (`format`), detects
//! columns (`columns`), and canonicalises cells on all cores (`extract`). The results travel back
//! as frames ([`next_event`]), described to the byte in `STREAM.md`.
//!
//! Owns no file name, no key, no digest and no index: those are the parent's.

mod allocator;
mod columns;
mod contain_panics;
mod container;
mod descriptors;
mod encoded;
mod encoding;
mod error;
mod extract;
mod format;
#[doc(hidden)]
pub mod fuzzing;
mod halt;
mod limits;
mod peeked;
mod progress;
mod report;
mod sandbox;
pub mod self_test;
mod stream;
mod wiped;
pub mod worker;

pub use allocator::keep_freed_memory;
pub use columns::column::{Because, ColumnSpec, ColumnSpecError, Reads};
pub use columns::mapping::{Mapping, MappingError};
pub use contain_panics::is_contained;
pub use container::Walked;
pub use descriptors::Requests;
pub use encoding::EncodingChange;
pub use error::{Damage, DumpError};
pub use extract::{Identifiers, KindOrder, Pool, Sink, Tasks};
pub use limits::{Limits, RATIO_ASKED_FROM};
pub use report::{ColumnReport, FileReport, KindReport, PartReport, ReadAs, Rejects};
pub use sandbox::{Isolation, LAYERS};
pub use stream::{ColumnSetting, End, Event, FileRequest, Hello, STREAM_VERSION, Settings, StreamError, next_event};
