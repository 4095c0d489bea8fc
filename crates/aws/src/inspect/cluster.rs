//! The Region's database cluster, and the parameters that its parameter group sets.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html>

use crate::config::AwsConfig;
use crate::rds::VERSION;
use crate::signed::{Form, QueryService};
use leeward_model::readiness::{ClusterFacts, Scope};
use leeward_ports::Outcome;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Described {
    #[serde(rename = "DescribeDBClustersResult")]
    result: DescribedResult,
}

#[derive(Deserialize)]
struct DescribedResult {
    #[serde(rename = "DBClusters")]
    clusters: Clusters,
}

#[derive(Deserialize, Default)]
struct Clusters {
    #[serde(rename = "DBCluster", default)]
    list: Vec<Cluster>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cluster {
    #[serde(default)]
    engine: String,
    #[serde(default)]
    engine_version: String,
    #[serde(default)]
    status: String,
    #[serde(rename = "DBClusterMembers", default)]
    members: Members,
}

#[derive(Deserialize, Default)]
struct Members {
    #[serde(rename = "DBClusterMember", default)]
    list: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "DescribeDBClusterParametersResult")]
    result: GroupResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupResult {
    parameters: Parameters,
}

#[derive(Deserialize, Default)]
struct Parameters {
    #[serde(rename = "Parameter", default)]
    list: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_name: String,
    #[serde(default)]
    parameter_value: String,
    #[serde(default)]
    source: String,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<ClusterFacts> {
    let service = QueryService::new(config, &scope.region, "rds", VERSION);
    let clusters = service.call::<Described>(
        "DescribeDBClusters",
        Form::new().with("DBClusterIdentifier", &scope.cluster),
        config.call_timeout,
    );
    // Parameters set by the user fit on one page; the hundreds of engine defaults are left out.
    let group = service.call::<Group>(
        "DescribeDBClusterParameters",
        Form::new()
            .with("DBClusterParameterGroupName", &scope.parameter_group)
            .with("Source", "user")
            .with("MaxRecords", "100"),
        config.call_timeout,
    );
    let (clusters, group) = tokio::join!(clusters, group);
    let (clusters, group) = match (clusters, group) {
        (Outcome::Done(clusters), Outcome::Done(group)) => (clusters, group),
        (Outcome::Done(_), missing) => return missing.map(|_| ClusterFacts::default()),
        (missing, _) => return missing.map(|_| ClusterFacts::default()),
    };
    let Some(cluster) = clusters.result.clusters.list.into_iter().next() else {
        return Outcome::Rejected(format!("no database cluster {}", scope.cluster));
    };
    let set = group.result.parameters.list.into_iter();
    // An emulator may ignore the request's filter `Source`.
    let set = set.filter(|parameter| parameter.source == "user");
    let parameters: BTreeMap<String, String> =
        set.map(|parameter| (parameter.parameter_name, parameter.parameter_value)).collect();
    Outcome::Done(ClusterFacts {
        engine: cluster.engine,
        engine_version: cluster.engine_version,
        status: cluster.status,
        instances: cluster.members.list.len(),
        parameters,
    })
}
