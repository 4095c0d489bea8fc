//! The report about all calls: the refused ones, and the permissions that none of them needed.

use crate::{Actions, Call, Error, Rights, StatementId, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A call that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The role of the caller.
    pub role: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The reason.
    pub why: String,
}

/// An action that a role may use and no call used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unused {
    /// The action.
    pub action: String,
    /// The roles that may use it.
    pub roles: BTreeSet<String>,
}

/// The result of judging a record by the policies of a deployment.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of judged calls, with the uses of keys that they imply.
    pub calls: usize,
    /// The number of allowed calls.
    pub allowed: usize,
    /// The refused calls, each once.
    pub refused: BTreeSet<Refusal>,
    /// The actions that were granted and not used, by action.
    pub unused: Vec<Unused>,
    /// The allowing statements without which no recorded call would have been refused.
    pub unnoticed: BTreeSet<StatementId>,
}

impl Report {
    /// Judges all calls, each once. A caller that is not a session of a role is refused.
    pub fn judge(rights: &Rights, calls: &[Call], actions: &Actions) -> Result<Report, Error> {
        let distinct: BTreeSet<Call> = calls.iter().cloned().collect();
        let calls = rights.with_implied(&Vec::from_iter(distinct));
        let mut report = Report { calls: calls.len(), ..Report::default() };
        let mut needed: BTreeSet<StatementId> = BTreeSet::new();
        let mut used: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
        for call in &calls {
            if !actions.knows(&call.action) {
                let at = format!("a call of {}", call.principal);
                return Err(Error::UnknownAction { at, action: call.action.clone() });
            }
            let why = match rights.decide(call)? {
                Verdict::Allowed(by) => {
                    report.allowed += 1;
                    if let [only] = &by[..] {
                        needed.insert(only.clone());
                    }
                    used.entry(call.role().unwrap_or_default()).or_default().push(call);
                    match &call.denied {
                        None => continue,
                        Some(code) => format!("the emulator refused it: {code}"),
                    }
                }
                Verdict::NotAllowed => "no statement allows it".to_owned(),
                Verdict::Denied(by) => format!("statement {} of {} denies it", by.at, by.owner),
            };
            report.refused.insert(Refusal {
                role: call.role().unwrap_or(&call.principal).to_owned(),
                action: call.action.clone(),
                resource: call.resource.clone(),
                why,
            });
        }
        report.unused = unused(rights, &used);
        let allowing = rights.allowing().map(|statement| statement.id.clone());
        report.unnoticed = allowing.filter(|id| !needed.contains(id)).collect();
        Ok(report)
    }
}

