//! Texts of many languages in the encodings that old programs wrote, as tables whose delimiters and
//! digits must survive.

use super::{Random, encode, read};
use crate::container::tests::Dripping;
use crate::encoding::{Encoding, decode};
use std::fmt::Write as _;
use std::io::Read;

/// An encoding, where such texts come from, and usual words.
const LANGUAGES: [(&str, &str, &str); 15] = [
    ("windows-1251", "RU", "Иванов Пётр Сидорова Кузнецов Екатерина Москва улица Ленина Сергей Николаевич Соколова"),
    ("windows-1251", "UA", "Шевченко Коваленко Олександр Київ вулиця Хрещатик Ткаченко Світлана Бондаренко"),
    ("koi8-r", "RU", "Иванов Пётр Сидорова Кузнецов Екатерина Москва улица Ленина Сергей Николаевич Соколова"),
    ("ibm866", "RU", "Иванов Пётр Сидорова Кузнецов Екатерина Москва улица Ленина Сергей Николаевич Соколова"),
    ("windows-1252", "FR", "André Zoé Hélène Orléans François Béziers Élodie Lefèvre Noël Besançon Gérard"),
    ("windows-1252", "DE", "Müller Jörg Schröder Köln Straße Günther Düsseldorf Käthe Weiß Jäger Größe Böhm"),
    ("windows-1250", "PL", "Łukasz Małgorzata Wójcik Gdańsk Święcicki Żółkiewski Łódź Dąbrowski Grażyna Zieliński"),
    ("windows-1253", "GR", "Παπαδόπουλος Γεώργιος Αθήνα Νικόλαος Δημητρίου Θεσσαλονίκη Ελένη Κωνσταντίνος"),
    ("windows-1254", "TR", "Yılmaz Şahin Öztürk Gülşen İstanbul Çelik Doğan Büşra Işık Kılıç Ağrı Uğur"),
    ("windows-1255", "IL", "כהן לוי משה ירושלים תל אביב יעקב שרה אברהם חיפה רחוב הרצל דוד"),
    ("windows-1256", "EG", "محمد أحمد القاهرة شارع عبد الله فاطمة حسن الإسكندرية إبراهيم يوسف"),
    ("windows-874", "TH", "สมชาย กรุงเทพ ถนนสุขุมวิท มาลี ประเสริฐ เชียงใหม่ วิชัย สุดา นางสาว"),
    ("shift_jis", "JP", "山田太郎 鈴木花子 東京都千代田区 ソニー 表参道 ポスト 能力 さくら マンション 佐藤 高橋"),
    ("euc-jp", "JP", "山田太郎 鈴木花子 東京都千代田区 ソニー 表参道 ポスト 能力 さくら マンション 佐藤 高橋"),
    ("euc-kr", "KR", "김철수 이영희 서울특별시 강남구 박지성 최민수 부산광역시 정수진 테헤란로 한국"),
];

/// Rows of words between delimiters, with numbers that count up.
fn table(words: &str, rows: usize, delimiter: &str, seed: u64) -> String {
    let words: Vec<&str> = words.split(' ').collect();
    let (mut random, mut text) = (Random(seed), String::new());
    for row in 0..rows {
        let mut word = || words[random.below(words.len())];
        let (name, place, street) = (word(), word(), word());
        writeln!(text, "{name}{delimiter}1540000{row:04}{delimiter}{place}{delimiter}{street} {}", row % 90)
            .expect("memory");
    }
    text
}

fn of(label: &str) -> Encoding {
    label.parse().expect("a label")
}

#[test]
fn the_language_of_a_table_is_told_by_its_letters() {
    for (label, region, words) in LANGUAGES {
        for (delimiter, rows) in [("|", 200), (";", 200), ("\t", 25), (",", 25)] {
            let text = table(words, rows, delimiter, 5);
            let bytes = encode(&text, of(label));
            for region in [Some(region.to_owned()), Some("CN".to_owned()), None] {
                let (all, decoded) = read(decode(&bytes[..], None, region.clone()));
                let name = decoded.detected().encoding;
                assert!(all == text, "{label}, {delimiter:?}, {rows} rows, from {region:?}: taken for {name}");
                assert_eq!(decoded.unreadable(), 0);
            }
        }
    }
}

