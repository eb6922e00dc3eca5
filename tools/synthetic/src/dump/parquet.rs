//! Parquet: text, and integers where a column has nothing else.

use super::column::{COLUMNS, Column};
use super::compression::Packer;
use super::plan::{Dump, Take, hand_over};
use super::row::Row;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io;
use std::sync::Arc;

/// Rows per row group, which is held in memory.
const ROWS_A_GROUP: u64 = 100_000;

/// Columns of integers.
const INTEGERS: [Column; 3] = [Column::Qq, Column::Created, Column::Updated];

pub(super) fn write(dump: &Dump, out: &mut Packer<'_>, take: Option<Take<'_>>) -> io::Result<()> {
    write_groups(dump, out, take).map_err(io::Error::other)
}

fn write_groups(dump: &Dump, out: &mut Packer<'_>, mut take: Option<Take<'_>>) -> Result<(), ParquetError> {
    let fields = dump.names.all().into_iter().enumerate().map(|(place, name)| {
        let field = if is_integer(place) {
            Type::primitive_type_builder(name, Physical::INT64)
        } else {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String))
        };
        field.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    });
    let schema = Type::group_type_builder("schema").with_fields(fields.collect::<Result<_, _>>()?).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
    for first in (0..dump.spec.rows).step_by(ROWS_A_GROUP as usize) {
        let mut group = Group::default();
        let mut row = Row::new(take.is_some());
        for at in first..(first + ROWS_A_GROUP).min(dump.spec.rows) {
            dump.source.fill(at, &mut row);
            group.add(&row);
            hand_over(row.take_label().into_iter().collect(), &mut take)?;
        }
        let mut group_writer = writer.next_row_group()?;
        group.write(&mut group_writer)?;
        group_writer.close()?;
    }
    writer.close()?;
    Ok(())
}

fn is_integer(place: usize) -> bool {
    INTEGERS.iter().any(|&column| column as usize == place)
}

/// The columns of a row group.
#[derive(Default)]
struct Group {
    text: [Vec<ByteArray>; COLUMNS],
    integers: [Vec<i64>; COLUMNS],
}

impl Group {
    fn add(&mut self, row: &Row) {
        for (place, (cell, _)) in row.cells().enumerate() {
            if is_integer(place) {
                let number = cell.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
                self.integers[place].push(number);
            } else {
                self.text[place].push(ByteArray::from(cell.to_vec()));
            }
        }
    }

    fn write<W: io::Write + Send>(&self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        for place in 0..COLUMNS {
            let Some(mut column) = group.next_column()? else { break };
            if is_integer(place) {
                column.typed::<Int64Type>().write_batch(&self.integers[place], None, None)?;
            } else {
                column.typed::<ByteArrayType>().write_batch(&self.text[place], None, None)?;
            }
            column.close()?;
        }
        Ok(())
    }
}
