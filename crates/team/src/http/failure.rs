use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use serde_json::{Value, json};

/// A problem as an HTTP answer: `application/problem+json` (RFC 9457).
#[derive(Debug)]
pub struct Failure(pub Problem);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure(problem)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({
            "type": format!("urn:xiaoer:problem:{}", self.0.code),
            "title": status.canonical_reason().unwrap_or("Problem"),
        });
        if let (Value::Object(body), Ok(Value::Object(problem))) = (&mut body, serde_json::to_value(&self.0))
        {
            body.extend(problem);
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(retry) = self.0.params.get("retry_s").and_then(Value::as_i64) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry));
        }
        response
    }
}
