//! Parses what precedes rows, in a slice: `INSERT INTO … VALUES`, `CREATE TABLE …`, `COPY … FROM
//! stdin`.

use super::beginnings::Product;
use super::dialect::product_by_quotes;
use super::lexer::{Fault, Lexer};
use super::word::is_of_word;

/// Words between INSERT and the table's name, of all dialects.
const BEFORE_NAME: &str = "INTO IGNORE LOW_PRIORITY DELAYED HIGH_PRIORITY OR REPLACE ABORT FAIL ROLLBACK \
    OVERWRITE TABLE ONLY";

/// Words between the table and VALUES.
const BEFORE_VALUES: &str = "OVERRIDING SYSTEM USER FORMAT";

/// Words that begin an item of CREATE TABLE that is not a column.
const NOT_COLUMNS: &str = "PRIMARY UNIQUE CONSTRAINT FOREIGN CHECK EXCLUDE LIKE";

/// The same, except in `PostgreSQL`, where these may be bare names of columns.
const NOT_COLUMNS_ELSEWHERE: &str = "KEY INDEX FULLTEXT SPATIAL PERIOD";

/// Maximum columns of a table.
const COLUMNS: usize = 4_096;

/// The table that rows belong to; without a name if it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) table: String,
    /// As named in the statement; empty if it names none.
    pub(super) columns: Vec<String>,
    /// The product, by the quotes around its name.
    pub(super) product: Option<Product>,
}

/// Parses from after the word INSERT or REPLACE to the first tuple; `None` if no tuple follows so
/// soon.
pub(super) fn insert(lexer: &mut Lexer<'_>) -> Result<Option<Target>, Fault> {
    lexer.blank()?;
    if lexer.take_any("ALL FIRST")? {
        return Ok(None);
    }
    let target = target(lexer)?;
    loop {
        let is_values = lexer.take_word("VALUES")?;
        if is_values || lexer.take_word("VALUE")? {
            let is_row = lexer.take_word("ROW")?;
            if lexer.peek()? == b'(' {
                return Ok(Some(target));
            }
            if is_values || is_row {
                return Ok(None);
            }
        } else if !lexer.take_any(BEFORE_VALUES)? {
            return Ok(None);
        }
    }
}

/// Parses the table that a statement changes, and its columns if they are named; from after the
/// word INSERT, INTO, UPDATE, MERGE or FROM.
pub(super) fn target(lexer: &mut Lexer<'_>) -> Result<Target, Fault> {
    lexer.blank()?;
    while lexer.take_any(BEFORE_NAME)? {}
    let product = product_by_quotes(lexer.rest());
    let table = lexer.qualified_name()?.into_owned();
    if lexer.take_word("PARTITION")? && lexer.peek()? == b'(' {
        lexer.at += 1;
        while item(lexer)? == b',' {
            lexer.at += 1;
        }
        lexer.at += 1;
        lexer.blank()?;
    }
    if lexer.take_word("AS")? {
        lexer.name()?;
        lexer.blank()?;
    }
    let columns = columns(lexer)?;
    Ok(Target { table, columns, product })
}