#[test]
fn a_wrong_guess_leaves_numbers_and_delimiters() {
    let ascii = |text: &str| text.chars().filter(|c| c.is_ascii_digit() || "|;\n".contains(*c)).collect::<String>();
    for (label, _, words) in LANGUAGES {
        for seed in 0..60 {
            for delimiter in ["|", ";"] {
                let text = table(words, 1 + seed as usize % 4, delimiter, seed);
                let bytes = encode(&text, of(label));
                let (all, decoded) = read(decode(&bytes[..], None, None));
                assert_eq!(ascii(&all), ascii(&text), "{label}, taken for {}", decoded.detected().encoding);
            }
        }
    }
}

#[test]
fn a_cut_character_does_not_swallow_its_delimiter() {
    for (label, words) in [("gb18030", "欧阳 上海市浦东新区 张伟 北京市海淀区 李秀英"), ("shift_jis", LANGUAGES[12].2)]
    {
        for delimiter in [&b"|"[..], b"||", b"^", b"~", b"{", b","] {
            let (mut bytes, mut cut) = (Vec::new(), 0);
            for (row, word) in (0..400).zip(words.split(' ').cycle()) {
                let mut word = encode(word, of(label));
                // Every third name is cut in the middle of its last character.
                if row % 3 == 0 && word[word.len() - 2] >= 0x80 {
                    word.pop();
                    cut += 1;
                }
                let number = format!("1540000{row:04}");
                bytes.extend([&word[..], number.as_bytes(), &word, b"x"].join(delimiter));
                bytes.push(b'\n');
            }
            let (all, decoded) = read(decode(&bytes[..], None, None));
            let delimiter = str::from_utf8(delimiter).expect("ASCII");
            assert_eq!(decoded.detected().encoding, of(label).name());
            assert!(all.lines().all(|line| line.split(delimiter).count() == 4), "{label}, {delimiter}");
            assert!(decoded.is_plausible() && decoded.unreadable() == 2 * cut, "{} of {cut}", decoded.unreadable());
        }
    }
    // A whole character that ends with the sign stays whole.
    let text = "ポスト|15400001234|ポ\n".repeat(50);
    assert_eq!(read(decode(&encode(&text, of("shift_jis"))[..], None, None)).0, text);
}

/// Pieces of any size, the same for the same seed.
struct Pieces<'b>(&'b [u8], Random);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = if self.1.below(9) == 0 { 100_000 } else { 1 + self.1.below(300) };
        let count = buffer.len().min(most);
        self.0.read(&mut buffer[..count])
    }
}

#[test]
fn any_bytes_decode_as_they_do_at_once_in_whatever_pieces() {
    let mut random = Random(3);
    let labels =
        LANGUAGES.map(|(label, ..)| label).into_iter().chain(["gb18030", "big5", "iso-2022-jp", "x-user-defined"]);
    for label in labels {
        let standard = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label");
        for _ in 0..20 {
            // Text of the encoding, some of whose bytes are replaced; no NUL or carriage return,
            // which become other characters.
            let (_, _, words) = LANGUAGES[random.below(LANGUAGES.len())];
            let mut bytes = standard.encode(&table(words, 2_000, ";", 1)).0.into_owned();
            for _ in 0..random.below(40) {
                let at = random.below(bytes.len());
                bytes[at] = 0x80 + random.below(0x80) as u8;
            }
            bytes.retain(|&byte| !matches!(byte, 0 | b'\r'));
            let expected = standard.decode_without_bom_handling(&bytes).0;
            let seed = Random(random.below(1 << 30) as u64);
            let (all, decoded) = read(decode(Pieces(&bytes, seed), Some(of(label)), None));
            assert!(all == expected, "{label}");
            assert_eq!(decoded.unreadable() > 0, expected.contains('\u{fffd}'), "{label}");
            assert_eq!(
                read(decode(Dripping(&bytes[..4_000]), None, None)).0,
                read(decode(&bytes[..4_000], None, None)).0
            );
        }
    }
}
