//! The values of one row as JSON. Dates and times are null.

use crate::format::records::Json;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, RunEndIndexType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, RunArray};
use arrow_schema::DataType;
use std::ops::Range;

/// Writes a row; false if its text would be longer than this.
pub(super) fn write_row(batch: &RecordBatch, row: usize, json: &mut Json, text_max: usize) -> bool {
    json.begin_object();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        json.key(field.name());
        value(&**column, row, json, text_max);
        if json.text().len() > text_max {
            return false;
        }
    }
    json.end_object();
    true
}

fn value(array: &dyn Array, row: usize, json: &mut Json, text_max: usize) {
    // The text is cut off; whoever wrote the row discards it.
    if array.is_null(row) || json.text().len() > text_max {
        return json.null();
    }
    match array.data_type() {
        DataType::Boolean => json.boolean(array.as_boolean().value(row)),
        DataType::Int8 => json.integer(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => json.integer(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => json.integer(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => json.integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => json.integer(array.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => json.integer(array.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => json.integer(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => json.integer(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Float16 => json.single(array.as_primitive::<Float16Type>().value(row).to_f32()),
        DataType::Float32 => json.single(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => json.double(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal32(_, scale) => {
            json.decimal(array.as_primitive::<Decimal32Type>().value(row).into(), i32::from(*scale));
        }
        DataType::Decimal64(_, scale) => {
            json.decimal(array.as_primitive::<Decimal64Type>().value(row).into(), i32::from(*scale));
        }
        DataType::Decimal128(_, scale) => {
            json.decimal(array.as_primitive::<Decimal128Type>().value(row), i32::from(*scale));
        }
        DataType::Decimal256(_, scale) => match array.as_primitive::<Decimal256Type>().value(row).to_i128() {
            Some(number) => json.decimal(number, i32::from(*scale)),
            None => json.null(),
        },
        DataType::Utf8 => json.string(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => json.string(array.as_string::<i64>().value(row)),
        DataType::Utf8View => json.string(array.as_string_view().value(row)),
        DataType::Binary => json.bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => json.bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => json.bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => json.bytes(array.as_fixed_size_binary().value(row)),
        _ if json.may_nest() => nested(array, row, json, text_max),
        _ => json.null(),
    }
}

fn nested(array: &dyn Array, row: usize, json: &mut Json, text_max: usize) {
    match array.data_type() {
        DataType::List(_) => items(&*array.as_list::<i32>().value(row), json, text_max),
        DataType::LargeList(_) => items(&*array.as_list::<i64>().value(row), json, text_max),
        DataType::ListView(_) => items(&*array.as_list_view::<i32>().value(row), json, text_max),
        DataType::LargeListView(_) => items(&*array.as_list_view::<i64>().value(row), json, text_max),
        DataType::FixedSizeList(..) => items(&*array.as_fixed_size_list().value(row), json, text_max),
        DataType::Struct(fields) => {
            json.begin_object();
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                json.key(field.name());
                value(&**column, row, json, text_max);
            }
            json.end_object();
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let bounds = |at: usize| usize::try_from(map.value_offsets()[at]).unwrap_or(0);
            pairs(&**map.keys(), &**map.values(), bounds(row)..bounds(row + 1), json, text_max);
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match number_at(dictionary.keys(), row).filter(|&number| number < dictionary.values().len()) {
                Some(number) => value(&**dictionary.values(), number, json, text_max),
                None => json.null(),
            }
        }
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => run::<Int16Type>(array, row, json, text_max),
            DataType::Int32 => run::<Int32Type>(array, row, json, text_max),
            _ => run::<Int64Type>(array, row, json, text_max),
        },
        DataType::Union(..) => {
            let union = array.as_union();
            value(&**union.child(union.type_id(row)), union.value_offset(row), json, text_max);
        }
        _ => json.null(),
    }
}

/// The place of a value in its dictionary.
fn number_at(keys: &dyn Array, row: usize) -> Option<usize> {
    match keys.data_type() {
        DataType::Int8 => usize::try_from(keys.as_primitive::<Int8Type>().value(row)).ok(),
        DataType::Int16 => usize::try_from(keys.as_primitive::<Int16Type>().value(row)).ok(),
        DataType::Int32 => usize::try_from(keys.as_primitive::<Int32Type>().value(row)).ok(),
        DataType::Int64 => usize::try_from(keys.as_primitive::<Int64Type>().value(row)).ok(),
        DataType::UInt8 => Some(keys.as_primitive::<UInt8Type>().value(row).into()),
        DataType::UInt16 => Some(keys.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => usize::try_from(keys.as_primitive::<UInt32Type>().value(row)).ok(),
        DataType::UInt64 => usize::try_from(keys.as_primitive::<UInt64Type>().value(row)).ok(),
        _ => None,
    }
}

fn items(list: &dyn Array, json: &mut Json, text_max: usize) {
    json.begin_array();
    for row in 0..list.len() {
        value(list, row, json, text_max);
        if json.text().len() > text_max {
            break;
        }
    }
    json.end_array();
}

/// The keys of a map are texts, or become some.
fn pairs(keys: &dyn Array, values: &dyn Array, range: Range<usize>, json: &mut Json, text_max: usize) {
    json.begin_object();
    let mut name = Json::new(1);
    for row in range {
        name.clear();
        value(keys, row, &mut name, text_max);
        match serde_json::from_str(name.text()) {
            Ok(serde_json::Value::String(text)) => json.key(&text),
            _ => json.key(name.text()),
        }
        value(values, row, json, text_max);
        if json.text().len() > text_max {
            break;
        }
    }
    json.end_object();
}

fn run<E: RunEndIndexType>(array: &dyn Array, row: usize, json: &mut Json, text_max: usize) {
    match array.as_any().downcast_ref::<RunArray<E>>() {
        Some(runs) => value(&**runs.values(), runs.get_physical_index(row), json, text_max),
        None => json.null(),
    }
}
