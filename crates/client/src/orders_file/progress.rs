//! The progress file: it records the lines of a file that an earlier run finished.

use super::Refused;
use super::records::{is_csv, read_record};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The content of the progress file.
#[derive(Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Progress {
    /// The number of finished lines.
    pub(super) lines: u64,
    /// The hash of these lines.
    pub(super) digest: [u8; 32],
    /// The hash of the token, which differs between platforms.
    platform: [u8; 32],
    pub(super) refused: Vec<Refused>,
}

impl Progress {
    /// Reads the progress of an earlier run. Returns empty progress if the finished lines have changed since then, or
    /// if that run used another platform.
    pub(super) fn read(file: &Path, platform: [u8; 32]) -> Progress {
        let none = Progress { platform, ..Progress::default() };
        let Ok(text) = std::fs::read_to_string(progress_file(file)) else { return none };
        let Ok(progress) = serde_json::from_str::<Progress>(&text) else { return none };
        let same = progress.platform == platform
            && hash_of_prefix(file, progress.lines) == Some(progress.digest);
        if same { progress } else { none }
    }

    /// Writes the progress. A failure only costs time, so it is ignored.
    pub(super) fn write(&self, file: &Path) {
        let text = serde_json::to_string(self).expect("plain fields");
        let _ = std::fs::write(progress_file(file), text);
    }

    /// Removes the progress of a completed file.
    pub(super) fn remove(file: &Path) {
        let _ = std::fs::remove_file(progress_file(file));
    }
}

/// Returns the hash of the first `lines`, or `None` if the file has fewer.
fn hash_of_prefix(file: &Path, lines: u64) -> Option<[u8; 32]> {
    let mut reader = BufReader::new(std::fs::File::open(file).ok()?);
    if is_csv(file) {
        reader.read_line(&mut String::new()).ok()?;
    }
    let (mut digest, mut bytes) = (Sha256::new(), Vec::new());
    for _ in 0..lines {
        read_record(&mut reader, &mut bytes).ok().flatten()?;
        digest.update(&bytes);
    }
    Some(digest.finalize().into())
}

fn progress_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".progress");
    name.into()
}
