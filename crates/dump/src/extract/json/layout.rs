//! Which columns a file of JSON has: by request, by the paths of its first blocks and what their
//! keys say, and for what may come later.

use crate::columns::column::{Because, Column, ColumnSpec, Treatment};
use crate::columns::detect::Detector;
use crate::columns::label::{self, Inherited, Label};
use crate::extract::part::Part;
use crate::format::json::{self, Block, Layout, SampledPath};
use crate::limits::Limits;
use crate::report::{LATE_PATH, NUMBERED_PATH, is_schema_name};
use exposure_identifier::Kind;
use std::borrow::Cow;
use std::collections::HashMap;

/// Columns for paths that come up after the sample; the last is for all that are too many.
const LATER_COLUMNS: usize = 64;

/// The name of such a column, with its number, until its path is known.
pub(super) const LATER: &str = "later path ";

/// Paths with the same label that have a column each. If there are more, objects use data as keys,
/// and one column holds them all.
const ALIKE: usize = 24;

/// Paths of which nothing is known that have a column each.
const PATHS: usize = 512;

/// Number of values from which a path counts as part of a schema.
const OF_MANY: usize = 20;

/// The columns, and the paths that lead to them.
pub(super) struct Plan {
    requested: Vec<Vec<String>>,
    paths: Vec<(Vec<String>, u32)>,
    pub(super) list: Vec<Column>,
    /// Columns that are named by a row of headers, with their headers.
    pub(super) headers: HashMap<usize, String>,
    /// The first columns of labels: of kinds, and of what else there is.
    labels_from: usize,
    later_from: usize,
    rows_are_arrays: bool,
}

impl Plan {
    /// The column of what a label says, for paths that are not in the sample.
    pub(super) fn of_label(&self, label: Label) -> Option<u32> {
        let at = match label {
            Label::Kind(kind) => Kind::all().iter().position(|other| other == kind),
            Label::Other(why) => label::others().position(|other| other == why).map(|at| Kind::all().len() + at),
        };
        Some((self.labels_from + at?) as u32)
    }

    pub(super) fn layout<'l>(
        &self,
        of_label: &'l (dyn Fn(Label) -> Option<u32> + Sync),
        may_hold: &'l (dyn Fn(&str) -> bool + Sync),
        may_be: &'l (dyn Fn(&str) -> bool + Sync),
    ) -> Layout<'l> {
        Layout {
            requested: self.requested.clone(),
            paths: self.paths.clone(),
            below: Inherited::below,
            of_label,
            later: self.later_from as u32..self.list.len() as u32,
            takes_all: self.list.iter().map(Column::is_read).collect(),
            may_hold,
            may_be,
            rows_are_arrays: self.rows_are_arrays,
        }
    }
}

pub(super) fn plan(first: &[Block], part: &Part, limits: &Limits) -> Plan {
    let detector = &part.detector;
    let scanner = detector.scanner();
    let mut sampled = json::sample(first, limits, &|text| scanner.may_hold(text.as_bytes()));
    let rows_are_arrays = json::rows_are_arrays(first);
    let names = names(&mut sampled);
    let mut plan = Plan {
        requested: Vec::new(),
        paths: Vec::new(),
        list: Vec::new(),
        headers: HashMap::new(),
        labels_from: 0,
        later_from: 0,
        rows_are_arrays,
    };
    for spec in &part.specs {
        let at_path = sampled.iter().find(|sampled| {
            sampled.path.join(".") == spec.name || Some(&sampled.path) == as_position(spec, rows_are_arrays).as_ref()
        });
        plan.list.push(detector.requested(spec, at_path.map_or(&[], |sampled| &sampled.values)));
        plan.requested.push(as_position(spec, rows_are_arrays).unwrap_or_else(|| spec.keys()));
    }
    let is_requested = |path: &Vec<String>| plan.requested.contains(path);
    let rest: Vec<SampledPath> = sampled.into_iter().filter(|sampled| !is_requested(&sampled.path)).collect();
    columns_of_paths(&mut plan, detector, rest, &names);
    plan.later_from = plan.list.len();
    let later = |number| Column::unknown(format!("{LATER}{number}"), Treatment::Undecided, detector.rules());
    plan.list.extend((0..LATER_COLUMNS).map(later));
    plan
}

