//! The web firewall in front of the API (REQ-A1, C2, G3): AWS's rules against known attacks, a request limit per
//! address, and a log from which the callers' tokens are removed.

use crate::blocks::logs;
use crate::context::RegionStack;
use leeward_construct::aws::wafv2_web_acl as acl;
use leeward_construct::aws::wafv2_web_acl_logging_configuration as logging;
use leeward_construct::ty::Str;
use leeward_construct::{Json, Ref, aws, json, text};

/// The rule groups that AWS maintains, in the order of evaluation.
const MANAGED: [&str; 3] = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
];

pub(crate) fn add(place: &RegionStack, resource: &Ref<Str>) {
    let name = place.name("api", "firewall");
    let rules = aws::Wafv2WebAcl::new(aws::Wafv2WebAclArgs {
        scope: "REGIONAL",
        default_action: acl::DefaultAction::new().allow(acl::DefaultActionAllow::new()),
        visibility_config: acl::VisibilityConfig::new(acl::VisibilityConfigArgs {
            cloudwatch_metrics_enabled: true,
            metric_name: "api",
            sampled_requests_enabled: true,
        }),
    })
    .name(name.as_str())
    .rule_json(rules(place.blueprint.api.requests_per_address));
    let rules = place.scope.add("firewall", rules);
    place.scope.add(
        "firewall",
        aws::Wafv2WebAclAssociation::new(aws::Wafv2WebAclAssociationArgs {
            resource_arn: resource,
            web_acl_arn: rules.arn(),
        }),
    );
    // AWS requires the prefix `aws-waf-logs-`.
    let log = logs::group(place, "firewall", format!("aws-waf-logs-{name}"));
    place.scope.add(
        "firewall",
        aws::Wafv2WebAclLoggingConfiguration::new(aws::Wafv2WebAclLoggingConfigurationArgs {
            log_destination_configs: [text!("{}", log.arn())],
            resource_arn: rules.arn(),
        })
        .redacted_fields(
            logging::RedactedFields::new()
                .single_header(logging::RedactedFieldsSingleHeader::new("authorization")),
        ),
    );
}

fn seen(name: &str) -> Json {
    json!({
        "CloudWatchMetricsEnabled": true,
        "MetricName": name,
        "SampledRequestsEnabled": true,
    })
}

/// Returns the rules in the JSON format of WAF's own API, because the provider's blocks would be nested five levels
/// deep.
fn rules(requests_per_address: u32) -> Json {
    let mut rules = vec![json!({
        "Name": "rate",
        "Priority": 0,
        "Action": { "Block": { "CustomResponse": { "ResponseCode": 429 } } },
        "Statement": {
            "RateBasedStatement": { "AggregateKeyType": "IP", "Limit": requests_per_address },
        },
        "VisibilityConfig": seen("rate"),
    })];
    for (priority, name) in (1..).zip(MANAGED) {
        rules.push(json!({
            "Name": name,
            "Priority": priority,
            // A batch of orders is larger than the 8 KB that the common rules allow. The API enforces a size limit of
            // its own (413).
            "OverrideAction": { "None": {} },
            "Statement": {
                "ManagedRuleGroupStatement": {
                    "Name": name,
                    "VendorName": "AWS",
                    "RuleActionOverrides": overrides(name),
                },
            },
            "VisibilityConfig": seen(name),
        }));
    }
    Json::from(rules)
}

fn overrides(group: &str) -> Vec<Json> {
    match group {
        "AWSManagedRulesCommonRuleSet" => {
            vec![json!({ "Name": "SizeRestrictions_BODY", "ActionToUse": { "Count": {} } })]
        }
        _ => Vec::new(),
    }
}
