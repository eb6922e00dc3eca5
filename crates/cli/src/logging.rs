//! The log of `serve` on standard error: text, or one JSON object per line.
//!
//! `EXPOSURE_LOG` sets the level of our own crates. Messages of libraries below the level `info`
//! are never logged, whatever the setting: HTTP libraries quote headers, which hold keys, and
//! paths, which hold prefixes.

use anyhow::{Result, anyhow};
use serde::Deserialize;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

/// Prefix of the names of our own crates.
const OURS: &str = "exposure";

/// Format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Lines of text
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// Starts the log, at the level in `EXPOSURE_LOG`, such as `EXPOSURE_LOG=debug`.
pub(crate) fn to_stderr(format: LogFormat) -> Result<()> {
    let filter = filter(std::env::var_os("EXPOSURE_LOG"))?;
    let lines = lines(format, filter, io::stderr().is_terminal(), io::stderr);
    tracing_subscriber::registry().with(lines).init();
    Ok(())
}

fn filter(set: Option<OsString>) -> Result<EnvFilter> {
    let Some(set) = set.filter(|set| !set.is_empty()) else {
        return Ok(EnvFilter::new("info"));
    };
    let parsed = set.to_str().and_then(|set| EnvFilter::try_new(set).ok());
    parsed.ok_or_else(|| anyhow!("invalid EXPOSURE_LOG; set it to off, error, warn, info, debug or trace"))
}

/// A layer that writes the lines that pass the filter.
fn lines<W>(format: LogFormat, filter: EnvFilter, coloured: bool, writer: W) -> impl Layer<Registry>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let quiet = filter_fn(|line| line.target().starts_with(OURS) || *line.level() <= LevelFilter::INFO);
    let lines = fmt::layer().with_writer(writer).with_target(false);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(coloured).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // With the hint, disabled levels are skipped without evaluating the filter.
    lines.with_filter(filter.and(quiet.with_max_level_hint(LevelFilter::TRACE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("whole").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The log after one message of our own and three of libraries.
    fn written(format: LogFormat, set: &str) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = lines(format, filter(Some(set.into())).expect("a filter"), false, move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            tracing::trace!(target: "exposure_service::http", "ours");
            tracing::debug!(target: "h2::codec", "canary-header");
            tracing::trace!(target: "hyper::proto", "canary-path");
            tracing::warn!(target: "hyper::proto", "theirs");
        });
        let bytes = kept.0.lock().expect("whole").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn debug_messages_of_libraries_are_never_logged() {
        for set in ["trace", "h2=trace,hyper=trace,exposure_service=trace", "debug,h2=trace,exposure_service=trace"] {
            for format in [LogFormat::Text, LogFormat::Json] {
                let log = written(format, set);
                assert!(log.contains("ours") && log.contains("theirs"), "{log}");
                assert!(!log.contains("canary"), "{log}");
            }
        }
        assert_eq!(written(LogFormat::Text, "off"), "");
        assert!(!written(LogFormat::Text, "warn").contains("ours"));
    }

    #[test]
    fn json_is_one_object_per_line() {
        let log = written(LogFormat::Json, "trace");
        let lines: Vec<serde_json::Value> =
            log.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!((&lines[0]["level"], &lines[0]["message"]), (&"TRACE".into(), &"ours".into()));
    }

    #[test]
    fn an_invalid_level_is_an_error() {
        let error = filter(Some("a=b=c".into())).expect_err("not a filter");
        assert!(error.to_string().starts_with("invalid EXPOSURE_LOG"));
        assert_eq!(filter(None).expect("the default").to_string(), "info");
        assert_eq!(filter(Some(OsString::new())).expect("the default").to_string(), "info");
    }
}
