//! One statement of a policy, and whether it matches a call.

use crate::{Actions, Call, Error};
use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMEffect, IAMPolicy, IAMRequest, IAMStatement,
    Principal, PrincipalId, evaluate_policy,
};
use serde_json::{Map, Value};

/// The place of a statement in the policies of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementId {
    /// The role or resource that has the policy.
    pub owner: String,
    /// The number of the statement in its policy, from 0.
    pub at: usize,
}

/// One statement of a policy.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The place of the statement.
    pub id: StatementId,
    /// The actions that the statement names; empty if it names those that it does not apply to.
    pub actions: Vec<String>,
    /// True if the statement allows, false if it denies.
    pub allows: bool,
    /// The statement in the form of `iam-rs`, once for each type of principal.
    forms: Vec<IAMPolicy>,
}

/// Splits a policy document into its statements.
pub(crate) fn parse(
    owner: &str,
    document: &Value,
    actions: &Actions,
) -> Result<Vec<Statement>, Error> {
    let listed = match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        one => vec![one.clone()],
    };
    listed.iter().enumerate().map(|(at, one)| statement(owner, at, one, actions)).collect()
}

fn statement(owner: &str, at: usize, source: &Value, known: &Actions) -> Result<Statement, Error> {
    let failed = |why: String| Error::Policy { owner: owner.to_owned(), at, why };
    let mut body =
        source.as_object().cloned().ok_or_else(|| failed("it is not an object".into()))?;
    let actions = texts(&body, "Action");
    let excluded = texts(&body, "NotAction");
    for action in
        actions.iter().chain(&excluded).filter(|action| *action != "*" && !action.ends_with(":*"))
    {
        if !known.knows(action) {
            return Err(Error::UnknownAction {
                at: format!("{owner}: statement {at}"),
                action: action.clone(),
            });
        }
    }
    if let Some(conditions) = body.get("Condition") {
        let service =
            actions.first().and_then(|action| action.split(':').next()).unwrap_or_default();
        let plain = plain_conditions(conditions);
        for key in plain.values().filter_map(Value::as_object).flat_map(Map::keys) {
            if !known.knows_key(service, key) {
                return Err(Error::UnknownKey { owner: owner.to_owned(), at, key: key.clone() });
            }
        }
        body.insert("Condition".into(), Value::Object(plain));
    }
    let forms = one_principal_each(body)
        .into_iter()
        .map(|form| {
            serde_json::from_value::<IAMStatement>(form).map(|s| IAMPolicy::new().add_statement(s))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| failed(e.to_string()))?;
    let effect = forms.first().and_then(|form| form.statement.first()).map(|s| s.effect);
    let allows = effect == Some(IAMEffect::Allow);
    Ok(Statement { id: StatementId { owner: owner.to_owned(), at }, actions, allows, forms })
}

fn texts(body: &Map<String, Value>, field: &str) -> Vec<String> {
    match body.get(field) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => {
            list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the conditions with keys in lower case, because AWS ignores their case, and with `ArnLike` for `ArnEquals`,
/// because AWS treats them alike.
fn plain_conditions(conditions: &Value) -> Map<String, Value> {
    let mut plain: Map<String, Value> = Map::new();
    for (operator, keys) in conditions.as_object().into_iter().flatten() {
        let operator =
            operator.replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike");
        let block = plain.entry(operator).or_insert_with(|| Value::Object(Map::new()));
        for (key, values) in keys.as_object().into_iter().flatten() {
            block
                .as_object_mut()
                .expect("it is an object")
                .insert(key.to_lowercase(), values.clone());
        }
    }
    plain
}

/// Returns one copy of the statement for each type of principal that it names.
fn one_principal_each(body: Map<String, Value>) -> Vec<Value> {
    let Some(Value::Object(principals)) = body.get("Principal").cloned() else {
        return vec![Value::Object(body)];
    };
    principals
        .into_iter()
        .map(|(kind, names)| {
            let mut form = body.clone();
            // `{"AWS": "*"}` is any caller, as `"*"` is.
            let any = kind == "AWS" && names == "*";
            let principal =
                if any { Value::from("*") } else { Value::Object(Map::from_iter([(kind, names)])) };
            form.insert("Principal".into(), principal);
            Value::Object(form)
        })
        .collect()
}

impl Statement {
    /// Returns whether the statement applies to the call.
    pub(crate) fn matches(&self, call: &Call) -> Result<bool, Error> {
        let failed =
            |why: String| Error::Policy { owner: self.id.owner.clone(), at: self.id.at, why };
        let request = request(call).map_err(failed)?;
        for form in &self.forms {
            let decision = evaluate_policy(form, &request).map_err(|e| failed(e.to_string()))?;
            if decision != Decision::NotApplicable {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The condition keys whose values are booleans. `iam-rs` compares a text with no boolean.
const BOOLEANS: [&str; 4] = [
    "aws:multifactorauthpresent",
    "aws:securetransport",
    "aws:viaawsservice",
    "kms:grantisforawsresource",
];

fn request(call: &Call) -> Result<IAMRequest, String> {
    let arn = match call.resource.as_str() {
        // A call without a resource is matched by `"Resource": "*"` alone; no pattern names this resource.
        "*" => format!("arn:aws:{}:{}::no-resource", call.service(), call.region),
        arn => arn.to_owned(),
    };
    let resource = Arn::parse(&arn).map_err(|e| format!("{arn}: {e}"))?;
    let (kind, name): (fn(PrincipalId) -> Principal, String) = match call.role() {
        Some(role) => (Principal::Aws, role_arn(&call.principal, role)),
        None if call.principal.ends_with(".amazonaws.com") => {
            (Principal::Service, call.principal.clone())
        }
        None => (Principal::Aws, call.principal.clone()),
    };
    let mut context = Context::new()
        .with_string("aws:principalarn", name.clone())
        .with_string("aws:requestedregion", call.region.clone())
        .with_boolean("aws:securetransport", true);
    for (key, values) in &call.context {
        let value = match &values[..] {
            [] => continue,
            [one] if BOOLEANS.contains(&key.as_str()) => ContextValue::Boolean(one == "true"),
            [one] => ContextValue::String(one.clone()),
            several => ContextValue::StringList(several.to_vec()),
        };
        context.insert(key.clone(), value);
    }
    Ok(IAMRequest::new_with_context(
        kind(PrincipalId::String(name)),
        call.action.clone(),
        resource,
        context,
    ))
}

/// Returns the ARN of a session's role. Policies name the role, not the session.
fn role_arn(session: &str, role: &str) -> String {
    let account = session.split(':').nth(4).unwrap_or_default();
    format!("arn:aws:iam::{account}:role/{role}")
}
