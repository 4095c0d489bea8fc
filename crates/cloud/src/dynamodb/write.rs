//! Writes. Every write is checked against the latest version at a single moment.

use super::read::check_distinct;
use super::{
    BatchWrite, Context, Dynamo, DynamoRequest, DynamoResponse, Effect, Handled, Item, Key,
    MAX_BATCH_WRITE, Returns, Stored, Version, Write,
};
use crate::ServiceError;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

impl Dynamo {
    pub(super) fn batch_write(
        &mut self,
        cx: &Context<'_>,
        writes: &[BatchWrite],
    ) -> Result<Handled, ServiceError> {
        if writes.is_empty() || writes.len() > MAX_BATCH_WRITE {
            let text = "1 validation error detected: a batch has 1 to 25 requests";
            return Err(ServiceError::new("ValidationException", text));
        }
        let writes: Vec<Write> = writes.iter().map(BatchWrite::as_write).collect();
        // The whole batch is checked before any part of it is written.
        let mut keys: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for write in &writes {
            let key = write.key(self.table(write.table(), cx.region)?)?;
            keys.entry(write.table()).or_default().push(key);
        }
        keys.values().try_for_each(|keys| check_distinct(keys.iter().collect()))?;
        let mut last = Handled::Now(Ok(DynamoResponse::Empty));
        for write in &writes {
            let handled = self.write(cx, write)?;
            match handled {
                Handled::Durable { index, not_before_us, .. } => {
                    let result = Ok(DynamoResponse::Empty);
                    last = Handled::Durable { index, not_before_us, result };
                }
                Handled::Now(Ok(_)) => {}
                other => return Ok(other),
            }
        }
        Ok(last)
    }

    pub(super) fn write(
        &mut self,
        cx: &Context<'_>,
        write: &Write,
    ) -> Result<Handled, ServiceError> {
        let table = self.table(write.table(), cx.region)?;
        let key = write.key(table)?;
        if let Some(handled) = self.not_serving(cx, table) {
            return Ok(handled);
        }
        let not_before_us = cx.now_us + Dynamo::round_trip_us(cx, table);
        let is_mrsc = table.is_mrsc();
        let table = self.tables.get_mut(write.table(), cx.region).expect("found above");
        // The key is looked up only once, because a table's tree is the largest data structure of the model.
        let place = table.states_mut(cx.region).entry(key);
        let old = match &place {
            Entry::Occupied(there) => Some(there.get()),
            Entry::Vacant(_) => None,
        };
        let (old_item, old_index) = old.map_or((None, 0), |s| (s.item.clone(), s.version.index));
        // If two Regions write the same item concurrently, the later write must be retried.
        let elsewhere = old.is_some_and(|s| s.version.region != cx.region);
        if is_mrsc && elsewhere && self.durability.is_pending(old_index) {
            return Err(ServiceError::new(
                "ReplicatedWriteConflictException",
                "Another Region is writing this item",
            ));
        }
        if let Some(condition) = write.condition()
            && !condition.holds(old_item.as_deref().unwrap_or(&Item::new()))
        {
            let mut error = ServiceError::new(
                "ConditionalCheckFailedException",
                "The conditional request failed",
            );
            error.item = old_item.filter(|_| write.old_on_failure());
            let result = Err(error);
            return Ok(self.when_durable(old_index, not_before_us, cx.now_us, result));
        }
        let (new, response) = write.outcome(old_item)?;
        let index = self.durability.next_index();
        let version = Version { index, region: cx.region, at_us: cx.now_us };
        let (key, stored) = (place.key().clone(), Stored { item: new, version });
        let replaced = match place {
            Entry::Occupied(mut there) => Some(there.insert(stored.clone())),
            Entry::Vacant(free) => {
                free.insert(stored.clone());
                None
            }
        };
        let needed = table.keep(cx, &key, &stored, replaced, &mut self.effects);
        let lag = self.timing.eventual_lag_us;
        table.replicate(cx, &key, lag, &mut self.effects);
        let persists = self.effects.iter().filter_map(|e| match e {
            Effect::Persist(p) if p.index == index => Some(p.region),
            _ => None,
        });
        self.durability.begin(index, needed, persists);
        Ok(Handled::Durable { index, not_before_us, result: Ok(response) })
    }

    /// Deletes items whose time to live has passed, independently in each Region.
    pub(crate) fn expire(&mut self, now_us: u64, now_s: u64, net: &crate::Net) {
        let expired = |table: &super::Table| {
            let keys = table.expired(now_s).into_iter();
            let delete = |(region, key)| {
                let key = table.spec.schema.to_item(&key);
                let table = table.spec.name.clone();
                let returns = Returns::None;
                let delete =
                    Write::Delete { table, key, condition: None, old_on_failure: false, returns };
                (region, delete)
            };
            keys.map(delete).collect::<Vec<_>>()
        };
        let deletes: Vec<_> = self.tables.iter().flat_map(expired).collect();
        for (region, delete) in deletes {
            let cx = Context { now_us, region, net };
            self.handle(&cx, &DynamoRequest::Write(delete));
        }
    }
}
