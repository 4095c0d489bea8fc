//! The load balancer of the `instances` profile (REQ-C2). It accepts TLS on port 443 and only redirects on port 80. A
//! firewall inspects the requests, and an access log records them. Connections end within a minute, so that no client
//! stays connected to a lost Region.

use crate::context::RegionStack;
use crate::global::Globals;
use crate::parts::files::Files;
use crate::parts::firewall;
use crate::parts::front::Front;
use crate::parts::groups::AGENT_PORT;
use crate::parts::network::Network;
use leeward_construct::aws::lb::{AccessLogs, ConnectionLogs};
use leeward_construct::aws::lb_listener::{DefaultAction, DefaultActionRedirect, LbListenerArgs};
use leeward_construct::aws::lb_target_group::HealthCheck;
use leeward_construct::{Handle, aws};
use leeward_model::settings::BALANCER_IDLE;

/// The maximum lifetime of a connection, after which a client resolves the name again (docs/spec/timing.md).
const KEEP_ALIVE_S: i64 = 60;
const DRAIN_S: &str = "30";

pub(crate) struct Balancer {
    pub(crate) front: Front,
    pub(crate) balancer: Handle<aws::Lb>,
    pub(crate) targets: Handle<aws::LbTargetGroup>,
}

pub(crate) fn add(
    place: &RegionStack,
    globals: &Globals,
    network: &Network,
    files: &Files,
) -> Balancer {
    let place = &place.below("balancer");
    let scope = &place.scope;
    let group = &network.groups.fleet.as_ref().expect("the profile has a fleet").balancer;
    let logs = files.access.id();
    let balancer = aws::Lb::new()
        .name(place.name("orders", "alb"))
        .load_balancer_type("application")
        .internal(false)
        .security_groups([group])
        .subnets(&network.public)
        .client_keep_alive(KEEP_ALIVE_S)
        .idle_timeout(BALANCER_IDLE.as_secs() as i64)
        .drop_invalid_header_fields(true)
        .desync_mitigation_mode("strictest")
        .enable_deletion_protection(false)
        .access_logs(AccessLogs::new(logs).prefix("alb").enabled(true))
        .connection_logs(ConnectionLogs::new(files.access.id()).prefix("connections").enabled(true))
        .depends_on(&files.access_policy)
        .depends_on(&network.internet);
    let balancer = scope.add("orders", balancer);
    let check = HealthCheck::new()
        .enabled(true)
        .path("/health")
        .protocol("HTTPS")
        .matcher("200")
        .interval(10)
        .timeout(5)
        .healthy_threshold(2)
        .unhealthy_threshold(2);
    let targets = aws::LbTargetGroup::new()
        .name(place.name("agents", "targets"))
        .port(AGENT_PORT)
        .protocol("HTTPS")
        .vpc_id(network.vpc.id())
        .target_type("instance")
        .deregistration_delay(DRAIN_S)
        .load_balancing_algorithm_type("least_outstanding_requests")
        .health_check(check);
    let targets = scope.add("agents", targets);
    scope.add(
        "tls",
        aws::LbListener::new(LbListenerArgs {
            load_balancer_arn: balancer.arn(),
            default_action: DefaultAction::new("forward").target_group_arn(targets.arn()),
        })
        .port(443)
        .protocol("HTTPS")
        .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
        .certificate_arn(globals.certificate(&place.region)),
    );
    let redirect = DefaultActionRedirect::new("HTTP_301").port("443").protocol("HTTPS");
    scope.add(
        "plain",
        aws::LbListener::new(LbListenerArgs {
            load_balancer_arn: balancer.arn(),
            default_action: DefaultAction::new("redirect").redirect(redirect),
        })
        .port(80)
        .protocol("HTTP"),
    );
    firewall::add(place, &balancer.arn());
    let front = Front {
        name: balancer.dns_name(),
        zone_id: balancer.zone_id(),
        own_name: balancer.dns_name(),
    };
    Balancer { front, balancer, targets }
}
