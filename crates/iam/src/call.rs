//! One recorded call.

use crate::Error;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One action that a principal tried on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Call {
    /// The caller, such as `arn:aws:sts::000000000000:assumed-role/orders-us-east-1-role-test/orders-function-test`.
    pub principal: String,
    /// The action, such as `sqs:SendMessage`.
    pub action: String,
    /// The ARN of the resource, or `*` if the action has none.
    pub resource: String,
    /// The Region to which the call was sent.
    pub region: String,
    /// The condition keys of the call in lower case, with their values as text.
    #[serde(default, deserialize_with = "texts")]
    pub context: BTreeMap<String, Vec<String>>,
    /// The emulator's decision: `None` if it allowed the call, otherwise the code of its refusal.
    pub denied: Option<String>,
}

impl Call {
    /// Returns the name of the role if the caller is a session of a role.
    pub fn role(&self) -> Option<&str> {
        let (_, session) = self.principal.split_once(":assumed-role/")?;
        session.split('/').next()
    }

    /// Returns the service of the action, such as `sqs`.
    pub fn service(&self) -> &str {
        self.action.split(':').next().unwrap_or_default()
    }
}

fn texts<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let values = BTreeMap::<String, Value>::deserialize(from)?;
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let list = |value: Value| match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().map(text).collect(),
        one => vec![text(one)],
    };
    Ok(values.into_iter().map(|(key, value)| (key.to_lowercase(), list(value))).collect())
}

/// Reads a record with one call in each line.
pub fn read_calls(text: &str) -> Result<Vec<Call>, Error> {
    let read = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| Error::Format {
            what: format!("line {} of the record", at + 1),
            why: e.to_string(),
        })
    };
    text.lines().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_call() {
        let line = r#"{"principal":"arn:aws:sts::0:assumed-role/r-role/f","action":"dynamodb:PutItem","resource":"*",
            "region":"us-east-1","context":{"dynamodb:LeadingKeys":["a"],"x":null,"n":1},"denied":null}"#
            .replace('\n', "");
        let [call] = &read_calls(&line).expect("it is readable")[..] else { panic!("one call") };
        assert_eq!((call.role(), call.service()), (Some("r-role"), "dynamodb"));
        assert_eq!(call.context["dynamodb:leadingkeys"], ["a"]);
        assert_eq!(call.context["x"], Vec::<String>::new());
        assert_eq!(call.context["n"], ["1"]);
        assert!(read_calls("{}").is_err());
    }
}
