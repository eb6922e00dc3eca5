//! Pieces of markup, sound and broken.

use super::*;

fn pieces(text: &str, is_html: bool) -> Vec<(u64, Kind, String)> {
    let mut bytes = text.as_bytes();
    let mut markup = Markup::new(&mut bytes, 1 << 20, is_html);
    let mut found = Vec::new();
    while let Some(piece) = markup.next() {
        found.push((piece.at, piece.kind, piece.text.into_owned()));
    }
    found
}

fn kinds(text: &str, is_html: bool) -> Vec<(Kind, String)> {
    pieces(text, is_html).into_iter().map(|(_, kind, text)| (kind, text)).collect()
}

#[test]
fn pieces_of_every_kind() {
    let text = "<?xml a>b?><!DOCTYPE a [<!ENTITY b \"c\">]><a b=\"x>y\">t &amp; u<!-- <c> --><![CDATA[<d>]]></a><e/>";
    let expected = [
        (Kind::Instruction, "xml a>b"),
        (Kind::Instruction, "DOCTYPE a [<!ENTITY b \"c\">"),
        (Kind::Start, "a b=\"x>y\""),
        (Kind::Text, "t &amp; u"),
        (Kind::Comment, " <c> "),
        (Kind::Literal, "<d>"),
        (Kind::End, "a"),
        (Kind::Start, "e/"),
    ];
    assert_eq!(kinds(text, false), expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(pieces(text, false)[3].0, text.find("t &amp;").expect("there") as u64);
}

#[test]
fn broken_markup_costs_itself() {
    let expected = [
        (Kind::Text, "1 "),
        (Kind::Text, "< 2 "),
        (Kind::Start, "a b=it's"),
        (Kind::Text, "x"),
        (Kind::Start, "c d=\"e"),
        (Kind::Text, "y"),
        (Kind::Broken, "<!-- never "),
        (Kind::End, "c"),
        (Kind::Broken, "<f"),
    ];
    let text = "1 < 2 <a b=it's>x<c d=\"e>y<!-- never </c><f";
    assert_eq!(kinds(text, true), expected.map(|(kind, text)| (kind, text.to_owned())));
}

#[test]
fn scripts_are_no_markup() {
    let expected =
        [(Kind::Start, "SCRIPT"), (Kind::Literal, "if (a<b) '<td>'"), (Kind::End, "Script"), (Kind::Start, "td")];
    assert_eq!(
        kinds("<SCRIPT>if (a<b) '<td>'</Script><td>", true),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    assert_eq!(kinds("<script>a<b", true).len(), 2);
}

#[test]
fn references_and_attributes() {
    assert_eq!(unescaped("a&nbsp;&#49;&#x35;&amp;lt;&nope;& &"), "a\u{a0}15&lt;&nope;& &");
    let mut seen = Vec::new();
    let are_sound =
        attributes("td  a=\"1&amp;2\" b = 'x>y' c=d nowrap/", |key, value| seen.push(format!("{key}={value}")));
    assert_eq!((are_sound, seen.join("|")), (true, "a=1&2|b=x>y|c=d|nowrap=".to_owned()));
    assert!(!attributes("td a=\"1", |_, _| {}));
}

#[test]
fn any_text_takes_time_by_its_length_and_comes_back_whole() {
    for start in ["<!--", "<![CDATA[", "<a b=\"", "<a b='><a b=\">", "</", "<?", "<!["] {
        let text = start.repeat(200_000);
        let length: usize = pieces(&text, false).iter().map(|(_, _, text)| text.len()).sum();
        assert!(length > text.len() / 3, "{start}");
    }
    let long = format!("<a>{}</a>", "字 15400001234 ".repeat(200_000));
    let found = pieces(&long, false);
    let text: String =
        found.iter().filter(|(_, kind, _)| *kind == Kind::Text).map(|(_, _, text)| text.as_str()).collect();
    assert!(found.iter().all(|(_, _, text)| text.len() <= 1 << 20) && found.len() > 4);
    assert_eq!(format!("<a>{text}</a>"), long);
}
