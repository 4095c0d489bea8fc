//! Security groups (REQ-N4). Each rule is a resource of its own and allows one connection.

use crate::context::RegionStack;
use leeward_blueprint::deploy::{Engine, Profile};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, aws};

/// The agent's port, to which the load balancer connects.
pub(crate) const AGENT_PORT: i64 = 8_443;
const ANYWHERE: &str = "0.0.0.0/0";

#[derive(Clone)]
pub(crate) struct Groups {
    pub(crate) functions: Ref<Str>,
    pub(crate) outward: Ref<Str>,
    pub(crate) database: Ref<Str>,
    pub(crate) endpoints: Ref<Str>,
    pub(crate) fleet: Option<FleetGroups>,
}

/// The security groups of the `instances` profile.
#[derive(Clone)]
pub(crate) struct FleetGroups {
    pub(crate) app: Ref<Str>,
    pub(crate) balancer: Ref<Str>,
}

/// The peer that a rule allows.
enum End<'a> {
    Group(&'a Ref<Str>),
    Cidr(String),
    Prefixes(&'a Ref<Str>),
}

struct Rules<'a> {
    place: &'a RegionStack,
}

impl Rules<'_> {
    fn inward(&self, id: &str, to: &Ref<Str>, port: i64, from: End<'_>, what: &str) {
        let rule = aws::VpcSecurityGroupIngressRule::new(aws::VpcSecurityGroupIngressRuleArgs {
            ip_protocol: "tcp",
            security_group_id: to,
        });
        let rule = rule.from_port(port).to_port(port).description(what);
        let rule = match from {
            End::Group(group) => rule.referenced_security_group_id(group),
            End::Cidr(cidr) => rule.cidr_ipv4(cidr),
            End::Prefixes(list) => rule.prefix_list_id(list),
        };
        self.place.scope.add(id, rule);
    }

    fn outward(&self, id: &str, from: &Ref<Str>, port: i64, to: End<'_>, what: &str) {
        let rule = aws::VpcSecurityGroupEgressRule::new(aws::VpcSecurityGroupEgressRuleArgs {
            ip_protocol: "tcp",
            security_group_id: from,
        });
        let rule = rule.from_port(port).to_port(port).description(what);
        let rule = match to {
            End::Group(group) => rule.referenced_security_group_id(group),
            End::Cidr(cidr) => rule.cidr_ipv4(cidr),
            End::Prefixes(list) => rule.prefix_list_id(list),
        };
        self.place.scope.add(id, rule);
    }
}

pub(crate) fn database_port(place: &RegionStack) -> i64 {
    match place.blueprint.database.engine(place.blueprint.profile) {
        Engine::AuroraPostgresql => 5_432,
        Engine::AuroraMysql => 3_306,
    }
}

/// The prefix lists of the AWS services that the network reaches through gateways.
pub(crate) struct Gateways {
    pub(crate) dynamodb: Ref<Str>,
    pub(crate) s3: Ref<Str>,
}

pub(crate) fn add(place: &RegionStack, vpc: &Handle<aws::Vpc>, gateways: &Gateways) -> Groups {
    let group = |role: &str, what: &str| {
        let name = place.name(role, "group");
        let group = aws::SecurityGroup::new().description(what).vpc_id(vpc.id());
        place.scope.add(role, group.name(name.as_str()).tag("Name", name)).id()
    };
    let (rules, port) = (Rules { place }, database_port(place));
    let functions = group("functions", "Functions in the network");
    let outward = group("outward", "Functions that also ask the public names of the platform");
    let database = group("database", "The database cluster");
    let endpoints = group("endpoints", "Interface endpoints");
    let from = End::Group(&functions);
    rules.inward("database-from-functions", &database, port, from, "Functions");
    let peer = End::Cidr(place.peer_cidr().to_string());
    rules.inward("database-from-peer", &database, port, peer, "The other Region, over the peering");
    let network = End::Cidr(place.cidr().to_string());
    rules.inward("endpoints-from-vpc", &endpoints, 443, network, "This network");
    let to = [
        ("endpoints", 443, End::Group(&endpoints), "Interface endpoints"),
        ("dynamodb", 443, End::Prefixes(&gateways.dynamodb), "The tables"),
        ("s3", 443, End::Prefixes(&gateways.s3), "The buckets"),
        ("database", port, End::Group(&database), "The database"),
    ];
    for (id, port, end, what) in to {
        rules.outward(&format!("functions-to-{id}"), &functions, port, end, what);
    }
    let anywhere = End::Cidr(ANYWHERE.into());
    rules.outward("outward-to-names", &outward, 443, anywhere, "Canary orders, by public names");
    let fleet = (place.blueprint.profile == Profile::Instances).then(|| {
        let (app, balancer) = (group("app", "Agents"), group("balancer", "The load balancer"));
        rules.inward("database-from-app", &database, port, End::Group(&app), "Agents");
        rules.outward("app-to-tls", &app, 443, End::Cidr(ANYWHERE.into()), "AWS, public names");
        rules.outward("app-to-database", &app, port, End::Group(&database), "The database");
        let anyone = || End::Cidr(ANYWHERE.into());
        rules.inward("balancer-tls", &balancer, 443, anyone(), "Customers");
        rules.inward("balancer-plain", &balancer, 80, anyone(), "Redirected to 443");
        let (a, b) = ("The load balancer", "Agents");
        rules.inward("app-from-balancer", &app, AGENT_PORT, End::Group(&balancer), a);
        rules.outward("balancer-to-app", &balancer, AGENT_PORT, End::Group(&app), b);
        FleetGroups { app, balancer }
    });
    Groups { functions, outward, database, endpoints, fleet }
}
