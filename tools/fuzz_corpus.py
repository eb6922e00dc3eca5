"""Writes the seed corpus of the fuzz targets, tests/fuzz/corpus/TARGET/*.

    python3 tools/fuzz_corpus.py

A seed is a small input that a fuzzer starts from. All numbers are samples of kinds.json, which are
assigned to nobody. Targets that take structured input read fixed parts from the front and give the
rest to the last part; those of files of our own formats take changes of a sound file, three bytes
each: a place (little-endian) and the new byte. Files of other names in the folders are removed.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
KINDS = json.loads((ROOT / "crates" / "identifier" / "kinds.json").read_text(encoding="utf-8"))
PHONE = "+8615400001234"
IDENTITY = "990101199001010019"
EPOCH = (2000, 1, 1, 0, 0, 0)
ELEMENT = "TFUqJMQwTjZnpjXjyDIT4v1TOhhCqZsocM9CCt-QQXk"
CSV = f"name,phone,id\nA,{PHONE},{IDENTITY}\nB,15400005678,\n".encode()


def main():
    for target, seeds in sorted(targets().items()):
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.name not in seeds:
                path.unlink()
        for name, seed in seeds.items():
            (folder / name).write_bytes(seed)


def targets():
    return {
        "catalogue": catalogue(),
        "containers": containers(),
        "decode": decode(),
        "index": changes("EXPINDEX", (0, 9, 12, 14, 24, 32, 97, 104, 288, 300, 380, 700, 1250)),
        "json": json_texts(),
        "key_file": key_files(),
        "layouts": layouts(),
        "ledger": changes("EXPLEDGR", (0, 9, 11, 12, 16, 48, 50, 60, 80, 100, 10950, 11030)),
        "mail": mail(),
        "messages": messages(),
        "national": national(),
        "packed": packed(),
        "parquet": parquet(),
        "phone": phones(),
        "range_text": range_texts(),
        "records": records(),
        "scan": scans(),
        "sheets": sheets(),
        "sql": sql(),
        "stream": streams(),
        "text": texts(),
        "xlsx": xlsx(),
    }


def catalogue():
    full = """\
