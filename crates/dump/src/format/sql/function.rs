//! Functions that say how their arguments become one value.

use super::literal;
use crate::format::rows::Cell;
use std::borrow::Cow;

/// What a function makes of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Anything else: the first argument that is a value.
    First,
    Concatenated,
    /// The same, with the first argument between the others.
    Separated,
    /// A list, whose values stay apart.
    List,
    /// Bytes from hexadecimal digits.
    Unhex,
    FromBase64,
    /// The second argument says what the digits are.
    Decode,
    Unistr,
    /// Characters by their numbers.
    Characters,
}

const NAMES: [(&str, Function); 23] = [
    ("CONCAT", Function::Concatenated),
    ("CONCAT_WS", Function::Separated),
    ("ARRAY", Function::List),
    ("JSON_ARRAY", Function::List),
    ("JSON_OBJECT", Function::List),
    ("JSON_BUILD_ARRAY", Function::List),
    ("JSON_BUILD_OBJECT", Function::List),
    ("JSONB_BUILD_ARRAY", Function::List),
    ("JSONB_BUILD_OBJECT", Function::List),
    ("MAP", Function::List),
    ("STRUCT", Function::List),
    ("NAMED_STRUCT", Function::List),
    ("ROW", Function::List),
    ("UNHEX", Function::Unhex),
    ("HEXTORAW", Function::Unhex),
    ("FROM_HEX", Function::Unhex),
    ("FROM_BASE64", Function::FromBase64),
    ("UNBASE64", Function::FromBase64),
    ("DECODE", Function::Decode),
    ("UNISTR", Function::Unistr),
    ("CHR", Function::Characters),
    ("CHAR", Function::Characters),
    ("NCHR", Function::Characters),
];

impl Function {
    pub(super) fn of(name: &[u8]) -> Self {
        let is = |known: &&(&str, Self)| name.eq_ignore_ascii_case(known.0.as_bytes());
        NAMES.iter().find(is).map_or(Self::First, |&(_, function)| function)
    }

    pub(super) fn begin<'b>(self) -> Call<'b> {
        Call { function: self, index: 0, value: None, separator: String::new(), values: 0 }
    }

    /// Of one argument.
    pub(super) fn of_one(self, argument: Cell<'_>) -> Cell<'_> {
        let (_, digits) = argument.parts();
        match self {
            Self::Unhex if literal::is_hex(digits) => literal::from_hex(digits.as_bytes()),
            Self::FromBase64 if literal::is_base64(digits) => literal::from_base64(digits),
            Self::Unistr => Cell::Text(literal::from_unicode_escapes(digits).into()),
            Self::Characters => match digits.parse().ok().and_then(char::from_u32) {
                Some(character) => Cell::Text(character.to_string().into()),
                None => argument,
            },
            // Not such digits after all: it stays what it is.
            _ => argument,
        }
    }
}

/// A call whose arguments come one after another.
pub(super) struct Call<'b> {
    function: Function,
    /// The index of the next argument.
    pub(super) index: usize,
    value: Option<Cell<'b>>,
    separator: String,
    /// Arguments in the value.
    values: usize,
}

impl<'b> Call<'b> {
    /// Takes an argument; false if it says nothing about the value.
    pub(super) fn take(&mut self, argument: Cell<'b>) -> bool {
        match self.function {
            Function::Separated if self.index == 0 => {
                argument.parts().1.clone_into(&mut self.separator);
                true
            }
            Function::Concatenated | Function::Separated => {
                self.append(argument, None);
                true
            }
            Function::Characters => {
                let character = self.function.of_one(argument);
                self.append(character, None);
                true
            }
            Function::List => {
                self.append(argument, Some(","));
                true
            }
            Function::Decode if self.index == 1 => {
                let function = match argument.parts().1.to_ascii_lowercase().as_str() {
                    "hex" => Function::Unhex,
                    "base64" => Function::FromBase64,
                    _ => return false,
                };
                self.value = self.value.take().map(|value| function.of_one(value));
                true
            }
            _ if self.value.as_ref().is_some_and(|value| *value != Cell::Nothing) => false,
            function => {
                self.value = Some(function.of_one(argument));
                true
            }
        }
    }

    fn append(&mut self, argument: Cell<'b>, between: Option<&str>) {
        let between = between.unwrap_or(&self.separator);
        match &mut self.value {
            None => self.value = Some(argument),
            // Grows in place: a list may be as long as a record.
            Some(Cell::Text(text)) => {
                let text = text.to_mut();
                text.push_str(between);
                text.push_str(argument.parts().1);
            }
            Some(first) => {
                let text = [first.parts().1, between, argument.parts().1].concat();
                self.value = Some(Cell::Text(Cow::Owned(text)));
            }
        }
        self.values += 1;
    }

    pub(super) fn value(self) -> Option<Cell<'b>> {
        match self.value {
            Some(Cell::Text(text)) if self.function == Function::List && self.values > 1 => {
                Some(Cell::Text(["{", &text, "}"].concat().into()))
            }
            value => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(name: &str, arguments: &[&'static str]) -> Option<String> {
        let mut call = Function::of(name.as_bytes()).begin();
        for argument in arguments {
            call.take(Cell::Text((*argument).into()));
            call.index += 1;
        }
        call.value().map(|cell| cell.parts().1.to_owned())
    }

    #[test]
    fn functions_say_how_arguments_become_one_value() {
        for (name, arguments, expected) in [
            ("concat", &["154", "00", "1"][..], Some("154001")),
            ("CONCAT_WS", &["-", "154", "00"], Some("154-00")),
            ("array", &["1", "2", "3"], Some("{1,2,3}")),
            ("array", &["1"], Some("1")),
            ("unhex", &["3135"], Some("15")),
            ("decode", &["3135", "HEX"], Some("15")),
            ("decode", &["MTU=", "base64"], Some("15")),
            ("decode", &["a", "b", "c"], Some("a")),
            ("chr", &["49"], Some("1")),
            ("char", &["49", "53"], Some("15")),
            ("to_date", &["1", "YYYY"], Some("1")),
            ("now", &[], None),
        ] {
            assert_eq!(called(name, arguments).as_deref(), expected, "{name}");
        }
    }
}
