//! What may follow a value, and what ends one.

use super::expression::{Ends, Values};
use super::lexer::Fault;
use super::word::{is_of_word, is_one_of};

/// Words that may follow a literal in a tuple.
const AFTER_LITERAL: &str = "COLLATE AT AS USING FORMAT IS AND OR WHEN THEN ELSE END LIKE IN NOT BETWEEN ESCAPE \
    FROM FOR SEPARATOR ORDER ON VALUE RETURNING";

/// Words that end a value in a list that is not in parentheses.
const AFTER_LIST: &str = "FROM WHERE UNION INTERSECT EXCEPT MINUS INTO LIMIT ORDER GROUP HAVING AS ON WHEN \
    THEN ELSE END AND OR RETURNING SET GO FETCH OFFSET";

/// Words of operators, which continue a value.
const OPERATORS: &str = "COLLATE AT DIV MOD TIME ZONE CHARACTER";

impl Values<'_, '_> {
    /// Whether a value of a list ends before the part that begins with this byte.
    pub(super) fn is_end_of_list(&self, byte: u8, is_operand: bool) -> Result<bool, Fault> {
        if !is_of_word(byte) || byte.is_ascii_digit() {
            // Two values without an operator between them belong to different things.
            return Ok(is_operand && byte != b'(' && byte != b'[');
        }
        let mut ahead = *self.lexer;
        let word = ahead.word()?;
        Ok(is_one_of(word, AFTER_LIST) || is_operand && !is_one_of(word, OPERATORS))
    }

    /// Letters directly after a string show that a quote in it was not escaped. Otherwise a comma,
    /// a parenthesis, an operator or one of a few words follows.
    pub(super) fn after_literal(&mut self, depth: u32) -> Result<(), Fault> {
        let end = self.lexer.at;
        self.blank()?;
        let is_list = self.ends == Ends::List && depth == 0;
        let byte = match self.lexer.peek() {
            Err(_) if is_list && self.lexer.is_all => return Ok(()),
            byte => byte?,
        };
        match byte {
            b',' | b')' | b':' | b'|' | b'+' | b'-' | b'*' | b'/' | b'=' | b']' | b'}' => Ok(()),
            _ if is_list && (self.lexer.at > end || !is_of_word(byte)) => Ok(()),
            // Not outside of parentheses: a call may contain any words.
            _ if self.lexer.at > end && depth > 0 => Ok(()),
            _ if self.lexer.at > end => {
                let mut ahead = *self.lexer;
                if is_one_of(ahead.word()?, AFTER_LITERAL) { Ok(()) } else { Err(Fault::Broken) }
            }
            _ => Err(Fault::Broken),
        }
    }
}
