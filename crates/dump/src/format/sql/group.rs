//! What stands in parentheses, brackets and braces: arguments of functions, queries, lists.

use super::expression::{Part, Values};
use super::function::Function;
use super::lexer::Fault;

/// Maximum nested parentheses. Without a limit, each one that never closes would be searched to the
/// longest record.
const DEPTH: u32 = 32;

impl<'b> Values<'_, 'b> {
    /// What is in parentheses: arguments of a function, or one value.
    pub(super) fn call(&mut self, function: Function, depth: u32) -> Result<Part<'b>, Fault> {
        if depth == DEPTH {
            return Err(Fault::Broken);
        }
        let opening = self.lexer.at;
        self.lexer.at += 1;
        self.blank()?;
        let mut ahead = *self.lexer;
        let is_query = ahead.word()?.eq_ignore_ascii_case(b"SELECT");
        let mut call = function.begin();
        loop {
            self.blank()?;
            let start = self.lexer.at;
            let argument = self.expression(None, false, depth + 1)?;
            if let Some(argument) = argument
                && !call.take(argument)
            {
                self.parts.leave_out(start, self.lexer.at);
            }
            match self.lexer.peek()? {
                b',' => (self.lexer.at, call.index) = (self.lexer.at + 1, call.index + 1),
                b')' => break,
                _ => return Err(Fault::Broken),
            }
        }
        self.lexer.at += 1;
        if is_query {
            // Its conditions are no value of this column.
            self.parts.leave_out(opening, self.lexer.at);
            return Ok(Part::Value(None));
        }
        Ok(Part::Value(call.value()))
    }

    /// A list in brackets or braces: one text, in `PostgreSQL`'s notation, or its only value.
    pub(super) fn list(&mut self, close: u8, depth: u32) -> Result<Part<'b>, Fault> {
        if depth == DEPTH {
            return Err(Fault::Broken);
        }
        self.lexer.at += 1;
        let mut list = Function::List.begin();
        loop {
            self.blank()?;
            if let Some(value) = self.expression(None, false, depth + 1)? {
                list.take(value);
            }
            match self.lexer.peek()? {
                b',' => self.lexer.at += 1,
                byte if byte == close => break,
                _ => return Err(Fault::Broken),
            }
        }
        self.lexer.at += 1;
        Ok(Part::Value(list.value()))
    }
}
