//! The values of a column in a batch of records, as cells.

use super::failure::Failure;
use crate::format::records::{decimal_text, single_text};
use crate::format::rows::{Cell, Stopped};
use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType, Int32Type,
    Int64Type,
};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use std::borrow::Cow;
use std::ops::Range;

/// Decimals of more bytes than this are not identifiers.
const DECIMAL_BYTES: usize = 16;

/// Separates the values of a repeated leaf.
const SEPARATOR: &str = ";";

/// Takes the text of a cell that is too long, in one piece or several.
pub(super) type Long<'l> = dyn FnMut(&str) -> Result<(), Stopped> + 'l;

/// A leaf column: the rest of its batch.
pub(super) struct Column {
    values: Values,
    number: Number,
    levels: Levels,
}

/// Definition and repetition levels, and how far they and the values have been delivered.
#[derive(Default)]
struct Levels {
    defined: Vec<i16>,
    repeated: Vec<i16>,
    defined_max: i16,
    is_repeated: bool,
    level: usize,
    value: usize,
}

enum Values {
    /// A type that is not read.
    Nothing,
    Int32(Leaf<Int32Type>),
    Int64(Leaf<Int64Type>),
    Float(Leaf<FloatType>),
    Double(Leaf<DoubleType>),
    Bytes(Leaf<ByteArrayType>),
    Fixed(Leaf<FixedLenByteArrayType>),
}

/// A reader of one type, and what it read.
struct Leaf<T: DataType> {
    reader: Box<ColumnReaderImpl<T>>,
    values: Vec<T::T>,
}

impl<T: DataType> Leaf<T> {
    fn new(reader: ColumnReaderImpl<T>) -> Self {
        Self { reader: Box::new(reader), values: Vec::new() }
    }

    fn read(&mut self, records: usize, levels: &mut Levels) -> Result<usize, Failure> {
        self.values.clear();
        let (defined, repeated) = (&mut levels.defined, &mut levels.repeated);
        Ok(self.reader.read_records(records, Some(defined), Some(repeated), &mut self.values)?.0)
    }
}

/// What the integers or bytes of a column mean.
#[derive(Clone, Copy)]
enum Number {
    Plain,
    Unsigned,
    /// With this many digits after the point.
    Decimal(u32),
}

impl Column {
    /// Whether its values may be texts or numbers.
    pub(super) fn is_read(column: &ColumnDescriptor) -> bool {
        let is_time = matches!(
            column.logical_type_ref(),
            Some(LogicalType::Date | LogicalType::Time { .. } | LogicalType::Timestamp { .. })
        ) || matches!(
            column.converted_type(),
            ConvertedType::DATE
                | ConvertedType::TIME_MILLIS
                | ConvertedType::TIME_MICROS
                | ConvertedType::TIMESTAMP_MILLIS
                | ConvertedType::TIMESTAMP_MICROS
                | ConvertedType::INTERVAL
        );
        match column.physical_type() {
            Type::BOOLEAN | Type::INT96 => false,
            // Without a length, the number of values is unknown.
            Type::FIXED_LEN_BYTE_ARRAY => column.type_length() > 0 && !is_time,
            Type::INT32 | Type::INT64 | Type::FLOAT | Type::DOUBLE | Type::BYTE_ARRAY => !is_time,
        }
    }

    /// A column that is not read.
    pub(super) fn nothing() -> Self {
        Self { values: Values::Nothing, number: Number::Plain, levels: Levels::default() }
    }

