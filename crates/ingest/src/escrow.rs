//! The escrow of a source: its canonical identifiers, encrypted to an age recipient whose key is
//! offline.
//!
//! Digests under another key can only be made from the identifiers, and the dump may be deleted by
//! then. An escrow is an age stream of lines `kind:canonical`, each identifier once, in no
//! particular order. Only the holder of the recipient's identity can decrypt it; this program
//! cannot. The run decides what is written.

use age::stream::StreamWriter;
use exposure_index::{DataDir, Draft};
use std::fmt;
use std::fs::{DirBuilder, File};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Its directory in the data directory.
const DIRECTORY: &str = "escrow";

/// Ciphertext that is buffered before it is written: several of age's chunks of 64 KiB.
const BUFFER_BYTES: usize = 1 << 20;

/// The recipient of an escrow.
#[derive(Clone)]
pub struct EscrowRecipient(age::x25519::Recipient);

/// Why a text is not a recipient. Never holds the text, which may be a secret pasted by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// It is the secret half of the key.
    #[error(
        "this is an age identity, which is secret and decrypts the escrow; give its recipient, which begins with age1 (`age-keygen -y` shows it), and keep the identity off this machine"
    )]
    Secret,
    /// It is neither.
    #[error("this is not an age recipient, which begins with age1 and has 62 characters (`age-keygen` shows it)")]
    Syntax,
}

impl FromStr for EscrowRecipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let text = text.trim();
        // Even if it is truncated or has something around it.
        if text.to_ascii_uppercase().contains("AGE-SECRET-KEY") {
            return Err(RecipientError::Secret);
        }
        text.parse().map(Self).map_err(|_| RecipientError::Syntax)
    }
}

impl fmt::Display for EscrowRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for EscrowRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EscrowRecipient({self})")
    }
}

/// An escrow that is being written under a temporary name. Dropping it removes the file.
pub(crate) struct Escrow {
    stream: StreamWriter<BufWriter<File>>,
    file: Unpublished,
}

/// An escrow that is complete and durable, and still has its temporary name.
pub(crate) struct Sealed(Unpublished);

struct Unpublished {
    directory: PathBuf,
    slug: String,
    draft: Draft,
}

impl Escrow {
    /// Begins an escrow, and replaces what a killed run left. The caller holds the lock of the data
    /// directory.
    pub(crate) fn begin(data: &DataDir, slug: &str, recipient: &EscrowRecipient) -> io::Result<Self> {
        let directory = data.root().join(DIRECTORY);
        DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        File::open(data.root())?.sync_all()?;
        // No slug contains a dot, so the temporary name belongs to this source alone.
        let mut draft = Draft::beside(&directory.join(slug))?;
        let output = BufWriter::with_capacity(BUFFER_BYTES, draft.file().try_clone()?);
        let recipients = [&recipient.0 as &dyn age::Recipient];
        let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).map_err(io::Error::other)?;
        let stream = encryptor.wrap_output(output)?;
        Ok(Self { stream, file: Unpublished { directory, slug: slug.to_owned(), draft } })
    }

    /// Adds an identifier. The caller passes each one once.
    pub(crate) fn write(&mut self, kind: &str, canonical: &str) -> io::Result<()> {
        // Piece by piece: a joined line would be another copy in memory.
        [kind, ":", canonical, "\n"].into_iter().try_for_each(|piece| self.stream.write_all(piece.as_bytes()))
    }

    /// Completes the escrow and makes it durable. It must be published before the ledger: better an
    /// escrow without a ledger than the reverse.
    pub(crate) fn finish(self) -> io::Result<Sealed> {
        let Self { stream, file } = self;
        stream.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.draft.sync(0o600)?;
        Ok(Sealed(file))
    }
}

