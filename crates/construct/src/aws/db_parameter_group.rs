//! The resource `aws_db_parameter_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Str};

construct! {
    resource DbParameterGroup = "aws_db_parameter_group";
    new (family: Str);
    required {
        family: Str,
    }
    optional {
        description: Str,
        skip_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        parameter: Many<Parameter> = Set 0 0,
    }
}

tagged!(DbParameterGroup);

block! {
    Parameter;
    new ParameterArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
    optional {
        apply_method: Str,
    }
}
