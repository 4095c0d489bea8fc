//! Reads: eventually consistent reads return the state of the replica, and strong reads the durable state.

use super::{
    BatchKeys, BatchPart, Context, Dynamo, DynamoResponse, Handled, Item, Key, KeyPart,
    MAX_BATCH_GET, MAX_BATCH_GET_BYTES, MAX_BATCH_GET_PARTITION_BYTES, Query, Scan, Table,
    item_size, query, scan,
};
use crate::ServiceError;
use std::collections::BTreeMap;

/// Checks that a batch contains no key twice.
pub(super) fn check_distinct(mut keys: Vec<&Key>) -> Result<(), ServiceError> {
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        let text = "Provided list of item keys contains duplicates";
        return Err(ServiceError::new("ValidationException", text));
    }
    Ok(())
}

impl Dynamo {
    pub(super) fn get(
        &self,
        cx: &Context<'_>,
        table: &str,
        key: &Item,
        consistent: bool,
    ) -> Result<Handled, ServiceError> {
        let table = self.table(table, cx.region)?;
        let key = table.key(key)?;
        Ok(self.read(cx, &[(table, consistent)], || {
            let (item, index) = table.get(cx.region, &key, consistent);
            (DynamoResponse::Item(item), index)
        }))
    }

    pub(super) fn query(&self, cx: &Context<'_>, query: &Query) -> Result<Handled, ServiceError> {
        let table = self.table(&query.table, cx.region)?;
        let range = query::Range::of(query, &table.spec.schema)?;
        Ok(self
            .read(cx, &[(table, query.consistent)], || query::run(table, cx.region, query, &range)))
    }

    pub(super) fn scan(&self, cx: &Context<'_>, scan: &Scan) -> Result<Handled, ServiceError> {
        let table = self.table(&scan.table, cx.region)?;
        let range = scan::Range::of(scan, &table.spec.schema)?;
        Ok(self.read(cx, &[(table, scan.consistent)], || scan::run(table, cx.region, scan, &range)))
    }

    pub(super) fn batch_get(
        &self,
        cx: &Context<'_>,
        batch: &[BatchKeys],
    ) -> Result<Handled, ServiceError> {
        let invalid = |text: &str| ServiceError::new("ValidationException", text);
        if batch.is_empty() || batch.iter().any(|of| of.keys.is_empty()) {
            return Err(invalid("1 validation error detected: a batch has at least one key"));
        }
        if batch.iter().map(|of| of.keys.len()).sum::<usize>() > MAX_BATCH_GET {
            return Err(invalid("Too many items requested for the BatchGetItem call"));
        }
        let mut tables: Vec<(&Table, bool)> = Vec::with_capacity(batch.len());
        let mut keys: Vec<Vec<Key>> = Vec::with_capacity(batch.len());
        for of in batch {
            let table = self.table(&of.table, cx.region)?;
            let parsed = of.keys.iter().map(|key| table.key(key)).collect::<Result<Vec<_>, _>>()?;
            check_distinct(parsed.iter().collect())?;
            tables.push((table, of.consistent));
            keys.push(parsed);
        }
        Ok(self.read(cx, &tables, || {
            let (mut newest, mut bytes) = (0, 0);
            let mut part =
                BatchPart { found: Vec::with_capacity(batch.len()), unprocessed: Vec::new() };
            for ((of, keys), (table, consistent)) in batch.iter().zip(&keys).zip(&tables) {
                let (mut items, mut rest) = (Vec::with_capacity(keys.len()), Vec::new());
                let mut of_partition: BTreeMap<&KeyPart, usize> = BTreeMap::new();
                for (key, asked) in keys.iter().zip(&of.keys) {
                    let there = of_partition.entry(&key.partition).or_default();
                    let (item, index) = table.get(cx.region, key, *consistent);
                    let size = item.as_ref().map_or(0, |item| item_size(item));
                    let full = bytes + size > MAX_BATCH_GET_BYTES
                        || *there + size > MAX_BATCH_GET_PARTITION_BYTES;
                    // A key that follows an unprocessed one is not processed either.
                    if full || !rest.is_empty() {
                        rest.push(asked.clone());
                        continue;
                    }
                    newest = newest.max(index);
                    (bytes, *there) = (bytes + size, *there + size);
                    items.extend(item);
                }
                part.found.push((of.table.clone(), items));
                if !rest.is_empty() {
                    part.unprocessed.push(BatchKeys { keys: rest, ..of.clone() });
                }
            }
            (DynamoResponse::BatchGet(part), newest)
        }))
    }

    /// Performs a read. A strong read waits until the state that it saw is durable.
    fn read(
        &self,
        cx: &Context<'_>,
        tables: &[(&Table, bool)],
        read: impl FnOnce() -> (DynamoResponse, u64),
    ) -> Handled {
        let mut not_before_us = cx.now_us;
        for (table, consistent) in tables {
            if *consistent {
                if let Some(handled) = self.not_serving(cx, table) {
                    return handled;
                }
                not_before_us = not_before_us.max(cx.now_us + Dynamo::round_trip_us(cx, table));
            }
        }
        let (response, index) = read();
        self.when_durable(index, not_before_us, cx.now_us, Ok(response))
    }
}
