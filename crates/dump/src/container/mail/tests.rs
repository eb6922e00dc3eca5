//! Messages as programs write them, and broken ones.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fmt::Write as _;

fn pieces(mail: &str) -> Vec<String> {
    let (mut parts, mut seen) = (Parts::new(mail.as_bytes(), 8), Vec::new());
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    while let Some(piece) = parts.next().expect("memory") {
        seen.push(match piece {
            Piece::Headers(part) => {
                let kind = if part.is_file {
                    "file"
                } else if part.content == Holds::Markup {
                    "html"
                } else {
                    "part"
                };
                format!("{kind} {}", part.text.trim_end().replace('\n', "|"))
            }
            Piece::Content(bytes) => text(bytes),
            Piece::End => "end".to_owned(),
            Piece::Between(bytes) => format!("between {}", text(bytes)),
        });
    }
    seen
}

#[test]
fn mail_is_known_by_its_headers() {
    let mail = [
        "Return-Path: <a@example.org>\r\nReceived: from x\r\n by y\r\nSubject: x\r\n\r\nbody",
        "From a@example.org Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody",
        "From - Mon Jan 01 10:00:00 2024\nX-Mozilla-Status: 0001\nFrom: a\n\n",
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"x\"\r\n\r\n",
        "1234      \nFrom: a@example.org\nTo: b@example.org\nMessage-Id: <x>\n\nbody",
        "Subject: x\nFrom: y\nContent-Transfer-Encoding: base64\n\n",
    ];
    mail.iter().for_each(|head| assert!(looks_like(head.as_bytes()), "{head}"));
    let others = [
        "",
        "From: a\nTo: b\nDate: c\n\nnext",
        "From here on it is prose.\nDate: x\n",
        "name: x\nphone: y\n\nname: z\n",
        "HTTP/1.1 200 OK\nContent-Type: text/html\nDate: x\n\n",
        "Content-Type: text/csv\nServer: x\nDate: y\n\nname,phone\n",
        "message-id,subject\n1,2\n",
        "Message-ID: x\nno header\nSubject: y\n",
    ];
    others.iter().for_each(|head| assert!(!looks_like(head.as_bytes()), "{head}"));
}

#[test]
fn parts_are_decoded_and_nothing_between_them_is_lost() {
    let mail = "MIME-Version: 1.0\r\nSubject: =?gb2312?B?tee7sA==?= =?utf-8?q?_15400?=\r\n =?utf-8?q?001234?=\r\n\
                Content-Type: multipart/mixed; boundary=\"a15400009999b\"\r\n\r\npreamble\r\n--a15400009999b\r\n\
                Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Transfer-Encoding: \
                quoted-printable\r\n\r\n154=\r\n0000=31234=E7=94=B5 \r\n-- \r\n--in\r\nContent-Type: text/html; \
                charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+MTU0MDA\r\nwMDEyMzU8L3A+\r\n_____\r\nlist 15400001236\r\n\
                --in--\r\n--a15400009999b\r\nContent-Type: text/csv; name=\"=?utf-8?q?a=2Ecsv?=\"\r\nContent-Transfer-Encoding: \
                base64\r\n\r\nYSxiCg\r\n--a15400009999b--\r\nepilogue\r\n";
    let expected = [
        "part MIME-Version: 1.0|Subject: 电话 15400001234|Content-Type: multipart/mixed; boundary=\"\"",
        "between preamble\r\n",
        "end",
        "part Content-Type: multipart/alternative; boundary=in",
        "end",
        "part Content-Transfer-Encoding: quoted-printable",
        "154",
        "00001234电\n",
        "--\n",
        "end",
        "html Content-Type: text/html; charset=utf-8|Content-Transfer-Encoding: base64",
        "<p>154",
        "00001235</p>",
        "_____\r\n",
        "list 15400001236\r\n",
        "end",
        "end",
        "file Content-Type: text/csv; name=\"=?utf-8?q?a=2Ecsv?=\"\r|a.csv|Content-Transfer-Encoding: base64",
        "a,b",
        "\n",
        "end",
        "between epilogue\r\n",
        "end",
    ];
    assert_eq!(pieces(mail), expected);
}

