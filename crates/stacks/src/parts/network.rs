//! A Region's network (REQ-N1, N2, N4, N5): three zones, public and private subnets, gateways, endpoints for the
//! services that private functions call, security groups with one resource per rule, and flow logs.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::groups;
use crate::parts::groups::{Gateways, Groups};
use ipnet::Ipv4Net;
use leeward_blueprint::deploy::{Nat, Profile};
use leeward_construct::aws::data::availability_zones::{Filter, FilterArgs};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, Scope, aws, text};

const ZONES: usize = 3;
/// The services that private functions and agents call through endpoints. S3 and DynamoDB are missing because they have
/// gateways. The list contains every service that a run needs, so no run depends on a NAT gateway.
const ENDPOINTS: [&str; 11] = [
    "events",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
];

pub(crate) struct Network {
    pub(crate) vpc: Handle<aws::Vpc>,
    pub(crate) internet: Handle<aws::InternetGateway>,
    pub(crate) private_tables: Vec<Ref<Str>>,
    pub(crate) public: Vec<Ref<Str>>,
    pub(crate) private: Vec<Ref<Str>>,
    pub(crate) groups: Groups,
}

/// Returns one of sixteen equal parts of the Region's addresses. The first three parts are the public subnets, and the
/// three from the ninth on are the private subnets. The other parts are reserved, so that the network can grow without
/// renumbering.
fn subnet(cidr: Ipv4Net, part: usize) -> Ipv4Net {
    let mut parts = cidr.subnets(cidr.prefix_len() + 4).expect("a /16 to /20 has sixteen parts");
    parts.nth(part).expect("sixteen parts")
}

pub(crate) fn add(place: &RegionStack) -> Network {
    let place = &place.below("network");
    let scope = &place.scope;
    let vpc = scope.add(
        "vpc",
        aws::Vpc::new()
            .cidr_block(place.cidr().to_string())
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tag("Name", place.name("platform", "vpc")),
    );
    // The VPC's default security group allows no traffic, so a resource that uses it by mistake has no connectivity.
    scope.add("default", aws::DefaultSecurityGroup::new().vpc_id(vpc.id()));
    let zones = scope.add(
        "zones",
        aws::data::AvailabilityZones::new()
            .state("available")
            // The filter excludes Local Zones, whose names would sort first and which lack these services.
            .filter([Filter::new(FilterArgs {
                name: "opt-in-status",
                values: ["opt-in-not-required"],
            })]),
    );
    let layer = |role: &str, first: usize| -> Vec<Ref<Str>> {
        let subnets = (0..ZONES).map(|n| {
            let cidr = subnet(place.cidr(), first + n).to_string();
            let subnet = aws::Subnet::new(vpc.id())
                .cidr_block(cidr)
                .availability_zone(zones.names().at(n))
                .map_public_ip_on_launch(false)
                .tag("Name", place.name(&format!("{role}-{n}"), "subnet"));
            scope.add(format!("{role}-{n}"), subnet).id()
        });
        subnets.collect()
    };
    let (public, private) = (layer("public", 0), layer("private", 8));
    let (private_tables, internet) = ways_out(place, &vpc, &public, &private);
    let gateways = gateways(place, &vpc, &private_tables);
    let groups = groups::add(place, &vpc, &gateways);
    endpoints(place, &vpc, &private, &groups.endpoints);
    flow_logs(place, &vpc);
    Network { vpc, internet, private_tables, public, private, groups }
}

/// Adds the internet gateway for the public subnets and the NAT gateways for the private ones. Returns the private
/// route tables and the internet gateway.
fn ways_out(
    place: &RegionStack,
    vpc: &Handle<aws::Vpc>,
    public: &[Ref<Str>],
    private: &[Ref<Str>],
) -> (Vec<Ref<Str>>, Handle<aws::InternetGateway>) {
    let scope = &place.scope;
    let gateway = scope.add(
        "internet",
        aws::InternetGateway::new().vpc_id(vpc.id()).tag("Name", place.name("internet", "gateway")),
    );
    let table = |role: &str| {
        let table = aws::RouteTable::new(vpc.id()).tag("Name", place.name(role, "routes"));
        scope.add(role, table).id()
    };
    let anywhere = |table: &Ref<Str>| aws::Route::new(table).destination_cidr_block("0.0.0.0/0");
    let shared = table("public");
    scope.add("public", anywhere(&shared).gateway_id(gateway.id()));
    for (n, subnet) in public.iter().enumerate() {
        associate(scope, &format!("public-{n}"), subnet, &shared);
    }
    let nats: Vec<Ref<Str>> = match place.blueprint.network.nat {
        Nat::PerZone => {
            public.iter().enumerate().map(|(n, s)| nat(place, n, s, &gateway)).collect()
        }
        Nat::PerRegion => vec![nat(place, 0, &public[0], &gateway)],
    };
    let mut tables = Vec::new();
    for (n, subnet) in private.iter().enumerate() {
        let name = format!("private-{n}");
        let own = table(&name);
        scope.add(&*name, anywhere(&own).nat_gateway_id(&nats[n.min(nats.len() - 1)]));
        associate(scope, &name, subnet, &own);
        tables.push(own);
    }
    (tables, gateway)
}

