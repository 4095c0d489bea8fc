//! The global cluster's control plane. The response to a call confirms that RDS accepted the call, not that the writer
//! has moved; only `describe` shows the move.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalCluster.html>

use crate::config::AwsConfig;
use crate::signed::{Form, QueryService};
use async_trait::async_trait;
use leeward_model::{DatabaseView, Region};
use leeward_ports::{DatabaseControl, Outcome};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) const VERSION: &str = "2014-10-31";

pub struct RdsControl {
    services: BTreeMap<Region, QueryService>,
    cluster: String,
    /// The ARN of each Region's cluster.
    members: BTreeMap<Region, String>,
    limit: Duration,
}

#[derive(Deserialize)]
struct Described {
    #[serde(rename = "DescribeGlobalClustersResult")]
    result: Result,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Result {
    global_clusters: Clusters,
}

#[derive(Deserialize, Default)]
struct Clusters {
    #[serde(rename = "GlobalClusterMember", default)]
    list: Vec<GlobalCluster>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GlobalCluster {
    #[serde(default)]
    global_cluster_members: Members,
    failover_state: Option<FailoverState>,
}

#[derive(Deserialize, Default)]
struct Members {
    #[serde(rename = "GlobalClusterMember", default)]
    list: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    #[serde(rename = "DBClusterArn", default)]
    arn: String,
    #[serde(default)]
    is_writer: bool,
    #[serde(default)]
    synchronization_status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FailoverState {
    #[serde(default)]
    status: String,
}

impl RdsControl {
    pub fn new(
        config: &AwsConfig,
        cluster: &str,
        members: &BTreeMap<Region, String>,
    ) -> RdsControl {
        let service =
            |region: &Region| (region.clone(), QueryService::new(config, region, "rds", VERSION));
        RdsControl {
            services: members.keys().map(service).collect(),
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
        for member in &cluster.global_cluster_members.list {
            let Some(region) = self.region_of(&member.arn) else { continue };
            if member.is_writer {
                view.writer = Some(region.clone());
            }
            if member.synchronization_status == "pending-resync" {
                view.resyncing.push(region);
            } else {
                view.members.push(region);
            }
        }
        const MOVING: [&str; 4] = ["pending", "failing-over", "switching-over", "cancelling"];
        let status = cluster.failover_state.as_ref().map(|state| state.status.as_str());
        view.moving = status.is_some_and(|status| MOVING.contains(&status));
        view
    }

    fn form(&self) -> Form {
        Form::new().with("GlobalClusterIdentifier", &self.cluster)
    }

    /// Moves the writer to `to` with a call to the Region `at`.
    async fn move_writer(
        &self,
        at: &Region,
        to: &Region,
        action: &str,
        data_loss: bool,
    ) -> Outcome<()> {
        let (Some(service), Some(arn)) = (self.services.get(at), self.members.get(to)) else {
            return Outcome::Rejected(format!("{at} or {to} has no database"));
        };
        let mut form = self.form().with("TargetDbClusterIdentifier", arn);
        if data_loss {
            form = form.with("AllowDataLoss", "true");
        }
        service.call::<IgnoredAny>(action, form, self.limit).await.map(drop)
    }
}

#[async_trait]
impl DatabaseControl for RdsControl {
    async fn describe(&self, at: &Region) -> Outcome<DatabaseView> {
        let Some(service) = self.services.get(at) else {
            return Outcome::Rejected(format!("{at} has no database"));
        };
        let call =
            service.call::<Described>("DescribeGlobalClusters", self.form(), self.limit).await;
        match call {
            Outcome::Done(answer) => match answer.result.global_clusters.list.first() {
                Some(cluster) => Outcome::Done(self.view(cluster)),
                None => Outcome::Rejected(format!("no global cluster {}", self.cluster)),
            },
            other => other.map(|_| DatabaseView::default()),
        }
    }

    async fn failover(&self, to: &Region) -> Outcome<()> {
        self.move_writer(to, to, "FailoverGlobalCluster", true).await
    }

    async fn switchover(&self, from: &Region, to: &Region) -> Outcome<()> {
        self.move_writer(from, to, "SwitchoverGlobalCluster", false).await
    }

    async fn remove(&self, member: &Region) -> Outcome<()> {
        let (Some(service), Some(arn)) = (self.services.get(member), self.members.get(member))
        else {
            return Outcome::Rejected(format!("{member} has no database"));
        };
        let form = self.form().with("DbClusterIdentifier", arn);
        service.call::<IgnoredAny>("RemoveFromGlobalCluster", form, self.limit).await.map(drop)
    }
}