impl Sealed {
    /// Renames it to the first free name, so that no older escrow is lost, and returns the path:
    /// `SLUG.age`, `SLUG.2.age` and so on. No slug contains a dot, so no two sources use the same
    /// name.
    pub(crate) fn publish(self) -> io::Result<PathBuf> {
        let Self(Unpublished { directory, slug, draft }) = self;
        let name = |number: u32| if number == 1 { format!("{slug}.age") } else { format!("{slug}.{number}.age") };
        let mut paths = (1..).map(|number| directory.join(name(number)));
        let path = paths.find(|path| !exists(path)).ok_or(io::ErrorKind::AlreadyExists)?;
        draft.publish(&path)?;
        Ok(path)
    }
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::secrecy::ExposeSecret as _;
    use std::fs;
    use std::os::unix::fs::MetadataExt as _;

    fn lines(path: &Path, identity: &age::x25519::Identity) -> String {
        String::from_utf8(age::decrypt(identity, &fs::read(path).expect("there")).expect("whole")).expect("text")
    }

    #[test]
    fn an_escrow_is_read_with_the_identity_alone_and_replaces_no_other() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path());
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string().parse().expect("a recipient");
        for (number, name) in [(1, "a.age"), (2, "a.2.age"), (3, "a.3.age")] {
            let mut escrow = Escrow::begin(&data, "a", &recipient).expect("begun");
            escrow.write("phone", &format!("+861540000000{number}")).expect("written");
            escrow.write("email", "nobody@example.org").expect("written");
            let path = escrow.finish().expect("whole").publish().expect("renamed");
            assert_eq!(path, dir.path().join("escrow").join(name));
            assert_eq!(path.metadata().expect("there").mode() & 0o777, 0o600);
            let bytes = fs::read(&path).expect("there");
            assert!(!bytes.windows(8).any(|window| window == b"+8615400"), "in the clear");
            assert!(age::decrypt(&age::x25519::Identity::generate(), &bytes).is_err());
            assert!(age::decrypt(&identity, &bytes[..bytes.len() - 1]).is_err(), "cut");
            assert_eq!(lines(&path, &identity), format!("phone:+861540000000{number}\nemail:nobody@example.org\n"));
        }
        assert_eq!(dir.path().join("escrow").metadata().expect("there").mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(dir.path().join("escrow")).expect("there").count(), 3, "no temporary name is left");
    }

    #[test]
    fn an_escrow_that_is_not_published_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path());
        let recipient = age::x25519::Identity::generate().to_public().to_string().parse().expect("a recipient");
        let left = || fs::read_dir(dir.path().join("escrow")).expect("there").count();
        let begin = || Escrow::begin(&data, "a", &recipient).expect("begun");
        drop(begin());
        assert_eq!(left(), 0);
        drop(begin().finish().expect("whole"));
        assert_eq!(left(), 0);
        // A killed run leaves its file, and the next one replaces it.
        std::mem::forget(begin());
        assert_eq!(left(), 1);
        begin().finish().expect("whole").publish().expect("renamed");
        assert_eq!(left(), 1);
    }

    #[test]
    fn errors_about_recipients_do_not_repeat_the_text() {
        let identity = age::x25519::Identity::generate();
        let secret = identity.to_string().expose_secret().to_owned();
        let public = identity.to_public().to_string();
        assert_eq!(format!(" {public}\n").parse::<EscrowRecipient>().expect("a recipient").to_string(), public);
        for secret in [&secret, &secret.to_lowercase(), &secret[..40], &format!("x {secret}")] {
            assert_eq!(secret.parse::<EscrowRecipient>().map(drop), Err(RecipientError::Secret));
        }
        for text in ["", "age1", &public[..61], &public.replace("age1", "bge1"), "ssh-ed25519 AAAA"] {
            let error = text.parse::<EscrowRecipient>().expect_err("not a recipient");
            assert_eq!(error, RecipientError::Syntax);
            assert!(text.is_empty() || text == "age1" || !error.to_string().contains(text));
        }
        assert!(!RecipientError::Secret.to_string().contains(&secret[16..24]));
    }
}
