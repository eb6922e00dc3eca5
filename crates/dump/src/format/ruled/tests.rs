//! Tables as database clients, documents and reports draw them. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::recorder::Recorder;

fn read_all(text: &str) -> Recorder {
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut seen).expect("no limit");
    seen
}

const EXPECTED: &str = "(id,name,mobile)\n\"1\" \"张三\" \"15400001234\"\n\"2\" \"\" \"15400001235\"";

#[test]
fn boxes_and_bars() {
    let mysql = "mysql> select * from t;\n+----+--------+-------------+\n| id | name   | mobile      |\n+----+--------+-------------+\n\
                 |  1 | 张三   | 15400001234 |\n|  2 |        | 15400001235 |\n+----+--------+-------------+\n2 rows in set (0.00 sec)\n";
    let psql = " id | name | mobile\n----+------+-------------\n  1 | 张三 | 15400001234\n  2 |      | 15400001235\n(2 rows)\n\n";
    let unicode = "┌────┬──────┬─────────────┐\n│ id │ name │ mobile      │\n├────┼──────┼─────────────┤\n\
                   │  1 │ 张三 │ 15400001234 │\n├────┼──────┼─────────────┤\n│  2 │      │ 15400001235 │\n└────┴──────┴─────────────┘\n";
    let click = "┌─id─┬─name─┬─mobile──────┐\n│  1 │ 张三 │ 15400001234 │\n│  2 │      │ 15400001235 │\n└────┴──────┴─────────────┘\n";
    let markdown =
        "# List\n\n| id | name | mobile |\n|---:|:-----|--------|\n| 1 | 张三 | 15400001234 |\n| 2 | | 15400001235\n";
    let grid = "+----+------+-------------+\n| id | name | mobile      |\n+====+======+=============+\n| 1  | 张三 | 15400001234 |\n\
                +----+------+-------------+\n| 2  |      | 15400001235 |\n+----+------+-------------+\n";
    let bare = "id | name | mobile\n---|---|---\n1 | 张三 | 15400001234\n2 |  | 15400001235\n";
    let hive = "+-----+-------+--------------+--+\n| id  | name  |    mobile    |\n+-----+-------+--------------+--+\n\
                | 1   | 张三  | 15400001234  |\n| 2   |       | 15400001235  |\n+-----+-------+--------------+--+\n";
    for text in [mysql, psql, unicode, click, markdown, grid, bare, hive] {
        assert_eq!(read_all(text).text(), EXPECTED, "{text}");
        assert!(looks_like(text).is_some_and(|sure| sure > 0.5), "{text}");
    }
    assert_eq!(read_all(mysql).outside(), "mysql> select * from t;\n2 rows in set (0.00 sec)");
}

#[test]
fn columns_of_fixed_width() {
    let sqlcmd = "id          name       mobile          \n----------- ---------- ----------------\n          1 张三         15400001234     \n\
                  \u{20}         2            15400001235     \n\n(2 rows affected)\n";
    let wide = "        ID NAME       MOBILE\n---------- ---------- -----------\n         1 张三       15400001234\n         2            15400001235\n\n\
                \u{c}        ID NAME       MOBILE\n---------- ---------- -----------\n         3 李         15400001236\n\n3 rows selected.\n";
    for text in [sqlcmd, wide] {
        let seen = read_all(text);
        let rows = seen.lines[1..].join("\n");
        assert!(rows.starts_with("\"1\" \"张三\" \"15400001234\"\n\"2\" - \"15400001235\""), "{rows}");
        assert!(seen.outside().starts_with("(2 rows") || seen.outside().starts_with("3 rows"), "{}", seen.outside());
        assert!(looks_like(text).is_some_and(|sure| sure > 0.5));
    }
    assert!(read_all(wide).text().ends_with("\"3\" \"李\" \"15400001236\""));
}

#[test]
fn a_rule_below_the_last_row_ends_the_table() {
    let text = "=====  ===========\n名     手机\n=====  ===========\n张三   15400001234\n李四   15400001235\n=====  ===========\n15400001230\n";
    let seen = read_all(text);
    assert_eq!(seen.text(), "(名,手机)\n\"张三\" \"15400001234\"\n\"李四\" \"15400001235\"");
    assert_eq!(seen.outside(), "=====  ===========\n15400001230");
    let pages = "A   B\n--- -----------\n1   15400001234\nA   B\n--- -----------\n2   15400001235\n";
    assert_eq!(read_all(pages).text(), "(A,B)\n\"1\" \"15400001234\"\n\"2\" \"15400001235\"");
}

#[test]
fn a_row_of_several_lines_has_as_many_rules() {
    let text = "        ID NAME\n---------- ----------\nMOBILE\n-----------\n         1 a\n15400001234\n\n         2 b\n15400001235\n";
    let expected = "(ID,NAME,MOBILE)\n\"1\" \"a\" -\n- - \"15400001234\"\n\"2\" \"b\" -\n- - \"15400001235\"";
    assert_eq!(read_all(text).text(), expected);
}

#[test]
fn values_with_lines_and_bars() {
    let mysql = "+----+--------+\n| id | note   |\n+----+--------+\n|  1 | first\nsecond 15400001234 |\n|  2 | a|b 15400001235 |\n\
                 |  3 | 15400001236 |\n+----+--------+\n";
    let seen = read_all(mysql);
    assert_eq!(seen.text(), "(id,note)\n\"1\" \"first\\nsecond 15400001234\"\n\"3\" \"15400001236\"\nmalformed");
    assert_eq!((seen.malformed, seen.outside()), (1, "|  2 | a|b 15400001235 |".to_owned()));
    let psql = " id |   mobile\n----+-------------\n  1 | 15400001234+\n    | 15400001235\n(1 row)\n";
    assert_eq!(read_all(psql).text(), "(id,mobile)\n\"1\" \"15400001234\"\n\"\" \"15400001235\"");
    let more = "a | b\n---|---|-\n1 | 2 | 15400001234\n";
    assert_eq!(read_all(more).text(), "(a,b,3)\n\"1\" \"2\" \"15400001234\"");
    let markdown = "| a | b |\n|---|---|\n| x \\| y | 15400001234 |\n";
    assert_eq!(read_all(markdown).text(), "(a,b)\n\"x | y\" \"15400001234\"");
}

#[test]
fn several_tables_and_headers_that_come_again() {
    let text = "+----+\n| id |\n+----+\n|  1 |\n+----+\n+-------------+\n| mobile      |\n+-------------+\n| 15400001234 |\n\
                +-------------+\n| mobile      |\n+-------------+\n| 15400001235 |\n+-------------+\n\
                +---+-------------+\n| 1 | 15400001236 |\n| 2 | 15400001237 |\n+---+-------------+\n";
    let expected = "tables of 2 columns()\n\"1\" \"15400001236\"\ntables of 2 columns()\n\"2\" \"15400001237\"\n\
                    (id,mobile)\n\"1\" -\n- \"15400001234\"\n- \"15400001235\"";
    assert_eq!(read_all(text).text(), expected);
}

#[test]
fn other_texts_have_no_tables() {
    for text in [
        "a|b|c\n1|2|15400001234\n",
        "Title 15400001230\n-----------------\nwords and more words\n",
        "a----b----15400001234\nc----d----15400001235\n",
        "-- --------------------------------------------------------\n\n--\n-- Table `a`\n--\n",
        "",
    ] {
        assert_eq!(looks_like(text), None, "{text}");
        let seen = read_all(text);
        assert_eq!(seen.text(), "");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&seen.outside()), words(text), "all of it is handed on");
    }
}
