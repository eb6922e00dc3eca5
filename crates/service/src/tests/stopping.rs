//! How connections end when the service stops, and when a peer is too slow.

use super::fixture::{Data, Running};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
fn a_request_in_flight_is_answered() {
    let data = Data::keyed(10);
    let mut running = Running::start(data.service());
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    let body = "{\"epoch\":1,\"blinded_elements\":[]}";
    let head = "POST /v1/evaluate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length";
    write!(stream, "{head}: {}\r\n\r\n{{", body.len()).expect("sent");
    // Long enough for the headers to arrive.
    sleep(Duration::from_millis(300));
    running.stop();
    sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(running.address()).is_err(), "no new connections");
    stream.write_all(&body.as_bytes()[1..]).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an end");
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("element-count"), "{answer}");
}

#[test]
fn idle_connections_are_closed_at_once() {
    let data = Data::keyed(10);
    let mut running = Running::start(data.service());
    let mut silent = TcpStream::connect(running.address()).expect("listening");
    let mut kept = TcpStream::connect(running.address()).expect("listening");
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    sleep(Duration::from_millis(300));
    let stopped = Instant::now();
    running.stop();
    let mut rest = String::new();
    kept.read_to_string(&mut rest).expect("an end");
    assert!(rest.starts_with("HTTP/1.1 200"));
    silent.read_to_string(&mut rest).expect("an end");
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?}", stopped.elapsed());
}

#[test]
fn headers_that_are_too_large_are_rejected() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    write!(stream, "GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(20_000)).expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[test]
fn slow_headers_time_out() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").expect("sent");
    let begun = Instant::now();
    // A header every half second would never exceed a deadline for silence.
    while stream.write_all(b"x: y\r\n").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(15), "still open");
        sleep(Duration::from_millis(500));
    }
}
