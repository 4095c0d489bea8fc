//! The OpenAPI document, checked in and served.

use axum::http::header;
use axum::response::IntoResponse;

const DOCUMENT: &str = include_str!("../../openapi.json");

/// The document's text.
pub fn openapi() -> &'static str {
    DOCUMENT
}

pub(super) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}
