//! `check --stdin`: one answer line per input line, in order. Works in batches, so that memory does
//! not grow with the input.

use super::answer::{Answer, Unanswered, answers, status};
use super::args::Args;
use super::doubt::doubt;
use super::oracle::Oracle;
use super::show;
use super::value::identify;
use crate::settings::Common;
use crate::stdin::Lines;
use anyhow::{Context as _, Result};
use exposure_client::Outcome;
use exposure_identifier::{Kind, Rules};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Answers all lines; the exit status is the highest of all answers.
pub(super) fn check(common: &Common, args: &Args, rules: &Rules) -> Result<ExitCode> {
    let mut oracle = Oracle::open(common, args)?;
    let held = oracle.held(&oracle.catalogue(common, args)?, &args.kind.name);
    let mut is_absent = false;
    let mut input = Lines::of_stdin().at_most(oracle.lines());
    let mut out = BufWriter::new(io::stdout().lock());
    let progress = progress();
    let mut highest = 0;
    // The number of the next line.
    let mut first = 1;
    loop {
        let lines = input.read().context("cannot read standard input")?;
        if lines.is_empty() {
            progress.finish_and_clear();
            // Once for all lines, and not among them.
            if let Some(sentence) = held.sentence().filter(|_| is_absent && !common.json) {
                eprintln!("exposure: note: {sentence}");
            }
            return Ok(ExitCode::from(highest));
        }
        for answer in answer(args.kind, &lines, first, rules, &mut oracle) {
            highest = highest.max(status(&answer));
            is_absent |= matches!(answer, Ok(Outcome::NotFound));
            show::line(&mut out, &answer, &held, common.json)?;
        }
        // A failure in a later batch must not lose these answers.
        out.flush()?;
        first += lines.len();
        progress.inc(lines.len() as u64);
    }
}

/// Doubts are said with the numbers of their lines, of which `first` is the first.
fn answer(kind: &'static Kind, lines: &[String], first: usize, rules: &Rules, oracle: &mut Oracle) -> Vec<Answer> {
    let (read, doubts): (Vec<_>, Vec<_>) = lines
        .par_iter()
        .map(|line| {
            let read = identify(kind, line, rules);
            let doubt = doubt(kind, line, read.as_ref().ok(), rules);
            (read, doubt)
        })
        .unzip();
    for (at, doubt) in doubts.iter().enumerate() {
        if let Some(doubt) = doubt {
            eprintln!("exposure: note: line {}: {doubt}", first + at);
        }
    }
    let identifiers: Vec<_> = read.iter().filter_map(|line| line.as_ref().ok().cloned()).collect();
    let mut answers = answers(oracle, &identifiers).into_iter();
    let mut next = || answers.next().expect("one answer per identifier");
    read.into_iter()
        .map(|line| line.map_err(|refusal| Unanswered::Unfinished(refusal.code().to_owned())).and_then(|_| next()))
        .collect()
}

/// A progress display if standard error is a terminal while neither input nor output is one.
fn progress() -> ProgressBar {
    let is_useful = io::stderr().is_terminal() && !io::stdout().is_terminal() && !io::stdin().is_terminal();
    if !is_useful {
        return ProgressBar::hidden();
    }
    let template = "{spinner} {human_pos} lines answered in {elapsed}";
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}
