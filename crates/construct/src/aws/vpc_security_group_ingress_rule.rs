//! The resource `aws_vpc_security_group_ingress_rule`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Num, Str};

construct! {
    resource VpcSecurityGroupIngressRule = "aws_vpc_security_group_ingress_rule";
    new VpcSecurityGroupIngressRuleArgs (ip_protocol: Str, security_group_id: Str);
    required {
        ip_protocol: Str,
        security_group_id: Str,
    }
    optional {
        cidr_ipv4: Str,
        cidr_ipv6: Str,
        description: Str,
        from_port: Num,
        prefix_list_id: Str,
        referenced_security_group_id: Str,
        tags: Map<Str>,
        to_port: Num,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        security_group_rule_id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(VpcSecurityGroupIngressRule);
