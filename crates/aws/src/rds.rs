//! The global cluster's control plane. A call's answer says that it was accepted, never that the
//! writer has moved: that is for describe to say.

use crate::classify::{failed, within};
use crate::config::{AwsConfig, client};
use async_trait::async_trait;
use aws_sdk_rds::Client;
use aws_sdk_rds::types::{FailoverStatus, GlobalCluster};
use leeward_model::{DatabaseView, Region};
use leeward_ports::{DatabaseControl, Outcome};
use std::collections::BTreeMap;
use std::time::Duration;

pub struct RdsControl {
    clients: BTreeMap<Region, Client>,
    cluster: String,
    /// ARN of each Region's cluster.
    members: BTreeMap<Region, String>,
    limit: Duration,
}

impl RdsControl {
    pub fn new(
        config: &AwsConfig,
        cluster: &str,
        members: &BTreeMap<Region, String>,
    ) -> RdsControl {
        let clients = members
            .keys()
            .map(|region| (region.clone(), client!(aws_sdk_rds, config, region)))
            .collect();
        RdsControl {
            clients,
            cluster: cluster.to_owned(),
            members: members.clone(),
            limit: config.call_timeout,
        }
    }

    fn region_of(&self, arn: &str) -> Option<Region> {
        self.members.iter().find(|(_, a)| *a == arn).map(|(region, _)| region.clone())
    }

    fn view(&self, cluster: &GlobalCluster) -> DatabaseView {
        let mut view = DatabaseView::default();
        for member in cluster.global_cluster_members() {
            let Some(region) = member.db_cluster_arn().and_then(|arn| self.region_of(arn)) else {
                continue;
            };
            if member.is_writer() == Some(true) {
                view.writer = Some(region.clone());
            }
            let synced = member.synchronization_status().map(|s| s.as_str().to_owned());
            if synced.as_deref() == Some("pending-resync") {
                view.resyncing.push(region);
            } else {
                view.members.push(region);
            }
        }
        // By name: SDKs are slower than the service to learn a new status.
        const MOVING: [&str; 4] = ["pending", "failing-over", "switching-over", "cancelling"];
        let status = cluster.failover_state().and_then(|s| s.status()).map(FailoverStatus::as_str);
        view.moving = status.is_some_and(|status| MOVING.contains(&status));
        view
    }
}

#[async_trait]
impl DatabaseControl for RdsControl {
    async fn describe(&self, at: &Region) -> Outcome<DatabaseView> {
        let Some(client) = self.clients.get(at) else {
            return Outcome::Rejected(format!("{at} has no database"));
        };
        let call = client.describe_global_clusters().global_cluster_identifier(&self.cluster);
        match within(self.limit, call.send()).await {
            Ok(answer) => match answer.global_clusters().first() {
                Some(cluster) => Outcome::Done(self.view(cluster)),
                None => Outcome::Rejected(format!("no global cluster {}", self.cluster)),
            },
            Err(failure) => failed(failure),
        }
    }

    async fn failover(&self, to: &Region) -> Outcome<()> {
        let (Some(client), Some(arn)) = (self.clients.get(to), self.members.get(to)) else {
            return Outcome::Rejected(format!("{to} has no database"));
        };
        let call = client
            .failover_global_cluster()
            .global_cluster_identifier(&self.cluster)
            .target_db_cluster_identifier(arn)
            .allow_data_loss(true);
        match within(self.limit, call.send()).await {
            Ok(_) => Outcome::Done(()),
            Err(failure) => failed(failure),
        }
    }

    async fn switchover(&self, from: &Region, to: &Region) -> Outcome<()> {
        let (Some(client), Some(arn)) = (self.clients.get(from), self.members.get(to)) else {
            return Outcome::Rejected(format!("{from} or {to} has no database"));
        };
        let call = client
            .switchover_global_cluster()
            .global_cluster_identifier(&self.cluster)
            .target_db_cluster_identifier(arn);
        match within(self.limit, call.send()).await {
            Ok(_) => Outcome::Done(()),
            Err(failure) => failed(failure),
        }
    }
}
