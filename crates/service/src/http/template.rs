//! The template engine of all HTML that the service writes, and its escaping.

use minijinja::{Environment, UndefinedBehavior, escape_formatter};
use std::fmt::{self, Display, Formatter, Write as _};

/// Plain text, escaped for elements and for quoted attributes.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Escapes plain text.
pub(crate) fn escaped(text: &str) -> String {
    Text(text).to_string()
}

/// An engine without templates. Escapes everything that is not marked as safe.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // minijinja would also escape slashes, which are frequent in URLs.
    environment.set_formatter(|out, state, value| match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => Ok(write!(out, "{}", Text(text))?),
        None => escape_formatter(out, state, value),
    });
    // A misspelt name is an error instead of an empty string.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    #[test]
    fn nothing_gets_through_as_markup() {
        let hostile = "<script>alert('1')</script> & \"x\"";
        let expected = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;";
        assert_eq!(escaped(hostile), expected);
        let mut environment = environment();
        environment.add_template("x.html", "{{ text }}").expect("a template");
        let template = environment.get_template("x.html").expect("added");
        assert_eq!(template.render(context! { text => hostile }).expect("rendered"), expected);
        template.render(context! {}).expect_err("an undefined name");
    }
}
