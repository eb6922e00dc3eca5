//! Records as databases, spreadsheets and programs write them. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::recorder::Recorder;

fn read_all(text: &str) -> Recorder {
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut seen).expect("no limit");
    seen
}

fn rows(text: &str) -> String {
    read_all(text).text()
}

#[test]
fn dumps_of_databases() {
    let mysql = "<?xml version=\"1.0\"?><mysqldump xmlns:xsi=\"x\"><database name=\"crm\"><table_structure name=\"u\">\
        <field Field=\"id\" Type=\"int(11)\" Null=\"NO\" /></table_structure><table_data name=\"users\">\
        <row><field name=\"id\">0</field><field name=\"mobile\">15400001234</field><field name=\"x\" xsi:nil=\"true\" /></row>\
        <row><field name=\"id\">1</field><field name=\"mobile\">15400001235</field></row></table_data></database></mysqldump>";
    let text = rows(mysql);
    assert!(text.contains("row(id,mobile)\n\"0\" \"15400001234\"\n\"1\" \"15400001235\""), "{text}");
    let phpmyadmin = "<!-- 15400001230 --><pma_xml_export><database name=\"a\"><table name=\"users\"><column name=\"id\">1</column>\
        <column name=\"mobile\">15400001234</column></table></database></pma_xml_export>";
    let seen = read_all(phpmyadmin);
    assert_eq!(seen.text(), "users(id,mobile)\n\"1\" \"15400001234\"");
    assert_eq!(seen.pieces, [(0, " 15400001230 ".to_owned(), COMMENTS)]);
    let attributes =
        "<users><row Id=\"1\" Mobile=\"15400001234\" /><row Id=\"2\" Mobile=\"+86&#49;5400001235\" /></users>";
    assert_eq!(rows(attributes), "row(Id,Mobile)\n\"1\" \"15400001234\"\n\"2\" \"+8615400001235\"");
}

#[test]
fn records_of_elements_in_each_other() {
    let text = "<people><person id=\"7\"><name>张三</name><mobile>15400001234</mobile><mobile>15400001235</mobile>\
        <home city=\"x\"><tel kind=\"a\">15400001236</tel></home></person>\
        <person><name><![CDATA[李 & 四]]></name><phones><item>15400001237</item><item>15400001238</item></phones></person></people>";
    let expected = "home(tel,tel kind,city)\n\"15400001236\" \"a\" \"x\"\n\
        person(name,mobile,id)\n\"张三\" \"15400001234\" \"7\"\n- \"15400001235\" -\n\"李 & 四\" - -\n\
        phones(phones)\n\"15400001237\"\n\"15400001238\"";
    assert_eq!(rows(text), expected);
}

#[test]
fn keys_beside_values_are_keys() {
    let plist = "<plist><dict><key>name</key><string>a</string><key>phones</key><array><string>15400001234</string></array></dict></plist>";
    assert_eq!(rows(plist), "phones(phones)\n\"15400001234\"\nplist(name)\n\"a\"");
    let meta = "<item><title>a</title><wp:postmeta><wp:meta_key>mobile</wp:meta_key><wp:meta_value>15400001234</wp:meta_value></wp:postmeta></item>";
    assert_eq!(rows(meta), "item(title,mobile)\n\"a\" \"15400001234\"");
    let properties =
        "<map><entry key=\"mobile\">15400001234</entry><property name=\"tel\" value=\"15400001235\"/></map>";
    assert_eq!(rows(properties), "map(mobile,tel)\n\"15400001234\" \"15400001235\"");
    let rpc = "<struct><member><name>mobile</name><value><string>15400001234</string></value></member>\
        <member><name>order</name><value>15400001235</value></member></struct>";
    assert_eq!(rows(rpc), "struct(mobile,order)\n\"15400001234\" \"15400001235\"");
    // A name that says what its numbers are is kept.
    let phone = "<user><phone><name>home</name><value>15400001234</value></phone></user>";
    assert_eq!(rows(phone), "phone(name,phone)\n\"home\" \"15400001234\"");
    let solr = "<doc><str name=\"mobile\">15400001234</str><arr name=\"phones\"><str>15400001235</str></arr></doc>";
    assert_eq!(rows(solr), "phones(phones)\n\"15400001235\"\ndoc(mobile)\n\"15400001234\"");
}

#[test]
fn a_workbook_gives_the_rows_of_its_sheets() {
    let text = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"x\">\
        <Author>15400001230</Author><Worksheet ss:Name=\"S\"><Table><Row><Cell><Data ss:Type=\"String\">name</Data></Cell>\
        <Cell ss:Index=\"3\"><Data ss:Type=\"String\">mobile</Data></Cell></Row>\
        <Row><Cell ss:MergeAcross=\"1\"><ss:Data ss:Type=\"String\"><B>a</B>b</ss:Data><Comment><ss:Data>15400001231</ss:Data></Comment></Cell>\
        <Cell><Data ss:Type=\"Number\">1.5400001234E+10</Data></Cell></Row></Table></Worksheet></Workbook>";
    let seen = read_all(text);
    assert_eq!(seen.text(), "S()\n\"name\" - \"mobile\"\nS()\n\"ab\" - f15400001234");
    assert_eq!(seen.outside(), "15400001230\n15400001231");
}

#[test]
fn missing_and_superfluous_ends_cost_nothing() {
    let text =
        "<a><row><mobile>15400001234</mobile></x></row><row><mobile>15400001235</row><row><mobile>15400001236</mobile>";
    assert_eq!(rows(text), "row(mobile)\n\"15400001234\"\n\"15400001235\"\n\"15400001236\"");
    let seen = read_all("15400001230 <r><a>15400001234</a> <b 15400001231</r> 15400001232 <r><a>15400001235</a></r>");
    assert!(seen.text().contains("\"15400001234\"") && seen.text().contains("\"15400001235\""), "{}", seen.text());
    for number in ["15400001230", "15400001231", "15400001232"] {
        assert!(seen.outside().contains(number) || seen.text().contains(number), "{number}");
    }
}

#[test]
fn names_that_may_be_numbers_are_handed_on() {
    let seen = read_all("<users><user name=\"15400001234\">张三</user><x y='1'/></users>");
    assert_eq!(seen.outside(), "15400001234");
}

#[test]
fn a_text_beyond_the_limit_is_malformed_and_handed_on() {
    let limits = Limits { record: 8 << 10, depth: 8, ..Limits::default() };
    let deep = "<d>".repeat(20);
    let text = format!(
        "<a><r><note>{}</note><mobile>15400001235</mobile></r>{deep}15400001236{}<r><mobile>15400001237</mobile></r></a>",
        "15400001234 words ".repeat(1_000),
        "</d>".repeat(20)
    );
    let mut seen = Recorder::default();
    read(&mut text.as_bytes(), &limits, &mut seen).expect("no limit");
    assert_eq!(seen.malformed, 1);
    assert_eq!(seen.outside().matches("15400001234").count(), 1_000);
    for number in ["15400001235", "15400001236", "15400001237"] {
        assert!(seen.text().contains(number), "{number} {}", seen.text());
    }
}

#[test]
fn detection() {
    assert!(looks_like("\u{feff}<?xml version=\"1.0\"?>").is_some());
    assert!(looks_like("<row a=\"1\"/>\n<row a=\"2\"/>\n").is_some());
    assert_eq!(looks_like("<13>Jan  1 00:00:00 host text\n"), None);
    assert_eq!(looks_like("a,b\n<c>,</c>\n"), None);
}
