//! The mapping: a TOML file in which an operator overrides detection. Versioned; unknown keys are
//! rejected.
//!
//! ```toml
//! version = 1
//!
//! [[file]]
//! path = "*.csv"            # which files, members of archives as "a.zip!b.csv"; without it, all
//! format = "delimited"      # delimited, lines, json, sql, vcard, ldif, records, drawn, html, xml,
//!                           # text, none
//! encoding = "gb18030"      # a label of the WHATWG Encoding Standard, or utf-32le, utf-32be
//! delimiter = "----"
//! quoted = false
//! header = true
//! region = "CN"
//!
//! [[file.column]]
//! name = "手机号"            # a header, a number from 1, a dotted path
//! kind = "phone"            # a kind, or text
//! region = "HK"
//! lacks_plus = true
//! ```

use crate::columns::column::{ColumnSpec, Reads};
use crate::encoding::Encoding;
use exposure_identifier::Region;
use serde::Deserialize;
use std::path::Path;

/// The version of the format that is supported.
const VERSION: u32 = 1;

/// A mapping.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// As written: the text that is sent to a worker.
    text: String,
    files: Vec<FileMapping>,
}

/// A mapping that cannot be parsed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MappingError(String);

/// What a text is written in, if stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FormatName {
    /// Fields between delimiters.
    Delimited,
    /// One value per line.
    Lines,
    /// JSON of any layout.
    Json,
    /// SQL statements.
    Sql,
    /// Cards of contacts.
    Vcard,
    /// Entries of a directory.
    Ldif,
    /// A field a line.
    Records,
    /// Tables that are drawn with characters.
    Drawn,
    /// Tables of HTML.
    Html,
    /// Records in XML.
    Xml,
    /// Running text.
    Text,
    /// None: the file is not to be read, and that is no loss.
    None,
}

/// What is stated about one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requested {
    pub(crate) format: Option<FormatName>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) delimiter: Option<String>,
    pub(crate) quoted: Option<bool>,
    pub(crate) header: Option<bool>,
    pub(crate) region: Option<Region>,
    pub(crate) columns: Vec<ColumnSpec>,
}

impl Requested {
    /// Whether it is stated to be a text, whatever its bytes look like.
    pub(crate) fn is_text(&self) -> bool {
        self.format.is_some() || self.encoding.is_some()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    version: u32,
    #[serde(default)]
    file: Vec<FileEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    path: Option<String>,
    format: Option<FormatName>,
    encoding: Option<String>,
    delimiter: Option<String>,
    quoted: Option<bool>,
    header: Option<bool>,
    region: Option<String>,
    #[serde(default)]
    column: Vec<ColumnEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    name: Name,
    kind: String,
    region: Option<String>,
    lacks_plus: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(u32),
    Text(String),
}

#[derive(Clone, Debug)]
struct FileMapping {
    path: Option<glob::Pattern>,
    asked: Requested,
}

impl Mapping {
    /// An empty mapping: everything is detected.
    pub const fn empty() -> Self {
        Self { text: String::new(), files: Vec::new() }
    }

    /// Parses a mapping.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let written: MappingFile = toml::from_str(text).map_err(|error| MappingError(toml_mistake(text, &error)))?;
        if written.version != VERSION {
            let version = written.version;
            return Err(MappingError(format!("it has version {version}; this program supports version {VERSION}")));
        }
        let files = written.file.into_iter().map(FileEntry::parsed).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), files })
    }

    /// The text it was parsed from; empty for an empty mapping.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is stated about a file or a member of an archive, by the first entry that matches.
    pub(crate) fn of(&self, path: &Path, member: Option<&str>) -> Requested {
        let whole = path.display().to_string();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let behind = |text: &str| member.map_or_else(|| text.to_owned(), |member| format!("{text}!{member}"));
        let spellings = [behind(&whole), behind(&name), member.unwrap_or_default().to_owned()];
        let fits = |file: &&FileMapping| {
            let pattern = file.path.as_ref();
            pattern.is_none_or(|pattern| spellings.iter().any(|spelling| pattern.matches(spelling)))
        };
        self.files.iter().find(fits).map(|file| file.asked.clone()).unwrap_or_default()
    }
}

