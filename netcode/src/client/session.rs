//! The reliable half of a client: says hello, hears welcome or refusal, passes events on.

use super::ClientEvent;
use crate::{
    limits,
    protocol::Protocol,
    wire::{
        DecodeError,
        frame::{self, FrameReader},
        message::{Hello, Resume, ToClient, ToServer, ViewPart},
    },
};
use std::collections::VecDeque;

pub(super) struct Session<P: Protocol> {
    frames: FrameReader,
    events: VecDeque<ClientEvent<P>>,
    /// Parts of one view that wait until the game has entered, and their bytes.
    parts: VecDeque<ViewPart>,
    part_bytes: usize,
    outgoing: VecDeque<Vec<u8>>,
    welcomed: bool,
    /// Why the server says that it closes, which is better than what the transport will say.
    farewell: Option<String>,
    closed: bool,
}

impl<P: Protocol> Session<P> {
    /// Introduces itself, and goes on with an earlier session if it says how.
    pub(super) fn new(hello: &Hello, resume: Option<Resume>) -> Self {
        let mut session = Self {
            frames: FrameReader::new(limits::MESSAGE_BYTES),
            events: VecDeque::new(),
            parts: VecDeque::new(),
            part_bytes: 0,
            outgoing: VecDeque::new(),
            welcomed: false,
            farewell: None,
            closed: false,
        };
        session.write(&match resume {
            None => ToServer::Hello(hello.clone()),
            Some(resume) => ToServer::Resume(hello.clone(), resume),
        });
        session
    }

    pub(super) fn handle_stream(&mut self, bytes: &[u8]) {
        self.frames.push(bytes);
        while !self.closed {
            let heard = match self.frames.pop::<ToClient<P::Greeting, P::Event>>() {
                Ok(Some(message)) => self.hear(message),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = heard {
                self.closed = true;
                let reason = format!("the server can't be understood: {error}");
                self.events.push_back(ClientEvent::Closed(reason));
            }
        }
    }

    fn hear(&mut self, message: ToClient<P::Greeting, P::Event>) -> Result<(), DecodeError> {
        match message {
            // A server welcomes once; a second welcome can only confuse.
            ToClient::Welcome(_) if self.welcomed => {}
            ToClient::Welcome(welcome) => {
                self.welcomed = true;
                self.events.push_back(ClientEvent::Welcomed(welcome));
            }
            ToClient::Refused(refusal) => {
                self.farewell = Some(refusal.to_string());
                self.events.push_back(ClientEvent::Refused(refusal));
            }
            ToClient::Event(event) => self.events.push_back(ClientEvent::Event(event)),
            ToClient::Goodbye(reason) => self.farewell = Some(reason),
            ToClient::View(part) => self.keep_part(part)?,
        }
        Ok(())
    }

    /// Keeps a part of a view, of which there is one at a time: a newer one begins anew.
    fn keep_part(&mut self, part: ViewPart) -> Result<(), DecodeError> {
        if !self.welcomed {
            return Err(DecodeError::Malformed);
        }
        let view = |part: &ViewPart| (part.tick, part.total);
        if self.parts.back().is_some_and(|last| view(last) != view(&part)) {
            self.parts.clear();
            self.part_bytes = 0;
        }
        self.part_bytes += part.bytes.len();
        if part.bytes.is_empty() || self.part_bytes > limits::VIEW_BYTES {
            return Err(DecodeError::TooLarge);
        }
        self.parts.push_back(part);
        Ok(())
    }

    pub(super) fn request(&mut self, request: P::Request) {
        self.write(&ToServer::Request(request));
    }

    /// Says that the view that came in parts is whole.
    pub(super) fn confirm_view(&mut self) {
        self.write(&ToServer::HaveView);
    }

    /// The next part of the first view.
    pub(super) fn poll_part(&mut self) -> Option<ViewPart> {
        let part = self.parts.pop_front()?;
        self.part_bytes -= part.bytes.len();
        Some(part)
    }

    pub(super) fn poll_event(&mut self) -> Option<ClientEvent<P>> {
        self.events.pop_front()
    }

    pub(super) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.outgoing.pop_front()
    }

    /// Ends the session; `false` when it was over before.
    pub(super) fn close(&mut self) -> bool {
        !std::mem::replace(&mut self.closed, true)
    }

    /// The best reason there is for the end.
    pub(super) fn reason(&self, transport: &str) -> String {
        self.farewell.clone().unwrap_or_else(|| transport.to_owned())
    }

    /// Whether the server let us in, and it is not over.
    pub(super) fn is_welcomed(&self) -> bool {
        self.welcomed && !self.closed
    }

    /// Whether the server said itself that it is over.
    pub(super) fn is_dismissed(&self) -> bool {
        self.farewell.is_some()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    fn write(&mut self, message: &ToServer<P::Request>) {
        let mut bytes = Vec::new();
        frame::write(message, &mut bytes);
        self.outgoing.push_back(bytes);
    }
}
