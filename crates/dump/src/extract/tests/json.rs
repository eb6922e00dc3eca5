//! Shapes of JSON as programs write them: whatever the layout, every number is read by what the
//! names above, beside or before it say.

#![expect(clippy::format_collect, clippy::format_push_string, reason = "texts of tests are short")]

use super::*;
use crate::report::ReadAs;
use std::collections::BTreeSet;

/// Reads a text in which there is an ID and a phone number for each of the first `n` numbers.
fn check(text: &str, n: u64) -> PartReport {
    check_of(text, (0..n).flat_map(|n| [id(n), phone(n)]))
}

fn check_of(text: &str, expected: impl Iterator<Item = String>) -> PartReport {
    let shape = text.get(..200).unwrap_or(text);
    let (report, found) = read(text, &[], "", "CN").unwrap_or_else(|error| panic!("{shape}: {error}"));
    let found: BTreeSet<String> = found.into_iter().map(|one| one.replace("+86", "")).collect();
    let expected: BTreeSet<String> = expected.collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "{shape}: {} of {} are missing: {report:#?}", missing.len(), expected.len());
    assert_eq!(found.len(), expected.len(), "{shape}: more than there is");
    assert_eq!(report.not_read(), 0, "{shape}: {report:#?}");
    report
}

fn lines_of(row: impl Fn(u64) -> String) -> String {
    (0..40).map(|n| row(n) + "\n").collect()
}

fn list_of(row: impl Fn(u64) -> String) -> String {
    (0..40).map(row).collect::<Vec<_>>().join(", ")
}

