//! Tar archives, streamed. Headers are parsed by `tar`; the walk is our own, because that library
//! holds extended headers of any size in memory.

use super::entry::Exactly;
use crate::container::visit::Visit;
use crate::container::walk::{Location, Walk};
use crate::halt::Halt;
use crate::peeked::Peeked;
use std::io::{self, Read};
use tar::{EntryType, Header, PaxExtensions};

/// Bytes of a header, and the unit of padding.
const BLOCK: usize = 512;

/// Maximum bytes of an extended header: a name of any length that a system allows, and attributes.
const EXTENDED_BYTES: u64 = 1 << 20;

const WHAT: &str = "the tar archive";

/// Whether a tar archive begins so: the header's checksum is right, which no text's is by accident.
pub(crate) fn is_tar_header(head: &[u8]) -> bool {
    head.get(..BLOCK).is_some_and(|block| is_valid(Header::from_byte_slice(block)))
}

fn is_valid(header: &Header) -> bool {
    let bytes = header.as_bytes();
    // The checksum treats its own eight bytes as spaces.
    let sum = bytes[..148].iter().chain(&bytes[156..]).map(|&byte| u32::from(byte)).sum::<u32>() + 8 * 32;
    header.cksum().is_ok_and(|checksum| checksum == sum) && header.entry_size().is_ok()
}

/// What extended headers say about the next entry.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Delivers the regular files of an archive.
pub(crate) fn walk_tar<R: Read + Send>(
    walk: &Walk<'_>,
    input: &mut Peeked<R>,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let (mut extended, mut is_ended) = (Extended::default(), false);
    while !walk.is_over() {
        let block = input.peek(BLOCK);
        if block.len() < BLOCK {
            if !block.is_empty() {
                walk.note(format!("{WHAT} is truncated"));
            } else if !is_ended {
                // Truncated between two entries, or an error of the reader below, which reading on
                // reports.
                drop(io::copy(input, &mut io::sink()));
                walk.damaged_unless_known("the tar archive has no end marker: it may be truncated");
            }
            return Ok(());
        }
        if block.iter().all(|&byte| byte == 0) {
            // The end; but archives may be concatenated.
            is_ended = true;
            input.skip(BLOCK);
            continue;
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(block);
        if !is_valid(&header) {
            let what = if is_ended { "other data follows it" } else { "a header is damaged" };
            walk.note(format!("{WHAT} ends here: {what}"));
            return Ok(());
        }
        input.skip(BLOCK);
        is_ended = false;
        // The error is recorded in the walk; nothing can be found behind it.
        match one(walk, input, &header, &mut extended, location, visit)? {
            Ok(()) => {}
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// One header and its data. The inner error is damage.
fn one<R: Read + Send>(
    walk: &Walk<'_>,
    input: &mut Peeked<R>,
    header: &Header,
    extended: &mut Extended,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<io::Result<()>, Halt> {
    let kind = header.entry_type();
    let is_header =
        matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader);
    // Verified with the header.
    let own_size = header.entry_size().unwrap_or(0);
    let size = if is_header { own_size } else { extended.size.unwrap_or(own_size) };
    if kind == EntryType::GNUSparse
        && let Err(error) = skip_sparse_map(walk, input, header)
    {
        return Ok(Err(error));
    }
    let mut data = Exactly { walk, input: &mut *input, left: size, what: WHAT };
    if is_header {
        if let Err(error) = extend(&mut data, kind, extended) {
            return Ok(Err(error));
        }
    } else {
        let extended = std::mem::take(extended);
        let name = extended.name.unwrap_or_else(|| header.path_bytes().into_owned());
        let location = location.entry(&name);
        // The oldest archives mark a directory by its name alone.
        let is_directory = kind.is_dir() || name.ends_with(b"/");
        if !is_directory {
            if !walk.enter(&location) {
                return Ok(Ok(()));
            }
            match why_skipped(kind, extended.is_sparse) {
                Some(why) => visit.skip(location, why)?,
                None => visit.content(&mut data, &location)?,
            }
        }
    }
    let skipped = data.skip().and_then(|()| {
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        Exactly { walk, input, left: padding, what: WHAT }.skip()
    });
    Ok(skipped)
}

/// Why an entry is not read.
fn why_skipped(kind: EntryType, is_sparse: bool) -> Option<&'static str> {
    match kind {
        _ if is_sparse => Some("a sparse file in a tar archive; unpack it first"),
        EntryType::Regular | EntryType::Continuous => None,
        EntryType::GNUSparse => Some("a sparse file in a tar archive; unpack it first"),
        EntryType::Link | EntryType::Symlink => Some("a link"),
        _ => Some("a device or another special file"),
    }
}

/// Parses an extended header.
fn extend<R: Read>(data: &mut Exactly<'_, R>, kind: EntryType, extended: &mut Extended) -> io::Result<()> {
    if data.left > EXTENDED_BYTES || !matches!(kind, EntryType::GNULongName | EntryType::XHeader) {
        // Names of links, defaults for all entries, and types that nothing writes.
        return Ok(());
    }
    let mut bytes = Vec::new();
    data.read_to_end(&mut bytes)?;
    if kind == EntryType::GNULongName {
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        extended.name = Some(bytes);
        return Ok(());
    }
    for record in PaxExtensions::new(&bytes).flatten() {
        match record.key_bytes() {
            b"path" => extended.name = Some(record.value_bytes().to_vec()),
            b"size" => extended.size = record.value().ok().and_then(|size| size.parse().ok()),
            key if key.starts_with(b"GNU.sparse.") => extended.is_sparse = true,
            _ => {}
        }
    }
    Ok(())
}

/// The map of a sparse file continues in blocks of its own.
fn skip_sparse_map<R: Read>(walk: &Walk<'_>, input: &mut Peeked<R>, header: &Header) -> io::Result<()> {
    let mut is_more = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
    while is_more {
        let mut block = [0; BLOCK];
        Exactly { walk, input: &mut *input, left: BLOCK as u64, what: WHAT }.read_exact(&mut block)?;
        // 21 entries of 24 bytes each, then whether more follow.
        is_more = block[504] == 1;
    }
    Ok(())
}
