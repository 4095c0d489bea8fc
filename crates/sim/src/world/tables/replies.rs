//! Translates replies of the cloud's services into replies of the ports, as `aws` does.

use super::items::text;
use super::{PortReply, ReplyKind};
use crate::world::env::Env;
use leeward_cloud::aurora::{GlobalCluster, Member, RdsResponse};
use leeward_cloud::dynamodb::{DynamoResponse, Item, SharedItem};
use leeward_cloud::sqs::SqsResponse;
use leeward_cloud::{RegionIx, Response, ServiceError};
use leeward_model::{Claim, ContentHash, DatabaseView, Seq, StoredEntry};

impl Env {
    /// Translates a service's response into the reply to a call of this kind.
    pub(crate) fn reply_from(
        &self,
        kind: ReplyKind,
        result: Result<Response, ServiceError>,
    ) -> PortReply {
        let response = match result {
            Ok(response) => response,
            Err(error) if error.code == "ConditionalCheckFailedException" => {
                return PortReply::Occupied(error.item);
            }
            Err(error) => {
                let missing = ["GlobalClusterNotFoundFault", "DBClusterNotFoundFault"];
                let refused = missing.contains(&error.code);
                return if refused { PortReply::Refused(error.message) } else { PortReply::Error };
            }
        };
        match (response, kind) {
            (Response::Dynamo(DynamoResponse::Page(page)), ReplyKind::Head) => {
                let head = page.items.first().and_then(|item| self.entry(item));
                PortReply::Head(head.map_or(Seq::ZERO, |entry| entry.seq))
            }
            (Response::Dynamo(DynamoResponse::Page(page)), ReplyKind::Entries) => {
                PortReply::Entries(page.items.iter().filter_map(|item| self.entry(item)).collect())
            }
            (Response::Dynamo(DynamoResponse::BatchGet(part)), _) => {
                // The adapter asks for the rest of a batch; a simulated batch is too small to have one.
                assert!(part.unprocessed.is_empty(), "a simulated batch is larger than 16 MB");
                let items = part.found.iter().flat_map(|(_, items)| items);
                PortReply::Entries(items.filter_map(|item| self.entry(item)).collect())
            }
            (Response::Dynamo(DynamoResponse::Page(page)), ReplyKind::Accounts) => {
                let read = |item: &SharedItem| self.directory.account_number(text(item, "sk")?);
                PortReply::Accounts(page.items.iter().filter_map(read).collect())
            }
            (Response::Dynamo(DynamoResponse::Page(page)), ReplyKind::Other) => {
                PortReply::Items(page.items)
            }
            (Response::Dynamo(DynamoResponse::Item(item)), _) => PortReply::Item(item),
            (Response::Sqs(SqsResponse::Received(received)), _) => {
                PortReply::Hints(received.into_iter().map(|r| (r.receipt, r.body)).collect())
            }
            (Response::Rds(RdsResponse::Clusters(clusters)), _) => clusters
                .first()
                .map_or(PortReply::Error, |c| PortReply::Database(Box::new(self.database_view(c)))),
            _ => PortReply::Done,
        }
    }

    fn database_view(&self, cluster: &GlobalCluster) -> DatabaseView {
        let name = |region: &RegionIx| self.directory.name(*region).clone();
        let members_that_are = |wanted: Member| {
            let found = cluster.members.iter().filter(move |(_, m)| **m == wanted);
            found.map(|(region, _)| name(region)).collect()
        };
        DatabaseView {
            writer: Some(name(&cluster.writer)),
            moving: cluster.status != "available",
            members: members_that_are(Member::Available),
            resyncing: members_that_are(Member::Rebuilding),
            // As in the real service, the description no longer lists a member that left.
            detached: Vec::new(),
        }
    }

    fn entry(&self, item: &Item) -> Option<StoredEntry> {
        let pk = text(item, "pk")?;
        let account = self.directory.account_named(pk)?;
        Some(StoredEntry {
            account: account.clone(),
            seq: Seq(text(item, "sk")?.parse().ok()?),
            format: text(item, "v")?.parse().ok()?,
            body: text(item, "body")?.clone().into(),
        })
    }

    /// Returns the entry that has the sequence number of a refused put.
    pub(crate) fn entry_in(&self, item: Option<&SharedItem>) -> Option<StoredEntry> {
        self.entry(item?)
    }
}

/// Returns the claim that has the id of a refused claim.
pub(crate) fn claim_in(item: Option<&SharedItem>) -> Option<Claim> {
    let item = item?;
    let hash = ContentHash::from_text(text(item, "hash")?);
    Some(Claim { hash, from: Seq(text(item, "from")?.parse().ok()?) })
}
