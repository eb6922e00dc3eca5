//! Frames that carry open files, over a Unix socket: the parent opens, and a worker only reads.

use crate::stream::{FileRequest, FrameType, HEADER_BYTES, Settings, StreamError, header, json, parse_header};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// What a parent asks of a worker.
pub(crate) enum Request {
    Settings(Settings),
    File(FileRequest, OwnedFd),
}

/// The parent's end.
pub struct Requests<S>(pub S);

impl<S: AsFd> Requests<S> {
    /// Sends the settings, once and first.
    pub fn settings(&mut self, settings: &Settings) -> io::Result<()> {
        let payload = serde_json::to_vec(settings).map_err(io::Error::other)?;
        self.send(FrameType::Settings, &payload, None)
    }

    /// Passes an open input on.
    pub fn file(&mut self, request: &FileRequest, file: BorrowedFd<'_>) -> io::Result<()> {
        let payload = serde_json::to_vec(request).map_err(io::Error::other)?;
        self.send(FrameType::File, &payload, Some(file))
    }

    fn send(&self, kind: FrameType, payload: &[u8], file: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let frame = [&header(kind, payload)?, payload].concat();
        let (mut sent, files) = (0, file.as_slice());
        while sent < frame.len() {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            // The descriptor goes with the first byte.
            if sent == 0 && !files.is_empty() {
                control.push(SendAncillaryMessage::ScmRights(files));
            }
            match sendmsg(&self.0, &[IoSlice::new(&frame[sent..])], &mut control, SendFlags::empty()) {
                Err(rustix::io::Errno::INTR) => {}
                count => sent += count?,
            }
        }
        Ok(())
    }
}

/// The worker's end.
pub(crate) struct Receiver<S> {
    socket: S,
    files: Vec<OwnedFd>,
}

impl<S: AsFd> Receiver<S> {
    pub(crate) fn new(socket: S) -> Self {
        Self { socket, files: Vec::new() }
    }

    /// The next request; `None` where the parent is done.
    pub(crate) fn next(&mut self) -> Result<Option<Request>, StreamError> {
        let mut header = [0; HEADER_BYTES];
        if !self.fill(&mut header)? {
            return Ok(None);
        }
        let (length, kind) = parse_header(header)?;
        let mut payload = vec![0; length];
        if !self.fill(&mut payload)? && length > 0 {
            return Err(StreamError::Cut);
        }
        let mut files = std::mem::take(&mut self.files);
        match (kind, files.pop(), files.is_empty()) {
            (FrameType::Settings, None, _) => Ok(Some(Request::Settings(json(&payload)?))),
            (FrameType::File, Some(file), true) => Ok(Some(Request::File(json(&payload)?, file))),
            _ => Err(StreamError::Forged),
        }
    }

    /// Fills a buffer; false if the stream ends before its first byte. Descriptors that arrive are
    /// kept.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<bool, StreamError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let mut parts = [IoSliceMut::new(&mut buffer[filled..])];
            let received = match recvmsg(&self.socket, &mut parts, &mut control, RecvFlags::empty()) {
                Err(rustix::io::Errno::INTR) => continue,
                received => received.map_err(io::Error::from)?,
            };
            for message in control.drain() {
                if let RecvAncillaryMessage::ScmRights(files) = message {
                    self.files.extend(files);
                }
            }
            match received.bytes {
                0 if filled == 0 => return Ok(false),
                0 => return Err(StreamError::Cut),
                count => filled += count,
            }
        }
        Ok(true)
    }
}
