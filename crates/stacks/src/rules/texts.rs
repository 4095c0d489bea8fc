//! The rule for texts: a description or tag has only the characters that its service accepts, and is not too long. The
//! provider's schema does not contain these limits, because AWS states many of them only in prose.

use crate::synthesized::{Resource, plain};
use leeward_construct::check::Problem;
use serde_json::Map;

/// A set of characters that a service accepts.
type Accepts = fn(char) -> bool;

/// The texts with limits: the type, the argument, the characters, and the maximum length.
///
/// - EC2: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html> and
///   <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html>
/// - IAM: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
/// - WAF: <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html>
/// - The others: the pages of `CreateFunction`, `PutMetricAlarm`, `PutRule`, `CreateArchive`, `CreateSchedule`, `CreateKey`,
///   `CreateSecret`, `PutParameter`, `CreateRestApi`, `CreateDBSubnetGroup` and `CreateDBClusterParameterGroup` in the
///   references of their services.
const TEXTS: [(&str, &str, Accepts, usize); 19] = [
    ("aws_api_gateway_rest_api", "description", any, 1_024),
    ("aws_cloudwatch_composite_alarm", "alarm_description", any, 1_024),
    ("aws_cloudwatch_event_archive", "description", any, 512),
    ("aws_cloudwatch_event_rule", "description", any, 512),
    ("aws_cloudwatch_metric_alarm", "alarm_description", any, 1_024),
    ("aws_db_subnet_group", "description", ascii, 255),
    ("aws_iam_role", "description", latin, 1_000),
    ("aws_kms_key", "description", any, 8_192),
    ("aws_lambda_function", "description", any, 256),
    ("aws_rds_cluster_parameter_group", "description", ascii, 255),
    ("aws_scheduler_schedule", "description", any, 512),
    ("aws_secretsmanager_secret", "description", any, 2_048),
    ("aws_security_group", "description", ec2, 255),
    ("aws_security_group", "name", ec2, 255),
    ("aws_sns_topic", "display_name", ascii, 100),
    ("aws_ssm_parameter", "description", any, 1_024),
    ("aws_vpc_security_group_egress_rule", "description", ec2, 255),
    ("aws_vpc_security_group_ingress_rule", "description", ec2, 255),
    ("aws_wafv2_web_acl", "description", waf, 256),
];

/// The maximum length of the value of a tag, for every service
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
const TAG_MOST: usize = 256;

fn any(_: char) -> bool {
    true
}

fn ascii(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic()
}

fn latin(c: char) -> bool {
    "\t\n\r".contains(c) || (' '..='~').contains(&c) || ('\u{a1}'..='\u{ff}').contains(&c)
}

fn ec2(c: char) -> bool {
    c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c)
}

fn waf(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_+=:#@/-,.".contains(c)
}

fn tag(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

pub(super) fn judge(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    for (kind, argument, accepts, most) in TEXTS {
        if resource.kind == kind
            && let Some(text) = resource.body[argument].as_str()
        {
            out.extend(problem(resource, argument, text, accepts, most));
        }
    }
    for (key, value) in resource.body["tags"].as_object().into_iter().flat_map(Map::iter) {
        let argument = format!("tags.{key}");
        let text = value.as_str().unwrap_or_default();
        out.extend(problem(resource, &argument, text, tag, TAG_MOST));
    }
}

fn problem(
    resource: &Resource<'_>,
    argument: &str,
    text: &str,
    accepts: Accepts,
    most: usize,
) -> Option<Problem> {
    let kind = resource.kind;
    let plain = plain(text);
    let length = plain.chars().count();
    if length > most {
        let said = format!("{argument}: the text has {length} characters, {kind} takes {most}");
        return Some(resource.problem(said));
    }
    let odd = plain.chars().find(|c| !accepts(*c))?;
    Some(
        resource
            .problem(format!("{argument}: {kind} does not accept {odd:?} in {text:?}; reword it")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ec2_accepts_no_apostrophe() {
        let check = |accepts: Accepts, text: &str, expect: Option<char>| {
            assert_eq!(text.chars().find(|c| !accepts(*c)), expect, "{text}");
        };
        check(ec2, "The database's cluster", Some('\''));
        check(ec2, "Over TCP (443), a/b: x@y [1]", None);
        check(waf, "Rate; limits", Some(';'));
        check(tag, "a, b", Some(','));
        check(latin, "caf\u{e9} \u{2013}", Some('\u{2013}'));
    }
}
