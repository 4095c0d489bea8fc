//! The data source `aws_availability_zones`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, One, Set, Str};

construct! {
    data AvailabilityZones = "aws_availability_zones";
    new ();
    optional {
        all_availability_zones: Bool,
        exclude_names: Set<Str>,
        exclude_zone_ids: Set<Str>,
        state: Str,
    }
    settable {
        id: Str,
        region: Str,
    }
    computed {
        group_names: Set<Str>,
        names: List<Str>,
        zone_ids: List<Str>,
    }
    blocks {
        filter: Many<Filter> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

block! {
    Filter;
    new FilterArgs (name: Str, values: Set<Str>);
    required {
        name: Str,
        values: Set<Str>,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        read: Str,
    }
}
