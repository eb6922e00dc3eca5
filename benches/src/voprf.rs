//! Bulk evaluation beside the bare arithmetic that it needs, on all cores, and beside sequential
//! evaluation with the `voprf` crate.
//!
//! Bare is: hash to the group, multiply by k/2, double and compress a batch. Ours does the same,
//! then hashes each result with its input (SHA-512) and collects the digests in order.

use crate::table::Table;
use crate::timing::{ROUNDS, middle, timed_on_all_cores};
use anyhow::{Result, anyhow, ensure};
use curve25519_dalek::{RistrettoPoint, Scalar, ristretto::CompressedRistretto};
use exposure_protocol::{Digest, Hasher, SecretKey};
use hash2curve::{ExpandMsg, ExpandMsgXmd, Expander};
use rayon::prelude::*;
use sha2::Sha512;
use sha2::digest::consts::U16;
use std::hint::black_box;
use std::num::NonZeroU16;
use std::time::Duration;
use voprf::{Ristretto255, VoprfServer};

/// Of RFC 9497 §4.1, as in `exposure-protocol`.
const HASH_TO_GROUP_DST: &[u8] = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512";
const UNIFORM_BYTES: NonZeroU16 = NonZeroU16::new(64).expect("64 is not zero");

/// Points that share one inversion.
const BATCH: usize = 256;

/// The `voprf` crate is several times slower, so it gets only one of this many identifiers.
const VOPRF_SHARE: usize = 10;

/// A key that is in no file.
const SEED: [u8; 32] = [1; 32];
const INFO: &[u8] = b"bench";

/// Wall time and CPU time per identifier.
struct Cost {
    wall: Duration,
    cpu: Duration,
}

pub(crate) fn measure(identifiers: usize) -> Result<()> {
    let inputs: Vec<String> = (0..identifiers).map(|n| format!("phone:+86154{n:08}")).collect();
    let few = &inputs[..identifiers.div_ceil(VOPRF_SHARE)];
    let hasher = Hasher::keyed(&SecretKey::derive(&SEED, INFO, 1)?);
    let server = VoprfServer::<Ristretto255>::new_from_seed(&SEED, INFO).map_err(|error| anyhow!("no key: {error}"))?;
    let half_key = half_of(&server)?;
    ensure!(hasher.digests(&few[..1])? == by_voprf(&server, &few[..1]), "the keys are not the same");

    // One after another in each round, so that other load on the machine affects all alike.
    let [mut bare, mut single, mut ours] = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        let costs = [
            cost(&inputs, |inputs| Ok(bare_arithmetic(half_key, inputs)))?,
            cost(few, |inputs| Ok(by_voprf(&server, inputs)))?,
            cost(&inputs, |inputs| Ok(hasher.digests(inputs)?))?,
        ];
        // The first call warms up and starts the threads.
        if round > 0 {
            [&mut bare, &mut single, &mut ours].into_iter().zip(costs).for_each(|(column, cost)| column.push(cost));
        }
    }
    print_table(identifiers, [&bare, &single, &ours]);
    Ok(())
}

fn cost<T>(inputs: &[String], work: impl FnOnce(&[String]) -> Result<T>) -> Result<Cost> {
    let (done, wall, cpu) = timed_on_all_cores(|| work(inputs))?;
    black_box(done);
    let each = |time: Duration| Duration::from_secs_f64(time.as_secs_f64() / inputs.len() as f64);
    Ok(Cost { wall: each(wall), cpu: each(cpu) })
}

fn half_of(server: &VoprfServer<Ristretto255>) -> Result<Scalar> {
    let bytes = server.serialize();
    let scalar = bytes.first_chunk().and_then(|scalar| Scalar::from_canonical_bytes(*scalar).into_option());
    Ok(scalar.ok_or_else(|| anyhow!("a key begins with its scalar"))?.div_by_2())
}

fn bare_arithmetic(half_key: Scalar, inputs: &[String]) -> Vec<Vec<CompressedRistretto>> {
    let batch = |batch: &[String]| {
        let halves: Vec<_> = batch.iter().map(|input| hash_to_group(input) * half_key).collect();
        RistrettoPoint::double_and_compress_batch(&halves)
    };
    inputs.par_chunks(BATCH).map(batch).collect()
}

fn hash_to_group(input: &str) -> RistrettoPoint {
    let mut uniform = [0; 64];
    <ExpandMsgXmd<Sha512> as ExpandMsg<U16>>::expand_message(&[input.as_bytes()], &[HASH_TO_GROUP_DST], UNIFORM_BYTES)
        .expect("the tag and the length are in bounds")
        .fill_bytes(&mut uniform)
        .expect("64 bytes were asked for");
    RistrettoPoint::from_uniform_bytes(&uniform)
}

fn by_voprf(server: &VoprfServer<Ristretto255>, inputs: &[String]) -> Vec<Digest> {
    let evaluate = |input: &String| server.evaluate(input.as_bytes()).expect("short inputs");
    inputs.par_iter().map(|input| Digest::from_output(&evaluate(input))).collect()
}

fn print_table(identifiers: usize, columns: [&Vec<Cost>; 3]) {
    println!(
        "{identifiers} identifiers in bulk, {} threads, this processor has {}\n",
        rayon::current_num_threads(),
        features()
    );
    let table = Table::begin(vec!["bare arithmetic", "voprf crate", "ours"]);
    let medians = |of: fn(&Cost) -> f64| columns.map(|costs| Some(middle(costs.iter().map(of))));
    table.row("CPU time an identifier", "µs", &medians(|cost| cost.cpu.as_secs_f64() * 1e6));
    table.row("wall time an identifier", "µs", &medians(|cost| cost.wall.as_secs_f64() * 1e6));
    println!(
        "\nin parentheses: how many times ours. The arithmetic is below 1: what is missing to 1 is the hash at the end,"
    );
    println!("and what gathering costs. CPU time is of all threads together.\n");
}

/// The processor features that select the arithmetic backend at run time.
pub(crate) fn features() -> String {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("avx512ifma", is_x86_feature_detected!("avx512ifma") && is_x86_feature_detected!("avx512vl")),
        ("avx2", is_x86_feature_detected!("avx2")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let found: [(&str, bool); 0] = [];
    let names: Vec<_> = found.into_iter().filter(|&(_, is_there)| is_there).map(|(name, _)| name).collect();
    if names.is_empty() { "no vectors that the backend uses".to_owned() } else { names.join(" and ") }
}