fn associate(scope: &Scope, id: &str, subnet: &Ref<Str>, table: &Ref<Str>) {
    scope.add(id, aws::RouteTableAssociation::new(table).subnet_id(subnet));
}

/// Adds a NAT gateway. It depends on the internet gateway, because a NAT gateway that is created earlier fails
/// permanently.
fn nat(
    place: &RegionStack,
    n: usize,
    subnet: &Ref<Str>,
    internet: &Handle<aws::InternetGateway>,
) -> Ref<Str> {
    let name = format!("nat-{n}");
    let address = aws::Eip::new().domain("vpc").tag("Name", place.name(&name, "address"));
    let address = place.scope.add(&*name, address);
    let gateway = aws::NatGateway::new()
        .allocation_id(address.id())
        .subnet_id(subnet)
        .tag("Name", place.name(&name, "gateway"))
        .depends_on(internet);
    place.scope.add(&*name, gateway).id()
}

fn service(place: &RegionStack, name: &str) -> String {
    format!("com.amazonaws.{}.{name}", place.region)
}

/// Adds the gateways of the two services that have them. Gateways cost nothing and need no network interface.
fn gateways(place: &RegionStack, vpc: &Handle<aws::Vpc>, tables: &[Ref<Str>]) -> Gateways {
    let gateway = |name: &str| {
        let gateway = aws::VpcEndpoint::new(vpc.id())
            .service_name(service(place, name))
            .vpc_endpoint_type("Gateway")
            .route_table_ids(tables)
            .tag("Name", place.name(name, "endpoint"));
        place.scope.add(name, gateway).prefix_list_id()
    };
    Gateways { dynamodb: gateway("dynamodb"), s3: gateway("s3") }
}

fn endpoints(place: &RegionStack, vpc: &Handle<aws::Vpc>, private: &[Ref<Str>], group: &Ref<Str>) {
    // Instances need two more endpoints to report to Systems Manager.
    let fleet: &[&str] = match place.blueprint.profile {
        Profile::Serverless => &[],
        Profile::Instances => &["ec2messages", "ssmmessages"],
    };
    for name in ENDPOINTS.iter().chain(fleet) {
        place.scope.add(
            *name,
            aws::VpcEndpoint::new(vpc.id())
                .service_name(service(place, name))
                .vpc_endpoint_type("Interface")
                .private_dns_enabled(true)
                .security_group_ids([group])
                .subnet_ids(private)
                .tag("Name", place.name(name, "endpoint")),
        );
    }
}

fn flow_logs(place: &RegionStack, vpc: &Handle<aws::Vpc>) {
    let group = logs::group(place, "flow", place.name("flow", "logs"));
    let write = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];
    let statements = vec![
        policy::allow(&write, vec![text!("{}:*", group.arn())]),
        policy::allow_unscoped(&["logs:DescribeLogGroups"]),
    ];
    let role = policy::role(place, "flow-logs", "vpc-flow-logs.amazonaws.com", statements);
    place.scope.add(
        "flow",
        aws::FlowLog::new()
            .vpc_id(vpc.id())
            .traffic_type("ALL")
            .log_destination(group.arn())
            .iam_role_arn(role.arn())
            .tag("Name", place.name("flow", "log")),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_are_parts_of_the_region() {
        let check = |cidr: &str, part: usize, expect: &str| {
            assert_eq!(subnet(cidr.parse().expect("a network"), part).to_string(), expect);
        };
        check("10.0.0.0/16", 0, "10.0.0.0/20");
        check("10.0.0.0/16", 8, "10.0.128.0/20");
        check("10.1.16.0/20", 10, "10.1.26.0/24");
    }
}
