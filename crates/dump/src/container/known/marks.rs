//! The marks of formats that are not read, each with what a file with it is, and the command that
//! makes something of it that is read.
//!
//! A command that runs what is in a file is named only with a warning.

/// A mark at a position, and what a file with it is.
pub(super) type Known = (usize, &'static [u8], &'static str);

/// Loading one runs what it says.
const PICKLE: &str = "a Python pickle, which runs what is in it when it is loaded; write it as text (python3 -m \
                      pickletools FILE does that and runs nothing), or, where it can do no harm, its table as CSV \
                      (python3 -c 'import pandas; pandas.read_pickle(\"FILE\").to_csv(\"OUTPUT\")' does that)";

/// Before version 4.4, reading it runs what it says.
pub(super) const R_ONE: &str = "data of R; with R 4.4 or newer, since older ones run what is in it, write it as CSV (Rscript -e \
                     'write.csv(readRDS(\"FILE\"))' does that)";
const R_ALL: &str = "data of R; with R 4.4 or newer, since older ones run what is in it, write its tables \
                                as CSV (Rscript -e 'for (n in load(\"FILE\")) write.csv(get(n))' does that)";

const OLD_EXCEL: &str =
    "a spreadsheet of an old Excel; save it as xlsx (libreoffice --headless --convert-to xlsx FILE does that)";
const LOTUS: &str = "a Lotus spreadsheet; save it as xlsx (libreoffice --headless --convert-to xlsx FILE does that)";
const AGE: &str = "data encrypted by age; decrypt it first (age -d FILE does that)";
const PGP: &str = "data encrypted by OpenPGP; decrypt it first (gpg -d FILE does that)";
const OPENSSL: &str = "data encrypted by OpenSSL; decrypt it first (openssl enc -d -in FILE does that)";
pub(super) const OPENSSL_TEXT: &str =
    "data encrypted by OpenSSL; decrypt it first (openssl enc -d -a -in FILE does that)";
const WAL: &str = "changes that belong to an SQLite database; put it beside the database, and write that as SQL \
                   (sqlite3 FILE .dump does that)";

