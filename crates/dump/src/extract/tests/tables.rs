//! Files of tables that are no text: labels of nested columns, and numbers that cannot hold their
//! digits.

use super::{id, phone, read, read_content};
use crate::container::{Content, FileFormat, Seekable};
use crate::report::PartReport;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::collections::BTreeSet;
use std::sync::Arc;

const PEOPLE: u64 = 60;

type Group<'g> = SerializedRowGroupWriter<'g, Vec<u8>>;

/// Writes the next column: its values, and where one is not there or begins a list.
fn column<T: DataType>(group: &mut Group<'_>, values: &[T::T], defined: &[i16], repeated: &[i16]) {
    let mut writer = group.next_column().expect("a column").expect("another column");
    let levels = |levels| Some(levels).filter(|levels: &&[i16]| !levels.is_empty());
    writer.typed::<T>().write_batch(values, levels(defined), levels(repeated)).expect("written");
    writer.close().expect("closed");
}

fn parquet(schema: &str, write: impl Fn(&mut Group<'_>)) -> (PartReport, BTreeSet<String>) {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    write(&mut group);
    group.close().expect("closed");
    let bytes = writer.into_inner().expect("written");
    let content = Content::Tables(FileFormat::Parquet, Seekable::Memory(bytes));
    let (report, found) = read_content(content, &[], "", "CN", true).expect("a table");
    (report, found.into_iter().collect())
}

#[test]
fn labels_reach_down_in_parquet() {
    // Half of the values are no numbers, so that these cannot decide.
    let junk = |n: u64, value: String| if n.is_multiple_of(2) { value } else { "unknown1234567".to_owned() };
    let phones: Vec<ByteArray> = (0..PEOPLE).map(|n| ByteArray::from(&junk(n, phone(n))[..])).collect();
    let ids: Vec<ByteArray> = (0..PEOPLE).map(|n| ByteArray::from(&junk(n, id(n))[..])).collect();
    let expected: BTreeSet<String> = (0..PEOPLE).step_by(2).flat_map(|n| [format!("+86{}", phone(n)), id(n)]).collect();
    let text = "(UTF8)";
    for (schema, defined, repeated) in [
        (format!("required group contact {{ required binary mobile {text}; }} required group doc {{ required group sfzh {{ required binary value {text}; }} }}"), 0, false),
        (format!("optional group contact {{ optional binary mobile {text}; }} optional group doc {{ optional group sfzh {{ optional binary value {text}; }} }}"), 2, false),
        (
            format!(
                "required group phones (LIST) {{ repeated group list {{ required group element {{ required binary number {text}; }} }} }}
                 required group id_card (LIST) {{ repeated group list {{ required binary element {text}; }} }}"
            ),
            1,
            true,
        ),
        (
            format!(
                "repeated group contacts {{ required binary mobile {text}; }} repeated binary sfzh {text};"
            ),
            1,
            true,
        ),
    ] {
        let levels = |level: i16| vec![level; if defined == 0 { 0 } else { PEOPLE as usize }];
        let begins = if repeated { vec![0; PEOPLE as usize] } else { Vec::new() };
        let (report, found) = parquet(&format!("message m {{ {schema} }}"), |group| {
            column::<ByteArrayType>(group, &phones, &levels(defined), &begins);
            // The other one is a level deeper where everything is optional.
            let deeper = if repeated { defined } else { defined + i16::from(defined > 0) };
            column::<ByteArrayType>(group, &ids, &levels(deeper), &begins);
        });
        assert_eq!(found, expected, "{schema}: {report:#?}");
    }
}

#[test]
fn floats_that_cannot_hold_a_number_are_refused() {
    let numbers: Vec<u64> = (0..PEOPLE).map(|n| phone(n).parse().expect("digits")).collect();
    let (report, found) = parquet("message m { required float mobile; required double sfzh; }", |group| {
        column::<FloatType>(group, &numbers.iter().map(|&number| number as f32).collect::<Vec<_>>(), &[], &[]);
        let ids = (0..PEOPLE).map(|n| id(n).trim_end_matches('X').parse().expect("digits"));
        column::<DoubleType>(group, &ids.collect::<Vec<_>>(), &[], &[]);
    });
    assert_eq!(found, BTreeSet::new());
    for kind in ["phone", "cn.ric"] {
        let float = |column: &crate::report::ColumnReport| Some(column.kinds.get(kind)?.rejected.get("float")?.count);
        assert_eq!(report.columns.iter().filter_map(float).sum::<u64>(), PEOPLE, "{kind}: {report:#?}");
    }
    // These hold all of it.
    let (_, found) = parquet("message m { required double mobile; }", |group| {
        column::<DoubleType>(group, &numbers.iter().map(|&number| number as f64).collect::<Vec<_>>(), &[], &[]);
    });
    assert_eq!(found.len() as u64, PEOPLE);
}

#[test]
fn exponents_are_read_where_they_are_exact() {
    let exact = |n: u64| format!("{}.{}E+10", &phone(n)[..1], &phone(n)[1..]);
    let rounded = |n: u64| format!("{}.{}E+10", &phone(n)[..1], &phone(n)[1..6]);
    for (spell, expected) in [(&exact as &dyn Fn(u64) -> String, PEOPLE), (&rounded, 0)] {
        let of = |row: &dyn Fn(String) -> String| (0..PEOPLE).map(|n| row(spell(n))).collect::<String>();
        for text in [
            format!("name,mobile\n{}", of(&|number| format!("某人,{number}\n"))),
            of(&|number| format!("{{\"mobile\":{number}}}\n")),
            of(&|number| format!("INSERT INTO t (a, mobile) VALUES (1, {number});\n")),
        ] {
            let (report, found) = read(&text, &[], "", "CN").expect("a table");
            assert_eq!(found.len() as u64, expected, "{report:#?}");
            assert!(found.iter().enumerate().all(|(n, found)| *found == format!("+86{}", phone(n as u64))));
        }
    }
}
