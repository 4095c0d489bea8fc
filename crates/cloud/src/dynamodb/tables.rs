//! Tables by name. Tables with the same name in two Regions are different tables, unless one table spans both Regions.

use super::{Table, Text};
use crate::net::RegionIx;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Tables {
    by_name: BTreeMap<Text, Vec<Table>>,
}

impl Tables {
    /// Returns the table with this name that the Region serves.
    pub(crate) fn get(&self, name: &str, region: RegionIx) -> Option<&Table> {
        self.by_name.get(name)?.iter().find(|t| t.serves(region))
    }

    pub(crate) fn get_mut(&mut self, name: &str, region: RegionIx) -> Option<&mut Table> {
        self.by_name.get_mut(name)?.iter_mut().find(|t| t.serves(region))
    }

    /// Returns the table with this name whose data is on the Region's disk, including a table of which the Region is
    /// the witness.
    pub(crate) fn kept_mut(&mut self, name: &str, region: RegionIx) -> Option<&mut Table> {
        self.by_name.get_mut(name)?.iter_mut().find(|t| t.participants().any(|p| p == region))
    }

    /// Adds the table if its name is free in all its Regions. Returns whether the name was free.
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
