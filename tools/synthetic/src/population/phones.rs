//! The cells of phone numbers: segments, and all numbers in each.

use super::permutation::Permutation;
use super::world::World;

/// The country code of China, where all of them are.
const CALLING_CODE: &str = "+86";

/// The permutation has one row per ten thousand numbers.
const BLOCK: u64 = 10_000;

/// Segments of mobile numbers in China that libphonenumber knows, each followed by eight digits.
/// Without those that it knows in part: digits of the rest may be a number of another country.
const SEGMENTS: [u16; 52] = [
    130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 145, 147, 150, 151, 152, 153, 155, 156, 157, 158, 159, 162, 165,
    166, 167, 170, 171, 172, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192,
    193, 195, 196, 197, 198, 199,
];

/// Segments that carriers have and that libphonenumber calls possible only.
const NOT_VALID: [u16; 3] = [146, 148, 149];

/// A segment that belongs to nobody.
const UNASSIGNED: [u16; 1] = [154];

/// Cities whose numbers have eight digits. Numbers with nine belong to nobody; and no number in a
/// city begins with a zero.
const CITIES: [u16; 8] = [20, 22, 23, 24, 25, 27, 28, 29];
const ZEROS_IN_CITIES: [u16; 9] = [100, 200, 220, 230, 240, 250, 270, 280, 290];

/// The phone numbers of a world.
#[derive(Clone, Debug)]
pub(super) struct Phones {
    tiers: Vec<Tier>,
}

/// Segments of one width, permuted together. The first tier is used up before the second.
#[derive(Clone, Debug)]
struct Tier {
    first: u64,
    segments: Vec<u16>,
    digits: u32,
    order: Permutation,
}

/// A phone number of the synthetic population.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// The part after the country code: 10 or 11 digits, without a leading zero.
    pub(crate) national: u64,
}

impl Phone {
    /// E.164 with a plus.
    pub fn canonical(&self) -> String {
        format!("{CALLING_CODE}{}", self.national)
    }

    /// Whether it has eleven digits and begins with a one, as mobile numbers in China do.
    pub fn is_mobile(&self) -> bool {
        self.national / 10_000_000_000 == 1
    }

    /// Whether libphonenumber calls it valid, so that the scanner finds it in running text.
    pub fn is_valid(&self) -> bool {
        let segment = self.national / 100_000_000;
        if self.is_mobile() {
            let unknown = UNASSIGNED.iter().chain(&NOT_VALID).any(|&other| u64::from(other) == segment);
            !unknown
        } else {
            self.national < 10_000_000_000
        }
    }
}

impl Phones {
    pub(super) fn of(world: World, key: u64) -> Self {
        let realistic = [&SEGMENTS[..], &NOT_VALID].concat();
        let tiers: &[(&[u16], u32)] = match world {
            World::Nobody => &[(&UNASSIGNED, 8), (&CITIES, 9)],
            World::NobodyInText => &[(&ZEROS_IN_CITIES, 7)],
            World::Realistic => &[(&realistic, 8)],
        };
        let mut first = 0;
        let tier = |&(segments, digits): &(&[u16], u32)| {
            let blocks = segments.len() as u64 * 10_u64.pow(digits) / BLOCK;
            let order = Permutation::new(blocks, BLOCK, key.wrapping_add(first));
            let tier = Tier { first, segments: segments.to_vec(), digits, order };
            first += tier.order.len();
            tier
        };
        Self { tiers: tiers.iter().map(tier).collect() }
    }

    pub(super) fn cells(&self) -> u64 {
        self.tiers.iter().map(|tier| tier.order.len()).sum()
    }

    pub(super) fn at(&self, slot: u64) -> Phone {
        let tier = self.tiers.iter().rfind(|tier| tier.first <= slot).expect("the first tier begins at 0");
        assert!(slot - tier.first < tier.order.len(), "there are {} phone numbers", self.cells());
        let (block, in_block) = tier.order.forward(slot - tier.first);
        let (cell, width) = (block * BLOCK + in_block, tier.width());
        Phone { national: u64::from(tier.segments[(cell / width) as usize]) * width + cell % width }
    }

    pub(super) fn slot_of(&self, canonical: &str) -> Option<u64> {
        let digits =
            canonical.strip_prefix(CALLING_CODE).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let national: u64 = digits.parse().ok().filter(|_| !digits.starts_with('0'))?;
        self.tiers.iter().find_map(|tier| {
            let segment = national / tier.width();
            let place = tier.segments.iter().position(|&other| u64::from(other) == segment)?;
            let cell = place as u64 * tier.width() + national % tier.width();
            Some(tier.first + tier.order.inverse(cell / BLOCK, cell % BLOCK))
        })
    }
}

impl Tier {
    fn width(&self) -> u64 {
        10_u64.pow(self.digits)
    }
}
