//! Which format a text is read in.

use super::{columns, detected, id, lines, phone};

#[test]
fn any_delimiter_is_found() {
    for (delimiter, name) in [(",", "CSV"), ("\t", "TSV"), (";", ";"), ("|", "|"), (":", ":"), ("----", "----")]
        .into_iter()
        .chain(["|||", "~~", "@@@", "=>", "::"].map(|delimiter| (delimiter, delimiter)))
    {
        let text = lines(|n| [n.to_string(), "某人".to_owned(), id(n), "路 1 号".to_owned(), phone(n)].join(delimiter));
        let (format, found) = detected(&text, &[], "");
        assert!(format.ends_with(name), "{format}");
        assert_eq!(found, columns(&[["3", "cn.ric", "values"], ["5", "phone", "values"]]), "{delimiter}");
    }
}

#[test]
fn running_text_is_not_a_table() {
    let text = lines(|n| format!("2026-01-02 10:{:02}:00 INFO user called {} about, well, {n}", n % 60, phone(n)));
    assert_eq!(detected(&text, &[], "").0, "running text");
    let prose =
        format!("他说, 打电话给我。\n没有人接。\n也没有人回, 也没有人来, 打{}也没有人问。\n", phone(1)).repeat(30);
    assert_eq!(detected(&prose, &[], "").0, "running text");
}

#[test]
fn one_value_per_line() {
    assert_eq!(detected(&lines(id), &[], "").1, columns(&[["1", "cn.ric", "values"]]));
    let text = format!("手机号\n{}", lines(|n| format!("\"{}\"", phone(n))));
    let header = columns(&[["手机号", "phone", "header"]]);
    assert_eq!(detected(&text, &[], ""), ("one value per line".to_owned(), header));
    let asked = columns(&[["1", "phone", "asked"]]);
    assert_eq!(detected("15400001234\n15400001235\n", &["1=phone"], "").1, asked);
}
