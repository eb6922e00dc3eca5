//! The text of a part of markup, line by line: what stands between tags, and what attributes say.
//! Runs of one text, which differ in their font alone, are one line.
//!
//! Knows nothing of parts and their names.

use crate::encoded::percent_decoded;
use crate::format::office_xml::{attributes, local_name, text_of, unescaped};

/// Bytes of lines that are gathered before they are searched.
const GATHERED_BYTES: usize = 64 << 10;

/// Elements that describe how a text looks, and positions of shapes.
const LOOKS: [&[u8]; 4] = [b"rPr", b"pPr", b"bodyPr", b"numFmt"];
const POSITIONS: [&[u8]; 8] = [b"col", b"row", b"colOff", b"rowOff", b"Anchor", b"posOffset", b"sizeWithCells", b"Row"];

/// Attributes that hold what a person wrote, or a value. Of others, a number is a size, a colour or
/// an id.
const SAID: [&[u8]; 17] = [
    b"v",
    b"descr",
    b"title",
    b"name",
    b"display",
    b"tooltip",
    b"location",
    b"target",
    b"prompt",
    b"prompttitle",
    b"error",
    b"errortitle",
    b"comment",
    b"caption",
    b"alt",
    b"href",
    b"content",
];

/// What names of attributes begin with that name a schema, or hold the value of a cell.
const NOT_SAID: [&[u8]; 2] = [b"xmlns", b"office:"];

/// Digits from which a value is looked at.
const DIGITS: usize = 5;

#[derive(Default)]
pub(in crate::format) struct Texts {
    /// Lines that have ended, and the one that is open.
    lines: String,
    line: String,
    /// Depth within elements that describe looks.
    looks: usize,
    /// Whether the last tag opened a run of text, or a position.
    is_run: bool,
    is_position: bool,
    /// Whether it opened the header or the footer of a page.
    is_margin: bool,
}

impl Texts {
    pub(in crate::format) fn tag(&mut self, tag: &[u8]) {
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        let name = local_name(tag);
        self.is_run = !is_end && name == b"t";
        self.is_position = !is_end && POSITIONS.contains(&name);
        self.is_margin = !is_end && (name.ends_with(b"Header") || name.ends_with(b"Footer"));
        self.attributes(tag);
        if LOOKS.contains(&name) {
            match (is_end, is_empty) {
                (true, _) => self.looks = self.looks.saturating_sub(1),
                (false, false) => self.looks += 1,
                (false, true) => {}
            }
        } else if self.looks == 0 && !matches!(name, b"t" | b"r" | b"span" | b"s" | b"a") {
            self.end_line();
        }
    }

    pub(in crate::format) fn text(&mut self, piece: &[u8]) {
        let text = text_of(piece);
        let is_layout = !self.is_run && text.trim().is_empty();
        if self.looks > 0 || self.is_position || is_layout {
            return;
        }
        if self.is_margin {
            return self.push_margin(&text);
        }
        self.line.push_str(&text);
        if self.line.len() > GATHERED_BYTES {
            self.end_line();
        }
    }

    /// A header or footer: a letter behind each mark says where and how the text stands.
    pub(in crate::format) fn push_margin(&mut self, text: &str) {
        for (number, part) in text.split('&').enumerate() {
            let part = part.strip_prefix(|c: char| number > 0 && c.is_alphabetic()).unwrap_or(part);
            self.push(part);
        }
    }

    /// A line of its own.
    pub(in crate::format) fn push(&mut self, text: &str) {
        self.end_line();
        self.line.push_str(text);
        self.end_line();
    }

    /// What has been gathered, if it is much or all.
    pub(in crate::format) fn take(&mut self, is_all: bool) -> Option<String> {
        if is_all {
            self.end_line();
            (self.looks, self.is_run, self.is_position) = (0, false, false);
        }
        let is_much = self.lines.len() >= GATHERED_BYTES || (is_all && !self.lines.is_empty());
        is_much.then(|| std::mem::take(&mut self.lines))
    }

    fn end_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.lines.push_str(&self.line);
            self.lines.push('\n');
        }
        self.line.clear();
    }

    /// What the attributes of a tag say.
    pub(in crate::format) fn attributes(&mut self, tag: &[u8]) {
        if tag.starts_with(b"</") {
            return;
        }
        for (name, value) in attributes(tag) {
            let count = value.iter().filter(|byte| byte.is_ascii_digit() || **byte >= 0x80).count();
            let is_kept = NOT_SAID.iter().all(|other| !name.starts_with(other));
            if count >= DIGITS && is_kept && (is_said(name) || !is_technical(value)) {
                self.lines.push_str(&percent_decoded(&unescaped(value)));
                self.lines.push('\n');
            }
        }
    }
}

fn is_said(name: &[u8]) -> bool {
    let name = &name[memchr::memchr(b':', name).map_or(0, |at| at + 1)..];
    SAID.iter().any(|said| name.eq_ignore_ascii_case(said))
}

/// Whether a value is a number, a colour, an id or a range of cells, and no more.
fn is_technical(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_hexdigit() || b"{}().,:;$-_ ".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::office_xml::{Piece, piece};
    use crate::format::window::Window;

    fn texts(markup: &str) -> String {
        let (mut window, mut texts) = (Window::new(markup.as_bytes()), Texts::default());
        loop {
            let length = match piece(&mut window, 1 << 20) {
                Piece::Tag(length) => {
                    texts.tag(&window.bytes()[..length]);
                    length
                }
                Piece::Other(length) => {
                    texts.text(&window.bytes()[..length]);
                    length
                }
                _ => return texts.take(true).unwrap_or_default(),
            };
            window.skip(length);
        }
    }

    #[test]
    fn runs_of_one_text_are_a_line() {
        let note = "<comment ref=\"A1\"><text><r><rPr><sz val=\"9\"/><rFont val=\"Tahoma\"/></rPr><t>call 154</t></r>\n \
                    <r><rPr/><t>0000&#49;234</t></r></text></comment><comment><text><t>b</t></text></comment>";
        assert_eq!(texts(note), "call 15400001234\nb\n");
        let shape = "<xdr:from><xdr:col>7</xdr:col><xdr:colOff>15400001230</xdr:colOff></xdr:from><a:p><a:r><a:rPr \
                     lang=\"en\"><a:latin typeface=\"x\"/></a:rPr><a:t>154</a:t></a:r><a:r><a:t>00001234</a:t></a:r>\
                     </a:p><a:p><a:r><a:t>15400001235</a:t></a:r></a:p>";
        assert_eq!(texts(shape), "15400001234\n15400001235\n");
        let margin = "<oddHeader>&amp;L&amp;\"Arial\"Call&amp;C15400001234&amp;R&amp;P</oddHeader>";
        assert_eq!(texts(margin), "\"Arial\"Call\n15400001234\n");
        assert_eq!(
            texts("<!-- 15400001234 --><?x 15400001235?><v><![CDATA[15400001236]]></v>"),
            " 15400001234 \n15400001236\n"
        );
    }

    #[test]
    fn attributes_say_something_or_describe() {
        let tags = r#"<n v="15400001230"/><x id="15400001231" uid="{1540000-1234}" color="FF15400001"/><a descr="Call 15400001232"/>
            <Relationship Id="rId1" Target="tel:%2B8615400001233" TargetMode="External"/><y any="call me 15400001234"/>"#;
        assert_eq!(texts(tags), "15400001230\nCall 15400001232\ntel:+8615400001233\ncall me 15400001234\n");
    }
}
