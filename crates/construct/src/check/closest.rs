//! Suggestions for misspelt arguments.

use crate::schema::{Block, Presence};
use std::collections::BTreeMap;

/// Returns a hint with the most similar name; empty if no name is similar enough.
pub(super) fn closest(block: &Block, name: &str) -> String {
    let attributes = block.attributes.iter().copied().flatten();
    let blocks = block.blocks.iter().copied().flatten().map(|b| b.name);
    let all: BTreeMap<usize, &str> = attributes
        .filter(|a| a.presence != Presence::Computed)
        .map(|a| a.name)
        .chain(blocks)
        .map(|known| (distance(known, name), known))
        .collect();
    match all.first_key_value() {
        Some((distance, known)) if *distance <= 2 => format!("; did you mean {known}?"),
        _ => String::new(),
    }
}

/// Returns the edit distance: the number of bytes to change, add or remove.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