    pub(super) fn new(column: ColumnDescPtr, pages: Box<dyn PageReader>) -> Self {
        let number = number_of(&column);
        let levels = Levels {
            defined_max: column.max_def_level(),
            is_repeated: column.max_rep_level() > 0,
            ..Levels::default()
        };
        let values = match get_column_reader(column, pages) {
            ColumnReader::Int32ColumnReader(reader) => Values::Int32(Leaf::new(reader)),
            ColumnReader::Int64ColumnReader(reader) => Values::Int64(Leaf::new(reader)),
            ColumnReader::FloatColumnReader(reader) => Values::Float(Leaf::new(reader)),
            ColumnReader::DoubleColumnReader(reader) => Values::Double(Leaf::new(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => Values::Bytes(Leaf::new(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => Values::Fixed(Leaf::new(reader)),
            ColumnReader::BoolColumnReader(_) | ColumnReader::Int96ColumnReader(_) => Values::Nothing,
        };
        Self { values, number, levels }
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.values, Values::Nothing)
    }

    /// Reads at most this many records; returns their number.
    pub(super) fn read(&mut self, records: usize) -> Result<usize, Failure> {
        let levels = &mut self.levels;
        (levels.level, levels.value) = (0, 0);
        levels.defined.clear();
        levels.repeated.clear();
        match &mut self.values {
            Values::Nothing => Ok(0),
            Values::Int32(leaf) => leaf.read(records, levels),
            Values::Int64(leaf) => leaf.read(records, levels),
            Values::Float(leaf) => leaf.read(records, levels),
            Values::Double(leaf) => leaf.read(records, levels),
            Values::Bytes(leaf) => leaf.read(records, levels),
            Values::Fixed(leaf) => leaf.read(records, levels),
        }
    }

    /// The cell of the next record of the batch. A cell of more than this many bytes is empty, and
    /// `long` gets its text.
    pub(super) fn next_cell(&mut self, bytes_max: usize, long: &mut Long<'_>) -> Result<Cell<'_>, Stopped> {
        if self.is_nothing() {
            return Ok(Cell::Nothing);
        }
        let first = self.next_index();
        if !self.levels.is_repeated {
            return bounded(first.map_or(Cell::Nothing, |index| self.cell(index)), bytes_max, long);
        }
        let start = first.unwrap_or(self.levels.value);
        while self.levels.repeated.get(self.levels.level).is_some_and(|&level| level > 0) {
            self.next_index();
        }
        let end = self.levels.value;
        if end <= start + 1 {
            return bounded(if start < end { self.cell(start) } else { Cell::Nothing }, bytes_max, long);
        }
        self.joined(start..end, bytes_max, long)
    }

    /// Several values as one cell.
    fn joined(&self, values: Range<usize>, bytes_max: usize, long: &mut Long<'_>) -> Result<Cell<'_>, Stopped> {
        let (mut joined, mut is_long) = (String::new(), false);
        for index in values {
            if let Cell::Text(text) | Cell::Integer(text) | Cell::Float(text) = self.cell(index) {
                if !joined.is_empty() {
                    joined.push_str(SEPARATOR);
                }
                joined.push_str(&text);
            }
            if joined.len() > bytes_max {
                is_long = true;
                long(&joined)?;
                joined.clear();
            }
        }
        if is_long && !joined.is_empty() {
            long(&joined)?;
        }
        Ok(if is_long || joined.is_empty() { Cell::Nothing } else { Cell::Text(joined.into()) })
    }

    /// Advances by one level; the index of its value, if it has one.
    fn next_index(&mut self) -> Option<usize> {
        let levels = &mut self.levels;
        let is_defined = levels.defined_max == 0 || levels.defined.get(levels.level) == Some(&levels.defined_max);
        levels.level += 1;
        is_defined.then(|| {
            levels.value += 1;
            levels.value - 1
        })
    }

    fn cell(&self, index: usize) -> Cell<'_> {
        match &self.values {
            Values::Nothing => None,
            Values::Int32(leaf) => leaf.values.get(index).map(|&value| match self.number {
                Number::Unsigned => integer(i128::from(value.cast_unsigned())),
                Number::Decimal(scale) => decimal(i128::from(value), scale),
                Number::Plain => integer(i128::from(value)),
            }),
            Values::Int64(leaf) => leaf.values.get(index).map(|&value| match self.number {
                Number::Unsigned => integer(i128::from(value.cast_unsigned())),
                Number::Decimal(scale) => decimal(i128::from(value), scale),
                Number::Plain => integer(i128::from(value)),
            }),
            // In exponent notation if it has more digits than it can hold.
            Values::Float(leaf) => leaf
                .values
                .get(index)
                .filter(|value| value.is_finite())
                .map(|&value| Cell::Float(Cow::Owned(single_text(value)))),
            Values::Double(leaf) => leaf.values.get(index).map(|&value| Cell::float(value)),
            Values::Bytes(leaf) => leaf.values.get(index).map(|value: &ByteArray| self.bytes(value.data())),
            Values::Fixed(leaf) => leaf.values.get(index).map(|value: &FixedLenByteArray| self.bytes(value.data())),
        }
        .unwrap_or(Cell::Nothing)
    }

    fn bytes<'b>(&self, bytes: &'b [u8]) -> Cell<'b> {
        // Wide columns repeat the sign in front.
        let spare = bytes.len().saturating_sub(DECIMAL_BYTES);
        let is_narrow = |sign: u8| bytes[..spare].iter().all(|&byte| byte == sign) && bytes[spare] >> 7 == sign >> 7;
        let bytes = match self.number {
            Number::Decimal(_) if spare > 0 && (is_narrow(0) || is_narrow(0xff)) => &bytes[spare..],
            _ => bytes,
        };
        match self.number {
            Number::Decimal(scale) if (1..=DECIMAL_BYTES).contains(&bytes.len()) => {
                let sign = if bytes[0] >= 0x80 { -1 } else { 0 };
                decimal(bytes.iter().fold(sign, |value, &byte| value << 8 | i128::from(byte)), scale)
            }
            Number::Decimal(_) => Cell::Nothing,
            // In another encoding, or of another format: its digits are there all the same.
            _ => Cell::Text(String::from_utf8_lossy(bytes)),
        }
    }
}

fn number_of(column: &ColumnDescriptor) -> Number {
    let is_unsigned = matches!(
        column.converted_type(),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
    );
    match column.logical_type_ref() {
        Some(LogicalType::Decimal { .. }) => Number::Decimal(u32::try_from(column.type_scale()).unwrap_or(0)),
        _ if column.converted_type() == ConvertedType::DECIMAL => {
            Number::Decimal(u32::try_from(column.type_scale()).unwrap_or(0))
        }
        _ if is_unsigned => Number::Unsigned,
        _ => Number::Plain,
    }
}

fn integer<'b>(value: i128) -> Cell<'b> {
    Cell::Integer(Cow::Owned(value.to_string()))
}

/// A decimal keeps every digit, without trailing zeros after the point.
fn decimal<'b>(value: i128, scale: u32) -> Cell<'b> {
    let text = i32::try_from(scale).ok().and_then(|scale| decimal_text(value, scale));
    text.map_or(Cell::Nothing, |text| Cell::Integer(Cow::Owned(text)))
}

fn bounded<'b>(cell: Cell<'b>, bytes_max: usize, long: &mut Long<'_>) -> Result<Cell<'b>, Stopped> {
    match &cell {
        Cell::Text(text) if text.len() > bytes_max => long(text).map(|()| Cell::Nothing),
        _ => Ok(cell),
    }
}
