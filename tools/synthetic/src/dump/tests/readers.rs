//! The simplest readers of all formats, for well-formed files: the cells of ID and phone.

use super::super::Shape;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;
use std::io::Read;

/// The cells of two columns, as text.
#[derive(Debug, Default)]
pub(super) struct Cells {
    pub(super) ids: Vec<String>,
    pub(super) phones: Vec<String>,
}

/// The positions of the two columns.
const ID: usize = 1;
const PHONE: usize = 2;

/// Their English names with the first seed.
const ID_NAME: &str = "idcard";
const PHONE_NAME: &str = "mobile";

pub(super) fn cells(shape: Shape, bytes: &[u8]) -> Cells {
    let mut cells = Cells::default();
    let text = || str::from_utf8(bytes).expect("UTF-8");
    match shape {
        Shape::Xlsx => xlsx(bytes, &mut cells),
        Shape::Parquet => parquet(bytes, &mut cells),
        Shape::Csv => csv(text(), &mut cells),
        Shape::ConcatenatedJson | Shape::JsonArray => {
            let values = serde_json::Deserializer::from_str(text()).into_iter::<Value>();
            values.for_each(|value| json(&value.expect("JSON"), &mut cells));
        }
        shape if shape.is_json() => {
            // A broken line has none.
            let values = text().lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            values.for_each(|value| json(&value, &mut cells));
        }
        Shape::MysqlInsert | Shape::PostgresInsert | Shape::SqlServerInsert => sql(text(), &mut cells),
        shape => {
            let delimiter = shape.delimiter().unwrap_or("\t");
            for line in text().lines() {
                cells.add(&line.split(delimiter).collect::<Vec<_>>());
            }
        }
    }
    cells
}

impl Cells {
    fn add<T: AsRef<str>>(&mut self, row: &[T]) {
        self.ids.extend(row.get(ID).map(|cell| cell.as_ref().to_owned()));
        self.phones.extend(row.get(PHONE).map(|cell| cell.as_ref().to_owned()));
    }
}

fn json(value: &Value, cells: &mut Cells) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| json(value, cells)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let column = match name.as_str() {
                    ID_NAME => &mut cells.ids,
                    PHONE_NAME => &mut cells.phones,
                    _ => {
                        json(value, cells);
                        continue;
                    }
                };
                match value {
                    Value::String(text) => column.push(text.clone()),
                    Value::Number(number) if !number.is_f64() => column.push(number.to_string()),
                    _ => {}
                }
            }
        }
        Value::String(text) if text.starts_with('{') => json(&serde_json::from_str(text).expect("JSON"), cells),
        _ => {}
    }
}

fn csv(text: &str, cells: &mut Cells) {
    let (mut row, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                cells.add(&row);
                row.clear();
            }
            c => cell.push(c),
        }
    }
}

/// The tuples after VALUES.
fn sql(text: &str, cells: &mut Cells) {
    let (mut row, mut cell, mut is_quoted, mut is_row) = (Vec::new(), String::new(), false, false);
    let (_, text) = text.split_once("VALUES").expect("a statement");
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if is_quoted => cell.extend(characters.next()),
            '\'' if is_quoted && characters.peek() == Some(&'\'') => cell.extend(characters.next()),
            '\'' => is_quoted = !is_quoted,
            c if is_quoted => cell.push(c),
            '(' => {
                is_row = true;
                row.clear();
                cell.clear();
            }
            'N' if characters.peek() == Some(&'\'') => {}
            ',' if is_row => row.push(std::mem::take(&mut cell)),
            ')' => {
                is_row = false;
                row.push(std::mem::take(&mut cell));
                cells.add(&row);
            }
            c => cell.push(c),
        }
    }
}

fn xlsx(bytes: &[u8], cells: &mut Cells) {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut text).expect("UTF-8");
    for row in text.split("<row>").skip(1) {
        let mut of_row = Vec::new();
        for cell in row.split("<c").skip(1) {
            let inside = |open: &str, close: &str| {
                cell.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(text, _)| text.to_owned())
            };
            let is_number = cell.contains("<v>");
            let value = inside("preserve\">", "</t>").or_else(|| inside("<v>", "</v>")).unwrap_or_default();
            // A numeric cell is a float: a number of eighteen digits has lost some.
            of_row.push(if is_number && value.contains('E') { String::new() } else { value });
        }
        cells.add(&of_row);
    }
}

fn parquet(bytes: &[u8], cells: &mut Cells) {
    let mut file = tempfile::tempfile().expect("a file");
    std::io::Write::write_all(&mut file, bytes).expect("written");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let text: Vec<String> = row.get_column_iter().map(|(_, field)| field.to_string().replace('"', "")).collect();
        cells.add(&text);
    }
}
