//! Parses a file as a worker does, and prints the events its parent would receive. In a thread, so
//! nothing confines it: `cargo run -p exposure-dump --example parse -- FILE`.

use exposure_dump::worker::{Confinement, serve};
use exposure_dump::{Event, FileRequest, Limits, Requests, STREAM_VERSION, Settings, next_event};
use std::error::Error;
use std::fs::File;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;

#[allow(clippy::print_stdout, reason = "an example prints what it did")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file")?;
    let input = File::open(&path)?;
    let bytes = Some(input.metadata()?.len());
    let (own, theirs) = UnixStream::pair()?;
    let (mut frames, output) = std::io::pipe()?;
    let worker = std::thread::spawn(move || serve(theirs, output, Confinement::Thread));
    let mut requests = Requests(own);
    requests.settings(&Settings {
        version: STREAM_VERSION,
        region: "CN".to_owned(),
        today: "2026-01-01".to_owned(),
        columns: Vec::new(),
        mapping: String::new(),
        limits: Limits::default(),
        preview: false,
        threads: 2,
        address_space: 1 << 30,
    })?;
    requests.file(&FileRequest { path, is_named: true, bytes }, input.as_fd())?;
    while let Some(event) = next_event(&mut frames)? {
        match event {
            Event::Part(part) => println!("{}, {}: {} rows", part.format, part.encoding, part.rows),
            Event::End(end) => {
                println!("{} identifiers", end.identifiers);
                break;
            }
            Event::Failed(error) => return Err(error.into()),
            Event::Hello(_) | Event::Identifiers(_) | Event::Progress(_) => {}
        }
    }
    drop(requests);
    worker.join().map_err(|_| "the worker panicked")??;
    Ok(())
}
