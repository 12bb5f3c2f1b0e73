//! What is fuzzed: for each decoder, and for whole sessions, a plain function of bytes that panics when
//! something is wrong.
//!
//! A panic is all that a fuzzer understands, so what must hold (legal rows, one input a tick, bounded
//! queues) is asserted by the functions themselves. `fuzz/` gives them to libFuzzer, `scripts/fuzz`
//! runs all of them, and `tests/it/corpus.rs` replays what was found worth keeping on every `./test`.
//! `packets` are raw, as the socket gets them; other bytes are what comes out of QUIC's decryption:
//! whoever has a key can send them.

pub mod files;
pub mod packets;
pub mod script;
pub mod seeds;
pub mod session;
pub mod text;
pub mod wire;

/// One thing that is fuzzed.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name: of the binary in `fuzz/` and of the folder in `tests/data/corpus`.
    pub name: &'static str,
    /// What is done with the bytes.
    pub run: fn(&[u8]),
    /// Inputs to start from, made of real traffic.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Everything that is fuzzed.
pub const TARGETS: [Target; 15] = [
    Target { name: "packets", run: packets::packets, seeds: seeds::packets },
    Target { name: "snapshots", run: session::snapshots, seeds: seeds::snapshots },
    Target { name: "inputs", run: session::inputs, seeds: seeds::inputs },
    Target { name: "stream_down", run: session::stream_down, seeds: seeds::stream_down },
    Target { name: "stream_up", run: session::stream_up, seeds: seeds::stream_up },
    Target { name: "frames", run: wire::frames, seeds: seeds::frames },
    Target { name: "acks", run: wire::acks, seeds: seeds::acks },
    Target { name: "beacons", run: wire::beacons, seeds: seeds::beacons },
    Target { name: "bits", run: wire::bits, seeds: seeds::bits },
    Target { name: "rows", run: wire::rows, seeds: seeds::rows },
    Target { name: "recordings", run: files::recordings, seeds: seeds::recordings },
    Target { name: "arenas", run: files::arenas, seeds: seeds::arenas },
    Target { name: "conditions", run: text::conditions, seeds: seeds::conditions },
    Target { name: "addresses", run: text::addresses, seeds: seeds::addresses },
    Target { name: "script", run: script::script, seeds: seeds::scripts },
];

/// Takes bytes apart into pieces, as a fuzzer's input describes them: it never runs out, it only
/// gives less.
pub(crate) struct Pieces<'a>(pub(crate) &'a [u8]);

impl<'a> Pieces<'a> {
    /// The next byte, or zero when there is none.
    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// The next two bytes as a number.
    pub(crate) fn word(&mut self) -> u16 {
        u16::from(self.byte()) | u16::from(self.byte()) << 8
    }

    /// So many bytes, or what is left.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        piece
    }

    /// A piece with its length, two bytes, before it; `None` at the end.
    pub(crate) fn piece(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let length = usize::from(self.word());
        Some(self.take(length))
    }
}

/// What [`Pieces::piece`] reads.
pub(crate) fn join(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in pieces {
        let piece = piece.as_ref();
        bytes.extend_from_slice(&(piece.len() as u16).to_le_bytes());
        bytes.extend_from_slice(piece);
    }
    bytes
}

/// Gives bytes to the target of this name.
///
/// # Panics
/// When there is none, or when the target does: that is what a fuzzer looks for.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("there is no target {name}")).run)(bytes);
}
