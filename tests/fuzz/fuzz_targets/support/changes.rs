//! Turns the input of a target into a damaged file: nearly all random bytes fail at the first
//! check, so a sound file is changed in a few places instead.

/// The sound file with changes of three bytes each: a place (little-endian, modulo the length) and
/// the new byte. An input that begins as such a file is taken as it is.
pub(crate) fn changed(sound: &[u8], input: &[u8]) -> Vec<u8> {
    if input.starts_with(&sound[..8]) {
        return input.to_vec();
    }
    let mut file = sound.to_vec();
    for change in input.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    file
}