[sources.city-police]
title = { en = "City police", zh = "市公安局" }
date = "2022-06-30"
added = "2026-01-02"
"""
    return {
        "empty": b"",
        "full": full.encode(),
        "no-date": b'[sources.a]\nadded = "2026-02-30"\n',
        "reserved": b"[sources.test]\n",
        "slug": b"[sources.-a]\n",
    }


def containers():
    zipped = archive_zip({"a.csv": CSV, "b/c.csv": CSV})
    return {
        "csv": CSV,
        "csv.bz2": bz2.compress(CSV),
        "csv.gz": gzip.compress(CSV, mtime=0),
        "csv.gz.gz": gzip.compress(gzip.compress(CSV, mtime=0), mtime=0),
        "csv.xz": lzma.compress(CSV),
        "csv.zst": zstd_of(CSV),
        "cut.gz": gzip.compress(CSV, mtime=0)[:-6],
        "tar": archive_tar({"a.csv": CSV, "b.csv.gz": gzip.compress(CSV, mtime=0)}),
        "zip": zipped,
        "zip-cut": zipped[:-30],
        "zip-in-zip": archive_zip({"inner.zip": archive_zip({"a.csv": b"15400001234\n"})}),
    }


def archive_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def archive_tar(members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    # Two empty blocks are an end; the rest of the record is zeros too.
    members = file.getvalue().rstrip(b"\0")
    return members + bytes(-len(members) % 512 + 1024)


def zstd_of(content):
    """A Zstandard frame of one raw block: a single segment with its size in two bytes."""
    size = struct.pack("<H", len(content) - 256) if len(content) >= 256 else bytes([len(content)])
    descriptor = 0x60 if len(content) >= 256 else 0x20
    block = struct.pack("<I", len(content) << 3 | 1)[:3]
    return bytes.fromhex("28b52ffd") + bytes([descriptor]) + size + block + content


def decode():
    """One byte says whether an encoding is forced (odd), the next one which."""
    traditional = f"手機,證號\n{PHONE},{IDENTITY}\n"
    japanese = f"電話,山田\n{PHONE},{IDENTITY}\n"
    texts = [(traditional, name) for name in ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")]
    texts += [(traditional, name) for name in ("utf-32-le", "utf-32-be")]
    texts += [(f"телефон;Иванов\n{PHONE};1\n", "cp1251"), (japanese, "shift_jis")]
    texts += [(f"전화,김철수\n{PHONE},1\n", "euc-kr"), (japanese, "euc-jp"), (japanese, "iso2022_jp")]
    forced = [text.encode(name) for text, name in texts]
    katakana = "ポ|15400001234\n".encode("shift_jis")
    single_byte = "телефон|Иванов\n15400001234|Пётр\n".encode("cp1251")
    detected = [*forced[:5], forced[11], katakana * 4, single_byte]
    seeds = {f"forced-{number}": bytes([1, number]) + text for number, text in enumerate(forced)}
    seeds |= {f"detected-{number}": b"\0" + text for number, text in enumerate(detected)}
    wide = b"n,15400001234\r\n", "m,15400004321\r\n".encode("utf-16-le")
    # The second half of a character is missing in each fourth line.
    whole, cut = (f"欧阳|1540000123{digit}|x\n".encode("gb18030") for digit in "45")
    changes = {
        "change-ascii-utf16": wide[0] * 3 + wide[1] * 3 + wide[0],
        "change-gbk-utf8": forced[1] * 4 + forced[0] * 4,
        "change-odd": forced[3] * 3 + b"\n" + forced[3] * 3,
        "change-utf16-utf8": forced[4] * 3 + forced[0] * 3,
        "change-utf8-gbk": forced[0] * 4 + forced[1] * 4,
        "change-utf8-utf16": forced[0] * 3 + b"\xff\xfe" + forced[3] * 3,
        "cut-pairs": (whole * 3 + cut.replace(b"\xf4", b"")) * 3,
        "nuls": b"n,15400001234\0\0\0\0,x\n" * 4,
    }
    seeds |= {name: b"\0" + text for name, text in changes.items()}
    return seeds | {"mark": b"\0\xef\xbb\xbf" + forced[0], "broken": b"\0" + forced[0] + b"\xff\xfe\x81"}


def changes(magic, places):
    """No change, one change each, and the first bytes of a file as they are."""
    seeds = {f"at-{place}": struct.pack("<HB", place, 0xA5) for place in places}
    return seeds | {"sound": b"", "magic": magic.encode() + bytes(400)}


def json_texts():
    return {
        "array": b'[{"a":{"b":"15400001234"}},{"a":{"b":[1,2.5e3,null,true]}}]',
        "cut": b'{"a":{"b":"154\n{"a":{"b":"15400001234"}}\n',
        "deep": b'{"a":' * 9 + b"1" + b"}" * 9,
        "lines": b'{"a":{"b":"15400001234"}}\n{"b":"x","a":1}\n\x1e{"a":{"b":""}}\n',
        "rows": b'[1,"15400001234"]\n[2,["x"]]\n',
        "rows-cut": b"[1[",
        "strings": '{"a":{"b":"\\ud83d\\ude00\\"手机"}}'.encode(),
    }


def key_files():
    """The key of FORMAT.md, which is published and protects nothing."""
    text = (
        'version = 1\nsuite = "ristretto255-SHA512"\nepoch = 1\n'
        'secret_key = "64f5380bc0d59bcd110779b579558ba36de387d1610cacfca3f4a45eb9b32c06"\n'
        'public_key = "220904f2c4982347cbf3f2e1ef16cab7f1b73064ad73f9ab54a15f76d7ef2601"\n'
    )
    return {
        "key": text.encode(),
        "epoch": text.replace("epoch = 1", "epoch = 0").encode(),
        "other-key": text.replace("2209", "2208").encode(),
        "version": text.replace("version = 1", "version = 2").encode(),
    }


def mail():
    text = base64.b64encode(f"call {PHONE}\n".encode()).decode()
    parts = (
        f"--x\n\nplain {PHONE}\n--x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<p>154=\n00001234=3D</p>\n--x\nContent-Type: text/csv; name=a.csv\n"
        f"Content-Transfer-Encoding: base64\n\n{text}\n--x--\n"
    )
    message = f"Subject: =?utf-8?q?{PHONE}?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n{parts}"
    separator = "From a@example.org Mon Jan  1 00:00:00 2024\n"
    return {
        "mailbox": f"{separator}{message}\n{separator}Subject: b\n\n>From c\n".encode(),
        "message": message.replace("\n", "\r\n").encode(),
        "quoted": f"Subject: a\n\n{message}".encode(),
        "nested": f"Message-ID: <a>\nContent-Type: message/rfc822\n\n{message}".encode(),
    }


def messages():
    parameters = {
        "index": "0" * 32,
        "epoch": 1,
        "scheme": "voprf",
        "suite": "ristretto255-SHA512",
        "mode": 1,
        "public_key": "IgkE8sSYI0fL8_Lh7xbKt_G3MGStc_mrVKFfdtfvJgE",
        "digest_bits": 44,
        "prefix_bits": 8,
        "seal_bits": 4,
        "nonce": "00112233445566778899aabbccddeeff",
        "records": 170001,
        "updated": "2026-01-02",
        "range_lines": {"8": 720},
        "range_bytes": {"bin": {"8": 3000}, "txt": {"8": 9000}},
        "kinds": [],
    }
    allowance = {"limit": 10, "remaining": 9, "reset_seconds": 60}
    problem = {"type": "urn:exposure-checker:problem:batch", "title": "a", "status": 400, "detail": "b"}
    account = {"name": "a", "batch": 8, "origins": [], "minute": allowance, "day": allowance}
    seeds = {
        "account": account,
        "breaches": {"breaches": []},
        "evaluate": {"epoch": 1, "blinded_elements": [ELEMENT]},
        "evaluated": {"epoch": 1, "evaluated_elements": [ELEMENT], "proof": "A" * 86},
        "parameters": parameters,
        "problem": problem,
        "sources": {"index": "0" * 32, "sets": [["a"], ["a", "b"]]},
        "unknown-field": {"epoch": 1, "blinded_elements": [], "more": 0},
    }
    return {name: json.dumps(message, separators=(",", ":")).encode() for name, message in seeds.items()}


def national():
    """The first byte chooses among the kinds of countries, in the order of the table."""
    kinds = [kind for kind in KINDS if kind.get("country")]
    wanted = (
        "cn.ric",
        "br.cpf",
        "de.idnr",
        "es.nif",
        "fi.hetu",
        "gb.nino",
        "hk.id",
        "in.aadhaar",
        "mx.curp",
        "se.personnummer",
    )
    seeds = {}
    for number, kind in enumerate(kinds):
        if kind["name"] in wanted:
            seeds[kind["name"]] = bytes([number]) + kind["samples"][0].encode()
    return seeds | {"two": bytes([0]) + f"{IDENTITY}；{IDENTITY[:-1]}8".encode(), "masked": b"\x009901**********0019"}


def packed():
    """Prefix digits, depth, widths of tag, seal and low bits; padding, prefix, entries; leaves."""
    entry = struct.pack("<5BBHQ", 0, 4, 32, 4, 28, 3, 0xA, 1)
    leaf = struct.pack("<II", 0, 1) + b"\x01" + struct.pack("<I", 0x1234567) + b"\x03"
    empty = struct.pack("<II", 0, 0) + b"\0"
    two_levels = struct.pack("<5BBHQ", 0, 8, 40, 0, 30, 0, 0x5, 4)
    return {
        "empty": entry + empty,
        "entry": entry + leaf,
        "cut": entry + leaf[:-2],
        "count": entry + leaf.replace(b"\1\0\0\0\1", b"\xff\xff\xff\xff\1"),
        "leaves": two_levels + (struct.pack("<II", 0, 0) + b"\0") * 16,
    }


def parquet():
    """The first byte chooses one of the sound files that the target writes."""
    seeds = {f"sound-{choice:02}": bytes([choice]) for choice in range(0, 40, 7)}
    seeds |= {f"at-{place}": struct.pack("<BHB", 0, place, 0xA5) for place in (4, 40, 100, 300, 0xFFF0)}
    seeds |= {"brotli": bytes([40]), "brotli-page": struct.pack("<BHB", 40, 24, 0xA5)}
    return seeds | {"magic": b"PAR1\x15\0\x15\0PAR1"}


def phones():
    """Two bytes are the letters of a region, from 0 for A."""
    spellings = {
        "cn": ("CN", "154-0000-1234"),
        "cn-extension": ("CN", "+86 15400001234 转 12"),
        "gb": ("GB", "(07700) 900123"),
        "none": ("AA", "+447700900123"),
        "two": ("CN", "15400001234/15400005678"),
        "us": ("US", "+1 201-555-0123 ext. 4"),
    }
    return {
        name: bytes(ord(letter) - ord("A") for letter in region) + text.encode()
        for name, (region, text) in spellings.items()
    }


def range_texts():
    """Digits of prefix, tag and seal, less some; the prefix; lines; then the lines themselves."""

    def seed(seal_digits, lines, text):
        return struct.pack("<3BHB", 1, 0, seal_digits, 0xAB, lines) + text

    padding = b"~" * 8 + b"\r\n"
    return {
        "empty": seed(1, 2, padding * 2),
        "entries": seed(1, 3, b"000012:3\r\n000034:f\r\n" + padding),
        "no-seals": seed(0, 2, b"000012\r\n~~~~~~\r\n"),
        "order": seed(1, 2, b"000034:f\r\n000012:3\r\n"),
        "whole": seed(1, 1, b"#exposure-range 1 " + b"0" * 32 + b" ab\r\n000012:3\r\n"),
    }


# A stream of two rows, as pyarrow 24 writes it: `phone`, a text, and `n`, a number.
ARROW = (
    "c-n1HyA8rH6g=kxQDmVM5lX=TNHhcjO347sK!-$u0?V)iqfk(>1yh*I%L^F9NzeE0^ggzobM6WtLyHs^1H?#}5hkJrRl+mU69^bv&F}1I"
    "VbJzZ)RR_5BfXX}l-}0f$gZ4vK-Y@ucANNjM$9-LPR(AtNPMnyH*&5u7Gu4!m1zhg6r>tGQfe!=Z{Kv(w+8qi_Hv_~yytf)lt;=_e52Qy"
    "=LOy#<9YbAub<t|pVjMfRn3WVv8;f{?s*BldME!5yZ{Dg9d!"
)

# Two rows of nested values and others, from pyarrow 26; and nine compressed with lz4.
ARROW_NESTED = (
    "c-oy*KTlLa5TAYb?ry~gc_hSKL2-q}B~ly;hJwT^Df|Ew7LeRCTto^vj2a6I3rb203kwPg3O;}Zg@qr0l7fN{KxrfEZ+7Q#%lKY2Ofolb"
    "cYgDmKf8O*Irl3e%86x)GHOwiEWRKnr4;7!w{vXoLB9g~0=fXbFhn1r51~W&7NCs#0z87Jm~&3{JRS4{v~%s;_kd|LW?o@-pca*+__e};"
    "baWMBW_jI_7{=#fUqi>>{^l4*(~Ri~j^o#bs|_u7#&1T&E*%2DcI|nSJmO_(Lf>v~?-j7C9z!Pg`R06GZPduCT;RIj2J}_&o-FD)4mqal"
    "YTt$Sfjf(8(X$&ve@GqN7x_L-R>!#w{R~Vm;F`KWwxe;uW20kWa(FGypZnq-Ltm!J{3{jbH1y|W{jL??&`s(~Dcql<kiVhxGsjEh<D4zo"
    "Idj!#!Pq^IO+9vSa}F(a4k1?8I+8nOfwr=3!wB7x%$g;`S9k%LXQd?dzMlBQ%Lx6JZ>A%6l|9d8KcR^<s9rL$a))R(@)^Zb%1nfNwDNRu"
    "d8rRseEehypR(`dT~GRYaJ#QY>gRiU!+N`qbMto}^QyKmk06QagVegTUFGj8o}Tjel)tb1eKp5{@()z}n%Mhd*Hu3oDt<%7Zz=zl%KuLJ"
    ">((XTCzXF+;rG>i50w8v&GAI}Pb$u3CgL-SpYFIeHGXr)c=Mn9|Kij6CvWleS$RETY@CPhNc6ZWd8^|1dsE?ts=l8!{|6>|zij^ivT2N@"
)
ARROW_PACKED = (
    "c-nPPI}U<C6ddA$Xb7R8prEocS}2N!PAWSS3kyo)2{-{Up2pjGgmrd(Y|z9>X5VM$&D*TjTDJfa7)%i%fRB(F;VIT&74lSavQ4ITCS@<c"
    "*s2oo@O%?9(L(gCt(EI>t$vD+LBxsA=E%BXq>#%ToF?ZE<unbMi^pW3>-UWC9|wuG#MR)=`|&fF_ujKpcC8;Q@1~692@A3!kK~2C$<w=j"
    "zWbgx-}72l`(jtFiDI)YV>D-*xc@Qn4cp`$<^"
)


def records():
    """The first byte chooses a format: Arrow, Avro, BSON, an archive of BSON, ORC."""
    arrow, nested, packed = (zlib.decompress(base64.b85decode(text)) for text in (ARROW, ARROW_NESTED, ARROW_PACKED))
    archive = b"\x6d\xe2\x99\x81" + bson(b"") + b"\xff" * 4 + bson(b"") + bson_phone() + b"\xff" * 4
    return {
        "arrow": b"\0" + arrow,
        "arrow-cut": b"\0" + arrow[:-60],
        "arrow-file": b"\0ARROW1\0\0" + arrow,
        "arrow-nested": b"\0" + nested,
        "arrow-packed": b"\0" + packed,
        "avro": b"\1" + avro(b"null", lambda block: block),
        "avro-deflate": b"\1" + avro(b"deflate", lambda block: zlib.compress(block)[2:-4]),
        "bson": b"\2" + bson_phone() * 2,
        "bson-archive": b"\3" + archive,
        "bson-broken": b"\2" + bson(b"\x20" + bson_phone()) + bson_phone(),
        "bson-cut": b"\2" + bson_phone() + bson_phone()[:-3],
        "orc": b"\4" + orc(0, lambda stream: stream),
        "orc-zlib": b"\4" + orc(1, lambda stream: struct.pack("<I", len(stream) << 1 | 1)[:3] + stream),
    }


def bson(elements):
    return struct.pack("<I", len(elements) + 5) + elements + b"\0"


def bson_phone():
    text = PHONE.encode() + b"\0"
    return bson(
        b"\x02phone\0"
        + struct.pack("<I", len(text))
        + text
        + b"\x12n\0"
        + struct.pack("<q", 1)
        + b"\x04l\0"
        + bson(b"")
    )


def avro(codec, packed):
    def number(value):
        value, written = value << 1, b""
        while value > 127:
            value, written = value >> 7, written + bytes([value & 127 | 128])
        return written + bytes([value])

    def counted(value):
        return number(len(value)) + value

    fields = '{"name":"phone","type":["null","string"]},{"name":"l","type":{"type":"array","items":"double"}}'
    schema = f'{{"type":"record","name":"r","fields":[{fields}]}}'.encode()
    header = number(2) + counted(b"avro.schema") + counted(schema) + counted(b"avro.codec") + counted(codec) + b"\0"
    record = number(1) + counted(PHONE.encode()) + number(1) + struct.pack("<d", 1.5) + b"\0"
    return b"Obj\x01" + header + b"s" * 16 + number(1) + counted(packed(record)) + b"s" * 16


def orc(compression, packed):
    """One stripe of two rows: a text from a dictionary, and a number."""

    def number(value):
        written = b""
        while value > 127:
            value, written = value >> 7, written + bytes([value & 127 | 128])
        return written + bytes([value])

    def field(place, value):
        if isinstance(value, int):
            return number(place << 3) + number(value)
        return number(place << 3 | 2) + number(len(value)) + value

    phone = PHONE.encode()
    streams = [(1, 1, b"\xfe\0\0"), (1, 3, phone), (1, 2, b"\xff" + number(len(phone))), (2, 1, b"\x46\x03\x02\x04")]
    data, listed = b"", b""
    for column, kind, stream in streams:
        data += packed(stream)
        listed += field(1, field(1, kind) + field(2, column) + field(3, len(packed(stream))))
    for encoding, words in ((0, 0), (1, 1), (2, 0)):
        listed += field(2, field(1, encoding) + field(2, words))
    listed = packed(listed)
    stripe = field(1, 3) + field(3, len(data)) + field(4, len(listed)) + field(5, 2)
    names = field(3, b"phone") + field(3, b"n")
    types = field(4, field(1, 12) + field(2, b"\1\2") + names) + field(4, field(1, 7)) + field(4, field(1, 4))
    footer = packed(field(3, stripe) + types)
    postscript = field(1, len(footer)) + field(2, compression) + field(3, 1 << 16) + field(8000, b"ORC")
    return b"ORC" + data + listed + footer + postscript + bytes([len(postscript)])


def scans():
    return {
        "chinese": f"张三,手机{PHONE[3:]},身份证{IDENTITY}。".encode(),
        "english": b"call +44 7700 900123 or (201) 555-0123; ID PP999999",
        "others": "131052-308T 00000000T 199001010019 ٠١٢٣٤٥٦٧٨٩".encode(),
        "run": b"154000012341540000567899010119900101001915400001234",
    }


def sheets():
    """The first byte chooses a format: xls, the content of an ods, the cells of an xlsb."""
    cell = '<table:table-cell office:value-type="{}" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    row = "".join(cell.format(kind, value, value) for kind, value in (("string", PHONE), ("float", "15400001234")))
    table = f'<table:table table:name="a"><table:table-row>{row}</table:table-row></table:table>'
    repeated = '<table:table-row table:number-rows-repeated="9"><table:table-cell table:number-columns-repeated="9"/>'
    place, form = struct.pack("<I", 0), bytes(4)
    cells = b"\0\x04" + struct.pack("<I", 1) + b"\x07\x0c" + place + form + place
    cells += b"\x05\x10" + place + form + struct.pack("<d", 15400001234) + b"\x92\x01\0"
    return {
        "ods": b"\1" + f"<office:document-content>{table}</office:document-content>".encode(),
        "ods-cut": b"\1" + table[:-40].encode(),
        "ods-repeated": b"\1" + f"{repeated}</table:table-row>{table}".encode(),
        "xls": b"\0" + xls(),
        "xls-cut": b"\0" + xls()[:2000],
        "xlsb": b"\2" + cells,
    }


def xls():
    """A compound file, the workbook in small sectors: shared texts and a sheet of three cells."""

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    text = PHONE.encode()
    strings = record(0xFC, struct.pack("<IIHB", 1, 1, len(text), 0) + text)
    begin, end = record(0x809, struct.pack("<HH", 0x600, 5)), record(10, b"")
    front = begin + strings
    at = len(front) + 4 + 8 + 1 + len(end)
    listed = record(0x85, struct.pack("<IBBBB", at, 0, 0, 1, 0) + b"a")
    cells = record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)) + record(0x27E, struct.pack("<HHHI", 0, 1, 0, 7 << 2 | 2))
    cells += record(0x203, struct.pack("<HHHd", 1, 0, 0, 15400001234))
    stream = front + listed + end + record(0x809, struct.pack("<HH", 0x600, 0x10)) + cells + end

    def entry(name, kind, start, size):
        name = name.encode("utf-16-le")
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HB", len(name) + 2, kind)
            + bytes(49)
            + struct.pack("<IIi", start, size, 0)
        )

    free, last = 0xFFFFFFFF, 0xFFFFFFFE
    small = stream.ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<8I", 1, 1, 0, 4096, 2, 1, last, 0) + struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack("<4I", 0xFFFFFFFD, last, last, last).ljust(512, b"\xff")
    directory = entry("Root Entry", 5, 3, len(small)) + entry("Workbook", 2, 0, len(stream)) + bytes(256)
    chain = struct.pack("<8I", *range(1, 8), last).ljust(512, b"\xff")
    return header + table + directory + chain + small


def streams():
    def frame(kind, payload):
        return struct.pack("<I", len(payload)) + kind + payload

    def text(value):
        return json.dumps(value, separators=(",", ":")).encode()

    entry = bytes([len(PHONE) + 1, 80]) + PHONE.encode()
    hello = frame(b"H", text({"version": 1, "canonical": "1", "isolation": {"missing": []}}))
    identifiers = frame(b"I", entry * 2)
    progress = frame(b"P", struct.pack("<Q", 4096))
    column = {
        "name": "phone", "reads": "phone", "because": "header", "confidence": 1.0, "region": "CN", "lacks_plus": False,
        "is_rounded": False, "kinds": {"phone": {"accepted": 2, "swapped": 0, "rejected": {}}},
    }  # fmt: skip
    part = {
        "name": None, "compression": "none", "encoding": "UTF-8", "encoding_confidence": 1.0, "format": "CSV",
        "format_confidence": 1.0, "rows": 2, "malformed": 0, "malformed_at": [], "unreadable": 0, "columns": [column],
        "skipped": None, "damage": None, "places_are_rows": False,
    }  # fmt: skip
    walked = {
        "sha256": "0" * 64, "bytes": 4096, "entries": 0, "skipped": 0, "damages": 0, "damage": None,
        "damaged_member": None,
    }  # fmt: skip
    end = frame(b"E", text({"walked": walked, "identifiers": 2}))
    report = frame(b"R", text(part))
    return {
        "whole": hello + identifiers + progress + report + end,
        "truncated": (hello + identifiers)[:-3],
        "failed": hello + frame(b"X", text({"format": {"what": "\u001b[2J"}})),
        "preview": hello + report + frame(b"E", text({"walked": None, "identifiers": 0})),
    }


def layouts():
    old = f"""BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=
