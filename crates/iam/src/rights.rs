//! The policies of a deployment, and the decision about one call.

use crate::{Call, Error, Statement, StatementId, implied};
use std::collections::BTreeMap;

/// The policies and keys of a deployment.
#[derive(Debug, Default, Clone)]
pub struct Rights {
    /// The statements of each role, by the role's name.
    pub(crate) roles: BTreeMap<String, Vec<Statement>>,
    /// The statements of each resource that has a policy, by the resource's ARN.
    pub(crate) resources: BTreeMap<String, Vec<Statement>>,
    /// The ARN of the key of each encrypted resource, by the resource's ARN.
    pub(crate) keys: BTreeMap<String, String>,
    /// The ARN of the platform's key of each Region.
    pub(crate) region_keys: BTreeMap<String, String>,
}

/// The decision about one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// At least one statement allows the call, and none denies it.
    Allowed(Vec<StatementId>),
    /// No statement allows the call.
    NotAllowed,
    /// This statement denies the call.
    Denied(StatementId),
}

impl Rights {
    /// Returns the statements of the roles that allow something.
    pub fn allowing(&self) -> impl Iterator<Item = &Statement> {
        self.roles.values().flatten().filter(|statement| statement.allows)
    }

    /// Returns the calls with the uses of keys that they imply.
    pub fn with_implied(&self, calls: &[Call]) -> Vec<Call> {
        let mut all = calls.to_vec();
        all.extend(calls.iter().flat_map(|call| {
            self.key_of(&call.resource).map_or(Vec::new(), |key| implied::implied(call, key))
        }));
        all
    }

    /// Returns the key that encrypts a resource. A replica of a secret is encrypted with the key of its own Region, and
    /// Terraform's state does not contain its ARN, which ends in letters that AWS chooses.
    fn key_of(&self, resource: &str) -> Option<&String> {
        self.keys.get(resource).or_else(|| {
            let name = secret_name(resource)?;
            let known = self.keys.keys().any(|arn| secret_name(arn) == Some(name));
            let region = resource.split(':').nth(3)?;
            known.then(|| self.region_keys.get(region)).flatten()
        })
    }

    /// Returns whether the policy of a key allows the call or leaves the decision to the account's own policies. Without
    /// that, no other policy counts.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    fn key_accepts(&self, call: &Call) -> Result<bool, Error> {
        let account = call.resource.split(':').nth(4).unwrap_or_default();
        let root = Call { principal: format!("arn:aws:iam::{account}:root"), ..call.clone() };
        let of_key = self.resources.get(&call.resource).into_iter().flatten();
        for statement in of_key.filter(|statement| statement.allows) {
            if statement.matches(call)? || statement.matches(&root)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Decides about one call, as AWS does for a caller of the resource's own account: an explicit denial wins, and
    /// otherwise one statement of the role or of the resource must allow the call.
    pub fn decide(&self, call: &Call) -> Result<Verdict, Error> {
        let of_role = call.role().and_then(|role| self.roles.get(role)).into_iter().flatten();
        let of_resource = self.resources.get(owner_of(&call.resource)).into_iter().flatten();
        if call.service() == "kms" && !self.key_accepts(call)? {
            return Ok(Verdict::NotAllowed);
        }
        let mut allowed = Vec::new();
        for statement in of_role.chain(of_resource) {
            if statement.matches(call)? {
                if !statement.allows {
                    return Ok(Verdict::Denied(statement.id.clone()));
                }
                allowed.push(statement.id.clone());
            }
        }
        Ok(if allowed.is_empty() { Verdict::NotAllowed } else { Verdict::Allowed(allowed) })
    }
}

/// Returns the ARN of the resource whose policy applies: that of an object is its bucket's.
fn owner_of(resource: &str) -> &str {
    match resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.find('/')) {
        Some(at) => &resource[.."arn:aws:s3:::".len() + at],
        None => resource,
    }
}

/// Returns the name of a secret from its ARN, without the six letters that AWS adds.
fn secret_name(arn: &str) -> Option<&str> {
    let rest = arn.strip_prefix("arn:aws:secretsmanager:")?.split(':').nth(3)?;
    rest.rsplit_once('-').map(|(name, _)| name)
}
