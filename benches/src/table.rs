//! A table of any number of columns, the last of which is ours: each peer's value, and its ratio to
//! ours.

/// Widths in characters: row names, a value, its unit, a ratio.
const NAME: usize = 25;
const VALUE: usize = 9;
const UNIT: usize = 3;
const RATIO: usize = 11;

/// Named columns, and rows. `None` is a value that a column cannot have.
pub(crate) struct Table {
    columns: Vec<&'static str>,
}

impl Table {
    /// Prints the head. The last column is ours.
    pub(crate) fn begin(columns: Vec<&'static str>) -> Self {
        let (ours, peers) = columns.split_last().expect("ours is a column");
        print!("{:<NAME$}", "");
        peers.iter().for_each(|name| print!("{name:>width$}", width = VALUE + UNIT + RATIO));
        println!("{ours:>width$}", width = VALUE + UNIT);
        Self { columns }
    }

    /// Prints a row of values in one unit.
    pub(crate) fn row(&self, name: &str, unit: &str, values: &[Option<f64>]) {
        assert_eq!(values.len(), self.columns.len(), "a value for each column");
        let (ours, peers) = values.split_last().expect("ours is a column");
        let mut line = format!("{name:<NAME$}");
        for peer in peers {
            let ratio = peer.zip(*ours).map_or_else(String::new, |(peer, ours)| format!("({:.2}×)", peer / ours));
            line.extend([cell(*peer, unit), format!("{ratio:>RATIO$}")]);
        }
        println!("{}", (line + &cell(*ours, unit)).trim_end());
    }
}

fn cell(value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) => format!("{value:>VALUE$.2} {unit:<width$}", width = UNIT - 1),
        None => format!("{:>VALUE$}{:UNIT$}", "–", ""),
    }
}
