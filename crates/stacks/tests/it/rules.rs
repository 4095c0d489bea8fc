//! Tests of each rule of `leeward check`: the synthesized stacks obey the rule, and a violation is reported.

use crate::valid::{blueprints, synthesize};
use leeward_stacks::rules;
use serde_json::{Value, json};

#[test]
fn the_stacks_break_no_rule() {
    for blueprint in blueprints() {
        assert_eq!(rules::problems(&synthesize(&blueprint).stacks, &blueprint), []);
    }
}

/// Returns the body of the first resource of a type whose name contains `part`.
fn find<'a>(config: &'a mut Value, kind: &str, part: &str) -> &'a mut Value {
    let of_kind = config["resource"][kind].as_object_mut().expect("there are some");
    let found = of_kind.iter_mut().find(|(name, _)| name.contains(part));
    found.unwrap_or_else(|| panic!("no {kind} {part}")).1
}

/// Changes one resource and expects exactly the problem `expect`.
fn check(stack: &str, kind: &str, part: &str, change: impl Fn(&mut Value), expect: &str) {
    let blueprint = &blueprints()[0];
    let mut stacks = synthesize(blueprint).stacks;
    change(find(stacks.get_mut(stack).expect("a stack"), kind, part));
    let problems = rules::problems(&stacks, blueprint);
    let said = problems.iter().any(|p| p.address.contains(kind) && p.message.contains(expect));
    assert!(said, "{kind} {part}: {expect:?} is not in {problems:?}");
}

/// Returns a change to a policy that an argument holds as JSON text.
fn policy(argument: &'static str, change: impl Fn(&mut Value)) -> impl Fn(&mut Value) {
    move |body| {
        let mut document: Value =
            serde_json::from_str(body[argument].as_str().expect("text")).expect("JSON");
        change(&mut document);
        body[argument] = document.to_string().into();
    }
}

#[test]
fn names() {
    let name = |to: &'static str| move |body: &mut Value| body["name"] = to.into();
    check("primary", "aws_sqs_queue", "orders", name("orders-queue"), "does not end in -test");
    check("primary", "aws_sns_topic", "notices", name("a b-test"), "' ' in a b-test");
    let text = |to: &'static str| move |body: &mut Value| body["description"] = to.into();
    let refused = "does not accept '\\''";
    check("primary", "aws_security_group", "database", text("The database's cluster"), refused);
    let owner = |body: &mut Value| body["tags"]["Owner"] = "desk, floor 2".into();
    check(
        "primary",
        "aws_sqs_queue",
        "orders",
        owner,
        "tags.Owner: aws_sqs_queue does not accept ','",
    );
    let long = "a-role-that-has-a-name-longer-than-the-sixty-four-characters-of-iam-test";
    check("primary", "aws_iam_role", "run", name(long), "aws_iam_role takes 64");
    let none = |body: &mut Value| body["function_name"] = Value::Null;
    check("primary", "aws_lambda_function", "run", none, "has no name");
}

#[test]
fn destroyable_encrypted_private() {
    let set =
        |argument: &'static str, to: Value| move |body: &mut Value| body[argument] = to.clone();
    let (t, f) = (json!(true), json!(false));
    check("primary", "aws_rds_cluster", "", set("deletion_protection", t.clone()), "must be false");
    check("primary", "aws_s3_bucket", "audit", set("force_destroy", f), "must be true");
    check(
        "primary",
        "aws_rds_cluster_instance",
        "0",
        set("publicly_accessible", t),
        "must be false",
    );
    check("primary", "aws_sqs_queue", "orders", set("kms_master_key_id", Value::Null), "key");
    let window = set("recovery_window_in_days", json!(7));
    check("global", "aws_secretsmanager_secret", "database", window, "must be 0");
    let open = set("block_public_acls", json!(false));
    check("primary", "aws_s3_bucket_public_access_block", "logs", open, "must be true");
}

#[test]
fn secrets() {
    let stored = |body: &mut Value| body["secret_string"] = "hunter2".into();
    check("global", "aws_secretsmanager_secret_version", "", stored, "plain text");
    let password = |body: &mut Value| body["master_password_wo"] = "hunter2".into();
    check("primary", "aws_rds_cluster", "", password, "written here in plain text");
    let variable = |body: &mut Value| {
        body["environment"]["variables"]["API_TOKEN"] = "hunter2".into();
    };
    check("primary", "aws_lambda_function", "orders", variable, "API_TOKEN");
}

#[test]
fn least_privilege() {
    let first = |change: fn(&mut Value)| {
        policy("policy", move |document| change(&mut document["Statement"][0]))
    };
    let star = first(|s| s["Action"] = "dynamodb:*".into());
    check("primary", "aws_iam_role_policy", "orders", star, "wildcard dynamodb:*");
    let everywhere =
        first(|s| *s = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}));
    check("primary", "aws_iam_role_policy", "orders", everywhere, "sqs:SendMessage on everything");
    let unguarded = |sid: &'static str| {
        policy("policy", move |document| {
            document["Statement"].as_array_mut().expect("a list").retain(|s| s["Sid"] != sid);
        })
    };
    for guard in ["RegionsOnly", "LedgerIsAppendOnly"] {
        let blueprint = &blueprints()[0];
        let mut stacks = synthesize(blueprint).stacks;
        let config = stacks.get_mut("primary").expect("a stack");
        unguarded(guard)(find(config, "aws_iam_role_policy", "processor"));
        let problems = rules::problems(&stacks, blueprint);
        assert!(problems.iter().any(|p| p.message.contains(guard)), "{guard}: {problems:?}");
    }
    let anybody = policy("assume_role_policy", |d| d["Statement"][0]["Principal"] = "*".into());
    check("primary", "aws_iam_role", "operators", anybody, "trusts everybody");
    let plain = policy("policy", |d| d["Statement"] = json!([]));
    check("primary", "aws_sqs_queue_policy", "orders", plain, "without TLS");
}

