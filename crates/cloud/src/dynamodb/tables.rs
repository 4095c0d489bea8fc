//! Tables by name. The same name in two Regions is two tables, unless one table is in both.

use super::{Table, Text};
use crate::net::RegionIx;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Tables {
    by_name: BTreeMap<Text, Vec<Table>>,
}

impl Tables {
    /// The one that this Region serves.
    pub(crate) fn get(&self, name: &str, region: RegionIx) -> Option<&Table> {
        self.by_name.get(name)?.iter().find(|t| t.serves(region))
    }

    pub(crate) fn get_mut(&mut self, name: &str, region: RegionIx) -> Option<&mut Table> {
        self.by_name.get_mut(name)?.iter_mut().find(|t| t.serves(region))
    }

    /// The one of which this Region's disk holds something, be it as its witness.
    pub(crate) fn kept_mut(&mut self, name: &str, region: RegionIx) -> Option<&mut Table> {
        self.by_name.get_mut(name)?.iter_mut().find(|t| t.participants().any(|p| p == region))
    }

    /// Whether the name is free in all Regions of the table: if so, it is there from now on.
    pub(crate) fn insert(&mut self, table: Table) -> bool {
        let there = self.by_name.entry(table.spec.name.clone()).or_default();
        let taken =
            |other: &Table| table.participants().any(|p| other.participants().any(|q| p == q));
        let free = !there.iter().any(taken);
        if free {
            there.push(table);
        }
        free
    }

    pub(crate) fn remove(&mut self, name: &str, region: RegionIx) {
        if let Some(there) = self.by_name.get_mut(name) {
            there.retain(|t| !t.serves(region));
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.by_name.values().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.by_name.values_mut().flatten()
    }
}
