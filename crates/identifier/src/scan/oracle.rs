//! The scanner finds what its rules say, without tables: each candidate is tried as every kind, and
//! as a phone number of every country by the library. Tests only.

use super::phones::{FEWEST_WITH_WRONG_PLUS, is_grouped_as_one, is_hidden, is_something_else};
use super::*;
use crate::phone::running::slow::{self, Slow};
use std::collections::BTreeSet;

/// The rules, applied one after another.
struct Oracle {
    rules: Rules,
    kinds: Vec<&'static Kind>,
    regions: Vec<Slow>,
}

impl Oracle {
    fn identifiers(&self, candidate: &Candidate<'_>, text: &str) -> Vec<Identifier> {
        let mut buffer = Spelled::new();
        let spelled = candidate.spelled(text, &mut buffer).filter(|_| candidate.stands_alone());
        let Some(spelled) = spelled.filter(|_| !candidate.is_internet_address()) else { return Vec::new() };
        let plus = candidate.groups[0].plus;
        let kinds = self.kinds.iter().filter(|_| !plus);
        let ids: Vec<Identifier> = kinds.filter_map(|kind| kind.in_text(spelled, &self.rules)).collect();
        if !ids.is_empty() || candidate.letters > 0 || !is_grouped_as_one(candidate) {
            return ids;
        }
        let digits: String = spelled.chars().filter(char::is_ascii_digit).collect();
        let numbers = if plus { self.behind_plus(candidate, &digits) } else { self.bare(candidate, &digits) };
        let is_phone = !is_hidden(candidate, text) && (plus || !is_something_else(candidate, spelled));
        let phone = Kind::named("phone").expect("a kind");
        numbers.iter().filter(|_| is_phone).map(|number| phone.trust_canonical(number)).collect()
    }

    fn behind_plus(&self, candidate: &Candidate<'_>, digits: &str) -> Vec<String> {
        if !(7..=15).contains(&digits.len()) {
            return Vec::new();
        }
        if let Some(number) = slow::international(digits) {
            return vec![number];
        }
        let is_long = digits.len() >= FEWEST_WITH_WRONG_PLUS || digits.starts_with('0');
        let numbers = self.national(digits);
        if candidate.groups.len() == 1 && is_long && numbers.len() == 1 { numbers } else { Vec::new() }
    }

    fn bare(&self, candidate: &Candidate<'_>, digits: &str) -> Vec<String> {
        if !(7..=17).contains(&digits.len()) {
            return Vec::new();
        }
        let numbers = self.national(digits);
        if !numbers.is_empty() {
            return numbers;
        }
        let behind = digits.strip_prefix("00").filter(|behind| !behind.starts_with('0') && digits.len() >= 9);
        let number = behind.and_then(slow::international);
        let is_apart = candidate.groups.len() > 1 && (3..=5).contains(&candidate.groups[0].digits);
        let is_theirs = |number: &String| is_apart || self.regions.iter().any(|region| region.owns(number));
        number.filter(is_theirs).into_iter().collect()
    }

    fn national(&self, digits: &str) -> Vec<String> {
        let mut numbers = Vec::new();
        for number in self.regions.iter().filter_map(|region| region.number(digits)) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }
}

/// All candidates of a text, whatever their shapes.
fn candidates(text: &str, mut judge: impl FnMut(&Candidate<'_>)) {
    let mut at = 0;
    while let Some(digit) = skip::next_digit::<true>(text, at) {
        let mut groups = Groups::from(text, group::start(text, at, digit));
        let mut chain = Vec::new();
        while let Some(group) = groups.next(digit) {
            chain.push(group);
        }
        at = groups.at;
        for first in 0..chain.len() {
            candidate::beginning(&chain, first, u32::MAX, |_, _| true).for_each(|candidate| judge(&candidate));
        }
    }
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (((z ^ (z >> 27)) >> 8) % bound as u64) as usize
    }

    fn of<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }

    /// Digits and what joins them, or a sample of a kind with some of its characters changed.
    fn text(&mut self, samples: &[String]) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(3) {
            text += self.of(&["", "", "+", "(", "00", "+0", "*", "\\u002b", "%2B", "tel", "0", "1 "]);
            if self.below(2) == 0 {
                let mut sample = samples[self.below(samples.len())].clone();
                if self.below(3) == 0 {
                    let at = self.below(sample.len());
                    if sample.is_char_boundary(at) && sample.is_char_boundary(at + 1) {
                        sample.replace_range(at..=at, self.of(&["0", "5", "9", " ", "-", "", "X", ".", "1-"]));
                    }
                }
                text += &sample;
            } else {
                let joint = self.of(&["", "", " ", "-", ".", "/", "_", ":", ")", "\u{200B}", "&nbsp;"]);
                for _ in 0..=self.below(4) {
                    (0..=self.below(9)).for_each(|_| text.push(char::from(b'0' + self.below(10) as u8)));
                    text += joint;
                }
            }
            text += self.of(&["", " ", "  ", "\n", ",", "_1.jpg", "***", "x", "号", " 5", "-1", "/"]);
        }
        text
    }
}

#[test]
fn tables_find_what_the_rules_say_with_all_countries_in_scope() {
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let countries: BTreeSet<&str> = Kind::all().iter().filter_map(|kind| kind.country.as_deref()).collect();
    assert!(countries.len() >= 64, "{}", countries.len());
    let scanner = Scanner::new(countries.iter().copied(), &rules).expect("countries");
    let sought = scanner.ids.kinds().to_vec();
    assert!(sought.len() >= 20);
    let regions = countries.iter().map(|country| Slow::of(country.parse().expect("a region"))).collect();
    let oracle = Oracle { rules, kinds: sought.clone(), regions };
    let mut samples: Vec<String> = sought.iter().flat_map(|kind| kind.samples.clone()).collect();
    samples.extend(oracle.regions.iter().flat_map(Slow::examples));
    let mut random = Random(1);
    let (mut judged, mut found) = (0, 0);
    for _ in 0..1500 {
        let text = random.text(&samples);
        candidates(&text, |candidate| {
            let plus = candidate.groups[0].plus;
            let is_sought = scanner.is_sought(candidate.digits, candidate.letters, plus);
            let by_table = if is_sought { scanner.identifiers(candidate, &text) } else { Vec::new() };
            let by_rules = oracle.identifiers(candidate, &text);
            assert!(by_table == by_rules, "{text:?}: {:?}", &text[candidate.start()..candidate.end()]);
            judged += 1;
            found += usize::from(!by_rules.is_empty());
        });
    }
    assert!(judged > 5000 && found > 500, "{found} of {judged}");
}
