//! Reads the policies of a deployment from Terraform's states, in which every reference is resolved.

use crate::rights::Rights;
use crate::{Actions, Error, statement};
use serde_json::Value;
use std::collections::BTreeMap;

/// One resource of a state.
struct Resource<'a> {
    kind: &'a str,
    attributes: &'a Value,
}

impl Resource<'_> {
    fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes[attribute].as_str().filter(|text| !text.is_empty())
    }
}

fn resources(state: &Value) -> impl Iterator<Item = Resource<'_>> {
    let listed = state["resources"].as_array().into_iter().flatten();
    listed.filter(|one| one["mode"] == "managed").flat_map(|one| {
        let instances = one["instances"].as_array().into_iter().flatten();
        let kind = one["type"].as_str().unwrap_or_default();
        instances.map(move |instance| Resource { kind, attributes: &instance["attributes"] })
    })
}

impl Rights {
    /// Reads the policies and keys of a deployment from the states of its stacks.
    pub fn read(states: &[Value], actions: &Actions) -> Result<Rights, Error> {
        let mut rights = Rights::default();
        let all = || states.iter().flat_map(resources);
        let keys = states.iter().flat_map(resources).filter(|one| one.kind == "aws_kms_key");
        let keys = keys.filter_map(|key| key.attributes["arn"].as_str());
        let of_regions: BTreeMap<&str, &str> = keys.map(|key| (region_of(key), key)).collect();
        let owned =
            of_regions.iter().map(|(region, key)| ((*region).to_owned(), (*key).to_owned()));
        rights.region_keys = owned.collect();
        for resource in all() {
            rights.add_policy(&resource, actions)?;
            rights.add_key(&resource, &of_regions);
        }
        // A policy names its queue by URL, so the queues must be known first.
        for policy in all().filter(|one| one.kind == "aws_sqs_queue_policy") {
            let queue = all()
                .find(|q| q.kind == "aws_sqs_queue" && q.text("url") == policy.text("queue_url"));
            if let Some(arn) = queue.as_ref().and_then(|queue| queue.text("arn")) {
                rights.add_resource_policy(arn, policy.text("policy"), actions)?;
            }
        }
        Ok(rights)
    }

    fn add_policy(&mut self, one: &Resource<'_>, actions: &Actions) -> Result<(), Error> {
        match one.kind {
            "aws_iam_role_policy" => {
                let (Some(role), Some(policy)) = (one.text("role"), one.text("policy")) else {
                    return Ok(());
                };
                let statements = statement::parse(role, &document(role, policy)?, actions)?;
                self.roles.entry(role.to_owned()).or_default().extend(statements);
                Ok(())
            }
            "aws_kms_key" => match one.text("arn") {
                Some(arn) => self.add_resource_policy(arn, one.text("policy"), actions),
                None => Ok(()),
            },
            "aws_sns_topic_policy" => match one.text("arn") {
                Some(arn) => self.add_resource_policy(arn, one.text("policy"), actions),
                None => Ok(()),
            },
            "aws_s3_bucket_policy" => match one.text("bucket") {
                Some(bucket) => self.add_resource_policy(
                    &format!("arn:aws:s3:::{bucket}"),
                    one.text("policy"),
                    actions,
                ),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn add_resource_policy(
        &mut self,
        arn: &str,
        policy: Option<&str>,
        actions: &Actions,
    ) -> Result<(), Error> {
        let Some(policy) = policy else { return Ok(()) };
        let statements = statement::parse(arn, &document(arn, policy)?, actions)?;
        self.resources.entry(arn.to_owned()).or_default().extend(statements);
        Ok(())
    }

    /// Records the key that encrypts a resource. A key that is not named by its ARN belongs to AWS, and its use needs no
    /// permission.
    fn add_key(&mut self, one: &Resource<'_>, of_regions: &BTreeMap<&str, &str>) {
        let keys: Vec<(Option<&str>, Option<&str>)> = match one.kind {
            "aws_sqs_queue" | "aws_sns_topic" => {
                vec![(one.text("arn"), one.text("kms_master_key_id"))]
            }
            "aws_ssm_parameter" => vec![(one.text("arn"), one.text("key_id"))],
            "aws_sfn_state_machine" => {
                vec![(
                    one.text("arn"),
                    one.attributes
                        .pointer("/encryption_configuration/0/kms_key_id")
                        .and_then(Value::as_str),
                )]
            }
            "aws_secretsmanager_secret" => vec![(one.text("arn"), one.text("kms_key_id"))],
            "aws_dynamodb_table" => {
                let own = one
                    .attributes
                    .pointer("/server_side_encryption/0/kms_key_arn")
                    .and_then(Value::as_str);
                let replicas = one.attributes["replica"].as_array().into_iter().flatten();
                let replicas = replicas.map(|r| (r["arn"].as_str(), r["kms_key_arn"].as_str()));
                std::iter::once((one.text("arn"), own)).chain(replicas).collect()
            }
            _ => Vec::new(),
        };
        for (arn, key) in keys {
            let (Some(arn), Some(key)) = (arn, key.filter(|key| key.starts_with("arn:"))) else {
                continue;
            };
            // A key encrypts only in its own Region. The emulator reports the key of the first replica for all of them.
            let of_region = match region_of(arn) == region_of(key) {
                true => Some(key),
                false => of_regions.get(region_of(arn)).copied(),
            };
            if let Some(key) = of_region {
                self.keys.insert(arn.to_owned(), key.to_owned());
            }
        }
    }
}

fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn document(owner: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text)
        .map_err(|e| Error::Format { what: format!("the policy of {owner}"), why: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_replica_is_encrypted_with_a_key_of_its_own_region() {
        let arn = |service: &str, region: &str, rest: &str| {
            format!("arn:aws:{service}:{region}:1:{rest}")
        };
        let [here, there] = ["us-east-1", "us-east-2"].map(|region| arn("kms", region, "key/k"));
        let table = |region: &str| arn("dynamodb", region, "table/t");
        let resource = |kind: &str, attributes: Value| json!({ "mode": "managed", "type": kind, "instances": [{ "attributes": attributes }] });
        let state = json!({ "resources": [
            resource("aws_kms_key", json!({ "arn": here })),
            resource("aws_kms_key", json!({ "arn": there })),
            resource("aws_dynamodb_table", json!({
                "arn": table("us-east-1"),
                "server_side_encryption": [{ "kms_key_arn": here }],
                "replica": [{ "arn": table("us-east-2"), "kms_key_arn": here }],
            })),
        ]});
        let actions = Actions::read("[]").expect("an empty list");
        let rights = Rights::read(&[state], &actions).expect("readable");
        assert_eq!(rights.keys[&table("us-east-1")], here);
        assert_eq!(rights.keys[&table("us-east-2")], there);
    }
}
