//! The trace of a world: one hash, and a transcript if the caller wants one.

/// The parameters of FNV-1a (Fowler, Noll, Vo), here applied to 64-bit words. The hash depends on the order of the
/// words, is fast enough, and needs no seed.
const OFFSET: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;

#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn new(transcript: bool) -> Trace {
        Trace { hash: OFFSET, lines: transcript.then(Vec::new) }
    }

    pub(crate) fn add_word(&mut self, word: u64) {
        self.hash = (self.hash ^ word).wrapping_mul(PRIME);
        self.hash ^= self.hash >> 29;
    }

    /// Adds a line to the transcript. The line is formatted only if a transcript is kept.
    pub(crate) fn log(&mut self, now_us: u64, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            let (s, ms) = (now_us / 1_000_000, now_us / 1_000 % 1_000);
            lines.push(format!("{s:>6}.{ms:03} {}", line()));
        }
    }

    /// Returns the hash and the transcript.
    pub(crate) fn finish(self) -> (u64, Vec<String>) {
        (self.hash, self.lines.unwrap_or_default())
    }
}

/// Adds the hash of a world to a total that does not depend on the order in which worlds end.
pub(crate) fn combine(total: u64, seed: u64, hash: u64) -> u64 {
    let mut one = Trace::new(false);
    one.add_word(seed);
    one.add_word(hash);
    total.wrapping_add(one.hash)
}
