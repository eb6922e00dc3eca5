//! `--help` of every visible command, compared with `docs/commands.md`.
//!
//! `EXPOSURE_BLESS=1` updates the page.

use crate::support::Workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the page instead of comparing it.
const BLESS: &str = "EXPOSURE_BLESS";

const INTRODUCTION: &str = "\
# Commands

The output of `exposure COMMAND --help` for every command. A test compares this page with the program; update it with
`EXPOSURE_BLESS=1 cargo test -p exposure-tests help`. How the commands are used is in [operating.md](operating.md),
[dumps.md](dumps.md) and [serving.md](serving.md).
";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md")
}

fn help(workspace: &Workspace, path: &[&str]) -> String {
    let mut command = workspace.command(&[path, &["--help"]].concat());
    // The width of the text must not depend on the terminal that the tests run in.
    let output = command.env("COLUMNS", "100").stdin(std::process::Stdio::null()).output().expect("runs");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]), "{path:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The names below `Commands:`.
fn subcommands(help: &str) -> Vec<String> {
    let names = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A description that goes on in a second line is indented further than a name.
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// One section per command, each followed by those of its subcommands.
fn sections(workspace: &Workspace, path: &[&str], page: &mut String) {
    let help = help(workspace, path);
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    let title = [&["exposure"], path].concat().join(" ");
    page.push_str(&["\n## `", &title, "`\n\n```\n", lines.join("\n").trim_end(), "\n```\n"].concat());
    for name in subcommands(&help) {
        sections(workspace, &[path, &[&name]].concat(), page);
    }
}

#[test]
fn the_page_shows_the_help_of_every_command() {
    let mut expected = INTRODUCTION.to_owned();
    sections(&Workspace::new(), &[], &mut expected);
    if std::env::var_os(BLESS).is_some() {
        fs::write(page(), &expected).expect("writable");
    }
    let committed = fs::read_to_string(page()).expect("docs/commands.md");
    assert!(
        committed == expected,
        "docs/commands.md differs from --help; update it with `{BLESS}=1 cargo test -p exposure-tests help`"
    );
    assert!(expected.matches("\n## ").count() > 20, "the commands are found:\n{expected}");
    assert!(!expected.contains("## `exposure worker"), "hidden commands are not documented for users");
}
