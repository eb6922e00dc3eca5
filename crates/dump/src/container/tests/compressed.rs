//! Compression: every method, concatenated, truncated, damaged, followed by something else, too
//! large.

use super::*;

#[test]
fn concatenated_members_are_one_text() {
    let text = lines(3_000);
    for (name, compress) in METHODS {
        let (one, two) = text.split_at(text.len() / 3);
        let row = [compress(one), compress(b""), compress(two)].concat();
        let padded = [&row[..], &[0; 512]].concat();
        for (seen, walked) in both(&row, &Limits::default()).into_iter().chain(both(&padded, &Limits::default())) {
            assert_eq!((seen[0].text() == text, walked.damage), (true, None), "{name}");
            assert_eq!((seen.len(), &seen[0].compression[..], &seen[0].name), (1, name, &None));
        }
    }
}

#[test]
fn skippable_frames_are_skipped() {
    let frame = [&b"\x50\x2a\x4d\x18\x04\0\0\0abcd"[..], &zstd(b"1,2\n")].concat();
    let row = [&frame[..], &frame].concat();
    for (seen, walked) in both(&row, &Limits::default()) {
        assert_eq!((seen[0].text(), walked.damage), (&b"1,2\n1,2\n"[..], None));
    }
}

#[test]
fn truncated_data_yields_all_that_decodes_and_then_an_error() {
    let text = lines(20_000);
    for (name, compress) in METHODS {
        let bytes = compress(&text);
        let mut lengths = Vec::new();
        for cut in [1, 4, 9, bytes.len() / 1_000, bytes.len() / 3].map(|end| bytes.len() - end) {
            let [disk, pipe] = both(&bytes[..cut], &Limits::default());
            for (seen, walked) in [&disk, &pipe] {
                assert!(text.starts_with(seen[0].text()), "{name}");
                let damage = seen[0].damage().expect("damage");
                assert_eq!((damage.what.clone(), damage.offset), (format!("the {name} data is truncated"), cut as u64));
                assert_eq!(walked.damage.as_ref(), Some(damage));
            }
            assert_eq!(disk.0[0].text().len(), pipe.0[0].text().len(), "{name}");
            lengths.push(disk.0[0].text().len());
        }
        // A third is missing, and only that, except for the last block.
        assert!(lengths.is_sorted_by(|a, b| a >= b) && lengths[4] > text.len() / 3, "{name}: {lengths:?}");
        assert!(lengths[0] > text.len() * 9 / 10, "{name}: {lengths:?}");
    }
}

#[test]
fn trailing_data_of_another_kind_is_reported_after_the_text() {
    let text = lines(300);
    for (name, compress) in METHODS {
        for garbage in [&b"garbage"[..], b"\0\0x", b"\x1f"] {
            let bytes = [&compress(&text)[..], garbage].concat();
            for (seen, walked) in both(&bytes, &Limits::default()) {
                assert_eq!(seen[0].text(), text, "{name}");
                let damage = walked.damage.expect("damage");
                assert!(damage.what.contains("follows"), "{name}");
                let zeros = garbage.iter().take_while(|&&byte| byte == 0).count();
                assert_eq!(damage.offset, (bytes.len() - garbage.len() + zeros) as u64, "{name}");
            }
        }
    }
}

#[test]
fn data_before_damage_is_delivered() {
    let text = lines(20_000);
    for (name, compress) in METHODS {
        let mut bytes = compress(&text);
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8].iter_mut().for_each(|byte| *byte ^= 0xa5);
        let (seen, walked) = from_disk(&bytes, &Limits::default());
        let good = seen[0].text().iter().zip(&text).take_while(|(a, b)| a == b).count();
        assert!(good > text.len() / 4, "{name}: {good} of {}", text.len());
        assert!(walked.damage.expect("damage").what.contains("is damaged"), "{name}");
    }
}

#[test]
fn bombs_and_large_windows_are_rejected() {
    let limits = Limits { ratio: 100, ..Limits::default() };
    let zeros = vec![b'0'; 80 << 20];
    let bomb = zstd(&zeros);
    let (seen, walked) = from_disk(&bomb, &limits);
    assert!(walked.damage.expect("reported").what.contains("--max-ratio"));
    assert!(seen[0].text().len() < zeros.len() && seen[0].text().len() >= 64 << 20);
    // In two steps, neither of which expands so much.
    let (_, walked) = from_disk(&gzip(&bomb), &Limits { ratio: 1_000, ..Limits::default() });
    assert!(walked.damage.expect("reported").what.contains("--max-ratio"));

    let entries: Vec<_> = (0..20).map(|n| format!("{n}.csv")).collect();
    let entries: Vec<_> = entries.iter().map(|name| (&name[..], &b"1\n"[..])).collect();
    for archive in [zip(&entries), tar(&entries)] {
        for (seen, walked) in both(&archive, &Limits { entries: 5, ..Limits::default() }) {
            assert_eq!((seen.len(), walked.entries), (5, 5));
            assert!(walked.damage.expect("reported").what.contains("--max-entries"));
        }
    }

    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("memory");
    encoder.window_log(28).expect("allowed");
    encoder.long_distance_matching(true).expect("allowed");
    encoder.write_all(b"1,2\n").expect("memory");
    let wide = encoder.finish().expect("memory");
    let (_, walked) = from_disk(&wide, &Limits::default());
    assert!(walked.damage.expect("reported").what.contains("--max-whole"));
    let (seen, walked) = from_disk(&wide, &Limits { whole: 1 << 30, ..Limits::default() });
    assert_eq!((seen[0].text(), walked.damage), (&b"1,2\n"[..], None));
}

#[test]
fn nesting_to_the_limit_fits_the_stack_and_deeper_nesting_is_rejected() {
    let (name, text) = ("a.csv", b"1,2\n");
    for wrap in [gzip as Compress, zstd, |bytes| tar(&[("a.tar", bytes)]), |bytes| zip(&[("a.zip", bytes)])] {
        let mut deep = tar(&[(name, text)]);
        for _ in 0..127 {
            deep = wrap(&deep);
        }
        let (seen, walked) = from_disk(&deep, &Limits { ratio: u64::MAX, ..Limits::default() });
        assert_eq!((seen.len(), walked.damage), (1, None));
        assert_eq!(seen[0].text(), text);
        let (seen, walked) = from_disk(&wrap(&deep), &Limits::default());
        assert!(seen.is_empty() && walked.damage.expect("reported").what.contains("--max-depth"));
    }
}
