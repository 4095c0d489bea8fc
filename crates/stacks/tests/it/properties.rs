//! Properties that all stacks of all reference blueprints have.

use crate::valid::{blueprints, synthesize};
use leeward_construct::Synthesis;
use serde_json::Value;
use std::collections::BTreeMap;

fn resources(synthesis: &Synthesis) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (stack, config) in &synthesis.stacks {
        for (kind, named) in config["resource"].as_object().into_iter().flatten() {
            for (name, body) in named.as_object().into_iter().flatten() {
                all.push((kind.clone(), format!("{stack}:{kind}.{name}"), body.clone()));
            }
        }
    }
    all
}

fn count(synthesis: &Synthesis, stack: &str) -> BTreeMap<String, usize> {
    let resources = synthesis.stacks[stack]["resource"].as_object().expect("there are some");
    resources
        .iter()
        .map(|(kind, named)| (kind.clone(), named.as_object().map_or(0, serde_json::Map::len)))
        .collect()
}

#[test]
fn both_regions_have_the_same_resources() {
    for blueprint in blueprints() {
        let synthesis = synthesize(&blueprint);
        assert_eq!(count(&synthesis, "primary"), count(&synthesis, "secondary"));
    }
}

#[test]
fn names_end_in_the_suffix() {
    let named = ["name", "cluster_identifier", "identifier", "global_cluster_identifier"];
    for blueprint in blueprints() {
        for (kind, address, body) in resources(&synthesize(&blueprint)) {
            // These names belong to the services' own naming schemes.
            let theirs =
                |name: &str| name.starts_with("/aws/rds/") || name.starts_with("API-Gateway");
            // The service would create a log group with exactly this name.
            if body["name"].as_str().is_some_and(theirs) {
                continue;
            }
            if kind.starts_with("aws_route53_") {
                continue;
            }
            for field in named {
                let Some(name) = body[field].as_str().filter(|name| !name.starts_with("${")) else {
                    continue;
                };
                assert!(name.ends_with("-test"), "{address}: {field} is {name}");
            }
        }
    }
}

/// A password passes from an ephemeral value into a write-only argument and appears nowhere else (REQ-D4).
#[test]
fn no_secret_is_in_any_file() {
    for blueprint in blueprints() {
        let mut ephemeral = 0;
        for (kind, address, body) in resources(&synthesize(&blueprint)) {
            assert_eq!(body["master_password"], Value::Null, "{address}");
            assert_eq!(body["secret_string"], Value::Null, "{address}");
            let written = match kind.as_str() {
                "aws_rds_cluster" => &body["master_password_wo"],
                "aws_secretsmanager_secret_version" => &body["secret_string_wo"],
                _ => continue,
            };
            let fine = written.as_str().is_none_or(|text| text.starts_with("${ephemeral."));
            assert!(fine, "{address}: {written}");
            ephemeral += usize::from(written.is_string());
        }
        // The three ephemeral values belong to the database's secret, the canary's secret and the writer's cluster. The
        // standby's cluster takes no password.
        assert_eq!(ephemeral, 3);
    }
}

/// Everything can be destroyed, everything is encrypted, and nothing is public (docs/spec/requirements.md).
#[test]
fn everything_is_destroyable_encrypted_and_private() {
    for blueprint in blueprints() {
        for (kind, address, body) in resources(&synthesize(&blueprint)) {
            assert_ne!(body["deletion_protection"], true, "{address}");
            assert_ne!(body["deletion_protection_enabled"], true, "{address}");
            let key = match kind.as_str() {
                "aws_rds_cluster" | "aws_secretsmanager_secret" | "aws_cloudwatch_log_group" => {
                    "kms_key_id"
                }
                "aws_sqs_queue" | "aws_sns_topic" => "kms_master_key_id",
                "aws_rds_cluster_instance" => {
                    assert_eq!(body["publicly_accessible"], false, "{address}");
                    continue;
                }
                "aws_subnet" => {
                    assert_eq!(body["map_public_ip_on_launch"], false, "{address}");
                    continue;
                }
                _ => continue,
            };
            assert!(body[key].is_string(), "{address} has no {key}");
        }
    }
}

/// The ledger is in two Regions and a witness; the control table is in all three Regions (SAFE-1).
#[test]
fn tables_are_strong_where_they_must_be() {
    let synthesis = synthesize(&blueprints()[0]);
    let tables = synthesis.stacks["global"]["resource"]["aws_dynamodb_table"].clone();
    let tables = tables.as_object().expect("tables by their ids");
    assert_eq!(tables.len(), 3);
    for table in tables.values() {
        let replicas = table["replica"].as_array().expect("replicas");
        assert!(replicas.iter().all(|r| r["consistency_mode"] == "STRONG"), "{table}");
        let witness = table["global_table_witness"]["region_name"].as_str();
        let expect = match table["name"].as_str() {
            Some("control-table-test") => (2, None),
            _ => (1, Some("us-west-2")),
        };
        assert_eq!((replicas.len(), witness), expect, "{table}");
        // MRSC tables support no TTL, so an attribute for it would fail at apply.
        assert_eq!(table["ttl"], Value::Null);
    }
}
