//! The prose of the blueprint's reference page: the subject of each section, and the allowed values and the meaning of
//! each key.

/// Each section with its introduction.
pub(crate) const SECTIONS: [(&str, &str); 16] = [
    ("", "What the platform is called and which of the two reference deployments it is."),
    (
        "regions",
        "Three different Regions. On AWS they belong to one of the sets in which DynamoDB offers multi-Region strong \
         consistency: `us-east-1`, `us-east-2`, `us-west-2`; `eu-west-1`, `eu-west-2`, `eu-west-3`, `eu-central-1`; or \
         `ap-northeast-1`, `ap-northeast-2`, `ap-northeast-3`.",
    ),
    ("dns", "The hosted zone and how the public name is routed."),
    (
        "network",
        "One VPC per booking Region. Three public and three private subnets are cut out of each network; the two \
         networks are peered and must not overlap.",
    ),
    ("database", "The Aurora global database, with one cluster per booking Region."),
    ("sessions", "The table of customer sessions."),
    ("orders", "Limits of the order path."),
    ("api", "Limits of the API in each Region."),
    ("functions", "The Lambda functions. The concurrency of each role is reserved in each Region."),
    ("instances", "The EC2 fleet. These keys are used when `profile` is `\"instances\"`."),
    ("files", "The buckets for configuration and audit."),
    ("alarms", "Thresholds of the alarms. Each alarm looks at two periods of one minute."),
    ("notices", "Recipients of notices."),
    ("access", "Operators from other accounts, approval and budget."),
    ("state", "Terraform's state."),
    (
        "timing",
        "Intervals and thresholds. Unset keys have the defaults of the timing profile: `local` for a platform on this \
         machine, or `aws` for a deployment and for `--timing aws`. `leeward check` shows what they add up to.",
    ),
];

