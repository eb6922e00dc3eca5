//! Tables that are drawn with characters: boxes (`+---+` and of box characters), `psql`, Markdown,
//! and columns of fixed width whose header is underlined, page after page.
//!
//! A rule makes a table: what stands before it, or between two, names the columns. Rows are records
//! by those names. What fits into no table is text outside of records.

mod bars;
mod fixed;
mod rule;
mod tried;

#[cfg(test)]
mod tests;

use crate::format::keyed::{Keyed, Record, has_digits};
use crate::format::lines::Lines;
use crate::format::rows::{Cell, Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use bars::Bars;
use fixed::Fixed;
use rule::{Rule, split};
use std::io::Read;
use tried::Tried;

/// Lines that one row may take because its values have lines.
const ROW_LINES: usize = 64;

/// How certainly a text is made of such tables, between 0 and 1, from its head: the share of it
/// that is in them.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    if !["--", "──", "━━", "══", "=="].iter().any(|rule| head.contains(rule)) {
        return None;
    }
    let mut tried = Tried::default();
    let whole = head.rfind('\n').map_or(head, |end| &head[..end]);
    read(&mut whole.as_bytes(), &Limits::default(), &mut tried).ok()?;
    let text: usize = whole.lines().map(|line| line.trim().len()).sum();
    let share = 1.0 - tried.outside as f64 / text.max(1) as f64;
    (tried.rows > 0 && tried.width > 1).then_some(share)
}

/// Reads the text, and delivers each row of its tables to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut lines = Lines::new(text, limits.record);
    let mut drawn = Drawn {
        keyed: Keyed::new(rows),
        most: limits.record,
        held: None,
        table: Table::None,
        record: Record::default(),
        is_too_long: false,
    };
    while let Some(line) = lines.next() {
        drawn.line(line.at, &line.text, line.is_whole)?;
    }
    drawn.release()?;
    drawn.end_of_table()?;
    drawn.keyed.finish()?;
    lines.finish()?;
    Ok(())
}

struct Drawn<'r> {
    keyed: Keyed<'r>,
    most: usize,
    /// The last line: the next one shows whether it names columns.
    held: Option<(u64, String)>,
    table: Table,
    /// A row, while it is delivered.
    record: Record,
    is_too_long: bool,
}

enum Table {
    None,
    Bars(Bars),
    Fixed(Fixed),
}

