//! The two accent colours of an operator, and whether they have enough contrast.

use serde::Deserialize;

/// The accent colours of light and dark pages, for links, buttons and selected items.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Colours {
    accent: String,
    accent_dark: String,
}

/// The backgrounds with the least contrast to an accent, of light and of dark pages: `--wash` in
/// `style.css`.
const BACKGROUNDS: [&str; 2] = ["#f0eee8", "#22272c"];

/// Least contrast between text and background (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

impl Colours {
    /// Rejects colours that are hard to read.
    pub(super) fn check(&self) -> Result<(), String> {
        for ((name, colour), background) in
            [("accent", &self.accent), ("accent_dark", &self.accent_dark)].into_iter().zip(BACKGROUNDS)
        {
            let luminance =
                luminance(colour).ok_or_else(|| format!("{name} “{colour}” is not a colour; write #rrggbb"))?;
            let contrast = contrast(luminance, self::luminance(background).expect("a colour"));
            if contrast < LEAST_CONTRAST {
                return Err(format!(
                    "{name} “{colour}” has a contrast of {contrast:.1} to the page; {LEAST_CONTRAST} is needed to read it"
                ));
            }
        }
        Ok(())
    }

    /// Rules that override the page's own style.
    pub(super) fn css(&self) -> String {
        let rule = |colour: &str| format!(":root {{ --accent: {colour}; --on-accent: {}; }}", readable_on(colour));
        let (light, dark) = (rule(&self.accent), rule(&self.accent_dark));
        // Print keeps the default colours.
        format!("@media screen {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n")
    }
}

/// Black or white, whichever has more contrast.
fn readable_on(colour: &str) -> &'static str {
    let luminance = luminance(colour).expect("colours are checked when they are read");
    if contrast(luminance, 1.0) >= contrast(luminance, 0.0) { "#ffffff" } else { "#000000" }
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, from 0 to 1 (WCAG 2.2, definition of contrast ratio); `None` unless the text
/// is `#rrggbb`.
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
    fn contrast_follows_the_standard() {
        let to_white = |colour| contrast(luminance(colour).expect("a colour"), 1.0);
        assert!((to_white("#000000") - 21.0).abs() < 1e-9);
        assert!((to_white("#777777") - 4.48).abs() < 0.01);
        assert_eq!(luminance("#12345"), None);
        assert_eq!(luminance("red"), None);
        assert_eq!(luminance("#+12345"), None);
    }

    #[test]
    fn the_backgrounds_are_those_of_the_pages() {
        let css = include_str!("../../../../packages/site/src/style.css");
        let washes: Vec<_> = css.split("--wash: ").skip(1).filter_map(|rest| rest.split(';').next()).collect();
        assert_eq!(washes[..2], BACKGROUNDS);
    }

    #[test]
    fn only_readable_colours_are_accepted() {
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
