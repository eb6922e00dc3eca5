//! The shapes that leaks come in.

use crate::population::World;

/// The format of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line each: `{"_index":…,"_source":{…}}`.
    Elasticdump,
    /// Two lines each: an action, and the source.
    Bulk,
    /// Search responses of a thousand hits, one line each.
    SearchResponse,
    /// Objects one after the other, without a newline.
    ConcatenatedJson,
    /// One array over many lines.
    JsonArray,
    /// One line each, with the record as JSON in a string.
    JsonInStrings,
    /// Separated by commas, quoted where needed.
    Csv,
    /// Separated by tabs.
    Tsv,
    /// Separated by `----`.
    Dashes,
    /// Separated by `|`.
    Pipes,
    /// Separated by `:`.
    Colons,
    /// `MySQL`: one statement with all rows, on one line.
    MysqlInsert,
    /// `PostgreSQL`: one statement per row.
    PostgresInsert,
    /// SQL Server: one statement per row, with `GO` between.
    SqlServerInsert,
    /// `PostgreSQL`: `COPY … FROM stdin`.
    PostgresCopy,
    /// A spreadsheet.
    Xlsx,
    /// Parquet.
    Parquet,
    /// Messages of people and log lines, in which numbers have no reliable label.
    Text,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Elasticdump,
        Self::Bulk,
        Self::SearchResponse,
        Self::ConcatenatedJson,
        Self::JsonArray,
        Self::JsonInStrings,
        Self::Csv,
        Self::Tsv,
        Self::Dashes,
        Self::Pipes,
        Self::Colons,
        Self::MysqlInsert,
        Self::PostgresInsert,
        Self::SqlServerInsert,
        Self::PostgresCopy,
        Self::Xlsx,
        Self::Parquet,
        Self::Text,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elasticdump => "elasticdump",
            Self::Bulk => "bulk",
            Self::SearchResponse => "search-response",
            Self::ConcatenatedJson => "concatenated-json",
            Self::JsonArray => "json-array",
            Self::JsonInStrings => "json-in-strings",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Dashes => "dashes",
            Self::Pipes => "pipes",
            Self::Colons => "colons",
            Self::MysqlInsert => "mysql-insert",
            Self::PostgresInsert => "postgres-insert",
            Self::SqlServerInsert => "sqlserver-insert",
            Self::PostgresCopy => "postgres-copy",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Text => "text",
        }
    }

    /// Whether it is text, which has an encoding.
    pub fn has_encoding(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Parquet)
    }

    /// Whether a record is a line, so that one can be truncated without the others.
    pub fn has_lines(self) -> bool {
        self.delimiter().is_some() || matches!(self, Self::Elasticdump | Self::Bulk | Self::PostgresCopy | Self::Text)
    }

    /// Whether it distinguishes numbers from text, and floats among numbers.
    pub fn has_types(self) -> bool {
        self.is_json() || self == Self::Xlsx
    }

    /// Whether it is some form of JSON.
    pub fn is_json(self) -> bool {
        matches!(
            self,
            Self::Elasticdump
                | Self::Bulk
                | Self::SearchResponse
                | Self::ConcatenatedJson
                | Self::JsonArray
                | Self::JsonInStrings
        )
    }

    /// The world whose numbers this format uses: running text uses numbers that the scanner finds.
    pub fn world(self, world: World) -> World {
        if self == Self::Text && world == World::Nobody { World::NobodyInText } else { world }
    }

    /// The separator of the fields of a line.
    pub(super) fn delimiter(self) -> Option<&'static str> {
        match self {
            Self::Csv => Some(","),
            Self::Tsv => Some("\t"),
            Self::Dashes => Some("----"),
            Self::Pipes => Some("|"),
            Self::Colons => Some(":"),
            _ => None,
        }
    }

    /// Whether a value may contain a line break.
    pub(super) fn has_line_breaks_in_values(self) -> bool {
        self.delimiter().is_none_or(|delimiter| delimiter == ",") && self != Self::Text
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Csv => ".csv",
            Self::Tsv => ".tsv",
            Self::Elasticdump | Self::Bulk | Self::SearchResponse | Self::ConcatenatedJson | Self::JsonArray => ".json",
            Self::MysqlInsert | Self::PostgresInsert | Self::SqlServerInsert | Self::PostgresCopy => ".sql",
            Self::Xlsx => ".xlsx",
            Self::Parquet => ".parquet",
            Self::Dashes | Self::Pipes | Self::Colons | Self::Text => ".txt",
            Self::JsonInStrings => ".log",
        }
    }
}
