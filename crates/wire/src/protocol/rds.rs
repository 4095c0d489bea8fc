//! RDS in the Query protocol: the operations on global clusters.

use super::query::{error, escape, form, response};
use super::{Http, plain, xml};
use leeward_cloud::aurora::{GlobalCluster, Member, RdsRequest, RdsResponse};
use leeward_cloud::{Response, ServiceError};

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";

pub(crate) fn read(body: &[u8]) -> Result<(RdsRequest, &'static str), Box<Http>> {
    let form = form(body);
    let get = |name: &str| form.get(name).cloned();
    let flag = |name: &str| form.get(name).is_some_and(|v| v == "true");
    let id = get("GlobalClusterIdentifier");
    let required = |value: Option<String>, name: &str| {
        value.ok_or_else(|| {
            let text = format!("The parameter {name} must be provided");
            Box::new(xml(400, error(NAMESPACE, &ServiceError::new("MissingParameter", text))))
        })
    };
    let target = get("TargetDbClusterIdentifier");
    match form.get("Action").map(String::as_str) {
        Some("DescribeGlobalClusters") => {
            Ok((RdsRequest::DescribeGlobalClusters { id }, "DescribeGlobalClusters"))
        }
        Some("FailoverGlobalCluster") => {
            let request = RdsRequest::FailoverGlobalCluster {
                id: required(id, "GlobalClusterIdentifier")?,
                target: required(target, "TargetDbClusterIdentifier")?,
                allow_data_loss: flag("AllowDataLoss"),
                switchover: flag("Switchover"),
            };
            Ok((request, "FailoverGlobalCluster"))
        }
        Some("SwitchoverGlobalCluster") => {
            let request = RdsRequest::SwitchoverGlobalCluster {
                id: required(id, "GlobalClusterIdentifier")?,
                target: required(target, "TargetDbClusterIdentifier")?,
            };
            Ok((request, "SwitchoverGlobalCluster"))
        }
        Some("RemoveFromGlobalCluster") => {
            let request = RdsRequest::RemoveFromGlobalCluster {
                id: required(id, "GlobalClusterIdentifier")?,
                member: required(get("DbClusterIdentifier"), "DbClusterIdentifier")?,
            };
            Ok((request, "RemoveFromGlobalCluster"))
        }
        Some(other) => {
            let text = format!("the local cloud does not serve RDS {}", escape(other));
            let body = error(NAMESPACE, &ServiceError::new("InvalidAction", text));
            Err(Box::new(xml(400, body)))
        }
        None => Err(Box::new(plain(400, "Action is required"))),
    }
}

fn cluster(c: &GlobalCluster, names: &[String]) -> String {
    let name = |region: leeward_cloud::RegionIx| names[region.0 as usize].as_str();
    let arn = |region: leeward_cloud::RegionIx| c.arn(name(region));
    let in_cluster = |m: &Member| *m != Member::Detached;
    let readers: Vec<String> = c
        .members
        .iter()
        .filter(|(region, member)| **region != c.writer && in_cluster(member))
        .map(|(region, _)| format!("<member>{}</member>", arn(*region)))
        .collect();
    let members: Vec<String> = c
        .members
        .iter()
        .filter(|(_, member)| in_cluster(member))
        .map(|(region, member)| {
            let is_writer = *region == c.writer;
            let readers = if is_writer { readers.join("") } else { String::new() };
            let status = if *member == Member::Available { "connected" } else { "pending-resync" };
            format!(
                "<GlobalClusterMember><DBClusterArn>{}</DBClusterArn><Readers>{readers}</Readers>\
                 <IsWriter>{is_writer}</IsWriter>\
                 <SynchronizationStatus>{status}</SynchronizationStatus></GlobalClusterMember>",
                arn(*region)
            )
        })
        .collect();
    let failover = match c.target {
        Some(target) => format!(
            "<FailoverState><Status>{}</Status><FromDbClusterArn>{}</FromDbClusterArn>\
             <ToDbClusterArn>{}</ToDbClusterArn>\
             <IsDataLossAllowed>{}</IsDataLossAllowed></FailoverState>",
            c.status,
            arn(c.writer),
            arn(target),
            c.status == "failing-over"
        ),
        None => String::new(),
    };
    format!(
        "<GlobalClusterIdentifier>{id}</GlobalClusterIdentifier>\
         <GlobalClusterResourceId>cluster-{id}</GlobalClusterResourceId>\
         <GlobalClusterArn>arn:aws:rds::000000000000:global-cluster:{id}</GlobalClusterArn>\
         <Status>{}</Status><Engine>{}</Engine><EngineVersion>{}</EngineVersion>\
         <GlobalClusterMembers>{}</GlobalClusterMembers>{failover}",
        c.status,
        c.engine,
        c.engine_version,
        members.join(""),
        id = escape(&c.id),
    )
}

pub(crate) fn write(
    action: &str,
    names: &[String],
    result: Result<Response, ServiceError>,
) -> Http {
    match result {
        Ok(Response::Rds(RdsResponse::Clusters(list))) => {
            let list: Vec<String> = list
                .iter()
                .map(|c| {
                    format!("<GlobalClusterMember>{}</GlobalClusterMember>", cluster(c, names))
                })
                .collect();
            let body = format!("<GlobalClusters>{}</GlobalClusters>", list.join(""));
            xml(200, response(NAMESPACE, action, &body))
        }
        Ok(Response::Rds(RdsResponse::Cluster(c))) => {
            let body = format!("<GlobalCluster>{}</GlobalCluster>", cluster(&c, names));
            xml(200, response(NAMESPACE, action, &body))
        }
        Ok(_) => unreachable!("an RDS request has an RDS answer"),
        Err(e) => xml(e.status, error(NAMESPACE, &e)),
    }
}
