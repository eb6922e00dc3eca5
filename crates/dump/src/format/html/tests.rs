//! Tables as pages and programs write them. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::recorder::Recorder;

fn read_all(text: &str) -> Recorder {
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut seen).expect("no limit");
    seen
}

#[test]
fn a_table_with_headers() {
    let text = "<html><head><title>15400001230</title><style>a{x:15400001231}</style></head><body><p>As of <b>1540000</b>1232</p>\
                <table><tr><th>姓名</th><th>手机号</th></tr><tr><td>张三</td><td style=\"mso-number-format:'\\@'\">15400001234&nbsp;</td></tr>\
                <tr><td>李四<td>15400001235<br>15400001236</table>";
    let seen = read_all(text);
    assert_eq!(seen.text(), "(姓名,手机号)\n\"张三\" \"15400001234\"\n\"李四\" \"15400001235\\n15400001236\"");
    let outside: Vec<_> = seen.pieces.iter().map(|(_, text, what)| (text.trim(), *what)).collect();
    let expected =
        [("15400001230", Outside::Malformed), ("a{x:15400001231}", SCRIPTS), ("As of 15400001232", Outside::Malformed)];
    assert_eq!(outside, expected);
    assert_eq!(seen.positions[0], text.find("<td>张三").expect("there") as u64);
}

#[test]
fn a_table_without_header_cells_is_given_as_it_is() {
    let seen = read_all(
        "<TABLE><TR><TD>name<TD>mobile<TR><TD>a<TD x:num=\"15400001234\">1.54E+10<TR><TD>b<TD>15400001235</TABLE><table><td>x</table>",
    );
    assert_eq!(
        seen.text(),
        "table 1()\n\"name\" \"mobile\"\ntable 1()\n\"a\" i15400001234\ntable 1()\n\"b\" \"15400001235\"\ntable 2()\n\"x\""
    );
}

#[test]
fn spans_keep_the_columns() {
    let text = "<table><tr><th rowspan=2>name<th colspan=2>phone<th>note</tr><tr><th>home<th>mobile<th></tr>\
                <tr><td rowspan=2>a<td>15400001234<td>15400001235<td>x</tr><tr><td colspan=2>15400001236<td>y</tr>\
                <tr><td>b<td>15400001237</table>";
    let expected = "(name,phone home,phone mobile,note)\n\
        \"a\" \"15400001234\" \"15400001235\" \"x\"\n\
        - \"15400001236\" - \"y\"\n\
        \"b\" \"15400001237\" - -";
    assert_eq!(read_all(text).text(), expected);
}

#[test]
fn values_beside_their_names_are_one_record() {
    let text = "<table><tr><th>姓名</th><td>张三</td><th>手机</th><td>15400001234</td></tr><tr><td>电话：</td><td>15400001235</td></tr></table>\
                <table><tr><td>姓名:</td><td>李四</td></tr><tr><td>手机:</td><td>15400001236</td></tr><tr><td>姓名:</td><td>王五</td></tr></table>";
    let expected = "(姓名,手机,电话)\n\
        \"张三\" \"15400001234\" \"15400001235\"\n\
        \"李四\" \"15400001236\" -\n\
        \"王五\" - -";
    assert_eq!(read_all(text).text(), expected);
}

#[test]
fn a_table_in_a_cell_is_a_table() {
    let text = "<table><tr><td>before 15400001230<table><tr><th>name<th>mobile<tr><td>a<td>15400001234</table>after</td><td>15400001235</td></tr></table>";
    let seen = read_all(text);
    assert!(seen.text().contains("\"before 15400001230after\" \"15400001235\""), "{}", seen.text());
    assert!(seen.text().contains("(name,mobile)\n\"a\" \"15400001234\""));
}

#[test]
fn attributes_comments_and_broken_tags_are_handed_on() {
    let text = "<table><tr data-phone='15400001234' class='x15400001233'><td><a href=\"tel:+8615400001235\">call</a></td></tr></table>\
                <!-- 15400001236 --><input name=mobile value=15400001237><td title=\"15400001238>";
    let seen = read_all(text);
    let of = |what| {
        seen.pieces.iter().filter(|(_, _, kind)| *kind == what).map(|(_, text, _)| text.trim()).collect::<Vec<_>>()
    };
    assert_eq!(
        of(Outside::Malformed),
        ["data-phone 15400001234", "href +8615400001235", "value 15400001237", "td title=\"15400001238"]
    );
    assert_eq!((of(COMMENTS), of(SCRIPTS)), (vec!["15400001236"], vec!["class x15400001233"]));
}

#[test]
fn header_cells_that_hold_values_are_values() {
    let seen =
        read_all("<table><tr><th>a</th><th>15400001234</th></tr><tr><th>b</th><th>15400001235</th></tr></table>");
    assert!(seen.text().contains("\"a\" \"15400001234\"") && seen.text().contains("\"b\" \"15400001235\""));
    assert_eq!(read_all("<table><tr><th>only</th><th>headers</th></tr></table>").outside(), "only\nheaders");
}

#[test]
fn a_row_beyond_the_limit_is_malformed_and_its_text_is_handed_on() {
    let limits = Limits { record: 8 << 10, ..Limits::default() };
    let text = format!(
        "<table><tr><td>x</td><td>{}</td><td>15400001235</td></tr><tr><td>y</td><td>15400001236</td></tr></table>",
        "15400001234 words ".repeat(1_000)
    );
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &limits, &mut seen).expect("no limit");
    assert_eq!((seen.rows, seen.malformed), (1, 1));
    assert_eq!(seen.outside().matches("15400001234").count(), 1_000);
    assert!(seen.outside().contains("15400001235") && seen.text().contains("\"y\" \"15400001236\""));
}

#[test]
fn detection() {
    assert!(looks_like("\u{feff}<html><body><table><tr><td>1").is_some_and(|sure| sure > 0.9));
    assert!(looks_like("<!DOCTYPE html><html><p>1").is_some_and(|sure| sure < 0.9));
    assert_eq!(looks_like("name,mobile\n<b>,1\n"), None);
    assert_eq!(looks_like("<?xml version=\"1.0\"?><rows><row/></rows>"), None);
    assert_eq!(looks_like("<Workbook><Table><Row/></Table></Workbook><table_data name='a'>"), None);
}

#[test]
fn numbers_of_spreadsheets_are_as_exact_as_they_are_written() {
    let cell = |number: &str| read_all(&format!("<table><tr><td x:num=\"{number}\">1.54E+17</table>")).lines[1].clone();
    assert_eq!(cell("154000012341540001"), "i154000012341540001");
    assert_eq!(cell("154000012341540000"), "f154000012341540000", "what a spreadsheet has rounded");
    assert_eq!(cell("1.5400001234E+10"), "f15400001234");
    assert_eq!(cell("1E+15400001234"), "\"1E+15400001234\"");
}
