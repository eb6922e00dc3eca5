//! Numbers in odd surroundings: what programs, people and logs write around them. Tests only.

use super::tests::{CHINESE, ID, MOBILE, found, scanner};

const AROUND: [&str; 102] = [
    "u%s",
    "%s_1.jpg",
    "1_%s.jpg",
    "_%s_",
    "IMG-%s.jpg",
    "%s.jpg",
    "/user/%s/",
    "?mobile=%s&x=1",
    "%s@qq.com",
    "1,张三,%s,100.5,2022-01-01",
    "001 %s 20220101 35",
    "5\t%s\t100",
    "%s-张三",
    "tel%s",
    "Tel.%s",
    "TEL%s",
    "mobile:%s",
    "wx%s",
    "QQ%s",
    "zhangsan%s",
    "(%s)",
    "[%s]",
    "{%s}",
    "<%s>",
    "'%s'",
    "`%s`",
    "“%s”",
    "%s，",
    "#%s",
    "*%s*",
    "电话%s微信同号",
    "86%s",
    "86-%s",
    "+86%s",
    "(86)%s",
    "0086%s",
    "0%s",
    "%s转1",
    "x=%s;y=2",
    "%s:password",
    "%s----pw",
    "%s|abc",
    "a|%s|5",
    "2022-06-01 10:00:00 %s 3",
    "3 %s",
    "%s 3",
    "%s/1",
    "1/%s",
    "id=12345 %s",
    "￥100 %s",
    "%s（138）",
    "QQ123456789 %s",
    "第%s号",
    "$%s",
    "%%s",
    "\\%s\\",
    "~%s~",
    "^%s^",
    "=%s",
    "&%s",
    "!%s",
    "%s?",
    "\\N%s",
    "\\0%s",
    "%s\\0\\0",
    "b'%s\\n'",
    "'%s\\r\\n",
    // URLs, once and twice over.
    "%2B86%s",
    "%2b86%s",
    "%252B86%s",
    "phone%3D%s",
    "phone%3d%s%26",
    "%20%s%20",
    "%22%s%22",
    "%E6%89%8B%s%E6",
    "%253A%s",
    "sms:%s%0A",
    "tel:%2B86-%s",
    "u=%25%s",
    // HTML.
    "&nbsp;%s&nbsp;",
    "&#43;86%s",
    "&#x2B;86%s",
    "&amp;#43;86%s",
    "&plus;86%s",
    "&lt;%s&gt;",
    "&quot;%s&quot;",
    "&#160;%s&#160;",
    "<td>%s</td>",
    "<a href=\"tel:%s\">",
    "&amp;phone=%s&amp;",
    // Logs and languages.
    "\\u001b[32m%s\\u001b[0m",
    "\x1B[1;32m%s\x1B[0m",
    "\x1B[m%s",
    "\\x1b[31m%s",
    "\\033[31m%s",
    "\\x22%s\\x22",
    "b'\\xe6\\x89\\x8b%s'",
    "\\xe2\\x80\\x8b%s",
    "\\\"%s\\\"",
    "\u{200E}%s\u{200F}",
    "\u{FEFF}%s",
    "%s\u{0}",
];

/// Whatever is around it, the number is seen.
#[test]
fn a_number_is_seen_in_any_surroundings() {
    let scanner = scanner("CN GB");
    let mobile = "13123456789";
    let mut missed = Vec::new();
    for around in AROUND {
        let text = around.replace("%s", mobile);
        let seen: Vec<_> = found(&scanner, &text).into_iter().map(|(_, found)| found).collect();
        if !seen.iter().any(|seen| seen == MOBILE) || seen.iter().any(|seen| seen != MOBILE && seen.contains("131234"))
        {
            missed.push(format!("{text:?}: {seen:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn escapes_inside_a_number_are_undone() {
    let scanner = scanner("CN");
    for text in [
        "131%202345%206789",
        "%2B86%20131-2345-6789",
        "131&nbsp;2345&nbsp;6789",
        "131&#8209;2345&#8209;6789",
        "131&ndash;2345&ndash;6789",
        "&#49;&#51;&#49;23456789",
        "%31%33%3123456789",
        "131&shy;2345&zwnj;6789",
        "&#43;86&#32;13123456789",
        r"\x2b8613123456789",
        r"\x31\x33123456789",
    ] {
        let seen: Vec<_> = found(&scanner, text).into_iter().map(|(_, found)| found).collect();
        assert_eq!(seen, [MOBILE], "{text}");
    }
}

#[test]
fn words_glued_to_a_number_announce_it() {
    let scanner = scanner("CN GB US");
    for (text, expected) in [
        (format!("sfz{ID}"), Some(CHINESE)),
        (format!("ID{ID}"), Some(CHINESE)),
        ("phone07400123456".to_owned(), Some("phone:+447400123456")),
        ("tel2025550123".to_owned(), Some("phone:+12025550123")),
        ("mobile(202) 555-0123".to_owned(), Some("phone:+12025550123")),
        // Parts, orders and hashes.
        ("part2025550123".to_owned(), None),
        ("id2025550123".to_owned(), None),
        ("A13123456789".to_owned(), None),
        ("ea13123456789".to_owned(), None),
        (format!("x{ID}"), None),
        ("u13123456789a".to_owned(), None),
        ("u131234567890".to_owned(), None),
        ("x1y13123456789".to_owned(), None),
        ("tel1234567".to_owned(), None),
        ("wx13123456789-12345".to_owned(), None),
    ] {
        let seen: Vec<_> = found(&scanner, &text).into_iter().map(|(_, found)| found).collect();
        assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), Vec::from_iter(expected), "{text}");
    }
}

#[test]
fn what_looks_like_an_escape_may_be_none() {
    let scanner = scanner("CN");
    for (text, expected) in [
        ("100%13123456789", Some(MOBILE)),
        ("%%13123456789", Some(MOBILE)),
        ("&13123456789", Some(MOBILE)),
        ("&#13123456789", Some(MOBILE)),
        ("&#13123456789;", Some(MOBILE)),
        ("+13123456789012", None),
        ("+13123456789", Some("phone:+13123456789")),
        ("+13800000000", Some("phone:+8613800000000")),
        ("%2B447400123456", Some("phone:+447400123456")),
        ("&#43;44 7400 123456", Some("phone:+447400123456")),
        (r"\u002b44 7400 123456", Some("phone:+447400123456")),
        (r"\x1b[1m\x2b447400123456", Some("phone:+447400123456")),
        ("%2B%2B", None),
        ("5+13123456789", None),
        ("20240506_13123456789", None),
        ("13123456789_20240506", None),
        ("131_2345_6789", None),
        ("1%2013123456789012345", None),
        (r"\x3133313233343536373839", None),
    ] {
        let seen: Vec<_> = found(&scanner, text).into_iter().map(|(_, found)| found).collect();
        assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), Vec::from_iter(expected), "{text}");
    }
}
