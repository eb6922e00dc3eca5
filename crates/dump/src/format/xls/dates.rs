//! Which formats of numbers show dates.

/// Whether a format that is not stored, since every program knows it, shows a date or a time.
pub(super) fn is_known_date(format: u16) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format shows a date or a time: it has such a letter outside of quotes and brackets.
pub(super) fn is_date(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' | '年' | '月' | '日' => return true,
            // Another part is for other numbers.
            ';' => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_outside_of_quotes_and_brackets_decide() {
        for format in ["yyyy\\-mm\\-dd", "h:mm", "[$-804]yyyy\"年\"m\"月\"", "dd/mm/yy;@"] {
            assert!(is_date(format), "{format}");
        }
        for format in ["0", "General", "#,##0.00", "\"days\"0", "[Red]0", "0_d", "0;d"] {
            assert!(!is_date(format), "{format}");
        }
    }
}
