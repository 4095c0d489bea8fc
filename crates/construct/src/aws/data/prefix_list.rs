//! The data source `aws_prefix_list`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{List, Many, One, Set, Str};

construct! {
    data PrefixList = "aws_prefix_list";
    new ();
    optional {
        prefix_list_id: Str,
    }
    settable {
        id: Str,
        name: Str,
        region: Str,
    }
    computed {
        cidr_blocks: List<Str>,
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
