//! Splits a name into terms: at blanks, punctuation, digits and changes of case, and, where a
//! script or a writer has no spaces, into the longest known terms. What they mean together is in
//! `label`.

use super::words::{FILLERS, NUMBERS, OF, OTHERS, OWNERS, PROPERTIES, QUESTIONS, RECORD_NUMBERS};
use exposure_identifier::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;

/// What a term is in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Kind(&'static Kind),
    Other(&'static str),
    Property,
    Question,
    /// `at`, after which a time is meant.
    At,
    RecordNumber,
    Owner,
    Of,
    /// Between alternatives.
    Or,
    /// A number word or a filler: it keeps what is before it.
    Silent,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) class: Class,
    /// It names a kind only if all words around it are known.
    pub(super) is_weak: bool,
    /// `your`, `the`.
    pub(super) is_article: bool,
    /// It is several unknown letters of a script without spaces.
    pub(super) ends_a_compound: bool,
}

impl Term {
    fn of(class: Class) -> Self {
        Self { class, is_weak: false, is_article: false, ends_a_compound: false }
    }
}

/// Most words of a term.
const TERM_WORDS: usize = 8;

/// Most letters of a term of a script without spaces.
const TERM_LETTERS: usize = 24;

/// Longest word that is searched for words written together, in bytes, and how many they are.
const JOINED_BYTES: usize = 40;
const JOINED_WORDS: usize = 5;

/// Letters of a national number's name up to which it may be another word: `nie`, `inn`.
const WEAK_LETTERS: usize = 3;

/// Names of phones that are other words too.
const WEAK_PHONES: [&str; 7] = ["cell", "cells", "dh", "gsm", "handy", "portable", "natel"];

/// Short words that may end words written together: `telno`.
const ENDINGS: [&str; 6] = ["id", "no", "nr", "sn", "ip", "qq"];

const ARTICLES: [&str; 4] = ["your", "the", "my", "a"];

struct Dictionary {
    /// By words, with one space between, and by terms of scripts without spaces.
    terms: HashMap<String, (Class, bool)>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut terms = HashMap::new();
    let mut add = |words: &str, class: Class| {
        for word in words.split('|').map(str::trim).filter(|word| !word.is_empty()) {
            terms.entry(spaced(word)).or_insert((class, false));
        }
    };
    for kind in Kind::all() {
        kind.headers().iter().for_each(|header| add(&header.replace('|', " "), Class::Kind(kind)));
    }
    OTHERS.iter().for_each(|&(why, words)| add(words, Class::Other(why)));
    add("at", Class::At);
    add("or|and|und|oder|ou|y|或", Class::Or);
    for (words, class) in [
        (QUESTIONS, Class::Question),
        (PROPERTIES, Class::Property),
        (RECORD_NUMBERS, Class::RecordNumber),
        (NUMBERS, Class::Silent),
        (OWNERS, Class::Owner),
        (FILLERS, Class::Silent),
        (OF, Class::Of),
    ] {
        add(words, class);
    }
    for (term, (class, is_weak)) in &mut terms {
        let Class::Kind(kind) = class else { continue };
        let is_short = term.is_ascii() && term.len() <= WEAK_LETTERS;
        *is_weak = if kind.country.is_none() { WEAK_PHONES.contains(&term.as_str()) } else { is_short };
    }
    Dictionary { terms }
});

impl Dictionary {
    fn term(&self, words: &str) -> Option<Term> {
        let &(class, is_weak) = self.terms.get(words)?;
        Some(Term { is_weak, is_article: ARTICLES.contains(&words), ..Term::of(class) })
    }

    /// The words that a word is written together of: `receiverphone`.
    fn parts<'w>(&self, word: &'w str, found: &mut Vec<&'w str>) -> bool {
        if word.is_empty() {
            return found.len() > 1;
        }
        if found.len() == JOINED_WORDS {
            return false;
        }
        (2..=word.len()).rev().any(|end| {
            let (part, rest) = word.split_at(end);
            let is_part = if end > 2 {
                self.terms.get(part).is_some_and(|(class, _)| !matches!(class, Class::Of | Class::Or))
            } else {
                rest.is_empty() && ENDINGS.contains(&part)
            };
            if !is_part {
                return false;
            }
            found.push(part);
            let fits = self.parts(rest, found);
            if !fits {
                found.pop();
            }
            fits
        })
    }

    /// Adds the terms of a run of letters without spaces.
    fn run(&self, run: &str, terms: &mut Vec<Term>) {
        let mut unknown = 0;
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(TERM_LETTERS);
            let known =
                ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| Some((end, self.term(&rest[..end])?)));
            let (end, term) = match known {
                Some((end, term)) => (end, Some(term)),
                None => (first.len_utf8(), None),
            };
            if term.is_some() && unknown > 0 {
                terms.push(unknown_letters(unknown));
                unknown = 0;
            }
            match term {
                Some(term) => terms.push(term),
                None => unknown += 1,
            }
            rest = &rest[end..];
        }
        if unknown > 0 {
            terms.push(unknown_letters(unknown));
        }
    }
}

