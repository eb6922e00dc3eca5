//! Records of lines and tables of markup, from their bytes to identifiers.

use super::{id, phone, read};

/// A text of this many people, each with a phone number and an ID, between a beginning and an end.
fn text(people: u64, beginning: &str, end: &str, person: impl Fn(&str, &str) -> String) -> String {
    let all: String = (0..people).map(|n| person(&phone(n), &id(n))).collect();
    format!("{beginning}{all}{end}")
}

fn texts(people: u64) -> Vec<(&'static str, String)> {
    let box_head = "mysql> select 1;\n+---+---+---+\n| id | mobile | sfzh |\n+---+---+---+\n";
    vec![
        ("vCard", text(people, "", "", |p, i| format!("BEGIN:VCARD\nTEL;CELL:{p}\nX-SFZH:{i}\nEND:VCARD\n"))),
        ("LDIF", text(people, "version: 1\n\n", "", |p, i| format!("dn: cn=a\nmobile: +86 {p}\nsfzh: {i}\n\n"))),
        ("records of lines", text(people, "", "", |p, i| format!("姓名：a\n手机：{p}\n身份证：{i}\n\n"))),
        ("records of lines", text(people, "", "", |p, i| format!("*** 1. row ***\n mobile: {p}\n   sfzh: {i}\n"))),
        ("records of lines", text(people, "", "", |p, i| format!("-[ RECORD 1 ]-\nmobile | {p}\nsfzh   | {i}\n"))),
        ("drawn tables", text(people, box_head, "+---+---+---+\n2 rows\n", |p, i| format!("| 1 | {p} | {i} |\n"))),
        (
            "drawn tables",
            text(people, "id  mobile      sfzh\n--- ----------- ------------------\n", "", |p, i| {
                format!("  1 {p} {i}\n")
            }),
        ),
        (
            "HTML",
            text(people, "<table><tr><th>a<th>手机号<th>身份证号</tr>", "</table>", |p, i| {
                format!("<tr><td>张</td><td>{p}&nbsp;</td><td>&#39;{i}</td></tr>")
            }),
        ),
        (
            "XML",
            text(people, "<?xml version=\"1.0\"?><d><t name=\"u\">", "</t></d>", |p, i| {
                format!("<row><field name=\"mobile\">{p}</field>\n<field name=\"sfzh\">{i}</field></row>")
            }),
        ),
        ("XML", text(people, "<users>\n", "</users>", |p, i| format!("  <row Mobile=\"{p}\" Sfzh=\"{i}\" />\n"))),
        (
            "XML",
            text(people, "<Workbook><Worksheet ss:Name=\"S\"><Table>", "</Table></Worksheet></Workbook>", |p, i| {
                let p = format!("{}.{}E+10", &p[..1], &p[1..]);
                format!(
                    "<Row><Cell><Data ss:Type=\"Number\">{p}</Data></Cell><Cell><Data ss:Type=\"String\">{i}</Data></Cell></Row>"
                )
            }),
        ),
    ]
}

#[test]
fn identifiers_are_found_in_each() {
    for people in [2, 30, 3_000] {
        for (format, text) in texts(people) {
            let (report, mut found) = read(&text, &[], "", "CN").expect("a sound text");
            assert_eq!(report.format, format, "{people}: {}", &text[..200.min(text.len())]);
            let mut expected: Vec<String> = (0..people).flat_map(|n| [format!("+86{}", phone(n)), id(n)]).collect();
            found.sort();
            expected.sort();
            assert!(found == expected, "{format} of {people}: {} of {}", found.len(), expected.len());
            assert_eq!(report.malformed, 0);
        }
    }
}

#[test]
fn text_beside_records_is_read_and_comments_are_counted() {
    let (in_text, in_comment) = (phone(9_001), phone(9_002));
    for text in [
        format!(
            "<p>call {in_text}</p><!-- {in_comment} --><table><tr><th>手机</th><th>a</th></tr><tr><td>{}</td><td>1</td></tr></table>",
            phone(1)
        ),
        format!("<a>call {in_text}<!-- {in_comment} --><row><mobile>{}</mobile><x>1</x></row></a>", phone(1)),
        format!("# {in_comment}\nno attribute, {in_text}\n\ndn: cn=a\nmobile: {}\nx: 1\n", phone(1)),
    ] {
        let (report, mut found) = read(&text, &[], "", "CN").expect("a sound text");
        found.sort();
        let mut expected = vec![format!("+86{in_text}"), format!("+86{}", phone(1))];
        expected.sort();
        assert_eq!(found, expected, "{}", report.format);
        assert_eq!(report.not_read(), 1, "{}", report.format);
    }
}

#[test]
fn a_mapping_states_the_format() {
    let formats = [
        ("html", "HTML"),
        ("xml", "XML"),
        ("vcard", "vCard"),
        ("ldif", "LDIF"),
        ("drawn", "drawn tables"),
        ("records", "records of lines"),
    ];
    for (name, format) in formats {
        let mapping = format!("version = 1\n[[file]]\nformat = \"{name}\"\n");
        let (report, found) = read(&format!("call {}\n", phone(1)), &[], &mapping, "CN").expect("a sound text");
        assert_eq!((report.format.as_str(), found), (format, vec![format!("+86{}", phone(1))]));
    }
}
