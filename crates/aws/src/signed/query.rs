//! The client of services that use AWS Query. A call posts a form that names its action, and the response is XML.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use super::{Failure, Service, UnsignedRequest, outcome};
use crate::config::AwsConfig;
use bytes::Bytes;
use http::{Method, Response, header};
use leeward_model::Region;
use leeward_ports::Outcome;
use quick_xml::events::Event;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// The fields of a call, in the order in which the caller adds them.
pub(crate) struct Form(String);

impl Form {
    pub(crate) fn new() -> Form {
        Form(String::new())
    }

    pub(crate) fn with(self, name: &str, value: impl AsRef<str>) -> Form {
        let mut all = form_urlencoded::Serializer::new(self.0);
        all.append_pair(name, value.as_ref());
        Form(all.finish())
    }
}

#[derive(Clone)]
pub(crate) struct QueryService {
    service: Service,
    version: &'static str,
}

impl QueryService {
    /// Creates the client. `name` appears in host names and signatures; `version` is the version of the service's API.
    pub(crate) fn new(
        config: &AwsConfig,
        region: &Region,
        name: &'static str,
        version: &'static str,
    ) -> QueryService {
        QueryService { service: Service::new(config, region, name, name), version }
    }

    /// Makes one call that ends after `limit` at the latest.
    pub(crate) async fn call<A: DeserializeOwned>(
        &self,
        action: &str,
        form: Form,
        limit: Duration,
    ) -> Outcome<A> {
        let body = form.with("Action", action).with("Version", self.version).0;
        let unsigned = UnsignedRequest {
            method: Method::POST,
            path: "",
            headers: &[(header::CONTENT_TYPE, FORM)],
            body: body.into(),
        };
        let answered = self.service.send(unsigned, limit).await;
        outcome(answered.and_then(|answer| {
            // A proxy may answer with a web page and a success status. A result type with few required fields could
            // parse that page without an error. The outermost element shows whether the response belongs to this
            // action.
            if answer.status().is_success() && answered_action(answer.body()) != Some(action) {
                return Err(Failure::unreadable(format!("it is not an answer to {action}")));
            }
            read(answer)
        }))
    }
}

/// Returns the action that a response belongs to, as named by its outermost element `<ActionResponse>`.
fn answered_action(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                let name = &text[..usize::try_from(reader.buffer_position()).ok()?];
                let name = &name[name.rfind('<')? + 1..];
                return name.get(..element.name().as_ref().len())?.strip_suffix("Response");
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The body of an error: `<ErrorResponse><Error>…` or `<Error>…`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    error: Option<Named>,
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Named {
    code: Option<String>,
    message: Option<String>,
}

pub(super) fn read<A: DeserializeOwned>(answer: Response<Bytes>) -> Result<A, Failure> {
    let (status, body) = (answer.status(), answer.into_body());
    let text = std::str::from_utf8(&body).map_err(Failure::unreadable)?;
    if status.is_success() {
        return quick_xml::de::from_str(text).map_err(Failure::unreadable);
    }
    // A body that is not the service's XML has no error code, so it does not show the outcome of the call.
    let refusal: Refusal = quick_xml::de::from_str(text).unwrap_or_default();
    let Named { code, message } =
        refusal.error.unwrap_or(Named { code: refusal.code, message: refusal.message });
    let message = message.unwrap_or_else(|| status.to_string());
    Err(Failure::Refused { code, message, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "PascalCase")]
    struct QueryResponse {
        topic: String,
    }

    #[test]
    fn the_outermost_element_names_the_action() {
        let check =
            |body: &str, expect| assert_eq!(answered_action(body.as_bytes()), expect, "{body}");
        check(
            "<?xml version='1.0'?>\n<PublishResponse xmlns='x'><A/></PublishResponse>",
            Some("Publish"),
        );
        check("<PublishResponse/>", Some("Publish"));
        check("<html><PublishResponse/></html>", None);
        check("PublishResponse", None);
        check("<", None);
        check("", None);
    }

    #[test]
    fn answers_differ_from_refusals() {
        // SAFE-7.
        let check = |status: u16, body: &'static str, expect: Outcome<String>| {
            let answer = Response::builder().status(status).body(body.into()).expect("a status");
            let got = outcome(read::<QueryResponse>(answer)).map(|answer| answer.topic);
            assert_eq!(std::mem::discriminant(&got), std::mem::discriminant(&expect), "{got:?}");
            if let Outcome::Done(_) | Outcome::Rejected(_) = expect {
                assert_eq!(got, expect, "{body}");
            }
        };
        let unknown = || Outcome::unclear(String::new());
        let topic = "<R xmlns='x'><Other/><Topic>a &amp; b</Topic><Meta><Id>1</Id></Meta></R>";
        check(200, topic, Outcome::Done("a & b".into()));
        check(200, "<R><Other/></R>", unknown());
        check(200, "", unknown());
        let refused = "<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>NotFound</Code>\
                       <Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>";
        check(404, refused, Outcome::Rejected("NotFound: no".into()));
        let bare =
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>";
        check(403, bare, Outcome::Rejected("AccessDenied: no".into()));
        let busy = "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>";
        check(400, busy, Outcome::Transient(String::new()));
        check(503, "<html><body>busy</html>", unknown());
        check(500, "", unknown());
    }
}