impl FileEntry {
    fn parsed(self) -> Result<FileMapping, MappingError> {
        let pattern = |path: String| {
            glob::Pattern::new(&path).map_err(|error| MappingError(format!("“{path}” is not a pattern: {error}")))
        };
        if self.delimiter.as_ref().is_some_and(String::is_empty) {
            return Err(MappingError("a delimiter has at least one character".to_owned()));
        }
        let encoding = self.encoding.map(|name| name.parse().map_err(mapping_error)).transpose()?;
        let asked = Requested {
            format: self.format.or(self.delimiter.as_ref().map(|_| FormatName::Delimited)),
            encoding,
            delimiter: self.delimiter,
            quoted: self.quoted,
            header: self.header,
            region: region(self.region)?,
            columns: self.column.into_iter().map(ColumnEntry::parsed).collect::<Result<_, _>>()?,
        };
        Ok(FileMapping { path: self.path.map(pattern).transpose()?, asked })
    }
}

impl ColumnEntry {
    fn parsed(self) -> Result<ColumnSpec, MappingError> {
        let name = match self.name {
            Name::Number(number) => number.to_string(),
            Name::Text(text) => text,
        };
        if name.is_empty() || name.parse() == Ok(0_usize) {
            return Err(MappingError("the name of a column is a header, a number from 1, or a dotted path".to_owned()));
        }
        let reads: Reads = self.kind.parse().map_err(mapping_error)?;
        Ok(ColumnSpec { name, reads, region: region(self.region)?, lacks_plus: self.lacks_plus })
    }
}

/// A mistake in a TOML text, with its line, without quoting the text.
fn toml_mistake(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}

fn region(code: Option<String>) -> Result<Option<Region>, MappingError> {
    code.map(|code| code.parse().map_err(mapping_error)).transpose()
}

fn mapping_error(error: impl std::fmt::Display) -> MappingError {
    MappingError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_entry_applies() {
        let mapping = Mapping::parse(
            "version = 1\n[[file]]\npath = \"*!users*\"\ndelimiter = \"----\"\n[[file]]\nregion = \"HK\"\n\
             [[file.column]]\nname = 2\nkind = \"phone\"\nlacks_plus = true\n",
        )
        .expect("a mapping");
        let member = mapping.of(Path::new("/dumps/a.zip"), Some("users.txt"));
        assert_eq!((member.delimiter.as_deref(), member.format), (Some("----"), Some(FormatName::Delimited)));
        let other = mapping.of(Path::new("/dumps/b.csv"), None);
        assert_eq!((other.columns[0].index(), other.columns[0].lacks_plus), (Some(1), Some(true)));
        assert_eq!(other.region, "HK".parse().ok());
        assert!(Mapping::default().of(Path::new("x"), None).columns.is_empty());
    }

    #[test]
    fn every_label_of_an_encoding_is_accepted() {
        for label in ["windows-1251", "latin1", "shift_jis", "euc-kr", "big5", "gbk", "koi8-r", "utf-32be", "cp1252"] {
            let mapping = Mapping::parse(&format!("version = 1\n[[file]]\nencoding = \"{label}\"")).expect(label);
            assert!(mapping.of(Path::new("x"), None).encoding.is_some(), "{label}");
        }
    }

    #[test]
    fn unknown_keys_and_values_are_rejected() {
        for (text, said) in [
            ("", "version"),
            ("version = 2", "version 2"),
            ("version = 1\n[[file]]\ndelimeter = \"|\"", "delimeter"),
            ("version = 1\n[[file]]\nencoding = \"ebcdic\"", "ebcdic"),
            ("version = 1\n[[file]]\nencoding = \"iso-2022-kr\"", "iconv -f iso-2022-kr -t utf-8 FILE"),
            ("version = 1\n[[file]]\nencoding = \"hz-gb-2312\"", "encoding=\"hz\""),
            ("version = 1\n[[file]]\nregion = \"XX\"", "XX"),
            ("version = 1\n[[file]]\npath = \"[\"", "pattern"),
            ("version = 1\n[[file]]\nformat = \"yaml\"", "yaml"),
            ("version = 1\n[[file.column]]\nname = 1\nkind = \"phone\"", "line 2"),
            ("version = 1\n[[file]]\n[[file.column]]\nname = \"a\"\nkind = \"telefon\"", "telefon"),
            ("version = 1\n[[file]]\n[[file.column]]\nname = 0\nkind = \"phone\"", "number from 1"),
        ] {
            let error = Mapping::parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "“{said}” is not in: {error}");
        }
    }
}