fn unknown_letters(letters: usize) -> Term {
    Term { ends_a_compound: letters > 1, ..Term::of(Class::Unknown) }
}

/// A piece of a name.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    /// Letters of a script without spaces.
    Run(String),
    Or,
}

/// The terms of a name, outside brackets and inside them.
pub(super) fn terms(name: &str) -> (Vec<Term>, Vec<Term>) {
    let (outside, inside) = pieces(name);
    (of_pieces(&outside), of_pieces(&inside))
}

fn of_pieces(pieces: &[Piece]) -> Vec<Term> {
    let dictionary = &*DICTIONARY;
    let mut terms = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for piece in pieces {
        if let Piece::Word(word) = piece {
            let mut parts = Vec::new();
            let may_be_joined = word.is_ascii() && word.len() <= JOINED_BYTES && !dictionary.terms.contains_key(word);
            if may_be_joined && dictionary.parts(word, &mut parts) {
                words.extend(parts);
            } else {
                words.push(word);
            }
            continue;
        }
        of_words(&words, &mut terms);
        words.clear();
        match piece {
            Piece::Run(run) => dictionary.run(run, &mut terms),
            _ => terms.push(Term::of(Class::Or)),
        }
    }
    of_words(&words, &mut terms);
    terms
}

fn of_words(words: &[&str], terms: &mut Vec<Term>) {
    let mut at = 0;
    while at < words.len() {
        let most = TERM_WORDS.min(words.len() - at);
        let known = (1..=most).rev().find_map(|count| {
            let term = DICTIONARY.term(&words[at..at + count].join(" "))?;
            Some((count, term))
        });
        let is_number = words[at].bytes().all(|byte| byte.is_ascii_digit());
        let unknown =
            Term::of(if is_number || words[at].chars().count() == 1 { Class::Silent } else { Class::Unknown });
        let (count, term) = known.unwrap_or((1, unknown));
        terms.push(term);
        at += count;
    }
}

/// Words with one space between them, as in the dictionary.
fn spaced(term: &str) -> String {
    let (pieces, _) = pieces(term);
    let text = |piece: Piece| match piece {
        Piece::Word(text) | Piece::Run(text) => Some(text),
        Piece::Or => None,
    };
    pieces.into_iter().filter_map(text).collect::<Vec<_>>().join(" ")
}

/// Cuts a name, outside brackets and inside them.
fn pieces(name: &str) -> (Vec<Piece>, Vec<Piece>) {
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let folded: Vec<char> = name.nfkd().filter(|c| !is_accent(c)).nfc().collect();
    let mut sides = (Vec::new(), Vec::new());
    let (mut depth, mut from) = (0_usize, 0);
    let mut last = Script::Between;
    for at in 0..=folded.len() {
        let c = folded.get(at).copied().unwrap_or(' ');
        let script = Script::of(c);
        let next_is_small = folded.get(at + 1).is_some_and(|next| next.is_lowercase());
        let is_cut =
            script != last || (c.is_uppercase() && at > from && (!folded[at - 1].is_uppercase() || next_is_small));
        if is_cut {
            let side = if depth > 0 { &mut sides.1 } else { &mut sides.0 };
            let text = || folded[from..at].iter().flat_map(|c| c.to_lowercase()).collect::<String>();
            match last {
                Script::Between => {}
                Script::Dense => side.push(Piece::Run(text())),
                Script::Letter | Script::Digit => side.push(Piece::Word(text())),
            }
            from = at;
        }
        last = script;
        match c {
            '(' | '[' | '{' | '<' | '【' | '「' | '『' | '《' | '〈' | '〔' => depth += 1,
            ')' | ']' | '}' | '>' | '】' | '」' | '』' | '》' | '〉' | '〕' => depth = depth.saturating_sub(1),
            '/' | '|' | '、' | ',' | ';' | '&' | '+' => {
                let side = if depth > 0 { &mut sides.1 } else { &mut sides.0 };
                side.push(Piece::Or);
            }
            _ => {}
        }
    }
    sides
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Between,
    Digit,
    Letter,
    /// Written without spaces.
    Dense,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '\u{0}'..='\u{bf}' | '×' | '÷' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' => Self::Between,
            '\u{e00}'..='\u{e7f}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Dense,
            c if c.is_whitespace() => Self::Between,
            _ => Self::Letter,
        }
    }
}
