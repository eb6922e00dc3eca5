//! Progress on standard error: a bar on a terminal, else one line per step.

use crate::output::count;
use exposure_ingest::{Progress, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal as _, stderr};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shows the steps of an ingest or a build.
pub(crate) struct Shown {
    bar: Mutex<ProgressBar>,
    terminal: bool,
}

impl Shown {
    pub(crate) fn new() -> Self {
        Self { bar: Mutex::new(ProgressBar::hidden()), terminal: stderr().is_terminal() }
    }

    /// The bar, even if a thread panicked while it held the lock.
    fn bar(&self) -> MutexGuard<'_, ProgressBar> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Shown {
    fn begin(&self, step: Step, total: Option<u64>) {
        self.bar().finish_and_clear();
        let (title, unit) = match step {
            Step::Reading => ("reading", "bytes"),
            Step::Evaluating => ("evaluating", "identifiers"),
            Step::Sorting => ("sorting", "records"),
            Step::Counting => ("counting", "records"),
            Step::Comparing => ("comparing", "ledgers"),
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
            "bytes" if total.is_some() => {
                "{msg:11} {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} {prefix}"
            }
            "bytes" => "{msg:11} {spinner} {bytes} {binary_bytes_per_sec} {prefix}",
            _ if total.is_some() => "{msg:11} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}",
            _ => "{msg:11} {spinner}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the templates are tested by use"));
        bar.set_message(title);
        *self.bar() = bar;
    }

    fn advance(&self, by: u64) {
        self.bar().inc(by);
    }

    fn warn(&self, sentence: &str) {
        self.bar().suspend(|| eprintln!("exposure: {sentence}"));
    }

    fn found(&self, identifiers: u64) {
        if self.terminal {
            self.bar().set_prefix(format!("{} found", count(identifiers)));
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.bar().finish_and_clear();
    }
}