fn unused(rights: &Rights, used: &BTreeMap<&str, Vec<&Call>>) -> Vec<Unused> {
    let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for statement in rights.allowing() {
        let role = statement.id.owner.as_str();
        for action in &statement.actions {
            let mut calls = used.get(role).into_iter().flatten();
            if !calls.any(|call| call.action.eq_ignore_ascii_case(action)) {
                rows.entry(action.clone()).or_default().insert(role.to_owned());
            }
        }
    }
    rows.into_iter().map(|(action, roles)| Unused { action, roles }).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} calls, {} allowed, {} refused",
            self.calls,
            self.allowed,
            self.refused.len()
        )?;
        for refusal in &self.refused {
            let Refusal { role, action, resource, why } = refusal;
            writeln!(f, "refused: {role} {action} {resource}: {why}")?;
        }
        let row = |row: &Unused| format!("{} ({})", row.action, row.roles.len());
        let unused: Vec<String> = self.unused.iter().map(row).collect();
        writeln!(f, "granted and not used (number of roles): {}", unused.join(", "))?;
        writeln!(f, "statements that no recorded call needs: {}", self.unnoticed.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const QUEUE: &str = "arn:aws:sqs:us-east-2:000000000000:orders";
    const KEY: &str = "arn:aws:kms:us-east-2:000000000000:key/k";

    fn actions() -> Actions {
        let service = |prefix: &str, names: &[&str], keys: &[&str]| {
            let privileges: Vec<Value> = names.iter().map(|n| json!({ "privilege": n })).collect();
            let conditions: Vec<Value> = keys.iter().map(|k| json!({ "condition": k })).collect();
            json!({ "prefix": prefix, "privileges": privileges, "conditions": conditions })
        };
        let list = json!([
            service("sqs", &["SendMessage", "ReceiveMessage"], &[]),
            service("kms", &["Decrypt", "GenerateDataKey"], &["kms:ViaService"]),
        ]);
        Actions::read(&list.to_string()).expect("it is readable")
    }

    fn resource(kind: &str, attributes: Value) -> Value {
        json!({ "mode": "managed", "type": kind, "instances": [{ "attributes": attributes }] })
    }

    fn policy(statements: Value) -> String {
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    }

    /// The states of a deployment in which the role `r` has these statements and the queue has this policy.
    fn rights(of_role: Value, of_queue: Value) -> Result<Rights, Error> {
        let queue = json!({ "arn": QUEUE, "url": "u", "kms_master_key_id": KEY });
        let root = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::000000000000:root" },
            "Action": "kms:*", "Resource": "*" }]);
        let state = json!({ "resources": [
            resource("aws_kms_key", json!({ "arn": KEY, "policy": policy(root) })),
            resource("aws_iam_role_policy", json!({ "role": "r", "policy": policy(of_role) })),
            resource("aws_sqs_queue", queue),
            resource("aws_sqs_queue_policy", json!({ "queue_url": "u", "policy": policy(of_queue) })),
        ]});
        Rights::read(&[state], &actions())
    }

    fn call(action: &str, region: &str) -> Call {
        Call {
            principal: "arn:aws:sts::000000000000:assumed-role/r/f".into(),
            action: action.into(),
            resource: QUEUE.into(),
            region: region.into(),
            context: BTreeMap::new(),
            denied: None,
        }
    }

    fn refused(of_role: Value, of_queue: Value, call: Call) -> Vec<(String, String)> {
        let rights = rights(of_role, of_queue).expect("the policies are readable");
        let report = Report::judge(&rights, &[call], &actions()).expect("it can be judged");
        report.refused.into_iter().map(|refusal| (refusal.action, refusal.why)).collect()
    }

    fn send(condition: Value) -> Value {
        json!({ "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": [QUEUE], "Condition": condition })
    }

    fn key(via: &str) -> Value {
        json!({ "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": [KEY],
            "Condition": { "StringEquals": { "kms:ViaService": [via] } } })
    }

    #[test]
    fn a_call_needs_its_action_its_key_and_no_denial() {
        let regions = json!({ "Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*",
            "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["us-east-2"] } } });
        let tls = json!([{ "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE,
            "Condition": { "Bool": { "aws:SecureTransport": "false" } } }]);
        let all = json!([send(json!({})), key("sqs.us-east-2.amazonaws.com"), regions]);
        let check = |of_role: &Value, call: Call, expect: &[(&str, &str)]| {
            let refused = refused(of_role.clone(), tls.clone(), call);
            let refused: Vec<(&str, &str)> =
                refused.iter().map(|(action, why)| (action.as_str(), why.as_str())).collect();
            assert_eq!(refused, expect);
        };
        let none = "no statement allows it";
        check(&all, call("sqs:SendMessage", "us-east-2"), &[]);
        check(&all, call("sqs:ReceiveMessage", "us-east-2"), &[("sqs:ReceiveMessage", none)]);
        check(
            &all,
            call("sqs:SendMessage", "eu-west-1"),
            &[("sqs:SendMessage", "statement 2 of r denies it")],
        );
        let keyless = json!([send(json!({}))]);
        let missing = [("kms:Decrypt", none), ("kms:GenerateDataKey", none)];
        check(&keyless, call("sqs:SendMessage", "us-east-2"), &missing);
        let elsewhere = json!([send(json!({})), key("sns.us-east-2.amazonaws.com")]);
        check(&elsewhere, call("sqs:SendMessage", "us-east-2"), &missing);
        let over_tls = json!([{ "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE,
            "Condition": { "Bool": { "aws:SecureTransport": "true" } } }]);
        assert_eq!(refused(all, over_tls, call("sqs:SendMessage", "us-east-2")).len(), 1);
    }

    #[test]
    fn conditions_are_compared_as_aws_compares_them() {
        let check = |condition: Value, expect: bool| {
            let of_role = json!([send(condition), key("sqs.us-east-2.amazonaws.com")]);
            let refused = refused(of_role, json!([]), call("sqs:SendMessage", "us-east-2"));
            assert_eq!(refused.is_empty(), expect, "{refused:?}");
        };
        check(json!({ "StringEquals": { "AWS:RequestedRegion": "us-east-2" } }), true);
        check(
            json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::000000000000:role/*" } }),
            true,
        );
        check(
            json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::000000000002:role/*" } }),
            false,
        );
        check(json!({ "StringEquals": { "aws:SourceAccount": "1" } }), false);
    }

    #[test]
    fn a_resource_allows_the_principals_that_its_policy_names() {
        let check = |principal: Value, expect: bool| {
            let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": QUEUE });
            let refused = refused(
                json!([key("sqs.us-east-2.amazonaws.com")]),
                json!([statement]),
                call("sqs:SendMessage", "us-east-2"),
            );
            assert_eq!(refused.is_empty(), expect, "{refused:?}");
        };
        check(
            json!({ "AWS": "arn:aws:iam::000000000000:role/r", "Service": "sns.amazonaws.com" }),
            true,
        );
        check(json!({ "AWS": "*" }), true);
        check(json!({ "AWS": ["arn:aws:iam::000000000000:role/other"] }), false);
        check(json!({ "Service": ["sns.amazonaws.com"] }), false);
    }

    #[test]
    fn what_cannot_be_read_fails() {
        let check = |statement: Value, expect: &str| {
            let error = rights(json!([statement]), json!([])).expect_err("it is wrong");
            assert!(error.to_string().contains(expect), "{error}");
        };
        let with = |condition: Value| send(condition);
        check(
            with(json!({ "StringEquals": { "aws:Sorceaccount": "1" } })),
            "unknown condition key aws:sorceaccount",
        );
        check(
            with(json!({ "StringIs": { "aws:SourceAccount": "1" } })),
            "statement 0 cannot be read",
        );
        check(
            json!({ "Effect": "Allow", "Action": "sqs:SendMesage", "Resource": "*" }),
            "the action sqs:SendMesage does not exist",
        );
    }

    #[test]
    fn every_statement_that_no_call_needs_is_reported() {
        let receive =
            json!({ "Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": "*" });
        let twice = json!([send(json!({})), key("sqs.us-east-2.amazonaws.com"), receive]);
        let rights = rights(twice, json!([])).expect("the policies are readable");
        let calls = [call("sqs:SendMessage", "us-east-2")];
        let report = Report::judge(&rights, &calls, &actions()).expect("it can be judged");
        assert_eq!((report.calls, report.allowed), (3, 3));
        let roles = BTreeSet::from(["r".to_owned()]);
        assert_eq!(report.unused, [Unused { action: "sqs:ReceiveMessage".into(), roles }]);
        assert_eq!(report.unnoticed.iter().map(|id| id.at).collect::<Vec<_>>(), [2]);
    }
}
