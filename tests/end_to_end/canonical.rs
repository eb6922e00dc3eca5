//! `exposure canonical`, the reference that other implementations are tested against.

use crate::support::Workspace;

#[test]
fn one_output_line_per_input_line() {
    let workspace = Workspace::new();
    let lines = "15400001234\n\n+44 7700 900123\r\n15400001234/15400005678\n154****1234\nx";
    let said = workspace.run_with(&["canonical", "--kind", "phone", "--stdin"], lines).ok();
    let expected =
        ["+8615400001234", "!empty", "+447700900123", "+8615400001234\t+8615400005678", "!masked", "!letters"];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    assert_eq!(workspace.run_with(&["canonical", "--kind", "phone", "--stdin"], "").ok(), "");
    assert_eq!(workspace.run_with(&["canonical", "--kind", "phone", "--stdin"], "\n").ok(), "!empty\n");
}

#[test]
fn region_and_kind_are_used() {
    let workspace = Workspace::new();
    let said = workspace.run_with(&["canonical", "--kind", "phone", "--region", "GB", "--stdin"], "07700 900123");
    assert_eq!(said.ok(), "+447700900123\n");
    let said = workspace.run_with(&["canonical", "--kind", "cn.ric", "--stdin"], "110105491231002\n110105194902300029");
    assert_eq!(said.ok(), "11010519491231002X\n!date\n");
    for (arguments, wrong) in [
        (["canonical", "--kind", "telefon", "--stdin"].as_slice(), "telefon"),
        (&["canonical", "--kind", "phone", "--region", "XX", "--stdin"], "XX"),
        (&["canonical", "--kind", "phone", "--stdin", "15400001234"], "unexpected"),
    ] {
        let said = workspace.run(arguments);
        assert_eq!(said.status, 2);
        assert!(said.stderr.contains(wrong), "{}", said.stderr);
    }
}
