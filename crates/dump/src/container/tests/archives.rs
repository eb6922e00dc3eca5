//! Archives: every kind, nested, truncated, damaged.

use super::*;

#[test]
fn entries_come_in_order_from_disk_and_pipe() {
    let (a, b) = (lines(5_000), lines(3));
    let entries: [(&str, &[u8]); 3] = [("a/b.csv", &a), ("empty.txt", b""), ("c.csv", &b)];
    let mut archives = vec![("tar", tar(&entries)), ("zip", zip(&entries)), ("zip", zip_to_pipe(&entries))];
    for method in [
        zip::CompressionMethod::Stored,
        zip::CompressionMethod::Bzip2,
        zip::CompressionMethod::Zstd,
        zip::CompressionMethod::Xz,
    ] {
        archives.push(("zip", zip_as(method, &entries)));
    }
    for (what, archive) in archives {
        for (seen, walked) in both(&archive, &Limits::default()) {
            assert_eq!(names(&seen), ["a/b.csv", "empty.txt", "c.csv"]);
            assert_eq!(seen.iter().map(Seen::text).collect::<Vec<_>>(), [&a[..], b"", &b]);
            assert_eq!((walked.damage, walked.entries, &seen[0].compression[..]), (None, 3, what));
        }
    }
}

#[test]
fn archives_nest_in_archives_and_compressed_files() {
    let text = lines(2_000);
    let inner = zip(&[("a.csv.gz", &gzip(&text)), ("b.csv", b"1,2\n")]);
    let middle = tar(&[("dir/inner.zip", &inner), ("c.csv.zst", &zstd(b"3,4\n"))]);
    let outer = xz(&zstd(&middle));
    for (seen, walked) in both(&outer, &Limits::default()) {
        assert_eq!(walked.damage, None);
        assert_eq!(names(&seen), ["dir/inner.zip!a.csv.gz", "dir/inner.zip!b.csv", "c.csv.zst"]);
        assert_eq!(seen[0].text(), text);
        let chains: Vec<_> = seen.iter().map(|seen| &seen.compression[..]).collect();
        assert_eq!(chains, ["xz, zstd, tar, zip, gzip", "xz, zstd, tar, zip", "xz, zstd, tar, zstd"]);
    }
    let limits = Limits { depth: 4, ..Limits::default() };
    for (seen, walked) in both(&outer, &limits) {
        assert_eq!(names(&seen), ["dir/inner.zip!b.csv", "c.csv.zst"]);
        assert!(walked.damage.expect("too deep").what.contains("--max-depth"));
        assert_eq!(walked.damaged_member.as_deref(), Some("dir/inner.zip!a.csv.gz"));
    }
}

#[test]
fn a_damaged_entry_of_a_zip_does_not_hide_the_next() {
    let text = lines(10_000);
    let entries: [(&str, &[u8]); 3] = [("a.csv", &text), ("b.csv", &text), ("c.csv", b"1,2\n")];
    for archive in [zip(&entries), zip_as(zip::CompressionMethod::Stored, &entries)] {
        let mut broken = archive.clone();
        let location = broken.len() / 4;
        broken[location] ^= 0x55;
        broken[location + 1] ^= 0x55;
        for (seen, walked) in both(&broken, &Limits::default()) {
            assert_eq!(names(&seen), ["a.csv", "b.csv", "c.csv"]);
            assert!(seen[0].damage().is_some() && seen[1].damage().is_none(), "{walked:?}");
            assert_eq!((seen[1].text(), seen[2].text()), (&text[..], &b"1,2\n"[..]));
            assert!(seen[0].text().len() > text.len() / 10);
            assert_eq!((walked.damages, walked.damaged_member.as_deref()), (1, Some("a.csv")));
        }
    }
}

