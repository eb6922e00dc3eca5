//! The tables are libphonenumber's answers: every arrow of the automaton of every plan, every
//! length behind every state, and every beginning of every spelling, is compared with the library
//! that is linked. Tests only.

use super::automaton::{Automaton, LONGEST, State};
use super::slow::{self, Slow};
use super::spelling::{FIRSTS, Spelling};
use super::table::TABLE;
use super::{Spellings, international};
use crate::phone::reading::abroad;
use crate::region::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};
use std::collections::HashMap;
use std::thread;

fn regions() -> Vec<Region> {
    let regions: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().map(Region::of_library).collect();
    assert!(regions.len() > 240, "{}", regions.len());
    regions
}

const ADVICE: &str = "if libphonenumber is another version, make phone_spellings.txt again";

#[test]
fn valid_numbers_of_each_region_are_the_librarys() {
    let compared = in_parallel(&regions(), |&region| {
        let slow = Slow::of(region);
        let mut compared = 0;
        for number in numbers_of(Spelling::of(region).first()) {
            let is_valid = TABLE.automaton.is_valid(Spelling::of(region).first(), number.as_bytes());
            assert_eq!(is_valid, slow.is_valid(&number), "{region} {number}; {ADVICE}");
            compared += 1;
        }
        compared
    });
    assert!(compared > 200_000, "{compared}");
}

#[test]
fn valid_numbers_behind_each_calling_code_are_the_librarys() {
    let codes: Vec<String> = PHONE_NUMBER_UTIL.get_supported_calling_codes().map(|code| code.to_string()).collect();
    let compared = in_parallel(&codes, |code| {
        let first = TABLE.of_code(code).unwrap_or_else(|| panic!("no line for {code}; {ADVICE}"));
        let mut compared = 0;
        for number in numbers_of(first) {
            let is_valid = TABLE.automaton.is_valid(first, number.as_bytes());
            assert_eq!(is_valid, slow::is_valid_behind(code, &number), "+{code} {number}; {ADVICE}");
            compared += 1;
        }
        compared
    });
    assert!(compared > 200_000, "{compared}");
}

#[test]
fn each_region_spells_as_the_library_does() {
    in_parallel(&regions(), |&region| {
        let (spelling, slow) = (Spelling::of(region), Slow::of(region));
        assert_eq!(spelling.prefixes(), (slow.code.as_str(), slow.trunk.as_str()), "{region}; {ADVICE}");
        assert_eq!(spelling.lengths(), slow.lengths, "{region}; {ADVICE}");
        for digits in 0..=LONGEST {
            for first in 0..FIRSTS {
                let is_bare = spelling.is_bare(first, digits);
                assert_eq!(is_bare, slow.is_bare(&format!("{first:03}"), digits), "{region} {first:03}; {ADVICE}");
            }
        }
        1
    });
}

/// Whatever the digits: what many regions together are asked is what each would say.
#[test]
fn many_regions_find_what_each_finds() {
    let regions = regions();
    let all = Spellings::of(&regions);
    let slow: Vec<Slow> = regions.iter().map(|&region| Slow::of(region)).collect();
    let found = in_parallel(&(0..8).collect::<Vec<u64>>(), |&share| {
        let mut random = share;
        let mut found = 0;
        for _ in 0..400 {
            let digits = spelled(&mut random, &slow);
            let mut expected: Vec<String> = Vec::new();
            for number in slow.iter().filter_map(|slow| slow.number(&digits)) {
                if !expected.contains(&number) {
                    expected.push(number);
                }
            }
            let in_reach = (7..=17).contains(&digits.len());
            assert_eq!(all.numbers(&digits), if in_reach { expected } else { Vec::new() }, "{digits}");
            let behind_plus = international(&digits);
            assert_eq!(behind_plus, slow::international(&digits), "+{digits}");
            found += all.numbers(&digits).len();
            if let Some(number) = behind_plus {
                let owners = |owns: &dyn Fn(usize) -> bool| (0..regions.len()).filter(|&at| owns(at)).count();
                let own = owners(&|at| Spelling::of(regions[at]).owns(&number));
                assert_eq!(own, owners(&|at| slow[at].owns(&number)), "{number}");
                assert_eq!(all.own(&number), own > 0, "{number}");
            }
        }
        found
    });
    assert!(found > 3000, "{found}");
}

