//! A hint to the allocator of the GNU C library, which gives memory back to the system as soon as a
//! few hundred kilobytes are free: blocks and frames of that size would fault in anew each time.

/// Bytes of a block that is freed once. From then on the allocator keeps twice as much.
const LARGEST: usize = 16 << 20;

/// Lets the allocator keep freed memory for the next block. Freeing a large block raises its
/// thresholds (mallopt(3), `M_MMAP_THRESHOLD`); the block is never touched. Has no effect with
/// other C libraries.
pub fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGEST)));
}
