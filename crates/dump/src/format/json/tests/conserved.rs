//! No number of a text is lost, and none comes twice: it is in a leaf, in a key, or in the text of
//! which nothing was delivered.

#![expect(clippy::format_push_string, reason = "texts of tests are short")]

use super::*;

/// Everything that was delivered, one piece after another.
#[derive(Default)]
struct All(String);

impl Leaves for All {
    fn leaf(&mut self, _: usize, (_, text): Parts<'_>) {
        self.0 += text;
        self.0.push('\n');
    }

    fn end(&mut self, _: u64) {}

    fn malformed(&mut self, _: u64, _: Reason) {}

    fn outside(&mut self, _: u64, text: &str) {
        self.0 += text;
        self.0.push('\n');
    }
}

fn all(mut cutter: Cutter<impl Read>, limits: &Limits) -> String {
    let wanted = Wanted::new(Layout {
        requested: Vec::new(),
        paths: Vec::new(),
        below: Inherited::below,
        of_label: &|_| None,
        later: 0..4,
        takes_all: Vec::new(),
        may_hold: &|text| text.bytes().filter(u8::is_ascii_digit).count() > 5,
        may_be: &|text| text.bytes().filter(u8::is_ascii_digit).count() > 5,
        rows_are_arrays: false,
    });
    let (mut walker, mut all) = (Walker::new(&wanted, limits), All::default());
    while let Some(block) = cutter.next().expect("memory") {
        walker.walk(&block, &String::from_utf8_lossy(&block.text), &mut all);
    }
    all.0
}

/// Pieces with `#` for a number.
const PIECES: [&str; 34] = [
    "{\"m\":\"#\"}\n",
    "{\"m\":#,\"x\":{\"#\":[\"#\",#]}}\n",
    "[#,\"#\"]\n",
    "[[#,\"#\"],[\"#\"]]\n",
    "{\"m\":\"#\n",
    "{\"m\":\"#\",\n",
    "{\"m\":\n",
    "{\"m\":[\"#\"\n",
    "{\"#\n",
    "{\"#\":",
    "[[[[\"#\",{\"m\":#}]]]]\n",
    "# # #\n",
    "/* # */\n",
    "// #\n",
    "/# ",
    "\u{fffd}#\n",
    "}\u{fffd}\u{ff11}, # \u{5f20}\n",
    "{m: '#', n: NumberLong(#)}\n",
    "{'m': u'#', x: F(\"#\", [#])\n",
    "{\"m\": F(#\n",
    "{\"m\": \"{\\\"m\\\":\\\"#\\\",\\\"n\\\":#}\"}\n",
    "{\"m\": \"{\\\"m\\\":\\\"#\"}\n",
    "{\"hits\":{\"hits\":[{\"m\":#},{\"m\":\"#\"}]}}\n",
    "{\"docs\":[{\"m\":#},\n",
    "{\"type\":\"#\",\"value\":\"#\"}\n",
    "{\"index\":{\"_id\":\"#\"}}\n",
    "},\n",
    "]}\n",
    "\u{1e}{\"m\":#}",
    "{\"m\":\"\\\n",
    "\"#\" ",
    "{\"f\":[{\"v\":\"#\"},{\"v\":#}]}\n",
    "{\"m\":\"#\"} and #\n",
    "{\"x\":\"text text text text text text text text text text text text text\",\"y\":\"#\"}\n",
];

#[test]
fn every_number_comes_once() {
    let mut state = 7_u64;
    for round in 0..4_000 {
        let (mut text, mut count) = (String::new(), 0_usize);
        for _ in 0..=round % 30 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            for part in PIECES[(state >> 33) as usize % PIECES.len()].split_inclusive('#') {
                if let Some(before) = part.strip_suffix('#') {
                    text += &format!("{before}{}", 70_000_000 + count);
                    count += 1;
                } else {
                    text += part;
                }
            }
        }
        let depth = [16, 3][round / 30 % 2];
        for (record, target) in [(1 << 20, 0), (1 << 20, 1), (64, 0), (200, 0)] {
            let limits = Limits { depth, ..limits(record) };
            let cutter = match target {
                0 => Cutter::new(Dripping(text.as_bytes(), 1 + round % 9), &limits),
                target => Cutter::with_blocks_of(target, Dripping(text.as_bytes(), 5), &limits),
            };
            let found = all(cutter, &limits);
            let mut numbers: Vec<usize> =
                found.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            numbers.retain(|&number| number > 65_535);
            numbers.sort_unstable();
            let expected: Vec<usize> = (0..count).map(|n| 70_000_000 + n).collect();
            assert_eq!(numbers, expected, "record {record}, target {target}, depth {depth}: {text}\n-----\n{found}");
        }
    }
}
