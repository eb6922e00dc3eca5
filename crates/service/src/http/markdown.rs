//! Markdown as safe HTML: only elements on an allow-list are written.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

/// Allowed schemes of links.
const SCHEMES: [&str; 3] = ["https://", "mailto:", "tel:"];

/// Paragraphs, headings, lists, quotations, code, emphasis and links as HTML. A heading of level 1
/// becomes one of level 1 + `below`. HTML in the text is escaped; images are replaced by their
/// description.
pub(crate) fn html(text: &str, below: u8) -> String {
    let mut kept = Vec::new();
    // For each open link, whether it was kept.
    let mut links = Vec::new();
    for event in Parser::new(text) {
        match event {
            Event::Html(markup) | Event::InlineHtml(markup) => kept.push(Event::Text(markup)),
            Event::Start(Tag::HtmlBlock) => kept.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => kept.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                let is_kept = SCHEMES.iter().any(|scheme| dest_url.starts_with(scheme));
                links.push(is_kept);
                kept.extend(is_kept.then_some(event));
            }
            Event::End(TagEnd::Link) => kept.extend(links.pop().unwrap_or_default().then_some(event)),
            Event::Start(Tag::Heading { level, .. }) => {
                let (level, id, classes, attrs) = (lowered(level, below), None, Vec::new(), Vec::new());
                kept.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Event::End(TagEnd::Heading(level)) => kept.push(Event::End(TagEnd::Heading(lowered(level, below)))),
            Event::Start(
                Tag::Paragraph
                | Tag::BlockQuote(_)
                | Tag::CodeBlock(_)
                | Tag::List(_)
                | Tag::Item
                | Tag::Emphasis
                | Tag::Strong,
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::BlockQuote(_)
                | TagEnd::CodeBlock
                | TagEnd::List(_)
                | TagEnd::Item
                | TagEnd::Emphasis
                | TagEnd::Strong,
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule => kept.push(event),
            // Images, and extensions that are not enabled: tables, footnotes, formulas, tasks.
            _ => {}
        }
    }
    let mut written = String::new();
    html::push_html(&mut written, kept.into_iter());
    written
}

fn lowered(level: HeadingLevel, below: u8) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + usize::from(below)).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn plain_markdown_becomes_plain_html() {
        let text = "# Help\n\nCall *now* or **write**: <https://example.org/>, [us](mailto:a@example.org).\n\n- one\n- `two`\n";
        let expected = "<h2>Help</h2>\n<p>Call <em>now</em> or <strong>write</strong>: \
                        <a href=\"https://example.org/\">https://example.org/</a>, \
                        <a href=\"mailto:a@example.org\">us</a>.</p>\n<ul>\n<li>one</li>\n<li><code>two</code></li>\n</ul>\n";
        assert_eq!(html(text, 1), expected);
        assert!(html("###### Deep", 3).starts_with("<h6>"));
    }

    #[test]
    fn nothing_hostile_gets_through() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=alert(1)>b</b> c",
            "[x](javascript:alert(1))",
            "[x](JAVASCRIPT:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](//evil.example/)",
            "[x](http://plain.example/)",
            "![picture](https://evil.example/pixel.png)",
            "![p](x \"t\\\" onerror=alert(1)\")",
            "<javascript:alert(1)>",
            "[a]: javascript:alert(1)\n\n[a]",
            "# x {onclick=alert(1) #id .class}",
            "```\" onclick=alert(1)\ncode\n```",
            "<style>body{display:none}</style>",
            "<!-- a comment --> <?php x ?> <![CDATA[x]]>",
            "<form action=https://evil.example><input name=n></form>",
            "[a [b](javascript:x) c](https://example.org/)",
            "[q](https://example.org/\"onmouseover=alert(1))",
        ];
        for text in hostile {
            let written = html(text, 1);
            for tag in written.split('<').skip(1) {
                let tag = tag.split('>').next().expect("something");
                let name = tag.trim_start_matches('/').split([' ', '/']).next().expect("a name");
                let known = ["p", "a", "h2", "pre", "code", "em", "strong", "ul", "ol", "li", "blockquote", "br", "hr"];
                assert!(known.contains(&name), "{text}: {written}");
                let attributes = tag.strip_prefix(name).unwrap_or_default();
                let allowed = attributes.is_empty()
                    || attributes.starts_with(" href=\"https://") && attributes.matches('"').count() == 2
                    || attributes.starts_with(" class=\"language-") && attributes.matches('"').count() == 2;
                assert!(allowed || attributes == " /", "{text}: {written}");
            }
        }
        assert!(html("![picture](https://evil.example/x.png)", 1).contains("picture"));
    }
}
