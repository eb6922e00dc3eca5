//! Reads one member: finds out its format, and has it read. How a format is read is not here.

use super::by_format::{self, PREVIEW_BYTES, records, tables};
use super::context::Context;
use super::part::Part;
use super::trial;
use crate::columns::detect::Detector;
use crate::columns::mapping::FormatName;
use crate::container::{Content, FileFormat, Member, Seekable, StreamFormat};
use crate::encoding;
use crate::error::DumpError;
use crate::format::arrow::Arrow;
use crate::format::avro::Avro;
use crate::format::bson::Bson;
use crate::format::detect::{self, FORMAT_HEAD_BYTES};
use crate::format::orc::Orc;
use crate::format::{ods, parquet, xls, xlsb, xlsx};
use crate::report::PartReport;
use bytes::Bytes;
use exposure_identifier::{Region, Rules};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The format of a part that a mapping leaves out.
const NOT_TO_BE_READ: &str = "not to be read, as the mapping says";

/// Reads a file or a member of an archive to its end, or to where it is damaged.
pub(crate) fn member(
    context: &Context<'_>,
    path: &Path,
    is_named: bool,
    member: Member<'_>,
) -> Result<PartReport, DumpError> {
    let Member { name, compression, content } = member;
    let asked = context.mapping.of(path, name.as_deref());
    let detector = detector(context, asked.region);
    let specs = if context.columns.is_empty() { asked.columns.clone() } else { context.columns.to_vec() };
    let is_named = is_named && name.is_none();
    let report = PartReport { name, compression, ..PartReport::default() };
    let mut part = Part { is_named, asked, specs, detector, report };
    match content {
        _ if part.asked.format == Some(FormatName::None) => NOT_TO_BE_READ.clone_into(&mut part.report.format),
        Content::Text(text) => read_text(context, text, &mut part)?,
        Content::Tables(format, file) => read_file(context, format, file, &mut part)?,
        Content::Records(format, stream) => {
            let limits = context.limits;
            match format {
                StreamFormat::Arrow => records(context, format.name(), Arrow::open(stream, limits), &mut part)?,
                StreamFormat::Avro => records(context, format.name(), Avro::open(stream, limits), &mut part)?,
                StreamFormat::Bson => records(context, format.name(), Ok(Bson::new(stream, limits)), &mut part)?,
                StreamFormat::BsonArchive => {
                    records(context, format.name(), Bson::archive(stream, limits), &mut part)?;
                }
            }
        }
        Content::Mail { mail, .. } if part.asked.format.is_some() => read_text(context, mail, &mut part)?,
        Content::Mail { mail, has_files, unread } => {
            unread.set(by_format::mail(context, mail, has_files, &mut part)?);
        }
        Content::Unsupported { text, is_read, .. } if part.asked.is_text() => {
            is_read.set(true);
            read_text(context, text, &mut part)?;
        }
        Content::Skipped(why) | Content::Unsupported { what: why, .. } if is_named => {
            return Err(DumpError::Format { what: why.to_owned() });
        }
        Content::Skipped(why) | Content::Unsupported { what: why, .. } => {
            part.report.skipped = Some(why.to_owned());
        }
    }
    Ok(part.report)
}

/// What detects the columns of a part. To build it takes longer than to read a small part.
fn detector(context: &Context<'_>, region: Option<Region>) -> Arc<Detector> {
    let of_run = context.detector;
    match region.filter(|region| *region != of_run.rules().region) {
        Some(region) => Arc::new(Detector::new(Rules { region, ..of_run.rules() })),
        None => Arc::clone(of_run),
    }
}

/// A file of tables that is read out of order.
fn read_file(context: &Context<'_>, format: FileFormat, file: Seekable, part: &mut Part) -> Result<(), DumpError> {
    let limits = context.limits;
    match format {
        FileFormat::Ods => {
            tables(context, format.name(), true, part, |tables| ods::read(file.reader(), limits, tables))
        }
        FileFormat::Xls => {
            tables(context, format.name(), true, part, |tables| xls::read(file.reader(), limits, tables))
        }
        FileFormat::Xlsb => {
            tables(context, format.name(), true, part, |tables| xlsb::read(file.reader(), limits, tables))
        }
        FileFormat::Xlsx => {
            tables(context, format.name(), true, part, |tables| xlsx::read(file.reader(), limits, tables))
        }
        FileFormat::Parquet => tables(context, format.name(), true, part, |tables| match file {
            Seekable::File(file) => parquet::read(file, limits, tables),
            Seekable::Memory(bytes) => parquet::read_whole(bytes, limits, tables),
        }),
        FileFormat::Orc => match file {
            Seekable::File(file) => records(context, format.name(), Orc::open(file, limits), part),
            Seekable::Memory(bytes) => records(context, format.name(), Orc::open(Bytes::from(bytes), limits), part),
        },
    }
}

fn read_text(context: &Context<'_>, text: Box<dyn Read + Send + '_>, part: &mut Part) -> Result<(), DumpError> {
    let most = if context.is_preview { PREVIEW_BYTES } else { u64::MAX };
    let region = part.asked.region.unwrap_or(context.detector.rules().region).to_string();
    let mut text = encoding::decode(text.take(most), part.asked.encoding, Some(region));
    let head = text.peek(FORMAT_HEAD_BYTES);
    let is_whole = head.len() < FORMAT_HEAD_BYTES;
    // A character may be truncated at the end.
    let head = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
    let formats = match detect::plausible(&head, is_whole, &part.asked, &part.specs, &part.detector) {
        Ok(formats) => formats,
        Err(why) => {
            // If the file is truncated this early, the damage is what matters.
            match if is_whole { std::io::copy(&mut text, &mut std::io::sink()) } else { Ok(0) } {
                Ok(_) => return part.no_such_column(why.0, why.1),
                Err(error) => {
                    part.damaged(&error);
                    return Ok(());
                }
            }
        }
    };
    let (format, confidence) = trial::best(context, formats, &head, is_whole, part)?;
    part.report.format_confidence = confidence;
    by_format::text(context, format, &head, &mut text, part)?;
    part.encoded(&text);
    Ok(())
}
