//! The files that are attached to mail, from a file and from a stream.

use super::*;

const MAIL: &str = "Message-ID: <x>\nSubject: 1\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nbody\n--x\n\
                    Content-Disposition: attachment; filename=a.csv\nContent-Transfer-Encoding: base64\n\nYSxiCjEsMgo=\n--x\n\
                    Content-Type: application/gzip; name=b.gz\nContent-Transfer-Encoding: base64\n\n";

fn message() -> String {
    let packed = data_encoding::BASE64.encode(&gzip(b"inside\n"));
    format!("{MAIL}{packed}\n--x\nContent-Type: image/png\n\nGIF89a\0\x01\n--x--\n")
}

#[test]
fn files_are_members() {
    for (bytes, outer) in [(message().into_bytes(), "none"), (gzip(message().as_bytes()), "gzip")] {
        for (seen, walked) in both(&bytes, &Limits::default()) {
            assert_eq!(walked.damage, None);
            let names: Vec<_> = seen.iter().map(|seen| seen.name.as_deref().unwrap_or("-")).collect();
            assert_eq!(names, ["-", "a.csv", "b.gz", "attachment 3"]);
            assert_eq!(seen[0].compression, outer);
            assert_eq!(seen[0].text(), message().as_bytes());
            assert_eq!((seen[1].text(), seen[2].text()), (&b"a,b\n1,2\n"[..], &b"inside\n"[..]));
            assert_eq!(seen[3].what, What::Skipped("an image"));
            assert_eq!((walked.entries, walked.skipped), (3, 1));
        }
    }
}

#[test]
fn files_in_mail_that_is_too_large_to_be_held_are_counted() {
    let limits = Limits { whole: 800, ..Limits::default() };
    let (seen, walked) = from_pipe(message().as_bytes(), &limits);
    assert_eq!(seen.len(), 1);
    assert!(walked.damage.expect("files").what.starts_with("2 files that are attached"));
    let (seen, walked) = from_disk(message().as_bytes(), &limits);
    assert_eq!((seen.len(), walked.damage), (4, None));
}
