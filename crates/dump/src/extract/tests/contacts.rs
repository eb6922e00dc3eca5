//! Exports of address books: Google's and Outlook's CSV, in several versions and languages.
//!
//! In each column that holds phone numbers, most cells hold none, so that only its header can say
//! what it is. The numbers are those that Ofcom keeps for drama.

use super::read;
use std::collections::BTreeSet;

const PEOPLE: u64 = 40;

/// Numbers of nobody, in the spellings that people type.
fn number(n: u64) -> String {
    match n % 4 {
        0 => format!("020 7946 0{:03}", n % 1_000),
        1 => format!("+44 113 496 0{:03}", n % 1_000),
        2 => format!("01214960{:03}", n % 1_000),
        _ => format!("(0161) 496 0{:03}", n % 1_000),
    }
}

fn canonical(n: u64) -> String {
    let area = ["207946", "113496", "121496", "161496"][n as usize % 4];
    format!("+44{area}0{:03}", n % 1_000)
}

/// Writes an export: `phones` are the headers of columns with numbers, each preceded by one with
/// its type if there is such a column.
fn export(
    before: &[&str],
    phones: &[&str],
    types: Option<&dyn Fn(usize) -> String>,
    cell: impl Fn(u64) -> String,
) -> String {
    let mut headers: Vec<String> = before.iter().map(|&header| header.to_owned()).collect();
    for (at, phone) in phones.iter().enumerate() {
        headers.extend(types.map(|name| name(at)));
        headers.push((*phone).to_owned());
    }
    let quoted = |row: Vec<String>| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\r\n";
    let mut text = quoted(headers);
    for person in 0..PEOPLE {
        let mut row: Vec<String> = before.iter().map(|_| String::new()).collect();
        row[0] = "Testperson".to_owned();
        for at in 0..phones.len() as u64 {
            row.extend(types.map(|_| "Mobile".to_owned()));
            let n = person * phones.len() as u64 + at;
            row.push(match n % 5 {
                0 => cell(n),
                1 => String::new(),
                _ => "see card 1234567".to_owned(),
            });
        }
        text += &quoted(row);
    }
    text
}

