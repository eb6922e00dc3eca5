//! Entries of a directory: LDIF, as `ldapsearch`, `slapcat` and `ldifde` write it.
//!
//! An entry is a record that ends at a blank line or where another `dn:` begins; its attributes are
//! the fields, without options (`telephoneNumber;lang-zh:`). A value behind `::` is base64; if that
//! is no text, it is passed over, as comments are.

use crate::encoded::{base64, characters};
use crate::format::keyed::{Keyed, Record};
use crate::format::lines::Lines;
use crate::format::rows::{Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use crate::wiped::WipedText;
use std::io::Read;

const COMMENTS: Outside = Outside::PassedOver("comments");
const BINARY: Outside = Outside::PassedOver("binary values");

/// How certainly a text is LDIF, between 0 and 1, from its head.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let (mut fitting, mut all, mut entries) = (0_u32, 0_u32, 0_u32);
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let attribute = Attribute::parse(line);
        entries += u32::from(attribute.as_ref().is_some_and(Attribute::is_name));
        // A blank line of a search result, a comment, a folded line, an end of a change.
        let fits = attribute.is_some() || line.starts_with(['#', ' ']) || line.trim_end() == "-";
        fitting += u32::from(fits);
        all += 1;
    }
    (entries > 0).then(|| f64::from(fitting) / f64::from(all))
}

/// Reads the text, and delivers each entry to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut lines = Lines::new(text, limits.record);
    let mut entries = Entries {
        keyed: Keyed::new(rows),
        record: limits.record,
        entry: Record::default(),
        begins: 0,
        line: WipedText::default(),
        at: 0,
        is_too_long: false,
    };
    while let Some(line) = lines.next() {
        entries.line(line.at, &line.text, line.is_whole)?;
    }
    entries.end_of_entry()?;
    entries.keyed.finish()?;
    lines.finish()?;
    Ok(())
}

/// `name;options: value`.
struct Attribute<'a> {
    name: &'a str,
    is_base64: bool,
    value: &'a str,
}

impl<'a> Attribute<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (description, value) = line.split_once(':')?;
        let name = description.split(';').next().unwrap_or_default();
        let is_name = (1..=128).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
            && description.bytes().all(|b| b.is_ascii_graphic());
        let base64 = value.strip_prefix(':');
        let value = base64.or(value.strip_prefix('<')).unwrap_or(value).trim();
        is_name.then_some(Self { name, is_base64: base64.is_some(), value })
    }

    /// Whether it is the distinguished name, with which an entry begins.
    fn is_name(&self) -> bool {
        self.name.eq_ignore_ascii_case("dn") && (self.is_base64 || self.value.is_empty() || self.value.contains('='))
    }
}

struct Entries<'r> {
    keyed: Keyed<'r>,
    record: usize,
    entry: Record,
    /// The position of the entry.
    begins: u64,
    /// The line that is being read, unfolded, and its position.
    line: WipedText,
    at: u64,
    is_too_long: bool,
}

