//! The resource `aws_route53_record`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Num, One, Set, Str};

construct! {
    resource Route53Record = "aws_route53_record";
    new Route53RecordArgs (name: Str, type_: Str, zone_id: Str);
    required {
        name: Str,
        type_: Str,
        zone_id: Str,
    }
    optional {
        health_check_id: Str,
        multivalue_answer_routing_policy: Bool,
        records: Set<Str>,
        set_identifier: Str,
        ttl: Num,
    }
    settable {
        allow_overwrite: Bool,
    }
    computed {
        fqdn: Str,
        id: Str,
    }
    blocks {
        alias: One<Alias> = List 0 1,
        cidr_routing_policy: One<CidrRoutingPolicy> = List 0 1,
        failover_routing_policy: One<FailoverRoutingPolicy> = List 0 1,
        geolocation_routing_policy: One<GeolocationRoutingPolicy> = List 0 1,
        geoproximity_routing_policy: One<GeoproximityRoutingPolicy> = List 0 1,
        latency_routing_policy: One<LatencyRoutingPolicy> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
        weighted_routing_policy: One<WeightedRoutingPolicy> = List 0 1,
    }
}

block! {
    Alias;
    new AliasArgs (evaluate_target_health: Bool, name: Str, zone_id: Str);
    required {
        evaluate_target_health: Bool,
        name: Str,
        zone_id: Str,
    }
}

block! {
    CidrRoutingPolicy;
    new CidrRoutingPolicyArgs (collection_id: Str, location_name: Str);
    required {
        collection_id: Str,
        location_name: Str,
    }
}

block! {
    FailoverRoutingPolicy;
    new (type_: Str);
    required {
        type_: Str,
    }
}

block! {
    GeolocationRoutingPolicy;
    new ();
    optional {
        continent: Str,
        country: Str,
        subdivision: Str,
    }
}

block! {
    GeoproximityRoutingPolicy;
    new ();
    optional {
        aws_region: Str,
        bias: Num,
        local_zone_group: Str,
    }
    blocks {
        coordinates: Many<GeoproximityRoutingPolicyCoordinates> = Set 0 0,
    }
}

block! {
    GeoproximityRoutingPolicyCoordinates;
    new GeoproximityRoutingPolicyCoordinatesArgs (latitude: Str, longitude: Str);
    required {
        latitude: Str,
        longitude: Str,
    }
}

block! {
    LatencyRoutingPolicy;
    new (region: Str);
    required {
        region: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}

block! {
    WeightedRoutingPolicy;
    new (weight: Num);
    required {
        weight: Num,
    }
}