/// Each key with its allowed values and its meaning.
pub(crate) const KEYS: [(&str, &str, &str); 60] = [
    (
        "suffix",
        "1 to 16 of `a-z`, `0-9`, `-`",
        "Ends every name on AWS: `{role}-{resource-type}-{suffix}`. `--suffix` and `ENVIRONMENT_SUFFIX` take \
         precedence.",
    ),
    (
        "public_name",
        "a host name inside the zone",
        "The name that customers resolve. It becomes a CNAME, so it cannot be the top of its zone.",
    ),
    (
        "profile",
        "`\"serverless\"`, `\"instances\"`",
        "`serverless`: API Gateway, Lambda, SQS and Aurora PostgreSQL, with an RTO of 60 s. `instances`: a \
         load balancer, EC2 Auto Scaling and Aurora MySQL, with an RTO of 120 s.",
    ),
    (
        "regions.primary",
        "a Region name",
        "The Region that is active on a new platform, and to which the platform returns.",
    ),
    ("regions.secondary", "a Region name", "The Region that takes over."),
    (
        "regions.witness",
        "a Region name",
        "The third Region. It accepts no orders; it holds the third participant of the tables and the third \
         sentinel.",
    ),
    (
        "dns.zone",
        "a host name",
        "The name of the hosted zone. Unset: the public name without its first label.",
    ),
    (
        "dns.zone_id",
        "a hosted zone id",
        "An existing zone to put the records into. Unset: the zone is created, in a stack of its own, and its \
         name servers are an output.",
    ),
    (
        "dns.routing",
        "`\"failover\"`, `\"latency\"`",
        "`failover`: the public name leads to the active Region. `latency`: it leads to the nearer Region, \
         and both accept orders.",
    ),
    (
        "network.primary_cidr",
        "`/16` to `/20`, no host bits",
        "The network of the primary Region's VPC.",
    ),
    (
        "network.secondary_cidr",
        "`/16` to `/20`, no host bits",
        "The network of the secondary Region's VPC.",
    ),
    (
        "network.nat",
        "`\"per-zone\"`, `\"per-region\"`",
        "`per-zone`: losing a zone does not affect the others. `per-region`: one gateway at a third of the \
         price.",
    ),
    (
        "database.engine",
        "`\"aurora-postgresql\"`, `\"aurora-mysql\"`",
        "The database engine. Unset: PostgreSQL for `serverless`, MySQL for `instances`.",
    ),
    (
        "database.engine_version",
        "a version with fast switchover",
        "The engine version, equal in both Regions: PostgreSQL 13.20, 14.17, 15.12, 16.8 or later of each \
         line, MySQL 3.09 or later. Unset: 16.13 or 8.0.mysql_aurora.3.10.0.",
    ),
    (
        "database.instance_class",
        "`db.r…` or `db.x…`",
        "The class of each database instance. A global database accepts no burstable class.",
    ),
    ("database.instances", "1 to 15", "The number of database instances in each Region."),
    (
        "sessions.consistency",
        "`\"strong\"`, `\"eventual\"`",
        "`strong`: a write is in both Regions before it is answered, and the sweeper expires sessions. \
         `eventual`: a write reaches the other Region within about a second, the last writer wins, and \
         DynamoDB expires sessions.",
    ),
    (
        "orders.account_ceiling",
        "at least 1",
        "The number of orders of one account that may wait in one process. Further orders are answered with \
         429.",
    ),
    (
        "api.requests_per_second",
        "1 to 1,000,000",
        "The steady request rate at which the API starts to throttle.",
    ),
    (
        "api.burst",
        "1 to 1,000,000",
        "The number of requests that may arrive at once before throttling.",
    ),
    (
        "api.requests_per_address",
        "100 to 2,000,000,000",
        "The number of requests per client address in five minutes; the firewall blocks what exceeds it.",
    ),
    ("functions.memory_mb", "128 to 10,240", "The memory of each function."),
    ("functions.orders_concurrency", "1 to 10,000", "Reserved concurrency of the order function."),
    ("functions.processor_concurrency", "2 to 1,000", "Reserved concurrency of the processor."),
    (
        "functions.health_concurrency",
        "2 to 1,000",
        "Reserved concurrency of the health function. It has its own so that a flood of orders cannot make a \
         Region look unhealthy.",
    ),
    (
        "functions.warm",
        "0 to the smaller of the concurrency of orders and health",
        "Provisioned concurrency of the order and health functions, so that the first request after a move \
         meets no cold start.",
    ),
    (
        "functions.log_days",
        "1, 3, 5, 7, 14, 30, 60, 90, 120, 180, 365, 400",
        "The retention of every log group, in days.",
    ),
    ("instances.types", "x86-64 instance types", "Instance types in order of preference."),
    ("instances.min", "1 to 1,000", "The smallest size of the fleet in each Region."),
    ("instances.max", "`min` to 1,000", "The largest size of the fleet in each Region."),
    ("instances.desired", "`min` to `max`", "The size of the fleet when it is created."),
    (
        "instances.image",
        "a name that begins with `/aws/service/`",
        "The public SSM parameter that names an AMI in each Region.",
    ),
    (
        "instances.primary_ami",
        "`ami-` and hexadecimal digits",
        "An AMI for the primary Region, instead of the parameter's. Set both AMIs or neither.",
    ),
    (
        "instances.secondary_ami",
        "`ami-` and hexadecimal digits",
        "An AMI for the secondary Region.",
    ),
    (
        "instances.grace_s",
        "1 to 3,600",
        "The time from the start of an instance to its first good health check, as measured.",
    ),
    ("instances.volume_gib", "8 to 16,384", "The size of each instance's volume."),
    (
        "files.audit_lock_days",
        "0 to 36,500",
        "The time for which objects of the audit bucket cannot be deleted, in GOVERNANCE mode. 0: no lock.",
    ),
    ("alarms.replication_lag_ms", "1 to 3,600,000", "The replication lag of the database."),
    ("alarms.response_ms", "1 to 60,000", "The response time of the API."),
    ("alarms.cpu_percent", "1 to 100", "The CPU load of the database."),
    ("alarms.connections_percent", "1 to 100", "The used share of the database's connections."),
    ("alarms.error_percent", "1 to 100", "The share of server errors among the API's answers."),
    ("alarms.queue_age_s", "1 to 345,600", "The age of the oldest message in the queue of hints."),
    ("alarms.round_trip_ms", "1 to 60,000", "The round trip between the two Regions."),
    ("alarms.append_p99_ms", "1 to 60,000", "The 99th percentile of the time to append an order."),
    (
        "notices.emails",
        "e-mail addresses",
        "Each address gets a subscription in every Region and must confirm it.",
    ),
    (
        "access.trusted_accounts",
        "account ids of twelve digits",
        "Accounts that may assume the operator role with the external id.",
    ),
    (
        "access.external_id",
        "8 characters or more",
        "The external id that trusted accounts present. Required when `trusted_accounts` is not empty.",
    ),
    (
        "access.approval",
        "`true`, `false`",
        "Whether a planned move waits for the approval of a person. An automatic move never waits.",
    ),
    (
        "access.budget_usd",
        "0 or more",
        "The monthly budget that AWS Budgets watches. 0: no budget. A budget requires `notices.emails`.",
    ),
    (
        "state.bucket",
        "a bucket name",
        "The bucket, in the witness Region, for Terraform's state. Unset: the state is kept in files beside \
         the stacks.",
    ),
    ("timing.tick_ms", "10 to 600,000", "The interval between two observations of a sentinel."),
    ("timing.misses", "1 to 100", "The number of consecutive ticks after which a diagnosis holds."),
    ("timing.probe_timeout_ms", "10 to 600,000", "The time that a probe waits for its answer."),
    (
        "timing.cooldown_ticks",
        "0 to 1,000,000",
        "The time after an automatic move during which only a move away from a dark Region may start.",
    ),
    (
        "timing.failback_ticks",
        "0, or `cooldown_ticks` to 1,000,000",
        "How long the primary Region must have been healthy before the platform returns by itself. Unset: the \
         cooldown. 0: it does not return by itself.",
    ),
    (
        "timing.moves_per_day",
        "0 to 32",
        "The number of automatic moves away from a doubtful Region in a day.",
    ),
    ("timing.check_interval_ms", "10 to 600,000", "The interval of Route 53's health checks."),
    (
        "timing.check_threshold",
        "1 to 100",
        "The number of consecutive failed checks after which a record is unhealthy.",
    ),
    ("timing.ttl_s", "1 to 86,400", "The time for which resolvers cache the public record."),
];
