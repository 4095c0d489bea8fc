//! The bodies of items of the control table. An item contains only the number of its body.

use super::PortReply;
use super::items::text;
use leeward_cloud::dynamodb::{Item, SharedItem};
use leeward_model::{AuditRecord, Authority, ChainHead, Observation, ProcessorState};
use std::sync::Arc;

/// The contents of every item that was ever written to the control table. There is one list for each type of content.
/// An item stores only the index of its content in that list.
#[derive(Default)]
pub(crate) struct Bodies {
    pub(super) authorities: Vec<Arc<Authority>>,
    pub(super) observations: Vec<Observation>,
    pub(super) processors: Vec<ProcessorState>,
    pub(super) audits: Vec<AuditRecord>,
}

fn body_number(item: &Item) -> Option<usize> {
    text(item, "body")?.parse().ok()
}

impl Bodies {
    /// Returns the authority if the item is the authority item.
    pub(crate) fn authority_in(&self, item: &Item) -> Option<&Arc<Authority>> {
        if text(item, "pk")? != "authority" {
            return None;
        }
        self.authorities.get(body_number(item)?)
    }

    pub(crate) fn observation_in(&self, item: &Item) -> Option<&Observation> {
        if text(item, "pk")? != "sentinels" {
            return None;
        }
        self.observations.get(body_number(item)?)
    }

    pub(crate) fn audit_in(&self, item: &Item) -> Option<&AuditRecord> {
        if !text(item, "pk")?.starts_with("audit#") {
            return None;
        }
        self.audits.get(body_number(item)?)
    }

    pub(crate) fn authority(&self, reply: Option<&PortReply>) -> Option<Arc<Authority>> {
        let Some(PortReply::Item(Some(item))) = reply else { return None };
        self.authority_in(item).cloned()
    }

    /// Returns a copy for a machine, which takes ownership of it.
    pub(crate) fn owned_authority(&self, reply: Option<&PortReply>) -> Option<Box<Authority>> {
        self.authority(reply).map(|authority| Box::new(Authority::clone(&authority)))
    }

    /// Returns the observation that was stored when a conditional write was refused.
    pub(crate) fn observation_found(&self, item: Option<&SharedItem>) -> Option<Box<Observation>> {
        Some(Box::new(self.observations.get(body_number(item?)?)?.clone()))
    }

    pub(crate) fn observations(&self, items: &[SharedItem]) -> Vec<Observation> {
        items.iter().filter_map(|item| self.observations.get(body_number(item)?).cloned()).collect()
    }

    /// Returns the state of a processor: `None` if the read failed, and `Some(None)` if there is no state yet.
    pub(crate) fn processor(&self, reply: Option<&PortReply>) -> Option<Option<ProcessorState>> {
        let Some(PortReply::Item(item)) = reply else { return None };
        let read = |item: &SharedItem| self.processors.get(body_number(item)?).cloned();
        Some(item.as_ref().and_then(read))
    }

    pub(crate) fn audit_record(&self, item: &SharedItem) -> Option<&AuditRecord> {
        self.audits.get(body_number(item)?)
    }

    /// Returns the head of an audit chain from its newest item.
    pub(crate) fn audit_head(&self, items: &[SharedItem]) -> Option<ChainHead> {
        self.audit_record(items.first()?).map(AuditRecord::head)
    }
}