impl Drawn<'_> {
    fn line(&mut self, at: u64, text: &str, is_whole: bool) -> Result<(), Halt> {
        if !is_whole {
            self.release()?;
            if !std::mem::replace(&mut self.is_too_long, true) {
                self.keyed.malformed(at)?;
            }
            return self.keyed.outside(at, text, Outside::Malformed);
        }
        self.is_too_long = false;
        let text = text.trim_start_matches('\u{c}');
        match Rule::parse(text) {
            Some(rule) if rule.has_bars() => self.bar_rule(at, rule),
            Some(rule) => self.fixed_rule(at, text, &rule),
            None => {
                self.release()?;
                self.held = Some((at, text.to_owned()));
                Ok(())
            }
        }
    }

    /// Takes the line before, which is no header.
    fn release(&mut self) -> Result<(), Halt> {
        let Some((at, text)) = self.held.take() else { return Ok(()) };
        match &mut self.table {
            Table::Fixed(fixed) => {
                if text.trim().is_empty() {
                    fixed.pause();
                    return Ok(());
                }
                if let Some(cells) = fixed.row(&text) {
                    self.record.clear();
                    cells.into_iter().for_each(|(header, cell)| self.record.push_text(at, header, cell));
                    return self.keyed.record("", at, &self.record);
                }
                if fixed.is_paused() {
                    self.table = Table::None;
                }
                self.keyed.outside(at, &text, Outside::Malformed)
            }
            Table::Bars(_) => self.bar_row(at, &text),
            Table::None => self.keyed.outside(at, &text, Outside::Malformed),
        }
    }

    /// A rule of columns of fixed width. The line before it has their names.
    fn fixed_rule(&mut self, at: u64, text: &str, rule: &Rule) -> Result<(), Halt> {
        let header = self.held.take().filter(|(_, header)| !header.trim().is_empty());
        if let (Table::Fixed(fixed), Some(line)) = (&self.table, &header)
            && fixed.is_ended_by(rule, &line.1)
        {
            self.held = header;
            self.release()?;
            return self.end_of_table();
        }
        match (&mut self.table, header) {
            // A row that takes several lines has a header of as many.
            (Table::Fixed(fixed), Some((at, header))) if fixed.is_new() => {
                fixed.add_line(&header, rule);
                self.keyed.name(at, &header)?;
            }
            (_, Some((at, header))) if rule.columns() > 1 || header.split_whitespace().count() == 1 => {
                self.end_of_table()?;
                self.keyed.name(at, &header)?;
                let mut fixed = Fixed::default();
                fixed.add_line(&header, rule);
                self.table = Table::Fixed(fixed);
            }
            (_, header) => {
                if let Some((at, header)) = header {
                    self.held = Some((at, header));
                    self.release()?;
                }
                self.end_of_table()?;
                self.keyed.outside(at, text, Outside::Malformed)?;
            }
        }
        Ok(())
    }

    fn bar_rule(&mut self, at: u64, rule: Rule) -> Result<(), Halt> {
        let is_same = |bars: &Bars| bars.rule.columns() == rule.columns() && rule.headers.is_empty();
        let continues = matches!(&self.table, Table::Bars(bars) if is_same(bars));
        if !continues {
            // As psql and Markdown do: the line before names the columns.
            let header = self.held.as_ref().and_then(|(_, header)| split(header, &rule));
            if header.is_some() {
                self.held = None;
            }
            self.release()?;
            self.end_of_table()?;
            let headers = header.unwrap_or_else(|| rule.headers.clone());
            headers.iter().try_for_each(|header| self.keyed.name(at, header))?;
            self.table = Table::Bars(Bars::new(rule, headers));
            return Ok(());
        }
        self.release()?;
        let Table::Bars(bars) = &mut self.table else { return Ok(()) };
        if std::mem::replace(&mut bars.is_after_rule, true) {
            // Two rules in a row: another table.
            self.end_of_table()?;
            self.table = Table::Bars(Bars::new(rule, Vec::new()));
            return Ok(());
        }
        if let Some((at, first)) = bars.first.take() {
            if first.iter().any(|cell| has_digits(cell)) {
                return self.deliver(at, &first);
            }
            bars.headers = first;
        }
        Ok(())
    }

    fn bar_row(&mut self, at: u64, text: &str) -> Result<(), Halt> {
        let Table::Bars(bars) = &mut self.table else { return Ok(()) };
        let is_after_rule = std::mem::take(&mut bars.is_after_rule);
        if let Some(cells) = split(text, &bars.rule) {
            let broken = bars.partial.take();
            if let Some((at, text, _)) = broken {
                self.broken(at, &text)?;
            }
            return self.row(at, cells);
        }
        // A value with lines in it: the row goes on.
        let (at, joined, lines) = match bars.partial.take() {
            Some((at, before, lines)) => (at, before + "\n" + text, lines + 1),
            None if bars.rule.begins_row(text) => (at, text.to_owned(), 1),
            None => {
                // Not a row: what ends the table, unless a rule has just begun it.
                if !is_after_rule || text.trim().is_empty() {
                    self.end_of_table()?;
                }
                return self.keyed.outside(at, text, Outside::Malformed);
            }
        };
        if let Some(cells) = split(&joined, &bars.rule) {
            return self.row(at, cells);
        }
        if lines < ROW_LINES && joined.len() <= self.most && bars.rule.bars(&joined) < bars.rule.columns() + 1 {
            bars.partial = Some((at, joined, lines));
            return Ok(());
        }
        self.broken(at, &joined)
    }

    fn broken(&mut self, at: u64, text: &str) -> Result<(), Halt> {
        self.keyed.malformed(at)?;
        self.keyed.outside(at, text, Outside::Malformed)
    }

    /// A row of a table with bars.
    fn row(&mut self, at: u64, cells: Vec<String>) -> Result<(), Halt> {
        let Table::Bars(bars) = &mut self.table else { return Ok(()) };
        if std::mem::take(&mut bars.is_new) {
            bars.first = Some((at, cells));
            return Ok(());
        }
        if let Some((first_at, first)) = bars.first.take() {
            self.deliver(first_at, &first)?;
        }
        self.deliver(at, &cells)
    }

    fn deliver(&mut self, at: u64, cells: &[String]) -> Result<(), Halt> {
        let Table::Bars(bars) = &self.table else { return Ok(()) };
        if bars.headers.is_empty() {
            let values: Vec<_> = cells.iter().map(|cell| Cell::Text(cell.as_str().into())).collect();
            return self.keyed.row(&format!("tables of {} columns", cells.len()), at, &values);
        }
        // Headers come again on each page.
        if bars.headers == cells {
            return Ok(());
        }
        self.record.clear();
        for (index, cell) in cells.iter().enumerate() {
            let number = (index + 1).to_string();
            let header = bars.headers.get(index).filter(|header| !header.is_empty());
            self.record.push_text(at, header.unwrap_or(&number), cell);
        }
        self.keyed.record("", at, &self.record)
    }

    fn end_of_table(&mut self) -> Result<(), Halt> {
        if let Table::Bars(bars) = &mut self.table {
            let (first, partial) = (bars.first.take(), bars.partial.take());
            if let Some((at, first)) = first {
                self.deliver(at, &first)?;
            }
            if let Some((at, text, _)) = partial {
                self.broken(at, &text)?;
            }
        }
        self.table = Table::None;
        Ok(())
    }
}
