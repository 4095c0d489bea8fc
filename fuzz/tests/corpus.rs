//! A short and deterministic substitute for `cargo fuzz`. It runs each file of the corpus and thousands of mutations of
//! it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The number of mutations of each file.
const MUTATIONS: u64 = 4_000;

/// The random number generator SplitMix64.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// Inputs that parsers often handle wrongly.
const NASTY: [&[u8]; 20] = [
    b"0",
    b"-1",
    b"18446744073709551616",
    b"1e400",
    b"NaN",
    b"\"",
    b"\\u0000",
    b"\xff",
    b"{}",
    b"[]",
    b"null",
    b"[[[[[[[[",
    b"\r\n",
    b",,",
    b"%",
    b"=&",
    b"\xf0\x9f\x98\x80",
    b"9223372036854775807",
    b"0.00000000000000000001",
    b"\"\"",
];

fn mutate(rng: &mut Rng, file: &[u8], other: &[u8]) -> Vec<u8> {
    let mut data = file.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(data.len() + 1);
        match rng.below(7) {
            0 => {
                if let Some(byte) = data.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
            1 => data.truncate(at),
            2 => data.insert(at, rng.below(256) as u8),
            3 => drop(data.splice(at..at, NASTY[rng.below(NASTY.len())].iter().copied())),
            4 => {
                let end = (at + rng.below(8)).min(data.len());
                data.splice(at..end, NASTY[rng.below(NASTY.len())].iter().copied());
            }
            5 => {
                let end = (at + rng.below(64)).min(data.len());
                let again = data[at..end].to_vec();
                data.splice(at..at, again);
            }
            _ => {
                let from = rng.below(other.len() + 1);
                let end = (from + rng.below(64)).min(other.len());
                data.splice(at..at, other[from..end].iter().copied());
            }
        }
    }
    data
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .map(|entry| entry.expect("readable").path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).expect("readable")))
        .collect();
    all.sort();
    all
}

#[test]
fn no_input_of_the_corpus_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, target) in leeward_fuzz::TARGETS {
        let files = files(&corpus.join(name));
        assert!(files.len() > 1, "{name} has no corpus");
        let mut rng = Rng(name.len() as u64);
        for (file, data) in &files {
            target(data);
            for n in 0..MUTATIONS {
                let other = &files[rng.below(files.len())].1;
                let mutated = mutate(&mut rng, data, other);
                if catch_unwind(AssertUnwindSafe(|| target(&mutated))).is_err() {
                    let kept = std::env::temp_dir().join(format!("leeward-fuzz-{name}"));
                    std::fs::write(&kept, &mutated).expect("written");
                    panic!("mutation {n} of {file} panics; add {} to the corpus", kept.display());
                }
            }
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let programs = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets"));
    assert_eq!(programs.len(), leeward_fuzz::TARGETS.len());
    for (name, _) in leeward_fuzz::TARGETS {
        let call = format!("leeward_fuzz::{name}(data)");
        assert!(programs.iter().any(|(_, text)| String::from_utf8_lossy(text).contains(&call)));
    }
}
