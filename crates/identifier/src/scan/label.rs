//! Words that people and programs glue to a number: `tel15400001234`, `u15400001234`.
//!
//! A letter before digits mostly makes them something else: the number of an order, a part or a
//! hash. Owns which words do not.

use super::group::Group;
use crate::identifier::Identifier;

/// Words for a phone number.
const PHONE: [&str; 20] = [
    "tel",
    "telephone",
    "telefon",
    "phone",
    "mobile",
    "mob",
    "cell",
    "cellphone",
    "handy",
    "gsm",
    "sms",
    "call",
    "fax",
    "whatsapp",
    "wx",
    "weixin",
    "wechat",
    "shouji",
    "sjh",
    "lxdh",
];

/// Words for the number of an ID.
const ID: [&str; 6] = ["id", "idcard", "idno", "no", "sfz", "sfzh"];

/// No word is longer.
const LONGEST: usize = 30;

/// Chinese mobile numbers are unmistakable: eleven digits of which few are valid. They stand behind
/// any word, since they are most people's user names.
const CHINESE_MOBILE: &str = "+861";
const CHINESE_MOBILE_DIGITS: u32 = 11;

/// What a word before a number announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Phone,
    Id,
    Other,
}

/// The word that this group begins with, if a number may be behind it, and the group without it.
pub(super) fn split(text: &str, group: &Group) -> Option<(Label, Group)> {
    if group.letters == 0 || group.digits == 0 || group.plus {
        return None;
    }
    let spelled = &text.as_bytes()[group.start..group.end];
    let width = spelled.iter().take(LONGEST + 1).take_while(|c| c.is_ascii_alphabetic()).count();
    let word = &spelled[..width];
    if !(1..=LONGEST).contains(&width) || !spelled.get(width)?.is_ascii_digit() {
        return None;
    }
    let is_among = |words: &[&str]| words.iter().any(|other| other.as_bytes().eq_ignore_ascii_case(word));
    let label = if is_among(&PHONE) {
        Label::Phone
    } else if is_among(&ID) {
        Label::Id
    } else if group.digits == CHINESE_MOBILE_DIGITS && !word.iter().all(u8::is_ascii_hexdigit) {
        // Hashes have the letters A to F.
        Label::Other
    } else {
        return None;
    };
    let (start, letters) = (group.start + width, group.letters - width as u32);
    Some((label, Group { start, letters, joint: None, ..*group }))
}

impl Label {
    /// Whether it may be glued to an identifier of so many digits.
    pub(super) fn fits(self, identifier: &Identifier, digits: u32) -> bool {
        let is_phone = identifier.kind().country.is_none();
        let is_unmistakable =
            is_phone && digits == CHINESE_MOBILE_DIGITS && identifier.canonical().starts_with(CHINESE_MOBILE);
        match self {
            Self::Phone => is_phone,
            Self::Id => !is_phone || is_unmistakable,
            Self::Other => is_unmistakable,
        }
    }
}
