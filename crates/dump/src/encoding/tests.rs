//! Generated tables of names and addresses in encodings of Chinese: long, short, with late
//! evidence, in small pieces.

mod changes;
mod guesses;
mod lines;

use super::evidence::{is_binary, of_pattern};
use super::{Decoded, Encoding, decode};
use crate::container::tests::Dripping;
use std::fmt::Write as _;
use std::io::Read;

/// Common characters of names and addresses, in the order of frequency lists.
const SIMPLIFIED: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈\
    姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤\
    伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国文华玉红春梅志海燕鹏飞小雨思宇佳欣怡子涵梓轩浩然\
    北京上海广东浙江苏省市区县镇乡村街道路号楼单元室栋层小区花园大厦中心新南西山河湖东城朝阳人民解放建设\
    和平胜利长安工业科技开发公司有限责任股份学校医院银行邮编电话手机地址姓名备注客户订单快递收件寄件门店";

const TRADITIONAL: &str = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何高林羅鄭梁謝宋唐許韓馮鄧曹彭曾蕭田董袁潘於蔣蔡余杜葉程蘇魏呂丁任沈\
    姚盧姜崔鍾譚陸汪范金石廖賈夏韋付方白鄒孟熊秦邱江尹薛閻段雷侯龍史陶黎賀顧毛郝龔邵萬錢嚴覃武戴莫孔向湯\
    偉芳娜秀英敏靜麗強磊軍洋勇艷傑娟濤明超霞平剛桂蘭建國文華玉紅春梅志海燕鵬飛小雨思宇佳欣怡子涵軒浩然淑\
    臺北市大安區中山信義松山新竹縣桃園臺中臺南高雄屏東花蓮宜蘭基隆路街巷弄號樓之段里鄰鄉鎮村東南西忠孝仁愛\
    和平民生民權中正復興光復公司有限股份學校醫院銀行郵遞電話手機地址姓名備註客戶訂單收件寄件門市";

/// A generator of the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Rows of a table of these characters.
fn table(usual: &str, rows: usize, seed: u64) -> String {
    let (usual, mut random, mut text): (Vec<char>, _, _) =
        (usual.chars().filter(|c| !c.is_ascii()).collect(), Random(seed), String::new());
    let _ = random.below(2);
    for _ in 0..rows {
        let name = 2 + random.below(2);
        let address = 6 + random.below(14);
        let mut word = |length| (0..length).map(|_| usual[random.below(usual.len())]).collect::<String>();
        let (name, address) = (word(name), word(address));
        writeln!(
            text,
            "{name},1540000{:04},{address}{}号,2020-01-{:02}\r",
            random.below(10_000),
            random.below(900),
            random.below(28) + 1
        )
        .expect("memory");
    }
    text
}

fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        Encoding::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        Encoding::Other(other) => other.encode(text).0.into_owned(),
    }
}

/// Text that the encoding can represent.
fn sample(encoding: Encoding, rows: usize, seed: u64) -> String {
    if encoding == Encoding::BIG5 {
        return table(TRADITIONAL, rows, seed).replace('号', "號");
    }
    table(SIMPLIFIED, rows, seed)
}

fn read<R: Read>(mut decoded: Decoded<R>) -> (String, Decoded<R>) {
    let mut text = Vec::new();
    decoded.read_to_end(&mut text).expect("memory");
    (String::from_utf8(text).expect("UTF-8"), decoded)
}

const ALL: [Encoding; 7] = [
    Encoding::Utf8,
    Encoding::Gb18030,
    Encoding::BIG5,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
    Encoding::Utf32Le,
    Encoding::Utf32Be,
];

#[test]
fn every_encoding_is_detected_with_and_without_a_mark_and_in_pieces() {
    for encoding in ALL {
        let text = sample(encoding, 300, 1);
        let bytes = encode(&text, encoding);
        for marked in [false, true] {
            let bytes = if marked { [encoding.mark(), &bytes].concat() } else { bytes.clone() };
            let (all, whole) = read(decode(&bytes[..], None, None));
            assert_eq!(all, text, "{encoding}");
            let (drops, dripping) = read(decode(Dripping(&bytes[..]), None, None));
            assert_eq!((drops == text, dripping.detected()), (true, whole.detected()), "{encoding}");
            let name = if marked { encoding.name_with_mark() } else { encoding.name() };
            assert_eq!((whole.detected().encoding, whole.unreadable(), whole.is_plausible()), (name, 0, true));
            assert!(whole.detected().confidence > 0.9, "{encoding}: {:?}", whole.detected());
            assert_eq!(read(decode(&bytes[..], Some(encoding), None)).0, text, "{encoding} as it was said");
        }
    }
}

