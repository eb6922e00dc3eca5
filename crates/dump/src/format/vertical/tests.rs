//! Records of lines as clients and people write them. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::recorder::Recorder;

fn read_all(text: &str) -> Recorder {
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut seen).expect("no limit");
    seen
}

#[test]
fn rows_of_mysql() {
    let text = "mysql> select * from t\\G\n*************************** 1. row ***************************\n    id: 1\n\
                mobile: 15400001234\n  note: first\nsecond 15400001230\n\
                *************************** 2. row ***************************\n    id: 2\nmobile: NULL\n  note: \n\
                2 rows in set (0.00 sec)\n";
    assert!(looks_like(text).is_some_and(|sure| sure > 0.7));
    let seen = read_all(text);
    let expected = "(id,mobile,note)\n\"1\" \"15400001234\" \"first\"\n\"2\" \"NULL\" \"\"";
    assert_eq!(seen.text(), expected);
    assert_eq!(seen.outside(), "mysql> select * from t\\G\nsecond 15400001230\n2 rows in set (0.00 sec)");
    assert_eq!(seen.positions[0], text.find("    id: 1").expect("there") as u64);
}

#[test]
fn rows_of_psql_and_others() {
    let psql = "-[ RECORD 1 ]--------\nid     | 1\nmobile | 15400001234+\n       | 15400001235\n-[ RECORD 2 ]--------\nid     | 2\n";
    let boxed = "+-[ RECORD 1 ]--+-------------+\n| id     | 1           |\n| mobile | 15400001234 |\n|        | 15400001235 |\n\
                 +-[ RECORD 2 ]--+-------------+\n| id     | 2           |\n+--------+------+\n";
    for text in [psql, boxed] {
        assert!(looks_like(text).is_some(), "{text}");
        let expected = "(id,mobile)\n\"1\" \"15400001234\"\n- \"15400001235\"\n\"2\" -";
        assert_eq!(read_all(text).text(), expected);
    }
    let mycli = "***************************[ 1. row ]***************************\nid     | 1\nmobile | 15400001234\n";
    assert!(looks_like(mycli).is_some());
    assert_eq!(read_all(mycli).text(), "(id,mobile)\n\"1\" \"15400001234\"");
    let sqlite = "    id = 1\nmobile = 15400001234\n\n    id = 2\nmobile = 15400001235\n";
    assert_eq!(read_all(sqlite).text(), "(id,mobile)\n\"1\" \"15400001234\"\n\"2\" \"15400001235\"");
    let click = "Row 1:\n──────\nid:     1\nmobile: 15400001234\n\nRow 2:\n──────\nid:     2\nmobile: 15400001235\n";
    assert_eq!(read_all(click).text(), "(id,mobile)\n\"1\" \"15400001234\"\n\"2\" \"15400001235\"");
}

#[test]
fn records_that_people_write() {
    let text = "名单 2026 15400001230\n\n1、姓　名：张三  手机：15400001234\n手机：15400001235\n      15400001236\n身份证：无\n\n\
                姓名：李四\n手机：15400001237，姓名：x\n\n==========\n姓名: 王五\n【手机】: 15400001238\n没有冒号 15400001239\n";
    assert!(looks_like(text).is_some());
    let seen = read_all(text);
    let expected = "(姓名,手机,身份证)\n\
        \"张三  手机：15400001234\" \"15400001235\" \"无\"\n\
        - \"15400001236\" -\n\
        \"李四\" \"15400001237\" -\n\
        \"x\" - -\n\
        \"王五\" \"15400001238\" -";
    assert_eq!(seen.text(), expected);
    assert_eq!(seen.outside(), "名单 2026 15400001230\n没有冒号 15400001239");
}

#[test]
fn records_without_blank_lines_end_where_their_first_key_comes_again() {
    let text = "- name: \"a\"\n  mobile: '15400001234',\n- name: b\n  mobile: 15400001235\n- name: c\n";
    assert!(looks_like(text).is_some());
    let expected = "(name,mobile)\n\"a\" \"15400001234\"\n\"b\" \"15400001235\"\n\"c\" -";
    assert_eq!(read_all(text).text(), expected);
}

#[test]
fn sections_of_settings_are_records() {
    let text =
        "[user 1]\nname = a\nmobile=15400001234\n[user 2]\nname = b\nmobile=15400001235\n[15400001230]\nname = c\n";
    assert!(looks_like(text).is_some());
    let seen = read_all(text);
    assert_eq!(seen.text(), "(name,mobile)\n\"a\" \"15400001234\"\n\"b\" \"15400001235\"\n\"c\" -");
    assert_eq!(seen.outside(), "[15400001230]");
}

#[test]
fn other_texts_are_not_records() {
    let log =
        "2026-01-01 12:00:00 INFO a=1 mobile=15400001234\n2026-01-01 12:00:01 INFO a=2 mobile=15400001235\n".repeat(9);
    let combolist: String =
        (0..50).fold(String::new(), |all, n| all + &format!("user{}:154{n:08}\n", ["a", "b", "c"][n % 3].repeat(n)));
    let json = "{\n\"a\": 1,\n\"b\": 2\n}\n".repeat(9);
    let csv = "name,mobile\na,1\n".repeat(9);
    let settings = "host=a\nport=b\nuser=c\npassword=d\n";
    for text in [&log, &combolist, &json, &csv, settings, "", "text"] {
        assert_eq!(looks_like(text), None, "{text}");
    }
}

#[test]
fn a_line_beyond_the_limit_is_malformed_and_its_text_is_handed_on() {
    let limits = Limits { record: 8 << 10, ..Limits::default() };
    let text = format!("a: 1\nb: {}\nc: 15400001235\n\na: 2\nb: 3\n", "15400001234 words ".repeat(1_000));
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &limits, &mut seen).expect("no limit");
    assert_eq!((seen.rows, seen.malformed), (2, 1));
    assert_eq!(seen.outside().matches("15400001234").count(), 1_000);
}