#[test]
fn a_truncated_archive_yields_its_complete_part() {
    let text = lines(6_000);
    let entries: [(&str, &[u8]); 2] = [("a.csv", &text), ("b.csv", &text)];
    for archive in [tar(&entries), zip(&entries), zip_to_pipe(&entries), gzip(&tar(&entries))] {
        let cut = &archive[..archive.len() * 3 / 4];
        for (seen, walked) in both(cut, &Limits::default()) {
            assert_eq!(names(&seen), ["a.csv", "b.csv"]);
            assert_eq!(seen[0].text(), text);
            assert!(text.starts_with(seen[1].text()) && seen[1].text().len() > text.len() / 3);
            assert!(seen[1].damage().is_some_and(|damage| damage.what.contains("is truncated")), "{walked:?}");
            assert_eq!(walked.damage.as_ref(), seen[1].damage());
        }
    }
}

#[test]
fn entries_that_are_not_text_are_skipped_with_a_reason() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "link.csv", "/etc/passwd").expect("memory");
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_size(0);
    builder.append_data(&mut header, "dir/", &b""[..]).expect("memory");
    let long = format!("{}/\u{1b}[31m\u{202e}e.csv", "d".repeat(150));
    let mut header = tar::Header::new_gnu();
    header.set_size(4);
    builder.append_data(&mut header, &long, &b"1,2\n"[..]).expect("memory");
    let mut header = tar::Header::new_gnu();
    header.set_size(8);
    builder.append_data(&mut header, "photo.csv", &b"\x89PNG\r\n\x1a\n"[..]).expect("memory");
    let archive = builder.into_inner().expect("memory");
    for (seen, walked) in both(&archive, &Limits::default()) {
        assert_eq!((walked.damage, walked.entries, walked.skipped), (None, 3, 2));
        assert_eq!(seen[0].what, What::Skipped("a link"));
        assert_eq!(seen[1].name, Some(format!("{}/\\u{{1b}}[31m\\u{{202e}}e.csv", "d".repeat(150))));
        assert_eq!(seen[1].text(), b"1,2\n");
        assert_eq!(seen[2].what, What::Skipped("an image"));
    }
}

#[test]
fn extended_headers_give_names_and_lengths() {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("path", &b"pax.csv"[..]), ("size", b"4")]).expect("memory");
    let mut bytes = builder.into_inner().expect("memory");
    bytes.truncate(bytes.len() - 1_024);
    let mut header = tar::Header::new_ustar();
    header.set_path("short").expect("short");
    // As Python writes files of more than eight gigabytes.
    header.set_size(0);
    header.set_cksum();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(b"1,2\n");
    bytes.resize(bytes.len().next_multiple_of(512) + 1_024, 0);
    bytes.extend_from_slice(&tar(&[("behind.csv", b"3\n")]));
    for (seen, walked) in both(&bytes, &Limits::default()) {
        assert_eq!((names(&seen), walked.damage), (vec!["pax.csv", "behind.csv"], None));
        assert_eq!((seen[0].text(), seen[1].text()), (&b"1,2\n"[..], &b"3\n"[..]));
    }
}

#[test]
fn an_encrypted_entry_is_skipped() {
    let mut bytes = zip(&[("a.csv", b"1,2\n"), ("b.csv", b"3,4\n")]);
    // The flag, in the entry's own header and in the directory.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("there");
    bytes[directory + 8] |= 1;
    for (seen, walked) in both(&bytes, &Limits::default()) {
        assert!(matches!(seen[0].what, What::Skipped(why) if why.contains("password")), "{walked:?}");
        assert_eq!((seen[1].text(), walked.skipped), (&b"3,4\n"[..], 1));
    }
}

#[test]
fn stored_data_with_a_descriptor_cannot_be_read_from_a_pipe() {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("a.csv", options).expect("memory");
    writer.write_all(b"1,2\n").expect("memory");
    let bytes = writer.finish().expect("memory").into_inner();
    assert_eq!(from_disk(&bytes, &Limits::default()).0[0].text(), b"1,2\n");
    let (_, walked) = from_pipe(&bytes, &Limits::default());
    assert!(walked.damage.expect("reported").what.contains("unpack"));
}
