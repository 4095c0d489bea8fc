//! The Query protocol's form bodies and XML responses.

use std::collections::BTreeMap;

/// Parses `a=b&c=d%20e` into a map. Invalid percent-encoding stays unchanged.
pub(crate) fn form(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns the `<ErrorResponse>` of a Query service.
pub(crate) fn error(namespace: &str, error: &leeward_cloud::ServiceError) -> String {
    let kind = if error.status >= 500 { "Receiver" } else { "Sender" };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{kind}</Type><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>local</RequestId></ErrorResponse>",
        error.code,
        escape(&error.message)
    )
}

/// Returns the XML of a successful response, `<ActionResponse><ActionResult>…`.
pub(crate) fn response(namespace: &str, action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"{namespace}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></{action}Response>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let map = form(b"Action=Publish&Message=a%20b%26c+d&Odd=100%&Empty=");
        assert_eq!(map["Message"], "a b&c d");
        assert_eq!(map["Odd"], "100%");
        assert_eq!(map["Empty"], "");
    }
}
