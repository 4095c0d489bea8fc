//! A Region's network (REQ-N1, N2, N4, N5): three zones, public and private subnets, ways out, endpoints
//! for what private functions call, security groups as separate rules, flow logs.

use crate::names::Names;
use crate::place::Place;
use ipnet::Ipv4Net;
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::{Engine, Nat};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, Scope, aws, json, text};

const ZONES: usize = 3;
const LOG_DAYS: i64 = 30;
/// What private functions and agents call, beside S3 and DynamoDB, which have gateways.
const ENDPOINTS: [&str; 7] =
    ["kms", "logs", "monitoring", "secretsmanager", "sns", "sqs", "states"];

pub(crate) struct Network {
    pub(crate) vpc: Handle<aws::Vpc>,
    pub(crate) private_tables: Vec<Ref<Str>>,
    pub(crate) private: Vec<Handle<aws::Subnet>>,
    pub(crate) database_group: Handle<aws::SecurityGroup>,
}

/// Sixteen equal parts of the Region's addresses: public subnets are the first three, private ones the
/// three from the ninth on. What is between is room to grow without renumbering.
fn subnet(cidr: Ipv4Net, part: usize) -> Ipv4Net {
    let mut parts = cidr.subnets(cidr.prefix_len() + 4).expect("a /16 to /20 has sixteen parts");
    parts.nth(part).expect("sixteen parts")
}

pub(crate) fn add(
    place: &Place,
    blueprint: &Blueprint,
    names: &Names,
    key: &Handle<aws::KmsKey>,
) -> Network {
    let scope = place.scope.scope("network");
    let vpc = scope.add(
        "vpc",
        aws::Vpc::new()
            .cidr_block(place.cidr.to_string())
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tag("Name", names.name("platform", "vpc")),
    );
    // The default group lets nothing in or out; nobody can use it by mistake.
    scope.add("default", aws::DefaultSecurityGroup::new().vpc_id(vpc.id()));
    let zones = scope.add("zones", aws::data::AvailabilityZones::new().state("available"));
    let layer = |role: &str, first: usize| -> Vec<Handle<aws::Subnet>> {
        let subnets = (0..ZONES).map(|n| {
            let cidr = subnet(place.cidr, first + n).to_string();
            let subnet = aws::Subnet::new(vpc.id())
                .cidr_block(cidr)
                .availability_zone(zones.names().at(n))
                .map_public_ip_on_launch(false)
                .tag("Name", names.name(&format!("{role}-{n}"), "subnet"));
            scope.add(format!("{role}-{n}"), subnet)
        });
        subnets.collect()
    };
    let (public, private) = (layer("public", 0), layer("private", 8));
    let tables = ways_out(&scope, blueprint, names, &vpc, &public, &private);
    let database_group = groups(&scope, place, blueprint, names, &vpc);
    endpoints(&scope, place, names, &vpc, &private, tables.clone());
    flow_logs(&scope, place, names, &vpc, key);
    Network { vpc, private_tables: tables, private, database_group }
}

/// Internet gateway for the public subnets, NAT for the private ones. Returns the private tables.
fn ways_out(
    scope: &Scope,
    blueprint: &Blueprint,
    names: &Names,
    vpc: &Handle<aws::Vpc>,
    public: &[Handle<aws::Subnet>],
    private: &[Handle<aws::Subnet>],
) -> Vec<Ref<Str>> {
    let gateway = scope.add(
        "internet",
        aws::InternetGateway::new().vpc_id(vpc.id()).tag("Name", names.name("internet", "gateway")),
    );
    let table = scope
        .add("public", aws::RouteTable::new(vpc.id()).tag("Name", names.name("public", "routes")));
    scope.add(
        "public",
        aws::Route::new(table.id()).destination_cidr_block("0.0.0.0/0").gateway_id(gateway.id()),
    );
    for (n, subnet) in public.iter().enumerate() {
        associate(scope, &format!("public-{n}"), subnet, &table);
    }
    let nats: Vec<Handle<aws::NatGateway>> = match blueprint.network.nat {
        Nat::PerZone => public.iter().enumerate().map(|(n, s)| nat(scope, names, n, s)).collect(),
        Nat::PerRegion => vec![nat(scope, names, 0, &public[0])],
    };
    let mut tables = Vec::new();
    for (n, subnet) in private.iter().enumerate() {
        let name = format!("private-{n}");
        let table = scope
            .add(&*name, aws::RouteTable::new(vpc.id()).tag("Name", names.name(&name, "routes")));
        let nat = &nats[n.min(nats.len() - 1)];
        scope.add(
            &*name,
            aws::Route::new(table.id())
                .destination_cidr_block("0.0.0.0/0")
                .nat_gateway_id(nat.id()),
        );
        associate(scope, &name, subnet, &table);
        tables.push(table.id());
    }
    tables
}

fn associate(
    scope: &Scope,
    id: &str,
    subnet: &Handle<aws::Subnet>,
    table: &Handle<aws::RouteTable>,
) {
    scope.add(id, aws::RouteTableAssociation::new(table.id()).subnet_id(subnet.id()));
}

fn nat(
    scope: &Scope,
    names: &Names,
    n: usize,
    subnet: &Handle<aws::Subnet>,
) -> Handle<aws::NatGateway> {
    let name = format!("nat-{n}");
    let address = aws::Eip::new().domain("vpc").tag("Name", names.name(&name, "address"));
    let address = scope.add(&*name, address);
    scope.add(
        &*name,
        aws::NatGateway::new()
            .allocation_id(address.id())
            .subnet_id(subnet.id())
            .tag("Name", names.name(&name, "gateway")),
    )
}