#[test]
fn isolation() {
    let call = policy("definition", |machine| {
        let fence = &mut machine["States"]["failover: fence"];
        fence["Parameters"]["FunctionName"] =
            "arn:aws:lambda:us-east-2:1:function:run-function-test".into();
    });
    check("primary", "aws_sfn_state_machine", "runs", call, "must call a function of us-east-1");
    let endless = policy("definition", |machine| {
        machine["States"]["failover: fence"]["TimeoutSeconds"] = Value::Null;
    });
    check("primary", "aws_sfn_state_machine", "runs", endless, "timeout");
    let other = |body: &mut Value| {
        body["description"] = "arn:aws:secretsmanager:us-east-2:1:secret:x".into();
    };
    check("primary", "aws_lambda_function", "run", other, "secretsmanager resource of us-east-2");
    // Sentinels read the control table of each Region. They read no other table there, and no other role does.
    let table = |to: &'static str| {
        policy("policy", move |policy| {
            let of_other = format!("arn:aws:dynamodb:us-east-2:1:table/{to}");
            policy["Statement"][0]["Resource"] = of_other.into();
        })
    };
    let refused = "dynamodb resource of us-east-2";
    check("primary", "aws_iam_role_policy", "sentinel", table("ledger-table-test"), refused);
    check("primary", "aws_iam_role_policy", "sentinel", table("control-table-test2"), refused);
    check("primary", "aws_iam_role_policy", "functions_run", table("control-table-test"), refused);
    let blueprint = &blueprints()[0];
    let mut stacks = synthesize(blueprint).stacks;
    let primary = stacks.get_mut("primary").expect("a stack");
    primary["data"]["terraform_remote_state"]["secondary"] = json!({});
    let problems = rules::problems(&stacks, blueprint);
    assert!(problems.iter().any(|p| p.message.contains("must not read")), "{problems:?}");
}

/// Collects every statement of every policy of a stack.
fn statements(config: &Value, out: &mut Vec<Value>) {
    match config {
        Value::String(text) => {
            let document: Value = serde_json::from_str(text).unwrap_or_default();
            out.extend(document["Statement"].as_array().into_iter().flatten().cloned());
        }
        Value::Array(all) => all.iter().for_each(|value| statements(value, out)),
        Value::Object(all) => all.values().for_each(|value| statements(value, out)),
        _ => {}
    }
}

#[test]
fn r7_nobody_may_change_or_delete_what_is_in_the_ledger() {
    // SAFE-1: deleting an entry would free its sequence number, and deleting the head would free the account's whole
    // sequence.
    const MAY: [&str; 4] =
        ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
    let mut of_the_ledger = 0;
    for blueprint in blueprints() {
        for (stack, config) in &synthesize(&blueprint).stacks {
            let mut all = Vec::new();
            statements(config, &mut all);
            for statement in all.iter().filter(|s| s["Effect"] == "Allow") {
                let resources = statement["Resource"].to_string();
                let anything = resources.contains("table/*") || resources == "\"*\"";
                if !resources.contains("ledger-table") && !anything {
                    continue;
                }
                let actions = statement["Action"].as_array().cloned().unwrap_or_default();
                for action in actions.iter().filter_map(Value::as_str) {
                    let writes = action.starts_with("dynamodb:")
                        && !["Describe", "List"].iter().any(|read| action[9..].starts_with(read));
                    assert!(!writes || MAY.contains(&action), "{stack}: {action} on {resources}");
                    assert_ne!(action, "*", "{stack}: {resources}");
                    of_the_ledger += usize::from(writes && !anything);
                }
            }
        }
    }
    assert!(of_the_ledger > 10, "{of_the_ledger} permissions on the ledger were looked at");
}

#[test]
fn every_description_has_a_limit() {
    for blueprint in blueprints() {
        let mut stacks = synthesize(&blueprint).stacks;
        let mut described = Vec::new();
        for config in stacks.values_mut() {
            let kinds = config["resource"].as_object_mut().expect("resources");
            for (kind, named) in kinds {
                for (name, body) in named.as_object_mut().expect("resources of a type") {
                    for argument in ["description", "alarm_description"] {
                        if body[argument].is_string() {
                            body[argument] = "x".repeat(10_000).into();
                            described.push(format!("{kind}.{name}"));
                        }
                    }
                }
            }
        }
        let problems = rules::problems(&stacks, &blueprint);
        for resource in &described {
            let refused = problems.iter().any(|problem| problem.address.ends_with(resource));
            assert!(refused, "{resource} is not in TEXTS of rules/texts.rs");
        }
        assert!(described.len() > 50, "{described:?}");
    }
}
