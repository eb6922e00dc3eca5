//! The names of columns, in Chinese, English or pinyin, or none.

use super::column::COLUMNS;
use super::encoding::Encoding;

/// The language of headers, keys and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderLanguage {
    /// `身份证号`, `手机号码`; in Big5, in traditional characters.
    Chinese,
    /// `idcard`, `mobile`.
    English,
    /// `sfzh`, `sjh`.
    Pinyin,
    /// No header, or meaningless names where a format needs names. Columns are then detected by
    /// their values only, so no ID has 15 digits.
    None,
}

impl HeaderLanguage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Chinese, Self::English, Self::Pinyin, Self::None];
}

type All = [&'static str; COLUMNS];

const CHINESE: All = [
    "姓名",
    "身份证号",
    "手机号码",
    "住址",
    "统一社会信用代码",
    "银行卡号",
    "IMEI",
    "QQ",
    "订单编号",
    "创建时间",
    "更新时间",
];
const TRADITIONAL: All =
    ["姓名", "身分證號", "手機號碼", "住址", "統一編號", "銀行卡號", "IMEI", "QQ", "訂單編號", "建立時間", "更新時間"];
const ENGLISH: All = [
    "name",
    "idcard",
    "mobile",
    "address",
    "company_code",
    "bank_card",
    "imei",
    "qq",
    "order_no",
    "created_at",
    "updated_at",
];
const PINYIN: All = ["xm", "sfzh", "sjh", "dz", "tyshxydm", "yhkh", "imei", "qq", "ddbh", "cjsj", "gxsj"];
const NOTHING: All = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11"];

/// Other words for ID and phone, in rotation.
const CHINESE_WORDS: [[&str; 2]; 3] = [["身份证号", "手机号码"], ["证件号码", "联系电话"], ["身份证号码", "手机号"]];
const ENGLISH_WORDS: [[&str; 2]; 3] = [["idcard", "mobile"], ["id card", "phone"], ["IdCardNo", "tel"]];
const PINYIN_WORDS: [[&str; 2]; 3] = [["sfzh", "sjh"], ["zjhm", "lxdh"], ["SFZH", "SJHM"]];

/// The names of a dump's columns.
#[derive(Clone, Debug)]
pub(super) struct Names {
    all: All,
    language: HeaderLanguage,
}

impl Names {
    pub(super) fn of(language: HeaderLanguage, encoding: Encoding, seed: u64) -> Self {
        let words = |words: [[&'static str; 2]; 3]| words[(seed % 3) as usize];
        let (mut all, words) = match language {
            HeaderLanguage::Chinese if encoding == Encoding::Big5 => (TRADITIONAL, None),
            HeaderLanguage::Chinese => (CHINESE, Some(words(CHINESE_WORDS))),
            HeaderLanguage::English => (ENGLISH, Some(words(ENGLISH_WORDS))),
            HeaderLanguage::Pinyin => (PINYIN, Some(words(PINYIN_WORDS))),
            HeaderLanguage::None => (NOTHING, None),
        };
        if let Some(words) = words {
            all[1..3].copy_from_slice(&words);
        }
        Self { all, language }
    }

    /// In the order of columns.
    pub(super) fn all(&self) -> All {
        self.all
    }

    /// Whether the names describe the columns.
    pub(super) fn are_there(&self) -> bool {
        self.language != HeaderLanguage::None
    }
}