/// Names of columns in parentheses; none if there are none, or a query is in them.
pub(super) fn columns(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Fault> {
    if lexer.rest().first() != Some(&b'(') {
        return if lexer.rest().is_empty() && !lexer.is_all { Err(Fault::Cut) } else { Ok(Vec::new()) };
    }
    let mut ahead = *lexer;
    ahead.at += 1;
    ahead.blank()?;
    if ahead.take_any("SELECT WITH VALUES")? || ahead.rest().first() == Some(&b'(') {
        return Ok(Vec::new());
    }
    names(lexer)
}

/// Parses from after the first tuple's opening parenthesis, over tuples in parentheses, to the
/// names that their columns get: `(VALUES (1, 2), (3, 4)) AS name (a, b)`. None if there are none.
pub(super) fn names_after_values(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Fault> {
    loop {
        let end = item(lexer)?;
        lexer.at += 1;
        if end == b',' {
            continue;
        }
        // The tuple is closed.
        lexer.blank()?;
        if !lexer.take(b',') {
            break;
        }
        lexer.blank()?;
        lexer.take_word("ROW")?;
        if !lexer.take(b'(') {
            return Ok(Vec::new());
        }
    }
    if !lexer.take(b')') {
        return Ok(Vec::new());
    }
    lexer.blank()?;
    lexer.take_word("AS")?;
    lexer.name()?;
    lexer.blank()?;
    columns(lexer)
}

/// Words between CREATE and TABLE.
const BEFORE_TABLE: &str = "OR REPLACE TEMPORARY TEMP GLOBAL LOCAL UNLOGGED EXTERNAL FOREIGN";

/// Parses from after the word CREATE to the end of a table's columns, or to the query that fills
/// it; `None` if it creates something else.
pub(super) fn create(lexer: &mut Lexer<'_>) -> Result<Option<Target>, Fault> {
    lexer.blank()?;
    while lexer.take_any(BEFORE_TABLE)? {}
    if !lexer.take_word("TABLE")? {
        return Ok(None);
    }
    while lexer.take_any("IF NOT EXISTS")? {}
    let product = product_by_quotes(lexer.rest());
    let table = lexer.qualified_name()?.into_owned();
    if lexer.peek()? != b'(' {
        // Its rows may follow: `CREATE TABLE a AS SELECT …`.
        let is_filled = lexer.take_word("AS")?;
        return Ok(is_filled.then_some(Target { table, columns: Vec::new(), product }));
    }
    let is_postgres = lexer.dialect.product == Some(Product::Postgres);
    lexer.at += 1;
    let mut columns = Vec::new();
    loop {
        lexer.blank()?;
        if columns.len() == COLUMNS {
            return Err(Fault::Broken);
        }
        let mut ahead = *lexer;
        let is_other = ahead.take_any(NOT_COLUMNS)? || !is_postgres && ahead.take_any(NOT_COLUMNS_ELSEWHERE)?;
        if !is_other {
            columns.push(lexer.name()?.into_owned());
        }
        let end = item(lexer)?;
        lexer.at += 1;
        if end == b')' {
            return Ok(Some(Target { table, columns, product }));
        }
    }
}

/// Skips the rest of an item, to the comma or parenthesis after it, which is returned.
fn item(lexer: &mut Lexer<'_>) -> Result<u8, Fault> {
    let mut depth = 0_u32;
    loop {
        lexer.blank()?;
        match lexer.peek()? {
            end @ (b',' | b')') if depth == 0 => return Ok(end),
            b'(' => depth += 1,
            b')' => depth -= 1,
            b';' => return Err(Fault::Broken),
            // The end is missing. If the search went on through the next statements, each of them
            // would be searched to the end of the dump.
            b'C' | b'I' if is_statement(lexer)? => return Err(Fault::Broken),
            quote @ (b'\'' | b'"' | b'`') => {
                let rest = &lexer.rest()[1..];
                lexer.at += 1 + memchr::memchr(quote, rest).ok_or(Fault::Cut)?;
            }
            _ => {}
        }
        lexer.at += 1;
    }
}

/// Whether the word here begins a statement.
fn is_statement(lexer: &Lexer<'_>) -> Result<bool, Fault> {
    let begins_word = lexer.at.checked_sub(1).is_none_or(|before| !is_of_word(lexer.bytes[before]));
    let mut ahead = *lexer;
    Ok(begins_word && matches!(ahead.word()?, b"CREATE" | b"INSERT"))
}

/// The format of the lines after COPY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopyFormat {
    pub(super) is_csv: bool,
    pub(super) has_header: bool,
    pub(super) delimiter: u8,
    pub(super) null: String,
}

/// Parses from after the word COPY to the line feed before the first line; `None` if no lines
/// follow.
pub(super) fn copy(lexer: &mut Lexer<'_>) -> Result<Option<(Target, CopyFormat)>, Fault> {
    lexer.blank()?;
    if lexer.peek()? == b'(' {
        return Ok(None);
    }
    let table = lexer.qualified_name()?.into_owned();
    let columns = if lexer.peek()? == b'(' { names(lexer)? } else { Vec::new() };
    if !(lexer.take_word("FROM")? && lexer.rest().get(..5).ok_or(Fault::Cut)?.eq_ignore_ascii_case(b"STDIN")) {
        return Ok(None);
    }
    let options = lexer.rest();
    let end = memchr::memchr(b'\n', options).ok_or(Fault::Cut)?;
    lexer.at += end + 1;
    let options = std::str::from_utf8(&options[..end]).map_err(|_| Fault::Broken)?;
    Ok(Some((Target { table, columns, product: Some(Product::Postgres) }, copy_format(options))))
}

/// Supports both syntaxes of the options, the one in parentheses and the older one.
fn copy_format(options: &str) -> CopyFormat {
    let capitals = options.to_ascii_uppercase();
    let is_csv = capitals.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "CSV");
    let value_of = |name: &str| {
        let behind = &options[capitals.find(name)? + name.len()..];
        let quoted = behind.trim_start().trim_start_matches("AS").trim_start().trim_start_matches(['E', 'e']);
        quoted.strip_prefix('\'')?.split_once('\'').map(|(value, _)| value.to_owned())
    };
    let delimiter = match value_of("DELIMITER").as_deref() {
        Some("\\t") => b'\t',
        Some(value) if value.len() == 1 => value.as_bytes()[0],
        _ if is_csv => b',',
        _ => b'\t',
    };
    let has_header =
        capitals.contains("HEADER") && !capitals.contains("HEADER FALSE") && !capitals.contains("HEADER OFF");
    let null = value_of("NULL").unwrap_or_else(|| if is_csv { String::new() } else { "\\N".to_owned() });
    CopyFormat { is_csv, has_header, delimiter, null }
}

/// Names in parentheses, and the blanks after them.
fn names(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    lexer.at += 1;
    loop {
        lexer.blank()?;
        if names.len() == COLUMNS {
            return Err(Fault::Broken);
        }
        names.push(lexer.name()?.into_owned());
        lexer.blank()?;
        match lexer.peek()? {
            b',' => lexer.at += 1,
            b')' => break,
            _ => return Err(Fault::Broken),
        }
    }
    lexer.at += 1;
    lexer.blank()?;
    Ok(names)
}
