//! Splits Rust source into tokens, as far as paths need it: words, signs, strings. Comments are
//! dropped.
//!
//! By hand and not by `syn`, since paths in calls of macros count too, and those no parser reads.

/// A token of Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An identifier or keyword.
    Word(String),
    /// `::`.
    PathSeparator,
    /// Any other sign, one character.
    Sign(char),
    /// The text of a string literal, escapes as they are written.
    Text(String),
    /// A number, character or lifetime.
    Other,
}

impl Token {
    /// Whether it is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }
}

/// All tokens of a source.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: source, found: Vec::new() };
    while let Some(c) = lexer.rest.chars().next() {
        lexer.step(c);
    }
    lexer.found
}

struct Lexer<'s> {
    rest: &'s str,
    found: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self, c: char) {
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if self.rest.starts_with("::") {
            self.push(2, Token::PathSeparator);
        } else if c == '"' {
            self.string(1);
        } else if c == '\'' {
            self.quote();
        } else if c.is_alphabetic() || c == '_' {
            self.word();
        } else if c.is_ascii_digit() {
            self.push(width_of(self.rest), Token::Other);
        } else if c.is_whitespace() {
            self.skip(c.len_utf8());
        } else {
            self.push(c.len_utf8(), Token::Sign(c));
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn push(&mut self, bytes: usize, token: Token) {
        self.skip(bytes);
        self.found.push(token);
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
                if depth == 0 {
                    return;
                }
            } else {
                match self.rest.chars().next() {
                    Some(c) => self.skip(c.len_utf8()),
                    None => return,
                }
            }
        }
    }

    /// A string with escapes, whose quote is the last of this many bytes.
    fn string(&mut self, opening: usize) {
        let mut is_escaped = false;
        let end = self.rest[opening..].find(|c| match c {
            _ if is_escaped => {
                is_escaped = false;
                false
            }
            '\\' => {
                is_escaped = true;
                false
            }
            c => c == '"',
        });
        let end = end.map_or(self.rest.len(), |end| opening + end);
        let text = self.rest[opening..end].to_owned();
        self.push((end + 1).min(self.rest.len()), Token::Text(text));
    }

    /// A character, or a lifetime.
    fn quote(&mut self) {
        let mut characters = self.rest.char_indices().skip(1);
        let first = characters.next();
        let second = characters.next();
        match (first, second) {
            (Some((_, '\\')), Some((escaped, _))) => {
                let end = self.rest[escaped + 1..].find('\'').map_or(self.rest.len(), |end| escaped + end + 2);
                self.push(end, Token::Other);
            }
            (Some(_), Some((end, '\''))) => self.push(end + 1, Token::Other),
            _ => self.push(1 + width_of(&self.rest[1..]), Token::Other),
        }
    }

    /// A word; or a string, character or identifier with a prefix such as `r#`.
    fn word(&mut self) {
        let width = width_of(self.rest);
        let (word, behind) = self.rest.split_at(width);
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        let is_raw = matches!(word, "r" | "br" | "cr") && behind[hashes..].starts_with('"');
        if is_raw {
            let start = width + hashes + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = self.rest[start..].find(&close).map_or(self.rest.len(), |end| start + end);
            let text = self.rest[start..end].to_owned();
            self.push((end + close.len()).min(self.rest.len()), Token::Text(text));
        } else if matches!(word, "b" | "c") && behind.starts_with('"') {
            self.string(width + 1);
        } else if word == "b" && behind.starts_with('\'') {
            self.skip(width);
            self.quote();
        } else if word == "r" && hashes == 1 {
            self.skip(width + 1);
        } else {
            let word = word.to_owned();
            self.push(width, Token::Word(word));
        }
    }
}

/// Bytes of the letters, digits and underscores in front.
fn width_of(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let word = |token| if let Token::Word(word) = token { Some(word) } else { None };
        tokens(source).into_iter().filter_map(word).collect()
    }

    #[test]
    fn what_is_in_comments_and_literals_is_no_word() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f \"g \\\" h\" i"), ["a", "f", "i"]);
        assert_eq!(words("a r#\"b \" c\"# d b\"e\" br\"f\\\" g c\"h\" i"), ["a", "d", "g", "i"]);
        assert_eq!(words("fn a<'b>(c: &'b str) { 'd'; '\\''; b'e'; '\\u{66}'; 1_u8 }"), ["fn", "a", "c", "str"]);
        assert_eq!(words("r#type::x"), ["type", "x"]);
    }

    #[test]
    fn paths_keep_their_separators() {
        let word = |word: &str| Token::Word(word.to_owned());
        assert_eq!(tokens("a::b:c"), [word("a"), Token::PathSeparator, word("b"), Token::Sign(':'), word("c")]);
        assert_eq!(tokens("#[path = \"x.rs\"]")[4], Token::Text("x.rs".to_owned()));
    }
}
