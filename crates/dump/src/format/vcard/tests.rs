//! Cards as phones and programs write them. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::recorder::Recorder;

fn read_all(text: &str) -> Recorder {
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut seen).expect("no limit");
    seen
}

#[test]
fn a_card_is_a_row_and_a_second_number_another() {
    let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:张;三;;;\r\nFN:张三\r\nTEL;TYPE=CELL,VOICE:154-0000-1234\r\n\
                item1.TEL;type=pref:+86 154 0000\r\n  1235\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nEND:VCARD\r\n\
                BEGIN:VCARD\r\nVERSION:4.0\r\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:%2B86-154-0000-1236;ext=12\r\nEND:VCARD\r\n";
    let seen = read_all(text);
    let expected = "(VERSION,N,FN,TEL,X-ABLABEL)\n\
        \"3.0\" \"张;三;;;\" \"张三\" \"154-0000-1234\" \"_$!<Mobile>!$_\"\n\
        - - - \"+86 154 0000 1235\" -\n\
        \"4.0\" - - \"+86-154-0000-1236;ext=12\" -";
    assert_eq!(seen.text(), expected);
    assert_eq!(seen.positions[1], text.find("item1.TEL").expect("there") as u64);
}

#[test]
fn old_cards_fold_in_their_own_ways() {
    let text = "begin:vcard\nversion:2.1\nn;quoted-printable;charset=utf-8:=E5=BC=\n=A0;=\n\t=E4=B8=89\n\
                TEL;CELL;ENCODING=QUOTED-PRINTABLE:=31=35=34=30=30=\n=30=30=31=32=33=34\n\
                PHOTO;JPEG;ENCODING=BASE64:\n/9j/2wBDAAYE\n 15400005555\n\nNOTE:first line\n  of 15400001235\n\
                ADR;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=B1=B1=BE=A9\nX-QQ;ENCODING=BASE64:MTU0MDAwMDEyMzY=\nend:vcard\n";
    let seen = read_all(text);
    let expected = "(VERSION,N,TEL,NOTE,ADR,X-QQ)\n\
        \"2.1\" \"张;三\" \"15400001234\" \"first line  of 15400001235\" \"北京\" \"15400001236\"";
    assert_eq!(seen.text(), expected);
    assert!(seen.outside().contains("15400005555"), "what is in a picture is passed over, not lost");
}

#[test]
fn parameters_that_are_numbers_are_fields() {
    let seen = read_all("BEGIN:VCARD\nTEL;type=CELL;waid=8615400001234:+86 154 0000 1234\nEND:VCARD\n");
    assert_eq!(seen.text(), "(TEL WAID,TEL)\n\"8615400001234\" \"+86 154 0000 1234\"");
}

#[test]
fn what_is_missing_or_superfluous_costs_nothing_else() {
    let text = "Export of 2026: 15400001230\nBEGIN:VCARD\nTEL:15400001234\nBEGIN:VCARD\nTEL:15400001235\nwords 15400001236\n\
                END:VCARD\nEND:VCARD\n  BEGIN:VCARD\n  TEL:15400001237\n  END:VCARD\nBEGIN:VCARD\nTEL:15400001238";
    let seen = read_all(text);
    let rows: Vec<_> = seen.lines.iter().filter(|line| line.starts_with('"')).cloned().collect();
    assert_eq!(rows, ["\"15400001234\"", "\"15400001235\"", "\"15400001237\"", "\"15400001238\""]);
    assert!(seen.outside().contains("15400001230") && seen.outside().contains("15400001236"));
}

#[test]
fn an_agent_is_a_card_in_a_card() {
    let seen =
        read_all("BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nTEL:15400001234\nEND:VCARD\nTEL:15400001235\nEND:VCARD\n");
    assert_eq!(seen.text(), "(TEL,FN,AGENT)\n\"15400001234\" - -\n\"15400001235\" \"a\" \"\"");
}

#[test]
fn a_property_beyond_the_limit_is_malformed_and_its_text_is_handed_on() {
    let limits = Limits { record: 8 << 10, ..Limits::default() };
    for fold in ["", "\n "] {
        let long: String = format!("15400001234 words and {fold}words ").repeat(1_000);
        let text = format!("BEGIN:VCARD\nFN:a\nNOTE:{long}\nTEL:15400001235\nEND:VCARD\n");
        let mut seen = Recorder::default();
        read(&mut text.as_bytes(), &limits, &mut seen).expect("no limit");
        assert_eq!((seen.rows, seen.malformed), (1, 1));
        assert!(seen.text().contains("\"a\" \"15400001235\""));
        assert_eq!(seen.outside().matches("15400001234").count(), 1_000, "fold {fold:?}");
    }
}

#[test]
fn messages_of_old_phones_are_made_of_properties_too() {
    let text = "BEGIN:VMSG\nVERSION:1.1\nBEGIN:VCARD\nTEL:+8615400001234\nEND:VCARD\nBEGIN:VENV\nBEGIN:VBODY\nDate:2010-1-1\n\
                call 15400001235\nEND:VBODY\nEND:VENV\nEND:VMSG\n";
    let seen = read_all(text);
    assert!(seen.text().contains("\"+8615400001234\"") && seen.outside().contains("15400001235"));
}

#[test]
fn detection() {
    let card = "BEGIN:VCARD\nTEL:15400001234\nEND:VCARD\n";
    assert!(looks_like(&card.repeat(3)).is_some_and(|sure| sure > 0.9));
    assert!(looks_like(&format!("{}{card}", "a line of a log\n".repeat(50))).is_some_and(|sure| sure < 0.2));
    assert_eq!(looks_like("name,BEGIN\n1,2\n"), None);
}