impl Entries<'_> {
    fn line(&mut self, at: u64, text: &str, is_whole: bool) -> Result<(), Halt> {
        if is_whole && text.trim().is_empty() {
            return self.end_of_entry();
        }
        let folded = text.strip_prefix([' ', '\t']).filter(|_| !self.line.is_empty() || self.is_too_long);
        if let Some(more) = folded
            && !self.is_too_long
            && self.line.len() + more.len() <= self.record
        {
            self.line.push_str(more);
            return Ok(());
        }
        match (folded, is_whole) {
            (Some(more), _) => {
                self.too_long()?;
                self.keyed.outside(at, more, Outside::Malformed)
            }
            (None, true) => {
                self.end_of_line()?;
                self.at = at;
                self.line.push_str(text);
                Ok(())
            }
            (None, false) => {
                if !self.is_too_long {
                    self.end_of_line()?;
                    self.at = at;
                    self.too_long()?;
                }
                self.keyed.outside(at, text, Outside::Malformed)
            }
        }
    }

    /// Gives the line up.
    fn too_long(&mut self) -> Result<(), Halt> {
        if !std::mem::replace(&mut self.is_too_long, true) {
            self.keyed.malformed(self.at)?;
            self.keyed.outside(self.at, &self.line, Outside::Malformed)?;
            self.line.clear();
        }
        Ok(())
    }

    fn end_of_line(&mut self) -> Result<(), Halt> {
        self.is_too_long = false;
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.take(&line)?;
        }
        self.line = line;
        self.line.clear();
        Ok(())
    }

    fn take(&mut self, line: &str) -> Result<(), Halt> {
        if line.starts_with('#') {
            return self.keyed.outside(self.at, line, COMMENTS);
        }
        if line.trim_end() == "-" {
            return Ok(());
        }
        let Some(attribute) = Attribute::parse(line) else {
            return self.keyed.outside(self.at, line, Outside::Malformed);
        };
        if attribute.is_name() || self.entry.bytes() > self.record {
            self.deliver()?;
        }
        if self.entry.is_empty() {
            self.begins = self.at;
        }
        self.keyed.name(self.at, line.split(':').next().unwrap_or_default())?;
        if !attribute.is_base64 {
            self.entry.push_text(self.at, attribute.name, attribute.value);
            return Ok(());
        }
        match base64(attribute.value) {
            Some(bytes) => match characters(&bytes, None) {
                Some(text) => self.entry.push_text(self.at, attribute.name, &text),
                None => self.keyed.outside(self.at, attribute.value, BINARY)?,
            },
            None => self.entry.push_text(self.at, attribute.name, attribute.value),
        }
        Ok(())
    }

    fn deliver(&mut self) -> Result<(), Halt> {
        self.keyed.record("", self.begins, &self.entry)?;
        self.entry.clear();
        Ok(())
    }

    fn end_of_entry(&mut self) -> Result<(), Halt> {
        self.end_of_line()?;
        self.deliver()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::rows::recorder::Recorder;

    fn read_all(text: &str, record: usize) -> Recorder {
        let (mut seen, limits) = (Recorder::default(), Limits { record, ..Limits::default() });
        read(&mut text.as_bytes(), &limits, &mut seen).expect("no limit");
        seen
    }

    #[test]
    fn an_entry_is_a_row() {
        let text = "# extended LDIF 15400001230\nversion: 1\n\n\
                    dn: uid=a,ou=people,dc=x\nmobile: +86 154\n  0000 1234\ntelephoneNumber;lang-zh:: MTU0MDAw\n MDEyMzU=\n\
                    mobile:15400001236\njpegPhoto:: /9j/AAAA\ndescription:\n\
                    dn:: dWlkPWI=\nmobile: 15400001237\n\n# search result\nresult: 0 Success\n";
        let seen = read_all(text, 1 << 20);
        let expected = "(version,dn,mobile,telephoneNumber,description,result)\n\
            \"1\" - - - - -\n\
            - \"uid=a,ou=people,dc=x\" \"+86 154 0000 1234\" \"15400001235\" \"\" -\n\
            - - \"15400001236\" - - -\n\
            - \"uid=b\" \"15400001237\" - - -\n\
            - - - - - \"0 Success\"";
        assert_eq!(seen.text(), expected);
        assert_eq!(seen.outside(), "# extended LDIF 15400001230\n/9j/AAAA\n# search result");
    }

    #[test]
    fn changes_are_entries_and_other_lines_are_text() {
        let text =
            "dn: uid=a\nchangetype: modify\nreplace: mobile\nmobile: 15400001234\n-\nno attribute 15400001235\nend\n";
        let seen = read_all(text, 1 << 20);
        assert_eq!(seen.text(), "(dn,changetype,replace,mobile)\n\"uid=a\" \"modify\" \"mobile\" \"15400001234\"");
        assert_eq!(seen.outside(), "no attribute 15400001235\nend");
    }

    #[test]
    fn a_line_beyond_the_limit_is_malformed_and_its_text_is_handed_on() {
        for fold in ["", "\n "] {
            let long: String = format!("15400001234 words and {fold}words ").repeat(1_000);
            let seen = read_all(&format!("dn: a=b\nnote: {long}\nmobile: 15400001235\n"), 8 << 10);
            assert_eq!((seen.rows, seen.malformed), (1, 1));
            assert!(seen.text().contains("\"a=b\" \"15400001235\""));
            assert_eq!(seen.outside().matches("15400001234").count(), 1_000, "fold {fold:?}");
        }
    }

    #[test]
    fn detection() {
        assert!(looks_like("version: 1\n\ndn: a=b\nmobile: 1\n folded\n").is_some_and(|sure| sure > 0.99));
        assert_eq!(looks_like("name: a\nmobile: 1\n\nname: b\n"), None);
        assert_eq!(looks_like("dn: 5\nmobile: 1\n"), None);
    }
}
