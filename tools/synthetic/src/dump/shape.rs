//! The shapes that leaks come in.

use crate::population::World;

/// How records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line each: `{"_index":…,"_source":{…}}`.
    Elasticdump,
    /// Two lines each: an action, and the source.
    Bulk,
    /// Answers of a thousand hits, a line each.
    SearchResponse,
    /// Objects one behind the other, without a newline.
    ConcatenatedJson,
    /// One array over many lines.
    JsonArray,
    /// A line each, with the record as JSON in a string.
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
    /// `PostgreSQL`: a statement a row.
    PostgresInsert,
    /// SQL Server: a statement a row, `GO` between.
    SqlServerInsert,
    /// `PostgreSQL`: `COPY … FROM stdin`.
    PostgresCopy,
    /// A spreadsheet.
    Xlsx,
    /// Columns.
    Parquet,
    /// Messages of people and lines of logs, in which numbers stand without a label that is sure.
    Text,
}

impl Shape {
    /// Each of them.
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

    /// Whether a record is a line, so that one can be cut without the others.
    pub fn has_lines(self) -> bool {
        self.delimiter().is_some() || matches!(self, Self::Elasticdump | Self::Bulk | Self::PostgresCopy | Self::Text)
    }

    /// Whether it tells numbers from text, and floats among them.
    pub fn has_types(self) -> bool {
        self.is_json() || self == Self::Xlsx
    }

    /// Whether it is JSON, in one way or another.
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

    /// Where people of a world have their numbers in this shape: running text of nobodies has those that are found in it.
    pub fn world(self, world: World) -> World {
        if self == Self::Text && world == World::Nobody { World::NobodyInText } else { world }
    }

    /// What stands between the fields of a line.
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

    /// Whether a value may hold a line break.
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