/// A column for each path, or one for the paths of the same label if they are many; and one for
/// each label, for what may come later.
fn columns_of_paths(
    plan: &mut Plan,
    detector: &Detector,
    sampled: Vec<SampledPath>,
    names: &HashMap<Vec<String>, String>,
) {
    let labelled = |path: &[String]| {
        let (mut above, mut header) = (Inherited::default(), None);
        for key in path {
            above = above.below(key);
            // A key that says nothing leaves it to those above.
            header = if label::of_header(key).is_some() { Some(key.clone()) } else { header };
            header = header.filter(|_| above.label().is_some());
        }
        header
    };
    let header_of = |path: &Vec<String>| names.get(path).cloned().or_else(|| labelled(path));
    let mut alike: HashMap<String, usize> = HashMap::new();
    for sampled in &sampled {
        if let Some(header) = header_of(&sampled.path) {
            *alike.entry(header).or_default() += 1;
        }
    }
    // Paths that share the column of their label, and the values and first header of each label.
    let mut joined = Vec::new();
    let mut of_labels: Vec<(Label, String, Vec<Cow<'static, str>>)> = Vec::new();
    let mut unknown = 0;
    for (number, SampledPath { path, values }) in (1..).zip(sampled) {
        let header = header_of(&path);
        let name = shown(&path, number, values.len());
        let shared = header.as_ref().filter(|&header| alike[header] > ALIKE);
        if let Some((header, label)) = shared.and_then(|header| Some((header, label::of_header(header)?))) {
            match of_labels.iter_mut().find(|(known, ..)| *known == label) {
                Some((.., all)) => all.extend(values),
                None => of_labels.push((label, header.clone(), values)),
            }
            joined.push((path, label));
            continue;
        }
        unknown += usize::from(header.is_none());
        if header.is_none() && unknown > PATHS {
            continue;
        }
        if let Some(header) = names.get(&path) {
            plan.headers.insert(plan.list.len(), header.clone());
        }
        let column = detector.by_header_or_values(header.as_deref(), &name, &values);
        // A path tells more than its last key.
        let is_path = !name.starts_with(NUMBERED_PATH) && !names.contains_key(&path);
        plan.paths.push((path, plan.list.len() as u32));
        plan.list.push(if is_path { Column { name, ..column } } else { column });
    }
    plan.labels_from = plan.list.len();
    plan.list.extend(Kind::all().iter().map(|kind| detector.by_header(kind)));
    let other = |why: &'static str| Column {
        because: Because::Header,
        ..Column::unknown(why.to_owned(), Treatment::SetAside(why), detector.rules())
    };
    plan.list.extend(label::others().map(other));
    for (label, header, values) in of_labels {
        if let Some(at) = plan.of_label(label) {
            plan.list[at as usize] = detector.by_header_or_values(Some(&header), &header, &values);
        }
    }
    for (path, label) in joined {
        plan.paths.extend(plan.of_label(label).map(|at| (path, at)));
    }
}

/// The path of a column that was requested by its number in rows that are arrays.
fn as_position(spec: &ColumnSpec, rows_are_arrays: bool) -> Option<Vec<String>> {
    spec.index().filter(|_| rows_are_arrays).map(|index| vec![format!("[{index}]")])
}

/// The names of columns that are positions in an array, by their paths: in the first row, or in a
/// list of names beside the rows.
fn names(sampled: &mut [SampledPath]) -> HashMap<Vec<String>, String> {
    let mut rows: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for (at, sampled) in sampled.iter().enumerate() {
        if let Some(place) = sampled.path.iter().rposition(|key| is_position(key)) {
            let is_cell = place + 1 == sampled.path.len() || label::says_nothing(&sampled.path[place + 1]);
            if is_cell && place + 2 >= sampled.path.len() {
                rows.entry(sampled.path[..place].to_vec()).or_default().push(at);
            }
        }
    }
    let mut named = HashMap::new();
    for columns in rows.into_values() {
        let width = columns.len();
        let first: Vec<String> =
            columns.iter().filter_map(|&at| Some(sampled[at].values.first()?.to_string())).collect();
        let position = |at: usize| {
            let key = sampled[at].path.iter().rev().find(|key| is_position(key))?;
            key.trim_matches(['[', ']']).parse::<usize>().ok()
        };
        // A word that comes again is data.
        let is_again = |&at: &usize| sampled[at].values.iter().skip(1).any(|value| *value == sampled[at].values[0]);
        let is_header = first.len() == width && is_names(&first) && !columns.iter().any(is_again);
        if let Some(names) = is_header.then_some(first) {
            for (&at, name) in columns.iter().zip(names) {
                sampled[at].values.remove(0);
                named.insert(sampled[at].path.clone(), name);
            }
            continue;
        }
        let widest = columns.iter().filter_map(|&at| position(at)).max().map_or(0, |last| last + 1);
        let is_list = |other: &&SampledPath| {
            other.values.len() == widest && !other.path.iter().any(|key| is_position(key)) && is_names(&other.values)
        };
        let list = sampled.iter().find(is_list).map(|list| list.values.clone());
        for (at, list) in columns.iter().filter_map(|&at| Some((at, list.as_ref()?))) {
            if let Some(name) = position(at).and_then(|position| list.get(position)) {
                named.insert(sampled[at].path.clone(), name.to_string());
            }
        }
    }
    named
}

fn is_position(key: &str) -> bool {
    key.starts_with('[') && key.ends_with(']')
}

/// Whether texts are headers: one says something, and none is a number.
fn is_names(texts: &[impl AsRef<str>]) -> bool {
    let is_word =
        |text: &str| text.chars().any(char::is_alphabetic) && text.bytes().filter(u8::is_ascii_digit).count() < 5;
    texts.len() > 1
        && texts.iter().all(|text| is_word(text.as_ref()))
        && texts.iter().any(|text| label::of_header(text.as_ref()).is_some())
}

/// A path as it may be shown. Objects may use data as keys: a path is shown if many records have it
/// and its keys look like names of a schema.
pub(super) fn shown(path: &[String], number: usize, values: usize) -> String {
    let is_shown = |key: &String| is_schema_name(key) || is_position(key) || key == "*" || key == "{}";
    if values >= OF_MANY && path.iter().all(is_shown) {
        path.join(".")
    } else if number == 0 {
        LATE_PATH.to_owned()
    } else {
        format!("{NUMBERED_PATH}{number}")
    }
}
