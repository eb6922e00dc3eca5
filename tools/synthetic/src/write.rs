//! The demo's dumps: a gzip-compressed CSV and a zstd-compressed NDJSON, as messy as real ones.

use crate::people::{Person, person};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

/// Police records: Chinese headers, an ID number and a phone number in each. Decoys are people from
/// number `people` on.
pub(crate) fn police(path: &Path, numbers: Range<u64>, people: u64) -> io::Result<()> {
    let mut out = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::fast());
    writeln!(out, "姓名,身份证号,手机号码,住址")?;
    for n in numbers {
        let Person { id, phone } = person(n);
        writeln!(
            out,
            "测试{n:06},{},{},\"示范市 第{}号, {}室\"",
            spell_id(n, &id),
            spell_phone(n, &phone),
            n % 97,
            n % 13
        )?;
        if n % 50 == 7 {
            // Somebody outside the leak, masked or mistyped: must not be found.
            let Person { id, phone } = person(people + n);
            writeln!(out, "测试,{}{},{}****{},", &id[..17], wrong_check(&id), &phone[..3], &phone[7..])?;
        }
        if n % 2_000 == 11 {
            writeln!(out, "a line that was cut")?;
        }
    }
    out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Parcel orders: the phone number is nested in an object.
pub(crate) fn parcel(path: &Path, numbers: Range<u64>) -> io::Result<()> {
    let mut out = zstd::Encoder::new(BufWriter::new(File::create(path)?), 1)?;
    for n in numbers {
        let phone = spell_phone(n / 3, &person(n).phone);
        writeln!(
            out,
            r#"{{"_id":"{n:x}","_source":{{"order":{n},"consignee":{{"name":"测试{n:06}","mobile":"{phone}","city":"示范市"}}}}}}"#
        )?;
        if n % 2_000 == 11 {
            writeln!(out, r#"{{"_id":"{n:x}","_source":{{"order":"#)?;
        }
    }
    out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// The ID as issued, with a lower-case x, in full-width digits, or in the fifteen digits of before
/// 1999.
fn spell_id(n: u64, id: &str) -> String {
    match n % 40 {
        3 => id.to_lowercase(),
        5 => full_width(id),
        9 if &id[6..8] == "19" => format!("{}{}", &id[..6], &id[8..17]),
        13 => format!("'{id}"),
        _ => id.to_owned(),
    }
}

fn spell_phone(n: u64, phone: &str) -> String {
    match n % 30 {
        1 => format!("+86 {phone}"),
        4 => format!("0086{phone}"),
        8 => format!("{}-{}-{}", &phone[..3], &phone[3..7], &phone[7..]),
        12 => format!("86{phone}"),
        17 => full_width(phone),
        21 => format!("{phone}.0"),
        _ => phone.to_owned(),
    }
}

fn full_width(text: &str) -> String {
    // U+FF01 to U+FF5E are 0xFEE0 above their ASCII forms.
    text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect()
}

fn wrong_check(id: &str) -> char {
    if id.ends_with('1') { '2' } else { '1' }
}