#[test]
fn messages_of_a_mailbox_are_apart_and_messages_in_messages_are_read() {
    let mailbox = "From a Mon Jan  1 00:00:00 2024\nSubject: 1\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\
                   Content-Type: message/rfc822\n\nSubject: 2\n\ninside\nFrom now on\n\nFrom here on\n--y\n\n\
                   From b Mon Jan  1 00:00:00 2024\nno header\n";
    let expected = [
        "between From a Mon Jan  1 00:00:00 2024\n",
        "part Subject: 1|Content-Type: multipart/mixed; boundary=x",
        "end",
        "part Content-Type: message/rfc822",
        "part Subject: 2",
        "inside\n",
        "From now on\n",
        "\n",
        "From here on\n",
        "--y\n",
        "\n",
        "end",
        "between From b Mon Jan  1 00:00:00 2024\n",
        "part ",
        "no header\n",
        "end",
    ];
    assert_eq!(pieces(mailbox), expected);
}

#[test]
fn parts_that_nothing_announces_are_decoded() {
    // A message that another one quotes, headers that are torn or stand directly above a boundary.
    let quoted = "Subject: bounce\n\nOriginal:\n\nFrom: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\
                  Content-Transfer-Encoding: base64\n\nMTU0MDAwMDEyMzQ=\n--x--\nend 15400001235\n";
    let torn = "Subject: a\n\n\n\nContent-type: multipart/mixed;\n\tBoundary=\"x\"\n\n--x\nContent-transfer-encoding: \
                quoted-printable\n\n154=\n00001234\n--x--\n15400001235\n";
    let direct = "Subject: a\nContent-Type: multipart/mixed; boundary=\"x\"\n--x\nContent-Transfer-Encoding: BASE64 \n\n\
                  MTU0MDAwMDEyMzQ=\n--x--\n15400001235\n";
    for mail in [quoted, torn, direct] {
        let seen = pieces(mail).concat();
        assert!(seen.contains("15400001234") && seen.contains("15400001235"), "{seen}");
    }
}

#[test]
fn any_damage_ends_and_keeps_what_is_plain() {
    let mail = "Subject: 15400001230\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n15400001231\n--x\n\
                Content-Type: multipart/mixed; boundary=x\n\n--x\n\n15400001232\n--x--\n15400001233\n";
    for cut in 0..mail.len() {
        for add in ["", "\n", "--x", "=", "\0"] {
            let damaged = [&mail[..cut], add, &mail[cut..]].concat();
            let whole: String = pieces(&damaged).concat();
            for n in 0..4 {
                let number = format!("1540000123{n}");
                assert!(whole.contains(&number) || !damaged.contains(&number), "{damaged}: {whole}");
            }
        }
    }
    // Parts in parts without end.
    let mut deep = String::new();
    for n in 0..3_000 {
        let _ = write!(deep, "Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n");
    }
    assert!(pieces(&deep).len() > 3_000);
}

/// Lines and pieces of lines of which mail is made.
const FRAGMENTS: [&str; 22] = [
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\t",
    "--x",
    "--x--",
    "--",
    ":",
    "From a Mon Jan  1 00:00:00 2024\n",
    ">From b\n",
    "Subject: ",
    "X-15400001230: ",
    "Content-Type: text/plain\n",
    "Content-Type: message/rfc822\n\n",
    "Content-Type: text/x; name=15400001231 (15400001232)\n",
    "Content-Disposition: attachment; filename=15400001233\n",
    "15400001234",
    "154",
    "=",
    "(",
    "\"",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        rng_seed: RngSeed::Fixed(15),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_number_disappears_from_any_mail(picked in prop::collection::vec(0..FRAGMENTS.len(), 0..40)) {
        crate::fuzzing::mail(&picked.into_iter().map(|number| FRAGMENTS[number]).collect::<String>());
    }
}