#[test]
fn labels_reach_down() {
    for (mobile, sfzh) in [
        (r#""mobile":{"$numberLong":"P"}"#, r#""sfzh":"I""#),
        (r#""mobile":{"$numberDecimal":"P"}"#, r#""sfzh":["I"]"#),
        (r#""phone":{"type":"mobile","number":"P"}"#, r#""身份证":{"号码":"I","有效期":"20300101"}"#),
        (r#""fields":{"mobile.keyword":["P"]}"#, r#""_source":{"sfzh.raw":"I"}"#),
        (r#""receiverMobile":"P""#, r#""idCardNumber":"I""#),
        (r#""contact":{"phones":[{"type":"home","value":"P"}]}"#, r#""doc":{"idCard":{"value":"I"}}"#),
        (r#""data":"{\"user\":{\"mobile\":\"P\"}}""#, r#""sfzh":"I""#),
    ] {
        // Half of the values are no numbers, so that these cannot decide.
        let row = |n: u64| {
            let mobile = mobile.replace('P', &if n.is_multiple_of(2) { phone(n) } else { "unknown1234567".to_owned() });
            format!("{{\"id\":{n},{mobile},{}}}", sfzh.replace('I', &id(n)))
        };
        let expected = (0..40).map(id).chain((0..40).step_by(2).map(phone));
        check_of(&lines_of(row), expected);
    }
}

#[test]
fn members_name_each_other() {
    for (phone_of, id_of) in [
        (r#"{"kind":"mobile","value":"P"}"#, r#"{"kind":"idcard","value":"I"}"#),
        (r#"{"value":"P","type":"phone"}"#, r#"{"value":"I","type":"id_card"}"#),
        (r#"{"key":"手机号","value":"P"}"#, r#"{"key":"\u8eab\u4efd\u8bc1\u53f7","value":"I"}"#),
        (r#"{"system":"phone","use":"home","value":"P"}"#, r#"{"system":"idcard","value":{"text":"I"}}"#),
        (r#"{"name":"Phone Number","val":P}"#, r#"{"name":"身份证号","val":"I"}"#),
        (r#"{"meta_key":"billing_phone","meta_value":"P"}"#, r#"{"meta_key":"id_card","meta_value":"I"}"#),
        (r#"{"field":"user_mobile","content":["P"]}"#, r#"{"field":"sfzh","content":["I"]}"#),
    ] {
        let row = |n: u64| {
            let order = format!("{{\"type\":\"order\",\"value\":\"{}\"}}", 13_900_000_000 + n);
            let (phone_of, id_of) = (phone_of.replace('P', &phone(n)), id_of.replace('I', &id(n)));
            format!("{{\"name\":\"x\",\"list\":[{phone_of},{order},{{\"type\":\"mail\",\"value\":\"a\"}},{id_of}]}}")
        };
        let report = check(&lines_of(row), 40);
        let order = report.columns.iter().find(|column| column.reads == ReadAs::SetAside).expect("the order numbers");
        assert_eq!(order.instead, "an order number");
    }
}

#[test]
fn arrays_of_arrays_are_tables() {
    let row = |n: u64| format!("[{n}, \"某人\", \"{}\", \"{}\"]", phone(n), id(n));
    let names = r#"["id", "name", "mobile", "sfzh"]"#;
    let meta = r#"[{"name":"id","type":"UInt64"},{"name":"n","type":"String"},{"name":"mobile","type":"String"},{"name":"sfzh","type":"String"}]"#;
    for text in [
        lines_of(row),
        format!("{names}\n{}", lines_of(row)),
        format!("[{}]", list_of(row)),
        format!("[{names}, {}]", list_of(row)),
        format!("[\n{names},\n{}\n]", list_of(row).replace("], [", "],\n[")),
        format!("{{\"columns\": {names}, \"index\": [0, 1], \"data\": [{}]}}", list_of(row)),
        format!("{{\"data\": [{}], \"columns\": {names}}}", list_of(row)),
        format!("{{\"meta\": {meta}, \"data\": [{}], \"rows\": 40}}", list_of(row)),
        format!("{{\"range\": \"A1:D31\", \"values\": [{names}, {}]}}", list_of(row)),
    ] {
        let report = check(&text, 40);
        let read = report.columns.iter().filter(|column| column.is_of_a_kind()).count();
        assert_eq!(read, 2, "{report:#?}");
    }
    // A column that only its header tells.
    let row = |n: u64| format!("[{n}, \"{}\", \"{}\"]", if n == 7 { phone(7) } else { "123456".to_owned() }, id(n));
    let expected = || (0..40).map(id).chain([phone(7)]);
    check_of(&format!("[[\"a\", \"tel\", \"sfzh\"], {}]", list_of(row)), expected());
    check_of(&format!("[\"a\", \"tel\", \"sfzh\"]\n{}", lines_of(row)), expected());
    check_of(&format!("{{\"columns\":[\"a\",\"tel\",\"sfzh\"],\"data\":[{}]}}", list_of(row)), expected());
}

#[test]
fn positions_are_columns_by_name() {
    let row = |n: u64| format!("[{n}, \"{}\", \"{}\"]", id(n), phone(n));
    let text = lines_of(row);
    for spec in ["[2]=phone", "3=phone"] {
        let (report, found) = read(&text, &[spec], "", "CN").expect("it is there");
        assert_eq!(found.len() as u64, report.accepted());
        assert!((0..40).all(|n| found.contains(&format!("+86{}", phone(n)))), "{spec}: {report:#?}");
    }
    let nested = format!("{{\"rows\": [{}]}}", list_of(row));
    let (_, found) = read(&nested, &["rows.[2]=phone"], "", "CN").expect("it is there");
    assert!((0..40).all(|n| found.contains(&format!("+86{}", phone(n)))));
    // Keys that are data, and whatever is below any key.
    let users = format!("{{\"users\": {{{}}}}}", list_of(|n| format!("\"{}\": {{\"a\": \"{}\"}}", id(n), phone(n))));
    let (_, found) = read(&users, &["users.{}=cn.ric", "users.*.a=phone"], "", "CN").expect("they are there");
    assert!((0..40).all(|n| found.contains(&format!("+86{}", phone(n))) && found.contains(&id(n))));
}

#[test]
fn columns_and_data_as_keys() {
    let by_index = |value: &dyn Fn(u64) -> String| {
        format!("{{{}}}", (0..40).map(|n| format!("\"{n}\": \"{}\"", value(n))).collect::<Vec<_>>().join(", "))
    };
    let array = |value: &dyn Fn(u64) -> String| {
        format!("[{}]", (0..40).map(|n| format!("\"{}\"", value(n))).collect::<Vec<_>>().join(","))
    };
    for text in [
        format!(
            "{{\"name\": {}, \"mobile\": {}, \"sfzh\": {}}}",
            by_index(&|n| n.to_string()),
            by_index(&phone),
            by_index(&id)
        ),
        format!("{{\"mobile\":{},\"sfzh\":{}}}", array(&phone), array(&id)),
        format!("{{\"users\": {{{}}}}}", list_of(|n| format!("\"{}\": {{\"sfzh\": \"{}\"}}", phone(n), id(n)))),
        format!(
            "{{\"users\": {{{}}}}}",
            list_of(|n| format!("\"-M{n}xYz\": {{\"tel\": \"{}\", \"id\": \"{}\"}}", phone(n), id(n)))
        ),
        format!("{{{}}}", list_of(|n| format!("\"{}\": \"{}\"", phone(n), id(n)))),
        format!(
            "{{\"phones\": {{{}}}, \"a\": [{}]}}",
            list_of(|n| format!("\"{}\": true", phone(n))),
            list_of(|n| format!("\"{}\"", id(n)))
        ),
    ] {
        check(&text, 40);
    }
}

#[test]
fn an_object_of_many_keys_is_one_column() {
    let text = format!(
        "{{\"users\": {{{}}}}}",
        (0..3_000).map(|n| format!("\"u{n}\": {{\"sfzh\": \"{}\"}}", id(n))).collect::<Vec<_>>().join(", ")
    );
    let (report, found) = read(&text, &[], "", "CN").expect("it is read");
    assert_eq!((found.len(), report.columns.len()), (3_000, 1), "{:?}", report.columns.len());
}

#[test]
fn what_shells_and_languages_print_is_read() {
    for row in [
        r#"{ "_id" : ObjectId("0123456789abcdef01234567"), "mobile" : NumberLong("P"), "sfzh" : "I" }"#,
        r#"{ "_id" : ObjectId("0123456789abcdef01234567"), "mobile" : NumberLong(P), "d": ISODate("2022-01-01T00:00:00Z"), "sfzh" : "I" }"#,
        "{'mobile': 'P', 'vip': None, 'sfzh': 'I'}",
        "{u'mobile': u'P', u'name': u'\\u5f20', u'sfzh': u'I'}",
        "{'mobile': P, 'n': \"it's\", 'at': datetime.datetime(2020, 1, 1, 0, 0), 'sfzh': 'I'}",
        "{mobile: 'P', name: \"x\", sfzh: 'I', $x: 1}",
        "{手机: 'P', 身份证: 'I'}",
    ] {
        let of = |n: u64| row.replace('P', &phone(n)).replace('I', &id(n));
        let of = |n: u64| of(n).replace(&format!("{}SODate", id(n)), "ISODate");
        let report = check(&lines_of(of), 40);
        assert_eq!((report.rows, report.malformed), (40, 0), "{row}");
        check(&format!("[{}]", list_of(of)), 40);
        // As a viewer exports it.
        let numbered: String = (0..40).map(|n| format!("/* {n} */\n{}\n\n", of(n).replace(", '", ",\n  '"))).collect();
        let report = check(&numbered, 40);
        assert_eq!((report.rows, report.malformed), (40, 0), "{row}");
    }
}

#[test]
fn a_path_that_comes_up_late_is_read() {
    let mut text: String = (0..3_000).map(|n| format!("{{\"id\":{n},\"pad\":\"{}\"}}\n", "x".repeat(100))).collect();
    text +=
        &lines_of(|n| format!("{{\"id\":{n},\"contact\":{{\"n1\":\"{}\"}},\"客户身份证号\":\"{}\"}}", phone(n), id(n)));
    check(&text, 40);
}

#[test]
fn text_that_is_no_json_is_searched() {
    let good = |n: u64| format!("{{\"mobile\":\"{}\",\"sfzh\":\"{}\"}}\n", phone(n), id(n));
    let mut text: String = (0..20).map(good).collect();
    text += &format!("{{\"mobile\":\"{}\",\"sfzh\":\"\n", phone(20));
    text += &format!("{{\"a\":[{{\"mobile\":\"{}\"}},\n", phone(21));
    text += &good(22);
    text += &format!("call {} tomorrow\n", phone(23));
    text += &(24..40).map(good).collect::<String>();
    let report = check_of(&text, (0..40).map(phone).chain((0..20).chain([22]).chain(24..40).map(id)));
    assert_eq!((report.rows, report.malformed), (40, 3), "{report:#?}");
}
