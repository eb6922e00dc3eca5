//! Every kind of the table, from a dump through index and service to an answer.

use crate::support::Workspace;
use exposure_identifier::Kind;
use serde_json::json;
use std::collections::HashSet;

/// A CSV whose one row has the first sample of every kind, and the arguments that assign its
/// columns.
fn dump(workspace: &Workspace) -> (String, Vec<String>) {
    let kinds = || Kind::all().iter();
    let header = (1..=Kind::all().len()).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    let row = kinds().map(|kind| format!("\"{}\"", kind.samples[0])).collect::<Vec<_>>().join(",");
    let columns = kinds().zip(1..).flat_map(|(kind, n)| ["--column".to_owned(), format!("c{n}={}", kind.name)]);
    (workspace.file("all.csv", format!("{header}\n{row}\n")), columns.collect())
}

#[test]
fn every_kind_is_indexed_and_found() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let (dump, columns) = dump(&workspace);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    workspace.run(&[&["ingest", "--source", "all", &dump], &columns[..]].concat()).ok();
    let held: HashSet<_> = Kind::all().iter().map(|kind| (&kind.hashed_as().name, &kind.samples[0])).collect();
    assert_eq!(workspace.run(&["build", "--json"]).json()["records"], held.len() + 1);
    let server = workspace.serve(&[]);
    let parameters = server.parameters();
    for kind in Kind::all() {
        let hashed = kind.hashed_as();
        let counted = parameters["kinds"].as_array().expect("kinds").iter().find(|held| held["kind"] == hashed.name);
        assert_eq!(counted.expect("held")["possible"], json!(hashed.possible), "{kind:?}");
        let answer = |sample| if held.contains(&(&hashed.name, sample)) { "found all\n" } else { "absent\n" };
        let answers: String = kind.samples.iter().map(answer).collect();
        let said = workspace.run_with(&["check", "--kind", &kind.name, "--stdin"], &kind.samples.join("\n"));
        assert_eq!(said.stdout, answers, "{kind:?}");
    }
    let dni = workspace.run(&["check", "--kind", "es.dni", &Kind::named("es.dni").expect("a kind").samples[0]]);
    assert!(dni.stdout.starts_with("Spanish DNI number 0"), "called as it was asked for: {}", dni.stdout);
    for kind in ["hk.id", "mx.rfc", "se.personnummer"] {
        let samples = &Kind::named(kind).expect("a kind").samples;
        let said =
            workspace.run_with(&["check", "--kind", kind, "--stdin", "--server", &server.url], &samples.join("\n"));
        assert_eq!(said.stdout, "found all\nabsent\n", "{kind}: {}", said.stderr);
    }
}

#[test]
fn columns_of_many_countries_are_detected_by_headers() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let headers = [("PESEL", "pl.pesel"), ("CPF", "br.cpf"), ("Henkilötunnus", "fi.hetu"), ("주민등록번호", "kr.rrn")];
    let row = headers.map(|(_, kind)| Kind::named(kind).expect("a kind").samples[0].as_str());
    let file =
        workspace.file("many.csv", format!("{}\n{}\n", headers.map(|(header, _)| header).join(","), row.join(",")));
    let report = workspace.run(&["ingest", "--json", "--source", "many", &file]).json();
    for (header, kind) in headers {
        assert_eq!(report["found"][kind], 1, "{header}");
    }
}

#[test]
fn the_list_is_complete() {
    let workspace = Workspace::new();
    let list = workspace.run(&["kinds", "--json"]).json();
    assert_eq!(list.as_array().map(Vec::len), Some(Kind::all().len()));
    let pesel = list.as_array().expect("a list").iter().find(|kind| kind["kind"] == "pl.pesel").expect("Poland");
    assert_eq!((&pesel["country"], &pesel["tier"]), (&json!("PL"), &json!("B")));
    assert!(pesel["possible"].is_u64() && pesel["samples"][0].is_string());
    let table = workspace.run(&["kinds"]).ok();
    assert!(table.starts_with("KIND") && table.lines().count() == Kind::all().len() + 1);
}
