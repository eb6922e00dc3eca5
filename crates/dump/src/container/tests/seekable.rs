//! Members that are read in any order: spreadsheets, Parquet files, and what only looks like them.

use super::*;

const CONTENT_TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

#[test]
fn spreadsheets_and_parquet_files_are_delivered_whole() {
    let book = zip(&[CONTENT_TYPES, ("xl/workbook.xml", b"<workbook/>")]);
    let parquet = b"PAR1\0\0\x15\0PAR1".to_vec();
    let archive = tar(&[("book.xlsx", &book), ("table.parquet", &parquet)]);
    for (seen, walked) in both(&archive, &Limits::default()) {
        assert_eq!((names(&seen), walked.damage), (vec!["book.xlsx", "table.parquet"], None));
        assert_eq!(
            (&seen[0].what, &seen[1].what),
            (&What::Tables(FileFormat::Xlsx, book.len()), &What::Tables(FileFormat::Parquet, parquet.len()))
        );
    }
    for (seen, _) in both(&book, &Limits::default()) {
        assert_eq!((&seen[0].what, &seen[0].compression[..]), (&What::Tables(FileFormat::Xlsx, book.len()), "none"));
    }
    for (seen, _) in both(&parquet, &Limits::default()) {
        assert_eq!(seen[0].what, What::Tables(FileFormat::Parquet, parquet.len()));
    }
    let limits = Limits { whole: 20, ..Limits::default() };
    let (seen, walked) = from_pipe(&archive, &limits);
    assert_eq!(names(&seen), ["table.parquet"], "which is small enough");
    assert!(walked.damage.expect("too large").what.contains("--max-whole"));
}

#[test]
fn other_documents_are_skipped_and_archives_that_begin_like_them_are_read() {
    let letter = zip(&[CONTENT_TYPES, ("word/document.xml", b"<document/>")]);
    let open = zip(&[("mimetype", b"application/vnd.oasis.opendocument.presentation"), ("content.xml", b"<a/>")]);
    for document in [letter, open] {
        for (seen, _) in both(&document, &Limits::default()) {
            assert!(seen.len() == 1 && matches!(seen[0].what, What::Skipped(_)), "{seen:?}");
        }
    }
    let archive = zip(&[("xl/list.csv", b"1,2\n")]);
    for (seen, _) in both(&archive, &Limits::default()) {
        assert_eq!(seen[0].text(), b"1,2\n");
    }
}