/// Application and database (REQ-N4): the database is reached by the application of either Region, and
/// by nothing else.
fn groups(
    scope: &Scope,
    place: &Place,
    blueprint: &Blueprint,
    names: &Names,
    vpc: &Handle<aws::Vpc>,
) -> Handle<aws::SecurityGroup> {
    let group = |role: &str, what: &str| {
        scope.add(
            role,
            aws::SecurityGroup::new()
                .name(names.name(role, "group"))
                .description(what)
                .vpc_id(vpc.id())
                .tag("Name", names.name(role, "group")),
        )
    };
    let app = group("app", "Order functions and agents");
    let database = group("database", "The database's cluster");
    let port: i64 = match blueprint.database.engine(blueprint.shape) {
        Engine::AuroraPostgresql => 5_432,
        Engine::AuroraMysql => 3_306,
    };
    let inward = |id: &str, to: &Handle<aws::SecurityGroup>, port: i64| {
        let rule = aws::VpcSecurityGroupIngressRule::new(aws::VpcSecurityGroupIngressRuleArgs {
            ip_protocol: "tcp",
            security_group_id: to.id(),
        });
        (id.to_owned(), rule.from_port(port).to_port(port))
    };
    let (id, rule) = inward("database-from-app", &database, port);
    scope.add(
        id,
        rule.referenced_security_group_id(app.id()).description("Order functions and agents"),
    );
    let peer = match place.side {
        crate::place::Side::Primary => blueprint.network.secondary_cidr,
        crate::place::Side::Secondary => blueprint.network.primary_cidr,
    };
    let (id, rule) = inward("database-from-peer", &database, port);
    scope.add(
        id,
        rule.cidr_ipv4(peer.to_string()).description("The other Region, over the peering"),
    );
    for (id, port, what) in
        [("app-to-tls", 443, "AWS and endpoints"), ("app-to-database", port, "The database")]
    {
        let rule = aws::VpcSecurityGroupEgressRule::new(aws::VpcSecurityGroupEgressRuleArgs {
            ip_protocol: "tcp",
            security_group_id: app.id(),
        });
        let rule = rule.from_port(port).to_port(port).description(what);
        let rule = if port == 443 {
            rule.cidr_ipv4("0.0.0.0/0")
        } else {
            rule.referenced_security_group_id(database.id())
        };
        scope.add(id, rule);
    }
    database
}

fn endpoints(
    scope: &Scope,
    place: &Place,
    names: &Names,
    vpc: &Handle<aws::Vpc>,
    private: &[Handle<aws::Subnet>],
    tables: Vec<Ref<Str>>,
) {
    let service = |name: &str| format!("com.amazonaws.{}.{name}", place.region);
    for name in ["dynamodb", "s3"] {
        scope.add(
            name,
            aws::VpcEndpoint::new(vpc.id())
                .service_name(service(name))
                .vpc_endpoint_type("Gateway")
                .route_table_ids(tables.clone())
                .tag("Name", names.name(name, "endpoint")),
        );
    }
    let group = scope.add(
        "endpoints",
        aws::SecurityGroup::new()
            .name(names.name("endpoints", "group"))
            .description("Interface endpoints")
            .vpc_id(vpc.id()),
    );
    let rule = aws::VpcSecurityGroupIngressRule::new(aws::VpcSecurityGroupIngressRuleArgs {
        ip_protocol: "tcp",
        security_group_id: group.id(),
    });
    scope.add(
        "endpoints-from-vpc",
        rule.from_port(443)
            .to_port(443)
            .cidr_ipv4(place.cidr.to_string())
            .description("Whatever runs in this network"),
    );
    for name in ENDPOINTS {
        scope.add(
            name,
            aws::VpcEndpoint::new(vpc.id())
                .service_name(service(name))
                .vpc_endpoint_type("Interface")
                .private_dns_enabled(true)
                .security_group_ids([group.id()])
                .subnet_ids(private.iter().map(|s| s.id()).collect::<Vec<_>>())
                .tag("Name", names.name(name, "endpoint")),
        );
    }
}

fn flow_logs(
    scope: &Scope,
    place: &Place,
    names: &Names,
    vpc: &Handle<aws::Vpc>,
    key: &Handle<aws::KmsKey>,
) {
    let group = scope.add(
        "flow",
        aws::CloudwatchLogGroup::new()
            .name(names.name("flow", "logs"))
            .retention_in_days(LOG_DAYS)
            .kms_key_id(key.arn()),
    );
    let assume = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "vpc-flow-logs.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    });
    // IAM has no Regions: a role's name says which one it is for.
    let role_name = names.name(&format!("flow-logs-{}", place.region), "role");
    let role = scope.add("flow", aws::IamRole::new(assume).name(role_name));
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": text!("{}:*", group.arn()),
        }],
    });
    scope.add("flow", aws::IamRolePolicy::new(aws::IamRolePolicyArgs { policy, role: role.id() }));
    scope.add(
        "flow",
        aws::FlowLog::new()
            .vpc_id(vpc.id())
            .traffic_type("ALL")
            .log_destination(group.arn())
            .iam_role_arn(role.arn())
            .tag("Name", names.name("flow", "log")),
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
