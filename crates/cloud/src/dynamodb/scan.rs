//! Scan, which reads a table, or a segment of it, in the order of its keys.

use super::query::Collect;
use super::{DynamoResponse, Key, KeyPart, KeySchema, Scan, Table};
use crate::ServiceError;
use crate::net::RegionIx;
use std::ops::Bound;

const MAX_SEGMENTS: u32 = 1_000_000;

/// The segment of the table that is scanned, and the key after which the scan starts.
pub(super) struct Range {
    start: Option<Key>,
    segment: Option<(u32, u32)>,
}

fn invalid(text: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", text)
}

impl Range {
    pub(super) fn of(scan: &Scan, schema: &KeySchema) -> Result<Range, ServiceError> {
        if let Some((segment, total)) = scan.segment {
            if !(1..=MAX_SEGMENTS).contains(&total) {
                return Err(invalid("TotalSegments must be from 1 to 1000000"));
            }
            if segment >= total {
                return Err(invalid(format!(
                    "The Segment parameter is zero-based and must be less than parameter \
                     TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
                )));
            }
        }
        let start = match &scan.start {
            Some(item) => {
                let key = schema.exact_key(item);
                Some(key.map_err(|_| invalid("The provided starting key is invalid"))?)
            }
            None => None,
        };
        let range = Range { start, segment: scan.segment };
        if range.start.as_ref().is_some_and(|key| !range.has(key)) {
            return Err(invalid("The provided starting key is outside of the segment"));
        }
        Ok(range)
    }

    /// Returns whether the partition belongs to the segment. All items of a partition are in one segment.
    fn has(&self, key: &Key) -> bool {
        self.segment.is_none_or(|(segment, total)| {
            hash(&key.partition) % u64::from(total) == u64::from(segment)
        })
    }
}

/// Hashes with FNV-1a, which gives the same result in every run.
fn hash(part: &KeyPart) -> u64 {
    let of = |bytes: &[u8]| {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    match part {
        KeyPart::None => 0,
        KeyPart::S(text) => of(text.as_bytes()),
        KeyPart::N(number) => of(number.to_string().as_bytes()),
        KeyPart::B(bytes) => of(bytes),
    }
}

pub(super) fn run(
    table: &Table,
    region: RegionIx,
    scan: &Scan,
    range: &Range,
) -> (DynamoResponse, u64) {
    let mut collect = Collect::new(&table.spec.schema, scan.filter.as_deref(), scan.limit);
    let low = range.start.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
    for (key, stored) in table.states(region).range((low, Bound::Unbounded)) {
        if !range.has(key) {
            continue;
        }
        let (item, index) = table.visible(region, key, stored, scan.consistent);
        let Some(item) = item else { continue };
        if !collect.take(key, item, index) {
            break;
        }
    }
    collect.done()
}
