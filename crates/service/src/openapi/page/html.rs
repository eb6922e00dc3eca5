//! The description's texts as HTML: escaped, always.

use super::anchor;
pub(super) use crate::html::Text;
use std::fmt::{self, Display, Formatter};

/// Adds to a page.
macro_rules! add {
    ($page:expr, $($arguments:tt)*) => {
        std::fmt::Write::write_fmt(&mut *$page, format_args!($($arguments)*)).expect("a string takes any text")
    };
}

pub(super) use add;

/// Text in the type of programs.
pub(super) struct Code<'a>(pub(super) &'a str);

/// A little Markdown: paragraphs, headings of the second level, `code` and **strong** words.
pub(super) struct Prose<'a>(pub(super) &'a str);

impl Display for Code<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<code>{}</code>", Text(self.0))
    }
}

impl Display for Prose<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for block in self.0.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            if let Some(heading) = block.strip_prefix("## ") {
                writeln!(f, "<h2 id=\"{}\">{}</h2>", anchor(heading), Text(heading))?;
                continue;
            }
            f.write_str("<p>")?;
            spans(block, f)?;
            f.write_str("</p>\n")?;
        }
        Ok(())
    }
}

/// What stands between two backticks is code; elsewhere, what stands between two pairs of asterisks is strong.
fn spans(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            write!(f, "{}", Code(part))?;
            continue;
        }
        for (place, part) in part.split("**").enumerate() {
            match place % 2 {
                1 => write!(f, "<strong>{}</strong>", Text(part))?,
                _ => write!(f, "{}", Text(part))?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_as_markup() {
        let hostile = "<script>alert('1')</script> & \"x\"";
        let escaped = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;";
        assert_eq!(Text(hostile).to_string(), escaped);
        assert_eq!(Code(hostile).to_string(), format!("<code>{escaped}</code>"));
        assert_eq!(Prose(hostile).to_string(), format!("<p>{escaped}</p>\n"));
        assert_eq!(Prose(&format!("`{hostile}`")).to_string(), format!("<p><code>{escaped}</code></p>\n"));
        assert_eq!(
            Prose(&format!("## {hostile}")).to_string(),
            format!("<h2 id=\"script-alert-1-script-x\">{escaped}</h2>\n")
        );
    }

    #[test]
    fn a_little_markdown_is_understood() {
        let prose = Prose("## A heading\n\nOne `x < y`\nline, **strongly** said.\n\nTwo.").to_string();
        let expected = "<h2 id=\"a-heading\">A heading</h2>\n<p>One <code>x &lt; y</code>\nline, \
                        <strong>strongly</strong> said.</p>\n<p>Two.</p>\n";
        assert_eq!(prose, expected);
    }
}
