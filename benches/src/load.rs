//! An open-loop load on `POST /v1/evaluate`: requests are sent at a fixed rate, whether or not
//! earlier ones are answered.
//!
//! Latency is measured from when a request should have been sent, so that a service that stalls
//! cannot hide it by being asked less (Tene: coordinated omission). Implements just enough HTTP/1.1
//! to keep its own cost small: it runs on the same cores.

use crate::bare::questions;
use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use exposure_protocol::wire::EvaluateRequest;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Host and port of the service
    #[arg(long)]
    address: SocketAddr,
    /// Requests per second
    #[arg(long)]
    rate: f64,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Elements per request
    #[arg(long, default_value_t = 1)]
    elements: usize,
}

/// Maximum open connections; a request that finds none free is counted as unanswered.
const CONNECTIONS: usize = 4_000;

/// Longest time to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Idle connections, and the results so far.
#[derive(Default)]
struct Shared {
    free: Mutex<Vec<TcpStream>>,
    answered: Mutex<Vec<(u16, Timing)>>,
}

/// Latency from when a request was due, and from when it was sent, to its answer.
struct Timing {
    due: Duration,
    sent: Duration,
}

/// Prints goodput and latencies as JSON.
pub(crate) fn measure(args: &Args) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(flood(args))
}

async fn flood(args: &Args) -> Result<()> {
    let question: Arc<[u8]> = request(args)?.into();
    let shared = Arc::new(Shared::default());
    let start = Instant::now();
    let count = (args.rate * args.seconds as f64) as u64;
    let mut asked = Vec::with_capacity(count as usize);
    for n in 0..count {
        let due = start + Duration::from_secs_f64(n as f64 / args.rate);
        if due > Instant::now() {
            sleep_until(due).await;
        }
        let (question, shared, address) = (Arc::clone(&question), Arc::clone(&shared), args.address);
        asked.push(tokio::spawn(async move {
            let asked = timeout(PATIENCE, ask(&shared, address, &question, due)).await;
            asked.is_ok_and(|answer| answer.is_ok())
        }));
        if n % 16 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut unanswered = 0_u64;
    for question in asked {
        unanswered += u64::from(!question.await?);
    }
    let answered = std::mem::take(&mut *shared.answered.lock().expect("no panic"));
    let of = |wanted: u16| answered.iter().filter(move |(status, _)| *status == wanted).map(|(_, timing)| timing);
    let good = of(200).count();
    let others = answered.len() - good - of(503).count();
    let elapsed = start.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({
            "asked": count, "seconds": elapsed, "goodput": good as f64 / elapsed, "unanswered": unanswered, "others": others,
            "good_ms": percentiles(of(200).map(|timing| timing.due)),
            "shed_ms": percentiles(of(503).map(|timing| timing.sent)), "shed": of(503).count(),
        })
    );
    Ok(())
}

async fn ask(shared: &Shared, address: SocketAddr, question: &[u8], due: Instant) -> Result<()> {
    let free = shared.free.lock().expect("no panic").pop();
    let mut stream = match free {
        Some(stream) => stream,
        None => TcpStream::connect(address).await?,
    };
    let sent = Instant::now();
    stream.write_all(question).await?;
    let mut answer = Vec::with_capacity(2_048);
    let status = loop {
        if stream.read_buf(&mut answer).await? == 0 {
            bail!("the connection ended");
        }
        if let Some(status) = whole(&answer)? {
            break status;
        }
    };
    let timing = Timing { due: due.elapsed(), sent: sent.elapsed() };
    shared.answered.lock().expect("no panic").push((status, timing));
    let mut free = shared.free.lock().expect("no panic");
    if free.len() < CONNECTIONS {
        free.push(stream);
    }
    Ok(())
}

/// The status of an answer, once it is complete.
fn whole(answer: &[u8]) -> Result<Option<u16>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next()).context("a length")?;
    let is_whole = answer.len() >= end + 4 + length.trim().parse::<usize>()?;
    Ok(if is_whole { Some(head.split(' ').nth(1).context("a status")?.parse()?) } else { None })
}

fn request(args: &Args) -> Result<Vec<u8>> {
    let blinded_elements = questions(args.elements)?;
    let body = serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements })?;
    let head = format!(
        "POST /v1/evaluate HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        args.address,
        body.len()
    );
    Ok((head + &body).into_bytes())
}

/// Milliseconds.
fn percentiles(times: impl Iterator<Item = Duration>) -> Value {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let shown = |share| at(share).map(|time| time.as_secs_f64() * 1e3);
    json!({ "p50": shown(0.5), "p99": shown(0.99), "p999": shown(0.999), "max": shown(1.0) })
}
