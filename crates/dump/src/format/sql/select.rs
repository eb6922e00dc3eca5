//! Values that stand in a list without parentheses: what SELECT selects, what EXEC is given.

use super::dialect::Backslash;
use super::expression::{Ends, Values};
use super::function::Function;
use super::lexer::{Fault, Lexer};
use super::listed::Listed;
use super::parts::Parts;
use super::tuple;
use super::word::{is_of_word, is_one_of};
use crate::format::rows::Cell;
use std::borrow::Cow;

/// Words between SELECT and what it selects.
const BEFORE_VALUES: &str = "ALL DISTINCT DISTINCTROW SQL_NO_CACHE HIGH_PRIORITY STRAIGHT_JOIN";

/// Words after a value that are not its name.
const NOT_NAMES: &str = "FROM WHERE UNION INTERSECT EXCEPT MINUS INTO LIMIT ORDER GROUP HAVING ON WHEN \
    RETURNING GO FETCH OFFSET AND OR FOR";

/// Words before a literal that only say how it is written.
const WRAPS: &str = "CAST CONVERT NULL TRUE FALSE DATE TIMESTAMP TO_DATE TO_TIMESTAMP";

/// Parses from after SELECT to the end of its list.
pub(super) fn select<'b>(lexer: &mut Lexer<'b>, ordinary: Backslash, parts: &mut Parts) -> Result<Listed<'b>, Fault> {
    let mut listed = Listed::default();
    lexer.blank()?;
    while lexer.take_any(BEFORE_VALUES)? {}
    if lexer.take_word("TOP")? {
        let start = lexer.at;
        Values { lexer: &mut *lexer, ordinary, ends: Ends::List, parts: &mut *parts }.cell()?;
        parts.leave_out(start, lexer.at);
    }
    loop {
        lexer.blank()?;
        let name = assigned_name(lexer)?;
        let cell = if lexer.take(b'*') {
            listed.is_computed = true;
            Cell::Nothing
        } else {
            listed.is_computed |= !is_plain(lexer)?;
            Values { lexer: &mut *lexer, ordinary, ends: Ends::List, parts: &mut *parts }.cell()?
        };
        let start = lexer.at;
        let name = match name {
            Some(name) => name,
            None => name_after(lexer)?,
        };
        parts.leave_out(start, lexer.at);
        if !listed.add(name, cell) {
            return Err(Fault::Broken);
        }
        if lexer.rest().is_empty() || !lexer.take(b',') {
            return Ok(listed);
        }
    }
}

/// `name =` before a value; SQL Server names its values so.
fn assigned_name<'b>(lexer: &mut Lexer<'b>) -> Result<Option<Cow<'b, str>>, Fault> {
    let byte = lexer.peek()?;
    if byte.is_ascii_digit() || !(is_of_word(byte) || matches!(byte, b'[' | b'`' | b'"')) {
        return Ok(None);
    }
    let mut ahead = *lexer;
    let Ok(name) = ahead.name() else {
        return if lexer.is_all { Ok(None) } else { Err(Fault::Cut) };
    };
    ahead.blank()?;
    if !ahead.take(b'=') {
        return Ok(None);
    }
    ahead.blank()?;
    *lexer = ahead;
    Ok(Some(name))
}

/// The name after a value, with AS or without; empty if there is none.
fn name_after<'b>(lexer: &mut Lexer<'b>) -> Result<Cow<'b, str>, Fault> {
    lexer.blank()?;
    if lexer.take_word("AS")? {
        let name = lexer.name()?;
        lexer.blank()?;
        return Ok(name);
    }
    let Some(&byte) = lexer.rest().first() else { return Ok("".into()) };
    let is_name = is_of_word(byte) && !byte.is_ascii_digit() || matches!(byte, b'[' | b'`' | b'"' | b'\'');
    let mut ahead = *lexer;
    if !is_name || ahead.take_any(NOT_NAMES)? {
        return Ok("".into());
    }
    let name = lexer.name()?;
    lexer.blank()?;
    Ok(name)
}

/// Whether a literal begins here, or a function that only says how it is written.
fn is_plain(lexer: &Lexer<'_>) -> Result<bool, Fault> {
    let byte = lexer.peek()?;
    if !is_of_word(byte) || byte.is_ascii_digit() {
        return Ok(matches!(byte, b'\'' | b'"' | b'0'..=b'9' | b'-' | b'+' | b'.'));
    }
    let mut ahead = *lexer;
    let word = ahead.word()?;
    if matches!(ahead.bytes.get(ahead.at), Some(b'\'')) || word.first() == Some(&b'_') {
        return Ok(true);
    }
    Ok(is_one_of(word, WRAPS) || Function::of(word) != Function::First)
}

/// Parses from after CALL or EXEC to the end of what it is given.
pub(super) fn call<'b>(lexer: &mut Lexer<'b>, ordinary: Backslash, parts: &mut Parts) -> Result<Listed<'b>, Fault> {
    let mut listed = Listed::default();
    lexer.blank()?;
    while lexer.take_any("PROCEDURE IMMEDIATE")? {}
    let is_string = lexer.rest().iter().take(2).any(|&byte| byte == b'\'');
    if !is_string {
        listed.called = lexer.qualified_name()?.into_owned();
    }
    if lexer.rest().first() == Some(&b'(') {
        tuple::tuple(lexer, ordinary, &mut listed.cells, parts)?;
        return Ok(listed);
    }
    while !lexer.rest().is_empty() && lexer.peek()? != b';' {
        let name = assigned_name(lexer)?.unwrap_or_default();
        let cell = Values { lexer: &mut *lexer, ordinary, ends: Ends::List, parts: &mut *parts }.cell()?;
        if !listed.add(name, cell) {
            return Err(Fault::Broken);
        }
        if !lexer.take(b',') {
            break;
        }
        lexer.blank()?;
    }
    if listed.names.iter().all(|name| name.is_empty()) {
        listed.names.clear();
    }
    Ok(listed)
}
