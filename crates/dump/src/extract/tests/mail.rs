//! Numbers in mail, however its parts are encoded.

use super::{phone, read_content};
use crate::container::Content;
use std::cell::Cell;

/// Lines of 76 characters.
fn base64(text: &[u8]) -> String {
    let encoded = data_encoding::BASE64.encode(text);
    let lines: Vec<_> = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    lines.join("\r\n") + "\r\n"
}

#[test]
fn numbers_are_found_however_they_are_encoded() {
    let number = |n: u64| phone(n);
    let gb = encoding_rs::GB18030.encode(&format!("请打电话{}谢谢", number(2))).0.into_owned();
    let html = format!(
        "<p>Tel:&nbsp;139<b>{}</b></p><a href=3D\"tel:+86{}\">x</a><table><tr><td>{}</td></tr></table>",
        &number(3)[3..],
        number(4),
        number(5)
    );
    let html = html.replace("<b>", "=\r\n<b>");
    let mail = format!(
        "Return-Path: <{}@example.org>\r\nSubject: =?utf-8?B?{}?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; \
         boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--x\r\n\
         Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{html}\r\n--x\r\n\r\nplain {}\r\n\
         --x--\r\n{}\r\n",
        number(0),
        data_encoding::BASE64.encode(format!("call {}", number(1)).as_bytes()),
        base64(&gb),
        number(6),
        number(7)
    );
    let unread = Cell::new(0);
    let content = Content::Mail { mail: Box::new(mail.as_bytes()), has_files: false, unread: &unread };
    let (report, mut found) = read_content(content, &[], "", "CN", true).expect("read");
    let mut expected: Vec<String> = (0..8).map(|n| format!("+86{}", number(n))).collect();
    found.sort();
    expected.sort();
    assert_eq!((found, report.format.as_str()), (expected, "mail"));
    assert_eq!((report.not_read(), unread.get()), (0, 0));
}

#[test]
fn a_mapping_reads_mail_as_what_it_says() {
    let mail = format!("Message-ID: <1>\nSubject: {}\n\nbody {}\n", phone(1), phone(2));
    let mapping = "version = 1\n[[file]]\nformat = \"text\"\n";
    let content = Content::Mail { mail: Box::new(mail.as_bytes()), has_files: true, unread: &Cell::new(0) };
    let (report, found) = read_content(content, &[], mapping, "CN", true).expect("read");
    assert_eq!((report.format.as_str(), found.len()), ("running text", 2));
}

#[test]
fn uuencoded_files_are_said() {
    let line = format!("M{}\n", "x".repeat(60));
    for (text, said) in [(format!("begin 644 a.csv\n{line}end\n"), true), ("begin 644 times\nMore\n".to_owned(), false)]
    {
        let mail = format!("Message-ID: <1>\nSubject: {}\n\nsee below\n{text}", phone(1));
        let content = Content::Mail { mail: Box::new(mail.as_bytes()), has_files: true, unread: &Cell::new(0) };
        let (report, _) = read_content(content, &[], "", "CN", true).expect("read");
        let damage = report.damage.unwrap_or_default();
        assert_eq!(damage.starts_with("1 uuencoded files in its texts were not read"), said, "{damage}");
    }
}