=A0
TEL;CELL:{PHONE}
PHOTO;ENCODING=BASE64:
 AAAA

END:VCARD
"""
    ldif = f"# a\nversion: 1\n\ndn: cn=a\nmobile: 154\n 00001234\ncn:: 5byg\n\ndn: cn=b\nmobile: {PHONE}\n"
    spans = f"<table><tr><th rowspan=2>a<th>b<tr><th>c<tr><td>1<td x:num='1.54E+10'>{PHONE}<br>&#49;</table>"
    pairs = f"<!-- a --><tr><td>a:<td>{PHONE}<td title='15400001234'><table><tr><td>b</table><script>c<d</script>"
    dump = (
        f"<?xml version='1.0'?><a><row><field name='b'>{PHONE}</field><c "
        f"d='1'/></row><row b='2'><![CDATA[x]]></row></a>"
    )
    book = (
        "<Workbook><Worksheet ss:Name='s'><Table><Row><Cell ss:Index='2'>"
        "<Data ss:Type='Number'>1.54E10</Data></Cell></Row>"
    )
    return {
        "box": f"+---+---+\n| a | b |\n+---+---+\n| 1 | {PHONE} |\n| x\ny | 2 |\n+---+---+\n".encode(),
        "fixed": f"a   b\n--- ---------------\n1   {PHONE}\n\na\n---\nb\n---\n1\n2\n".encode(),
        "html-pairs": pairs.encode(),
        "html-spans": spans.encode(),
        "ldif": ldif.encode(),
        "markdown": f"a | b\n---|:-:\n1 \\| 2 | {PHONE}\n".encode(),
        "mysql": f"*** 1. row ***\n a: 1\n b: {PHONE}\n*** 2. row ***\n a: 2\nmore\n b:\n".encode(),
        "psql": f"-[ RECORD 1 ]-\na | {PHONE}+\n  | 2\n\n a | b\n---+---\n 1 | {PHONE}+\n   | 2\n".encode(),
        "people": f"姓名：张  手机：{PHONE}\n手机：1\n\n姓名：李\n".encode(),
        "vcard": f"BEGIN:VCARD\nitem1.TEL;type=CELL;waid=1:tel:{PHONE}\nNOTE:a\\nb\n c\nEND:VCARD\n".encode(),
        "vcard-old": old.encode(),
        "workbook": book.encode(),
        "xml": dump.encode(),
        "xml-keys": f"<dict><key>a</key><string>{PHONE}</string><key>b</key><array><i>1</i></array></dict>".encode(),
    }


def sql():
    insert = f"INSERT INTO `t` (`name`,`phone`) VALUES ('A','{PHONE}'),('B\\'s',NULL),(X'00',1.5);\n"
    copy = f"COPY public.t (name, phone) FROM stdin;\nA\t{PHONE}\nB\t\\N\n\\.\n"
    merge = (
        f"MERGE INTO t USING (VALUES ('{PHONE}', 1)) AS s (a, b) ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = 2 "
        "WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a);"
    )
    update = (
        f"UPDATE t SET a='{PHONE}', b=CASE c WHEN 1 THEN 'x' ELSE '15400001234' "
        f"END WHERE d IN ('1','2') AND e='it''s'\n"
    )
    values = (
        f"INSERT INTO t VALUES ROW(N'{PHONE}',q'[a]b]',$$x$$,UNHEX('3135'),'154'||CHR(48),ARRAY['1','2'],0x3135,"
        "CONCAT('1',2),{'a':[1]},'\\x3135',FROM_BASE64('MTU='),U&'\\5F20',-1e3,154-0000)\n"
    )
    return {
        "all": f"INSERT ALL INTO t (a) VALUES ('{PHONE}') INTO t (a) VALUES ('1') SELECT * FROM dual;\n".encode(),
        "before": f"Enter password: it's\n/*M!999999\\- a */\n$ mysql> {insert}INSERT 0 1\n".encode(),
        "call": f"CALL p('{PHONE}');EXEC q @a=N'{PHONE}', @b=1\nGO\n".encode(),
        "comments": f"-- {PHONE}\n/* {PHONE} */ SELECT /* {PHONE} */ 1 AS a # {PHONE}\n;DO $a$ {PHONE} $a$;\n".encode(),
        "copy": copy.encode(),
        "create": b"CREATE TABLE `t` (`name` varchar(9) COMMENT 'a;b', `phone` text);\n" + insert.encode(),
        "cut": insert.encode()[:-20],
        "insert": insert.encode(),
        "merge": merge.encode(),
        "select": f"INSERT INTO t (a,b) SELECT 1,'{PHONE}' FROM dual UNION ALL SELECT 2,'x' AS b;\n".encode(),
        "server": b"INSERT [dbo].[t] ([phone]) VALUES (N'15400001234', CAST(0x00 AS DateTime))\nGO\n",
        "set": f"INSERT INTO t SET a='{PHONE}' ON DUPLICATE KEY UPDATE b=VALUES(b), c=\"x\";\n".encode(),
        "tuples": f"(1,'{PHONE}'),\n,(2,'x')\n(3,'y');\n".encode(),
        "update": update.encode(),
        "values": values.encode(),
    }


def texts():
    chinese = f"手機,證號\n{PHONE},{IDENTITY}\n"
    return {
        "carriage-returns": b"name,mobile\ra,15400001234\rb,15400001235\r",
        "csv": CSV,
        "ctrl-a": b"1\x01x\x0115400001234\x01\\N\n" * 5,
        "line-ends": b"a,15400001234,x\nb,15400001235,y\r\nc,15400001236,z\rd,15400001237,z\r",
        "lines": b"15400001234\n15400005678\n",
        "numbers": b"name|tel|memo\nA|+447700900123|+447700900456 at night\nB|+447700900789|%s\n" % IDENTITY.encode(),
        "pipes": b'a|b\n1|15400001234\n2|"x|y"\n',
        "quoted": b'phone;note\r\n15400001234;"two\r\nlines ""quoted"""\r\n',
        "tabs": "姓名\t手机号\n张三\t15400001234\n".encode("gb18030"),
        "utf-16": "\ufeffa,b\n1,2\n".encode("utf-16-le"),
        "utf-8-utf-16": chinese.encode() * 2 + b"\xff\xfe" + chinese.encode("utf-16-le") * 2,
    }


def xlsx():
    """The parts of a workbook, each ended by ff; the first one is rows."""
    row = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>15400001234</v></c></row>'
    inline = b'<row r="2"><c r="A2" t="inlineStr"><is><t>15400001234</t></is></c><c r="C2" s="1"><v>1.5</v></c></row>'
    return {
        "inline": inline,
        "rows": row,
        "strings": row + b"\xff<sst><si><t>15400001234</t></si></sst>",
        "wide": b'<row r="1048576"><c r="XFD1048576"><v>1E5</v></c></row>',
        "zip": b"PK\3\4",
    }


if __name__ == "__main__":
    main()