/// Marks that no text begins with.
pub(super) const MARKED: &[Known] = &[
    (0, b"Rar!\x1a\x07", "a RAR archive; unpack it first (unar FILE does that)"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first (7z x FILE does that)"),
    (0, b"MSCF\0\0\0\0", "a cabinet archive; unpack it first (cabextract FILE does that)"),
    (0, b"!<arch>\n", "an archive of ar; unpack it first (ar x FILE does that)"),
    (0, b"\xed\xab\xee\xdb", "an RPM package; unpack it first (rpm2cpio FILE | cpio -id does that)"),
    (0, b"\x04\x22\x4d\x18", "lz4 data; decompress it first (lz4 -dc < FILE does that)"),
    (0, b"LZIP\x01", "lzip data; decompress it first (lzip -dc < FILE does that)"),
    (0, b"LRZI\0", "lrzip data; decompress it first (lrzip -d < FILE does that)"),
    (0, b"\x1f\x9d", "data of compress; decompress it first (gzip -dc < FILE does that)"),
    (0, b"\x1f\xa0", "data of compress; decompress it first (gzip -dc < FILE does that)"),
    (0, b"\x1f\x1e", "data of pack; decompress it first (gzip -dc < FILE does that)"),
    (0, b"\x89LZO\0\r\n\x1a\n", "lzop data; decompress it first (lzop -dc < FILE does that)"),
    (
        0,
        b"\xff\x06\0\0sNaPpY",
        "snappy data; decompress it first (python3 -c 'import snappy, sys; snappy.stream_decompress(sys.stdin.buffer, sys.stdout.buffer)' < FILE does that)",
    ),
    (0, b"SQLite format 3\0", "an SQLite database; write it as SQL (sqlite3 FILE .dump does that)"),
    (0, b"** This file contains an SQLite 2", "an SQLite 2 database; write it as SQL (sqlite FILE .dump does that)"),
    (
        0,
        b"\0\x01\0\0Standard Jet DB",
        "an Access database; write each of its tables as CSV (mdb-export FILE TABLE does that)",
    ),
    (
        0,
        b"\0\x01\0\0Standard ACE DB",
        "an Access database; write each of its tables as CSV (mdb-export FILE TABLE does that)",
    ),
    (0, b"PGDMP", "a PostgreSQL archive; write it as SQL (pg_restore -f - FILE does that)"),
    (
        0,
        b"PGCOPY\n\xff\r\n\0",
        "binary output of COPY; load it into PostgreSQL and write it as text (COPY … TO does that)",
    ),
    (0, b"\xfebin", "a MySQL binary log; load it into MySQL and write the tables as SQL (mysqldump does that)"),
    (
        0,
        b"\xfe\xfe\x07",
        "an index of a MyISAM table; load the table into MySQL and write it as SQL (mysqldump does that)",
    ),
    (
        0,
        b"\xfe\x01\x09",
        "a definition of a MySQL table; load the table into MySQL and write it as SQL (mysqldump does that)",
    ),
    (0, b"\x03\0\x01EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (4, b"\xef\xcd\xab\x89", "an ESE database of Windows; write its tables as text (esedbexport FILE does that)"),
    (0, b"SEQ\x06", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"SEQ\x05", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"SEQ\x04", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"RCF\x01", "a Hive RCFile; write its table as text or Parquet (INSERT OVERWRITE DIRECTORY does that)"),
    (
        12,
        b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c",
        "a SAS table; write it as CSV (readstat FILE.sas7bdat FILE.csv does that)",
    ),
    (0, b"$FL2@(#)", "an SPSS table; write it as CSV (readstat FILE.sav FILE.csv does that)"),
    (0, b"$FL3@(#)", "a compressed SPSS table; write it as CSV (readstat FILE.zsav FILE.csv does that)"),
    (0, b"<stata_dta>", "a Stata table; write it as CSV (readstat FILE.dta FILE.csv does that)"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file; write it as text (h5dump FILE does that)"),
    (
        0,
        b"\x93NUMPY",
        "a NumPy array; write it as text (python3 -c 'import numpy; numpy.savetxt(\"OUTPUT\", numpy.load(\"FILE\"), \"%s\")' does that)",
    ),
    (0, b"X\n\0\0\0\x02\0", R_ONE),
    (0, b"X\n\0\0\0\x03\0", R_ONE),
    (0, b"\xac\xed\0\x05", "serialized Java objects; write them as text where they were made"),
    (0, b"\xd9\xd9\xf7", "CBOR; write it as JSON (python3 -m cbor2.tool FILE does that)"),
    (0, b"bplist00", "a binary property list; write it as XML (plistutil -i FILE -o OUTPUT does that)"),
    (0, b"\xcf\xad\x12\xfe", "a mailbox of Outlook Express; write its messages as text (readdbx does that)"),
    (0, b"\x09\x08\x10\0\0\x06", OLD_EXCEL),
    (0, b"\x09\x08\x08\0\0\x05", OLD_EXCEL),
    (0, b"\x09\x04\x06\0\0", OLD_EXCEL),
    (0, b"\x09\x02\x06\0\0", OLD_EXCEL),
    (0, b"\x09\0\x04\0\x02\0", OLD_EXCEL),
    (0, b"\0\0\x02\0\x06\x04\x06\0", LOTUS),
    (0, b"\0\0\x1a\0", LOTUS),
    (0, b"%PDF-", "a PDF document; write it as text (pdftotext -layout FILE does that)"),
    (0, b"{\\rtf", "an RTF document; write it as text (unrtf --text FILE does that)"),
    (0, b"\x78\x9f\x3e\x22", "an attachment of Outlook (TNEF); unpack it first (tnef FILE does that)"),
    (0, b"ITSF\x03\0\0\0", "a Windows help file; unpack it first (7z x FILE does that)"),
    (0, b"LUKS\xba\xbe", "an encrypted disk; open it first, and read its files"),
    (0, b"age-encryption.org/v1\n", AGE),
    (0, b"QFI\xfb", "a disk image; mount it, and read its files"),
    (0, b"\x02\x21\x4c\x18", "lz4 data; decompress it first (lz4 -dc < FILE does that)"),
    (0, b"\x37\xa4\x30\xec", "a dictionary of zstd, which other files are decompressed with; nothing is in it"),
    (0, b"\x37\x7f\x06\x82", WAL),
    (0, b"\x37\x7f\x06\x83", WAL),
    (0, b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", WAL),
    (0, b"RDA2\nA\n", R_ALL),
    (0, b"RDA3\nA\n", R_ALL),
    (0, b"HEADER RECORD*******LIB", "a SAS transport file; write it as CSV (readstat FILE.xpt FILE.csv does that)"),
    (40, b"ASCII SPSS PORT FILE", "an SPSS portable file; write it as CSV (readstat FILE.por FILE.csv does that)"),
    (0, b"ccopy_reg\n_reconstructor", PICKLE),
    (0, b"cpandas.", PICKLE),
    (0, b"cnumpy.", PICKLE),
    (0, b"\x89PNG\r\n\x1a\n", "an image"),
    (0, b"-----BEGIN AGE ENCRYPTED FILE-----", AGE),
    (0, b"-----BEGIN PGP MESSAGE-----", PGP),
    (0, b"$ANSIBLE_VAULT;", "data encrypted by Ansible; decrypt it first (ansible-vault decrypt FILE does that)"),
    (0, b"=ybegin ", "text in yEnc; decode it first (yydecode FILE does that)"),
    (0, b"ANDROID BACKUP\n", "a backup of Android; unpack it first (abe unpack FILE OUTPUT.tar does that)"),
    (0, b"ElfFile\0", "an event log of Windows; write it as text (evtxexport FILE does that)"),
    (12, b"\x62\x31\x05\0", "a Berkeley database; write it as text (db_dump -p FILE does that)"),
    (12, b"\0\x05\x31\x62", "a Berkeley database; write it as text (db_dump -p FILE does that)"),
    (0, b"\xff\xd8\xff", "an image"),
    (0, b"II*\0", "an image"),
    (0, b"MM\0*", "an image"),
    (0, b"\x1aE\xdf\xa3", "audio or video"),
    (0, b"OggS\0", "audio or video"),
];

/// Marks with which a text may begin, so that they count only in binary data.
pub(super) const IN_BINARY: &[Known] = &[
    (0, b"\x60\xea", "an ARJ archive; unpack it first (7z x FILE does that)"),
    (7, b"**ACE**", "an ACE archive; unpack it first (unace x FILE does that)"),
    (2, b"-lh5-", "an LZH archive; unpack it first (7z x FILE does that)"),
    (0, b"hsqs", "a SquashFS image; unpack it first (unsquashfs FILE does that)"),
    (2, b"EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (3, b"EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (0, b"REDIS0", "a Redis snapshot; write it as JSON (rdb --command json FILE does that)"),
    (
        0,
        b"FEA1",
        "a Feather file of version 1; write it as CSV (python3 -c 'import pandas; pandas.read_feather(\"FILE\").to_csv(\"OUTPUT\")' does that)",
    ),
    (0, b"RDX2\n", R_ALL),
    (0, b"RDX3\n", R_ALL),
    (0, b"!BDN", "an Outlook mailbox; write its messages as mail (readpst -o FOLDER FILE does that)"),
    (0, b"Salted__", OPENSSL),
    (0, b"KDMV", "a disk image; mount it, and read its files"),
    (0, b"conectix", "a disk image; mount it, and read its files"),
    (0, b"TAPE", "a backup of SQL Server; restore it and write its tables as CSV (bcp does that)"),
    (0, b"\x01\x0f\0\0", "a file of SQL Server; attach it and write its tables as CSV (bcp does that)"),
    (0, b"\x80\x02", PICKLE),
    (0, b"\x80\x03", PICKLE),
    (0, b"\x80\x04\x95", PICKLE),
    (0, b"\x80\x05\x95", PICKLE),
    (0, b"\xc7\x71", "a cpio archive; unpack it first (cpio -id < FILE does that)"),
    (0, b"\x71\xc7", "a cpio archive; unpack it first (cpio -id < FILE does that)"),
    (0, b"PARE", "a Parquet file whose footer is encrypted; decrypt it with its keys first"),
    (0, b"\x8c\x0d\x04", PGP),
    (0, b"\x85\x01\x0c\x03", PGP),
    (0, b"\x85\x02\x0c\x03", PGP),
    (0, b"\x84\x5e\x03", PGP),
    (0, b"\xc3\x0d\x04", PGP),
    (0, b"\xc1\xc0\x4c\x03", PGP),
    (0, b"(lp0\n", PICKLE),
    (0, b"]q\0", PICKLE),
    (0, b"}q\0", PICKLE),
    (0, b"MZ", "a program; if it unpacks itself, unpack it (7z x FILE does that)"),
    (0, b"\x7fELF", "a program; if it unpacks itself, unpack it (7z x FILE does that)"),
    (0, b"\xca\xfe\xba\xbe", "a program; if it unpacks itself, unpack it (7z x FILE does that)"),
    (0, b"\xcf\xfa\xed\xfe", "a program; if it unpacks itself, unpack it (7z x FILE does that)"),
    (0, b"GIF87a", "an image"),
    (0, b"GIF89a", "an image"),
    (0, b"BM", "an image"),
    (0, b"RIFF", "an image, audio or video"),
    (0, b"ID3", "audio or video"),
    (4, b"ftyp", "audio or video"),
];
