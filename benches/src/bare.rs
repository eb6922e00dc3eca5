//! Bare evaluation with its proof, on all cores for a number of seconds: the most that a service
//! which does nothing else could answer.

use anyhow::Result;
use clap::Args as ClapArgs;
use exposure_protocol::{Element, Evaluator, Pending, SecretKey};
use serde_json::json;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Elements per batch
    #[arg(long, default_value_t = 1)]
    elements: usize,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// Prints batches per second as JSON.
pub(crate) fn measure(args: &Args) -> Result<()> {
    let evaluator = Evaluator::new(&SecretKey::derive(&[1; 32], b"bench", 1)?);
    let batch = questions(args.elements)?;
    let threads = thread::available_parallelism()?.get();
    let end = Instant::now() + Duration::from_secs(args.seconds);
    let work = || {
        let mut done = 0_u64;
        while Instant::now() < end {
            black_box(evaluator.evaluate(black_box(&batch)).expect("elements of our own"));
            done += 1;
        }
        done
    };
    let done: u64 = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    });
    println!("{}", json!({ "batches_per_second": done as f64 / args.seconds as f64 }));
    Ok(())
}

/// Blinded elements of numbers that belong to nobody.
pub(crate) fn questions(elements: usize) -> Result<Vec<Element>> {
    Ok(Pending::blind((0..elements).map(|n| format!("phone:+86154{n:08}")).collect())?.1)
}
