//! A rule of a table, what it says of the columns, and the cells of a row between bars.

/// Characters that draw lines, and those at which lines meet.
const LINES: &str = "-=─━═╌";
const MEETINGS: &str = "+|┼├┤┬┴┌┐└┘╔╗╚╝╠╣╦╩╬╪╫╟╢╤╧╒╕╘╛╞╡┏┓┗┛┣┫┳┻╋┡┩╇┯┷│║┃╭╮╰╯";
const BARS: &str = "|│║┃";

/// Characters of a line from which it is a rule.
const LENGTH: usize = 2;

/// A line of lines.
pub(super) struct Rule {
    /// The first and the last character of each column, with the position behind it.
    pub(super) spans: Vec<(usize, usize)>,
    /// Whether a bar or a corner begins it.
    has_outer: bool,
    has_meetings: bool,
    /// Whether the bar is of Markdown, where a backslash escapes one.
    is_markdown: bool,
    /// Names of columns in the rule itself.
    pub(super) headers: Vec<String>,
}

impl Rule {
    /// `None` if the line is no rule.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let trimmed = line.trim();
        let first = trimmed.chars().next()?;
        if !LINES.contains(first) && !MEETINGS.contains(first) && first != ':' {
            return None;
        }
        let headers = if trimmed.starts_with("┌─") { headers_of(trimmed) } else { Vec::new() };
        let is_rule = |c: char| LINES.contains(c) || MEETINGS.contains(c) || c == ':' || c == ' ' || c == '\t';
        if headers.is_empty() && !trimmed.chars().all(is_rule) {
            return None;
        }
        let mut rule = Self {
            spans: Vec::new(),
            has_outer: MEETINGS.contains(first),
            has_meetings: trimmed.contains(|c| MEETINGS.contains(c)),
            is_markdown: trimmed.contains('|'),
            headers,
        };
        if !rule.headers.is_empty() {
            rule.spans = vec![(0, 0); rule.headers.len()];
            return Some(rule);
        }
        let mut start = None;
        let of_line = |c: char| LINES.contains(c) || (c == ':' && rule.is_markdown);
        let mut length = 0;
        for (at, c) in line.chars().chain([' ']).enumerate() {
            match (of_line(c), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    rule.spans.push((from, at));
                    length += at - from;
                    start = None;
                }
                _ => {}
            }
        }
        (length >= LENGTH).then_some(rule)
    }

    pub(super) fn has_bars(&self) -> bool {
        self.has_meetings
    }

    pub(super) fn columns(&self) -> usize {
        self.spans.len()
    }

    /// The bars in a line.
    pub(super) fn bars(&self, line: &str) -> usize {
        let mut is_escaped = false;
        line.chars()
            .filter(|&c| BARS.contains(c) && !std::mem::replace(&mut is_escaped, self.is_markdown && c == '\\'))
            .count()
    }

    /// Whether a line is the beginning of a row.
    pub(super) fn begins_row(&self, line: &str) -> bool {
        let has_bar = line.contains(|c| BARS.contains(c));
        has_bar && (!self.has_outer || line.trim_start().starts_with(|c| BARS.contains(c)))
    }
}

/// The names in `┌─id─┬─mobile─┐`.
fn headers_of(line: &str) -> Vec<String> {
    let names: Vec<String> = line
        .trim_matches(|c| MEETINGS.contains(c))
        .split('┬')
        .map(|name| name.trim_matches(|c: char| c == '─' || c == ' ').to_owned())
        .collect();
    if names.iter().any(String::is_empty) { Vec::new() } else { names }
}

/// The cells of a row between bars; `None` if they are not as many as the columns.
pub(super) fn split(line: &str, rule: &Rule) -> Option<Vec<String>> {
    let mut row = if rule.has_outer { line.trim() } else { line.trim_end() };
    if rule.has_outer {
        row = row.strip_prefix(|c| BARS.contains(c))?;
        row = match row.strip_suffix(|c| BARS.contains(c)) {
            Some(inner) => inner,
            // Markdown may leave the last one out.
            None if rule.is_markdown => row,
            None => return None,
        };
    }
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for c in row.chars() {
        let cell = cells.last_mut().expect("one at least");
        if BARS.contains(c) && !is_escaped {
            cells.push(String::new());
        } else {
            if is_escaped && BARS.contains(c) {
                cell.pop();
            }
            cell.push(c);
        }
        is_escaped = rule.is_markdown && c == '\\' && !is_escaped;
    }
    // Old Hive draws one column more than there is.
    let has_more = rule.spans.last().is_some_and(|(start, end)| (1..=LENGTH).contains(&(end - start)));
    let is_whole = cells.len() == rule.columns() || (has_more && cells.len() > 1 && cells.len() + 1 == rule.columns());
    is_whole.then(|| cells.iter().map(|cell| value(cell)).collect())
}

/// A cell without blanks around it, and without the sign that `psql` puts behind a line of several.
fn value(cell: &str) -> String {
    // Elsewhere a blank is before the bar.
    let bare = cell.strip_suffix('+').filter(|bare| !bare.is_empty()).unwrap_or(cell);
    bare.trim().to_owned()
}
