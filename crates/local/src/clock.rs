//! The wall-clock time, for times that operators read and for the age of a commit (docs/spec/attacks.md R16).

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the number of milliseconds since 1970.
pub fn wall_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)
}
