//! The two colours that operators choose, and whether people can read them.

use serde::Deserialize;

/// For links, buttons and what is chosen: on light pages, and on dark ones.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Colours {
    accent: String,
    accent_dark: String,
}

/// Of the surfaces that the accent stands on, the darkest of light pages and the lightest of dark ones: `--wash` of
/// `style.css`.
const SURFACES: [&str; 2] = ["#f0eee8", "#22272c"];

/// Least contrast of text to what it stands on (WCAG 2.2, 1.4.3).
const LEAST: f64 = 4.5;

impl Colours {
    /// Whether both can be read.
    pub(super) fn check(&self) -> Result<(), String> {
        for ((name, colour), surface) in
            [("accent", &self.accent), ("accent_dark", &self.accent_dark)].into_iter().zip(SURFACES)
        {
            let luminance =
                luminance(colour).ok_or_else(|| format!("{name} “{colour}” is no colour; write #rrggbb"))?;
            let contrast = contrast(luminance, self::luminance(surface).expect("a colour"));
            if contrast < LEAST {
                return Err(format!(
                    "{name} “{colour}” has a contrast of {contrast:.1} to the page; people need {LEAST} to read it"
                ));
            }
        }
        Ok(())
    }

    /// Over the page's own style.
    pub(super) fn css(&self) -> String {
        let rule = |colour: &str| format!(":root {{ --accent: {colour}; --on-accent: {}; }}", readable_on(colour));
        let (light, dark) = (rule(&self.accent), rule(&self.accent_dark));
        // Paper keeps its own.
        format!("@media screen {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n")
    }
}

/// Black or white, whichever is read more easily.
fn readable_on(colour: &str) -> &'static str {
    let luminance = luminance(colour).expect("checked before");
    if contrast(luminance, 1.0) >= contrast(luminance, 0.0) { "#ffffff" } else { "#000000" }
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, from 0 to 1 (WCAG 2.2, definition of contrast ratio); none for what is not `#rrggbb`.
fn luminance(colour: &str) -> Option<f64> {
    let digits =
        colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let to_white = |colour| contrast(luminance(colour).expect("a colour"), 1.0);
        assert!((to_white("#000000") - 21.0).abs() < 1e-9);
        assert!((to_white("#777777") - 4.48).abs() < 0.01);
        assert_eq!(luminance("#12345"), None);
        assert_eq!(luminance("red"), None);
        assert_eq!(luminance("#+12345"), None);
    }

    #[test]
    fn the_surfaces_are_those_of_the_pages() {
        let css = include_str!("../../../../../packages/site/src/style.css");
        let washes: Vec<_> = css.split("--wash: ").skip(1).filter_map(|rest| rest.split(';').next()).collect();
        assert_eq!(washes[..2], SURFACES);
    }

    #[test]
    fn only_colours_that_can_be_read_are_taken() {
        let colours = |accent: &str, dark: &str| Colours { accent: accent.to_owned(), accent_dark: dark.to_owned() };
        assert_eq!(colours("#1f5566", "#8fc6d8").check(), Ok(()));
        let mistake = colours("#ffcc00", "#8fc6d8").check().expect_err("yellow on white");
        assert!(mistake.contains("accent “#ffcc00” has a contrast of 1."), "{mistake}");
        assert!(colours("#1f5566", "#1f5566").check().expect_err("dark on dark").starts_with("accent_dark"));
        assert!(colours("teal", "#8fc6d8").check().expect_err("a name").contains("write #rrggbb"));
        assert!(
            colours("#1f5566", "#8fc6d8")
                .css()
                .starts_with("@media screen { :root { --accent: #1f5566; --on-accent: #ffffff; } }")
        );
    }
}
