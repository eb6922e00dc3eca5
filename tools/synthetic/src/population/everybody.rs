//! The people of a world, and whose number is which.

use super::ids::Ids;
use super::permutation::mix;
use super::phones::{Phone, Phones};
use super::world::World;

/// Phones that one person may have.
pub const MOST_PHONES: u64 = 3;

/// Of a hundred people, how many have less than one, two and three phones: 1.3 each on average.
const PHONES_BELOW: [u64; 3] = [10, 68, 92];

/// What the permutations follow from. Other keys are other populations.
const KEY: u64 = 0x5EED_0F1D_0000_0001;

/// The people of a world.
#[derive(Clone, Debug)]
pub struct Population {
    ids: Ids,
    phones: Phones,
    key: u64,
}

impl Population {
    /// Everybody of a world: the same each time.
    pub fn of(world: World) -> Self {
        Self { ids: Ids::of(world, mix(KEY)), phones: Phones::of(world, mix(KEY + 1)), key: mix(KEY + 2) }
    }

    /// How many people there are numbers for. All calls ask for people below that.
    pub fn capacity(&self) -> u64 {
        self.ids.cells().min(self.phones.cells() / MOST_PHONES)
    }

    /// The canonical ID number of person i.
    pub fn id(&self, i: u64) -> String {
        String::from_utf8(self.id_bytes(i).to_vec()).expect("ID numbers are ASCII")
    }

    /// Whose ID number this is, in canonical form. None has the number if there is no index; whoever has an index of N or
    /// above is not among the first N.
    pub fn index_of_id(&self, id: &str) -> Option<u64> {
        self.ids.index_of(id).filter(|&i| i < self.capacity())
    }

    /// The canonical phone numbers of person i, none to three.
    pub fn phones(&self, i: u64) -> Vec<String> {
        (0..self.count_of_phones(i)).map(|place| self.phone(i, place).canonical()).collect()
    }

    /// Whose phone number this is, in canonical form.
    pub fn index_of_phone(&self, phone: &str) -> Option<u64> {
        let slot = self.phones.slot_of(phone)?;
        let (i, place) = (slot / MOST_PHONES, slot % MOST_PHONES);
        (i < self.capacity() && place < self.count_of_phones(i)).then_some(i)
    }

    /// The same as bytes, without an allocation.
    pub(crate) fn id_bytes(&self, i: u64) -> [u8; 18] {
        self.ids.id(i)
    }

    /// How many phones person i has.
    pub fn count_of_phones(&self, i: u64) -> u64 {
        let hundredth = mix(i ^ self.key) % 100;
        PHONES_BELOW.iter().filter(|&&below| hundredth >= below).count() as u64
    }

    /// A phone of person i, by its place below [`MOST_PHONES`]. Places from their count on are numbers that nobody in the
    /// population has.
    pub fn phone(&self, i: u64, place: u64) -> Phone {
        self.phones.at(i * MOST_PHONES + place)
    }
}