/// Asserts that every number of an export is read, and nothing else.
fn check(what: &str, text: &str, phones: usize, expected: impl Fn(u64) -> Vec<String>) {
    let (report, found) = read(text, &[], "", "GB").unwrap_or_else(|error| panic!("{what}: {error}"));
    let all = PEOPLE * phones as u64;
    let expected: BTreeSet<String> = (0..all).step_by(5).flat_map(expected).collect();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{what}: {report:#?}");
    assert_eq!((report.rows, report.not_read()), (PEOPLE, 0), "{what}: {report:#?}");
}

#[test]
fn google_contacts() {
    let old = [
        "Name",
        "Given Name",
        "Additional Name",
        "Family Name",
        "Yomi Name",
        "Birthday",
        "Billing Information",
        "Notes",
        "Group Membership",
    ];
    let new = [
        "First Name",
        "Middle Name",
        "Last Name",
        "File As",
        "Organization Name",
        "Birthday",
        "Notes",
        "Photo",
        "Labels",
    ];
    let german = ["Vorname", "Zweiter Vorname", "Nachname", "Geburtstag", "Notizen"];
    let french = ["Prénom", "Deuxième prénom", "Nom", "Anniversaire", "Notes"];
    let chinese = ["名字", "中间名", "姓氏", "生日", "备注"];
    for (what, before, phone, kind) in [
        ("until 2024", &old[..], "Phone N - Value", "Phone N - Type"),
        ("since 2024", &new[..], "Phone N - Value", "Phone N - Label"),
        ("German", &german[..], "Telefon N - Wert", "Telefon N - Typ"),
        ("French", &french[..], "Téléphone N - Valeur", "Téléphone N - Type"),
        ("Spanish", &new[..], "Teléfono N - Valor", "Teléfono N - Tipo"),
        ("Portuguese", &new[..], "Telefone N - Valor", "Telefone N - Tipo"),
        ("Chinese", &chinese[..], "电话 N - 值", "电话 N - 类型"),
        ("Japanese", &new[..], "電話 N - 値", "電話 N - 種類"),
        ("Russian", &new[..], "Телефон N - Значение", "Телефон N - Тип"),
    ] {
        let phones: Vec<String> = (1..=3).map(|n| phone.replace('N', &n.to_string())).collect();
        let phones: Vec<&str> = phones.iter().map(String::as_str).collect();
        let types = |at: usize| kind.replace('N', &(at + 1).to_string());
        check(what, &export(before, &phones, Some(&types), number), 3, |n| vec![canonical(n)]);
        // Several of one type are in one cell.
        let several = |n: u64| format!("{} ::: {}", number(n), number(n + 400));
        check(what, &export(before, &phones, Some(&types), several), 3, |n| vec![canonical(n), canonical(n + 400)]);
    }
}

#[test]
fn outlook_contacts() {
    let english = [
        "First Name",
        "Middle Name",
        "Last Name",
        "Company",
        "Business Postal Code",
        "Account",
        "Anniversary",
        "Notes",
    ];
    for (what, phones) in [
        (
            "English",
            &[
                "Assistant's Phone",
                "Business Phone",
                "Business Phone 2",
                "Car Phone",
                "Company Main Phone",
                "Home Phone",
                "Home Phone 2",
                "Mobile Phone",
                "Other Phone",
                "Primary Phone",
                "Radio Phone",
                "TTY/TDD Phone",
            ][..],
        ),
        ("Thunderbird", &["Work Phone", "Home Phone", "Mobile Number"]),
        (
            "German",
            &[
                "Telefon Assistent",
                "Telefon geschäftlich",
                "Telefon geschäftlich 2",
                "Autotelefon",
                "Telefon Firma",
                "Telefon privat",
                "Telefon (privat 2)",
                "Mobiltelefon",
                "Weiteres Telefon",
                "Haupttelefon",
            ],
        ),
        (
            "French",
            &[
                "Téléphone (bureau)",
                "Téléphone 2 (bureau)",
                "Téléphone (domicile)",
                "Tél. mobile",
                "Autre téléphone",
                "Téléphone principal",
            ],
        ),
        (
            "Spanish",
            &[
                "Teléfono del trabajo",
                "Teléfono del trabajo 2",
                "Particular (teléfono)",
                "Teléfono móvil",
                "Otro teléfono",
            ],
        ),
        (
            "Portuguese",
            &["Telefone comercial", "Telefone residencial", "Telemóvel", "Telefone celular", "Outro telefone"],
        ),
        ("Italian", &["Telefono (uff.)", "Telefono (ab.)", "Cellulare", "Altro telefono", "Telefono principale"]),
        ("Dutch", &["Telefoon op werk", "Telefoon thuis", "Mobiele telefoon", "Andere telefoon"]),
        (
            "Russian",
            &["Рабочий телефон", "Домашний телефон", "Телефон переносной", "Основной телефон", "Другой телефон"],
        ),
        (
            "Chinese of the mainland",
            &["单位电话", "单位电话 2", "住宅电话", "移动电话", "其他电话", "主要电话", "车载电话", "单位主要电话"],
        ),
        ("Chinese of Taiwan", &["商務電話", "商務電話 2", "住家電話", "行動電話", "其他電話", "主要電話", "汽車電話"]),
        ("Japanese", &["会社電話", "会社電話 2", "自宅電話", "携帯電話", "その他の電話", "通常の電話"]),
        ("Korean", &["근무처 전화", "근무처 전화 2", "집 전화 번호", "휴대폰", "기타 전화"]),
    ] {
        check(what, &export(&english, phones, None, number), phones.len(), |n| vec![canonical(n)]);
    }
}
