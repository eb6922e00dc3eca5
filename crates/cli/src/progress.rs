//! Progress on standard error: a bar on a terminal, a line a step elsewhere.

use exposure_ingest::{Progress, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::io::{IsTerminal as _, stderr};

/// Shows the steps of a run.
pub(crate) struct Shown {
    bar: RefCell<ProgressBar>,
    terminal: bool,
}

impl Shown {
    pub(crate) fn new() -> Self {
        Self { bar: RefCell::new(ProgressBar::hidden()), terminal: stderr().is_terminal() }
    }
}

impl Progress for Shown {
    fn begin(&self, step: Step, total: Option<u64>) {
        self.bar.borrow().finish_and_clear();
        let (title, unit) = match step {
            Step::Reading => ("reading", "bytes"),
            Step::Evaluating => ("evaluating", "identifiers"),
            Step::Counting => ("counting", "records"),
            Step::Writing => ("writing", "records"),
            _ => ("verifying", "bytes"),
        };
        if !self.terminal {
            match total {
                Some(total) => eprintln!("{title} {total} {unit}"),
                None => eprintln!("{title}"),
            }
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = match unit {
            "bytes" if total.is_some() => "{msg:11} {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}",
            _ if total.is_some() => "{msg:11} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}",
            _ => "{msg:11} {spinner}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the templates are tested by use"));
        bar.set_message(title);
        self.bar.replace(bar);
    }

    fn advance(&self, by: u64) {
        self.bar.borrow().inc(by);
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.bar.borrow().finish_and_clear();
    }
}
