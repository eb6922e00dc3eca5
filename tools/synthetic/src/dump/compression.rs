//! Compression of a whole dump, and the archives that can contain it.

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use liblzma::write::XzEncoder;
use std::io::{self, Cursor, Write};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not compressed.
    None,
    /// gzip.
    Gz,
    /// zstd, with a window of 128 MiB, as with `--long`.
    Zst,
    /// bzip2.
    Bz2,
    /// xz.
    Xz,
    /// Two members of gzip, one after the other; a line may straddle both.
    TwoMembers,
}

/// The archive that contains a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// None.
    None,
    /// tar; its content is held in memory.
    Tar,
    /// zip; its content is held in memory.
    Zip,
}

/// The window of zstd's `--long`, as a power of two.
const LONG_WINDOW: u32 = 27;

/// Speed matters here, not size.
const LEVEL: u32 = 1;

impl Compression {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::None, Self::Gz, Self::Zst, Self::Bz2, Self::Xz, Self::TwoMembers];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gz => "gz",
            Self::Zst => "zst",
            Self::Bz2 => "bz2",
            Self::Xz => "xz",
            Self::TwoMembers => "two-members",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gz | Self::TwoMembers => ".gz",
            Self::Zst => ".zst",
            Self::Bz2 => ".bz2",
            Self::Xz => ".xz",
        }
    }
}

impl Archive {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Tar, Self::Zip];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Tar => "tar",
            Self::Zip => "zip",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Tar => ".tar",
            Self::Zip => ".zip",
        }
    }

    /// An archive of one file, in a folder.
    pub(super) fn of(self, name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::None => Ok(bytes.to_vec()),
            Self::Tar => {
                let mut tar = tar::Builder::new(Vec::new());
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes.len() as u64);
                header.set_mode(0o644);
                tar.append_data(&mut header, format!("data/{name}"), bytes)?;
                tar.into_inner()
            }
            Self::Zip => {
                let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
                zip.start_file(format!("data/{name}"), zip_options())?;
                zip.write_all(bytes)?;
                Ok(zip.finish()?.into_inner())
            }
        }
    }
}

/// Deflated, with zip's default date, so that the same dump is the same bytes.
pub(super) fn zip_options() -> zip::write::SimpleFileOptions {
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(LEVEL.into()));
    options.last_modified_time(zip::DateTime::default())
}

type Out<'o> = &'o mut (dyn Write + Send);

/// Compresses what is written.
pub(super) struct Packer<'o> {
    by: By<'o>,
    /// A second member follows.
    awaits_member: bool,
}

enum By<'o> {
    Nothing(Out<'o>),
    Gz(GzEncoder<Out<'o>>),
    Zst(Box<zstd::Encoder<'static, Out<'o>>>),
    Bz2(BzEncoder<Out<'o>>),
    Xz(XzEncoder<Out<'o>>),
    /// Between two members, and after a failure.
    Gone,
}

impl<'o> Packer<'o> {
    pub(super) fn new(out: Out<'o>, compression: Compression) -> io::Result<Self> {
        let by = match compression {
            Compression::None => By::Nothing(out),
            Compression::Gz | Compression::TwoMembers => By::gz(out),
            Compression::Zst => {
                let mut encoder = zstd::Encoder::new(out, LEVEL.cast_signed())?;
                encoder.long_distance_matching(true)?;
                encoder.window_log(LONG_WINDOW)?;
                By::Zst(Box::new(encoder))
            }
            Compression::Bz2 => By::Bz2(BzEncoder::new(out, bzip2::Compression::fast())),
            Compression::Xz => By::Xz(XzEncoder::new(out, LEVEL)),
        };
        Ok(Self { by, awaits_member: compression == Compression::TwoMembers })
    }

    /// Begins the second member, if there are two and this is the first.
    pub(super) fn next_member(&mut self) -> io::Result<()> {
        if self.awaits_member {
            self.awaits_member = false;
            if let By::Gz(encoder) = std::mem::replace(&mut self.by, By::Gone) {
                self.by = By::gz(encoder.finish()?);
            }
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.next_member()?;
        let out = match self.by {
            By::Nothing(out) => out,
            By::Gz(encoder) => encoder.finish()?,
            By::Zst(encoder) => encoder.finish()?,
            By::Bz2(encoder) => encoder.finish()?,
            By::Xz(encoder) => encoder.finish()?,
            By::Gone => return Err(gone()),
        };
        out.flush()
    }
}

impl<'o> By<'o> {
    fn gz(out: Out<'o>) -> Self {
        Self::Gz(GzEncoder::new(out, flate2::Compression::fast()))
    }

    fn writer(&mut self) -> io::Result<&mut dyn Write> {
        match self {
            Self::Nothing(out) => Ok(*out),
            Self::Gz(encoder) => Ok(encoder),
            Self::Zst(encoder) => Ok(encoder),
            Self::Bz2(encoder) => Ok(encoder),
            Self::Xz(encoder) => Ok(encoder),
            Self::Gone => Err(gone()),
        }
    }
}

fn gone() -> io::Error {
    io::Error::other("the compressed file failed before")
}

impl Write for Packer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.by.writer()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.by.writer()?.flush()
    }
}