/// The library's example of each type and region, spelled as the library spells it in the region.
#[test]
fn examples_are_numbers_as_their_countries_write_them() {
    let (mut examples, mut missed) = (0, Vec::new());
    for region in regions() {
        let spelling = Spelling::of(region);
        for kind in [PhoneNumberType::Mobile, PhoneNumberType::FixedLine] {
            let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region.to_library(), kind);
            let Ok(example) = example else { continue };
            // Where a mobile number has a longer form, too, it is not the canonical one.
            let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
            let e164 = abroad(&e164, region).expect("an example is a number");
            examples += 1;
            if spelling.number(&slow::national_spelling(&example)).as_ref() != Some(&e164)
                || international(&e164[1..]) != Some(e164)
            {
                missed.push(format!("{region:?} {kind:?}"));
            }
        }
    }
    assert!(examples > 400, "{examples}");
    // Argentina writes 011 15-2345-6789 for +54 9 11 2345 6789.
    assert_eq!(missed, ["AR Mobile"]);
}

/// Numbers that use each arrow from each state that is reached, and have each length behind it:
/// valid ones wherever there are any.
fn numbers_of(first: State) -> Vec<String> {
    let automaton = &TABLE.automaton;
    let mut paths: HashMap<u16, String> = HashMap::from([(first.number(), String::new())]);
    let mut new = vec![first];
    let mut numbers = Vec::new();
    let mut random = 1;
    while let Some(state) = new.pop() {
        let path = paths[&state.number()].clone();
        for more in 0..=LONGEST - path.len() {
            numbers.push(completed(automaton, path.clone(), state, more, &mut random));
        }
        for digit in '0'..='9' {
            let further = automaton.after(state, &[digit as u8]);
            if path.len() == LONGEST {
                continue;
            }
            for more in (0..LONGEST - path.len()).filter(|&more| automaton.may_end(state, more + 1)) {
                numbers.push(completed(automaton, format!("{path}{digit}"), further, more, &mut random));
            }
            if further != State::DEAD && !paths.contains_key(&further.number()) {
                paths.insert(further.number(), format!("{path}{digit}"));
                new.push(further);
            }
        }
    }
    // The library drops zeros after the tenth, so that no canonical form has them.
    numbers.retain(|number| !number.is_empty() && !number.starts_with(&"0".repeat(11)));
    numbers
}

/// The path and so many more digits: a valid number if there is one, else any.
fn completed(automaton: &Automaton, mut path: String, mut state: State, more: usize, random: &mut u64) -> String {
    for left in (0..more).rev() {
        let start = random_below(random, 10);
        let digits = (0..10).map(|step| b'0' + ((start + step) % 10) as u8);
        let leads_on = |digit: &u8| automaton.may_end(automaton.after(state, &[*digit]), left);
        let digit = digits.clone().find(leads_on).or_else(|| digits.clone().next()).expect("there are ten digits");
        state = automaton.after(state, &[digit]);
        path.push(char::from(digit));
    }
    path
}

/// Digits that may mean something: a valid number of some region behind its trunk prefix, its code,
/// zeros or nothing; sometimes with a digit changed, added or lost; or any digits.
fn spelled(random: &mut u64, slow: &[Slow]) -> String {
    let mut digits = String::new();
    let length = random_below(random, 14) + 4;
    let region = &slow[random_below(random, slow.len() as u64) as usize];
    let first = Spelling::of(region.region).first();
    if random_below(random, 8) > 0 {
        digits += ["", "", &region.trunk, &region.code, "00", "0"][random_below(random, 6) as usize];
        let fitting = (4..=LONGEST).filter(|&digits| TABLE.automaton.may_end(first, digits)).collect::<Vec<_>>();
        let length = fitting[random_below(random, fitting.len() as u64) as usize];
        digits = completed(&TABLE.automaton, digits, first, length, random);
        let at = random_below(random, digits.len() as u64) as usize;
        match random_below(random, 8) {
            0 => digits.replace_range(at..=at, "5"),
            1 => digits.insert(at, '7'),
            2 => {
                digits.remove(at);
            }
            _ => {}
        }
    } else {
        (0..length).for_each(|_| digits.push(char::from(b'0' + random_below(random, 10) as u8)));
    }
    digits
}

/// Knuth's MMIX generator: any digits will do, but always the same ones.
fn random_below(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

/// The sum over all items, on all cores.
fn in_parallel<T: Sync>(items: &[T], compared: impl Fn(&T) -> usize + Sync) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = |first| items.iter().skip(first).step_by(threads).map(&compared).sum::<usize>();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(first))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no differences")).sum()
    })
}