#[test]
fn short_samples_are_detected() {
    let mut wrong = Vec::new();
    for encoding in ALL {
        for seed in 0..200 {
            let text = sample(encoding, 4, seed);
            let bytes = encode(&text, encoding);
            // Some hundred bytes, cut anywhere, as a head may be.
            let is_wide = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
            let cut = usize::from(seed % 2 == 0 && !is_wide);
            let mut decoded = decode(&bytes[..200.min(bytes.len()) - cut], None, None);
            decoded.read_to_end(&mut Vec::new()).expect("memory");
            if decoded.detected().encoding != encoding.name() {
                wrong.push((encoding, seed, decoded.detected()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of 1000: {wrong:?}", wrong.len());
}

#[test]
fn single_names_are_mostly_detected() {
    for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::BIG5] {
        let mut right = 0;
        for seed in 0..500 {
            let usual: Vec<char> = if encoding == Encoding::BIG5 { TRADITIONAL } else { SIMPLIFIED }
                .chars()
                .filter(|c| !c.is_ascii())
                .collect();
            let mut random = Random(seed * 7 + 1);
            let name: String = (0..3).map(|_| usual[random.below(usual.len())]).collect();
            let bytes = encode(&format!("15400001234,{name}\n"), encoding);
            right += usize::from(read(decode(&bytes[..], None, None)).1.detected().encoding == encoding.name());
        }
        let least = if encoding == Encoding::BIG5 { 400 } else { 450 };
        assert!(right >= least, "{encoding}: {right} of 500");
    }
}

#[test]
fn a_text_may_be_ascii_for_long() {
    let prefix = "INSERT INTO t VALUES (15400001234, 'x');\n".repeat((3 << 20) / 41);
    for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::BIG5] {
        let text = format!("{prefix}{}", sample(encoding, 50, 3));
        let bytes = encode(&text, encoding);
        let mut decoded = decode(&bytes[..], None, None);
        assert_eq!(decoded.peek(20), &prefix.as_bytes()[..20]);
        assert_eq!(decoded.detected().encoding, "ASCII");
        let (all, decoded) = read(decoded);
        assert_eq!((all == text, decoded.detected().encoding, decoded.unreadable()), (true, encoding.name(), 0));
    }
    let (_, decoded) = read(decode(prefix.as_bytes(), None, None));
    assert_eq!((decoded.detected().encoding, decoded.detected().confidence), ("ASCII", 1.0));
}

#[test]
fn invalid_sequences_are_counted_with_the_position_of_the_first() {
    let text = sample(Encoding::Gb18030, 400, 5);
    let good = encode(&text, Encoding::Gb18030);
    let row = good.iter().position(|&byte| byte == b'\n').expect("rows") + 1;
    let one = [&good[..row], b"\xff", &good[row..]].concat();
    let (all, decoded) = read(decode(&one[..], None, None));
    assert_eq!((decoded.unreadable(), decoded.first_unreadable(), decoded.is_plausible()), (1, Some(row as u64), true));
    assert_eq!(all.replacen('\u{fffd}', "", 1), text);
    // Behind a window of GBK, something else.
    let many = [&good.repeat(20)[..], &b"\xff\n".repeat(3_000)].concat();
    let (_, decoded) = read(decode(Dripping(&many[..]), Some(Encoding::Gb18030), None));
    assert_eq!((decoded.unreadable(), decoded.first_unreadable()), (3_000, Some(good.len() as u64 * 20)));
    assert!(decoded.is_plausible(), "nothing around them is lost");
    // The same if it is not what was stated.
    let stated = encode(&text, Encoding::Utf8);
    assert!(!read(decode(&stated[..], Some(Encoding::Other(encoding_rs::EUC_JP)), None)).1.is_plausible());
    // A character that is truncated at the end.
    let cut = &encode("15400001234,\u{674e}", Encoding::Gb18030)[..13];
    let (all, decoded) = read(decode(cut, Some(Encoding::Gb18030), None));
    assert_eq!((&all[..], decoded.unreadable(), decoded.first_unreadable()), ("15400001234,\u{fffd}", 1, Some(12)));
    // Delimiters stay where a character before them is broken.
    assert_eq!(read(decode(&b"\xc0,1\n"[..], Some(Encoding::Gb18030), None)).0, "\u{fffd},1\n");
}

#[test]
fn utf16_is_detected_by_its_pattern_and_nothing_else_is_mistaken_for_it() {
    for seed in 0..50 {
        for encoding in ALL {
            let bytes = encode(&sample(encoding, 1 + seed as usize % 9, seed), encoding);
            let expected = (encoding.unit() > 1).then_some(encoding);
            assert_eq!(of_pattern(&bytes), expected);
        }
    }
    for ascii in ["15400001234\n15400001235\n", "name,phone\r\nab,15400001234\r\n", "abc\ndef\nghi\n"] {
        assert_eq!(of_pattern(&encode(ascii, Encoding::Utf16Le)), Some(Encoding::Utf16Le), "{ascii}");
        assert_eq!(of_pattern(&encode(ascii, Encoding::Utf16Be)), Some(Encoding::Utf16Be), "{ascii}");
        assert_eq!(of_pattern(ascii.as_bytes()), None);
    }
    // The character for one has a NUL as its lower byte.
    let ones = "一一,一一\n".repeat(40);
    assert_eq!(of_pattern(&encode(&ones, Encoding::Utf16Le)), Some(Encoding::Utf16Le));
    assert_eq!(of_pattern(&encode(&ones, Encoding::Utf16Be)), Some(Encoding::Utf16Be));
}

#[test]
fn binary_data_is_not_text() {
    let mut random = Random(9);
    let noise: Vec<u8> = (0..16 << 10).map(|_| random.below(256) as u8).collect();
    assert!(is_binary(&noise));
    // Without most of the bytes that text does not have either, as compressed data may be.
    let packed: Vec<u8> = noise.iter().copied().filter(|&byte| byte > 5 || byte == 1).collect();
    assert!(is_binary(&packed) && is_binary(&packed[..2_000]));
    assert!(is_binary(&[0; 512]));
    assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0"));
    assert!(is_binary(&(0..4_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>()));
    for encoding in ALL {
        assert!(!is_binary(&encode(&sample(encoding, 100, 11), encoding)), "{encoding}");
    }
    let mut dirty = sample(Encoding::Utf8, 200, 12).into_bytes();
    dirty[700] = 0;
    assert!(!is_binary(&dirty), "one byte by mistake");
    assert!(!is_binary(b""));
}

#[test]
fn utf8_with_a_few_mistakes_stays_utf8() {
    let mut bytes = sample(Encoding::Utf8, 400, 13).into_bytes();
    let middle = bytes.len() / 2;
    bytes.insert(middle, 0xff);
    let mut decoded = decode(&bytes[..], None, None);
    let mut all = Vec::new();
    decoded.read_to_end(&mut all).expect("memory");
    assert_eq!((all == bytes, decoded.detected().encoding), (true, "UTF-8"), "passed as it is");
    for (latin, expected) in
        [("José,15400001234\n", "UTF-8"), ("Привет,15400001234\n", "UTF-8"), ("Ελλάδα,1\n", "UTF-8")]
    {
        assert_eq!(read(decode(latin.as_bytes(), None, None)).1.detected().encoding, expected);
    }
    // A word that is valid in both, and meaningless in UTF-8.
    let (text, decoded) = read(decode(&b"\xcd\xa8\xc9\xa9\xcd\xa8\n"[..], None, None));
    assert_eq!(decoded.detected().encoding, "GB18030", "{text}");
}

#[test]
fn usual_names_of_encodings_are_accepted() {
    for (name, encoding) in [
        ("utf-8", Encoding::Utf8),
        ("UTF8", Encoding::Utf8),
        ("gbk", Encoding::Gb18030),
        ("GB2312", Encoding::Gb18030),
        ("gb18030", Encoding::Gb18030),
        ("Big5", Encoding::BIG5),
        ("utf-16", Encoding::Utf16Le),
        ("UTF-16BE", Encoding::Utf16Be),
    ] {
        assert_eq!(name.parse(), Ok(encoding));
        assert_eq!(encoding.to_string().parse(), Ok(encoding));
    }
    assert!("latin-9".parse::<Encoding>().expect_err("unknown").to_string().contains("gb18030"));
    // A mark decides the byte order.
    let bytes = [b"\xfe\xff", &encode("a,b\n", Encoding::Utf16Be)[..]].concat();
    assert_eq!(read(decode(&bytes[..], Some(Encoding::Utf16Le), None)).0, "a,b\n");
}
