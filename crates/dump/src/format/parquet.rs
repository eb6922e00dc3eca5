//! Parquet: the leaf columns of every row group, as rows.
//!
//! Columns are named by their dotted paths, without the levels that only mark a list. Texts,
//! integers, decimals and floating-point numbers are read, and of bytes that are not text what is
//! ASCII in them; dates and times give empty cells. The values of a repeated leaf form one cell,
//! separated by semicolons. A cell that is too long is searched as running text.
//!
//! The file is not trusted: `footer` and `pages` check each size before the library allocates by
//! it, and a panic of the library is damage.

mod brotli;
mod deltas;
mod failure;
mod footer;
mod pages;
mod thrift;
mod values;

#[cfg(test)]
mod tests;

use crate::format::rows::{self, Cell, Outside, Rows, Stopped};
use crate::limits::{Limits, RATIO_ASKED_FROM};
use failure::{Failure, contained};
use pages::{Budget, CheckedPages};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;
use std::borrow::Cow;
use std::sync::Arc;
use values::Column;

/// Maximum leaf columns.
const COLUMNS: usize = 16_384;

/// Maximum records of a batch: enough to make calls rare.
const BATCH_RECORDS: usize = 2_048;

/// Divisor for a batch's share of the memory limit.
const BATCH_PART: usize = 16;

/// Levels of paths that only mark a list, as several writers name them.
const LIST_LEVELS: [&str; 4] = [".list.element", ".list.item", ".bag.array_element", ".array"];

/// Reads a file, and delivers each record to `rows`. `at` is the record's number from 1.
pub(crate) fn read(file: impl ChunkReader + 'static, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let file = Arc::new(file);
    let metadata = contained(|| footer::read(&*file, limits)).map_err(|failure| failure.stopped(0))?;
    let columns = metadata.file_metadata().schema_descr().columns();
    if columns.len() > COLUMNS {
        let what = format!("the Parquet file has more than {COLUMNS} columns; keep those with identifiers");
        return Err(Stopped::Damaged { what, at: 0 });
    }
    let names: Vec<_> = columns.iter().map(|column| Cow::Owned(name_of(&column.path().string()))).collect();
    rows.table("", &names)?;
    let mut run = Run { limits, rows, at: 0, bytes: 0, bytes_max: limits.ratio.saturating_mul(file.len()) };
    (0..metadata.num_row_groups()).try_for_each(|number| run.row_group(&file, &metadata, number))
}

/// Reads a file that is held in memory, because its source cannot seek.
pub(crate) fn read_whole(file: Vec<u8>, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    read(bytes::Bytes::from(file), limits, rows)
}

/// A path without the levels that only mark a list: `phones.list.element.number` is
/// `phones.number`.
fn name_of(path: &str) -> String {
    let mut name = format!("{path}.");
    for level in LIST_LEVELS {
        let level = format!("{level}.");
        while let Some(at) = name.find(&level).filter(|&at| at > 0) {
            name.replace_range(at..at + level.len() - 1, "");
        }
    }
    name.pop();
    name
}

struct Run<'r> {
    limits: &'r Limits,
    rows: &'r mut dyn Rows,
    /// The number of the last record.
    at: u64,
    /// Bytes of all cells so far, and the maximum for a file of this size.
    bytes: u64,
    bytes_max: u64,
}

impl Run<'_> {
    fn row_group<R: ChunkReader + 'static>(
        &mut self,
        file: &Arc<R>,
        metadata: &ParquetMetaData,
        number: usize,
    ) -> Result<(), Stopped> {
        let group = metadata.row_group(number);
        let budget = Budget::new(self.limits.whole);
        let opened = contained(|| open_columns(file, group, &budget));
        let mut columns = opened.map_err(|failure| failure.stopped(self.at))?;
        let batch = self.batch(group);
        loop {
            let read = contained(|| read_batch(&mut columns, batch));
            let records = read.map_err(|failure| failure.stopped(self.at))?;
            if records == 0 {
                return Ok(());
            }
            self.deliver(&mut columns, records)?;
            budget.release_passed();
        }
    }

    /// Records of a batch, by the size that the file states; the budget catches a false statement.
    fn batch(&self, group: &RowGroupMetaData) -> usize {
        let bytes = u64::try_from(group.total_byte_size()).unwrap_or(0);
        let records = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
        let each = (bytes / records).max(1);
        let fitting = (self.limits.whole / BATCH_PART) as u64 / each;
        usize::try_from(fitting).unwrap_or(BATCH_RECORDS).clamp(1, BATCH_RECORDS)
    }

    fn deliver(&mut self, columns: &mut [Column], records: usize) -> Result<(), Stopped> {
        for _ in 0..records {
            self.at += 1;
            let (record, mut is_long) = (self.limits.record, false);
            let mut long = |text: &str| {
                is_long = true;
                self.count(text.len())?;
                Ok(rows::search(self.rows, self.at, text, Outside::Malformed)?)
            };
            let cells = columns.iter_mut().map(|column| column.next_cell(record, &mut long));
            let cells: Vec<Cell<'_>> = cells.collect::<Result<_, _>>()?;
            self.count(cells.iter().map(|cell| 1 + cell.parts().1.len()).sum())?;
            self.rows.row(self.at, &cells)?;
            if is_long {
                self.rows.too_long(self.at);
            }
        }
        Ok(())
    }

    /// Counts bytes that the file has become.
    fn count(&mut self, bytes: usize) -> Result<(), Stopped> {
        self.bytes += bytes as u64;
        if self.bytes <= RATIO_ASKED_FROM.max(self.bytes_max) {
            return Ok(());
        }
        let ratio = self.limits.ratio;
        let what = format!(
            "the Parquet file expands to more than {ratio} times its size; if this is expected, raise --max-ratio"
        );
        Err(Stopped::Damaged { what, at: self.at })
    }
}

fn open_columns<R: ChunkReader + 'static>(
    file: &Arc<R>,
    group: &RowGroupMetaData,
    budget: &Arc<Budget>,
) -> Result<Vec<Column>, Failure> {
    let rows = usize::try_from(group.num_rows()).unwrap_or(0);
    group
        .columns()
        .iter()
        .map(|chunk| {
            if !Column::is_read(chunk.column_descr()) {
                return Ok(Column::nothing());
            }
            let checked = CheckedPages::new(file.clone(), chunk, rows, budget)?;
            Ok(Column::new(chunk.column_descr_ptr(), Box::new(checked)))
        })
        .collect()
}

/// Reads records into every column; returns their number, on which all columns must agree.
fn read_batch(columns: &mut [Column], batch: usize) -> Result<usize, Failure> {
    let mut records = None;
    for column in columns.iter_mut().filter(|column| !column.is_nothing()) {
        let read = column.read(batch)?;
        if *records.get_or_insert(read) != read {
            return Err(Failure::Limit("the columns of the Parquet file have different lengths".to_owned()));
        }
    }
    Ok(records.unwrap_or(0))
}
