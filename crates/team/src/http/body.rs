use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base::{Problem, whole_json};
use serde::de::DeserializeOwned;

use super::Failure;

/// A JSON body. What does not fit is refused with a problem that names the field.
#[derive(Debug)]
pub struct Api<T>(pub T);

/// The query of an address, refused like [`Api`].
#[derive(Debug)]
pub struct Ask<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Api<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Api<T>, Failure> {
        let headers = request.headers().clone();
        let bytes = body_bytes(request, state).await?;
        Ok(Api(parse(&headers, &bytes)?))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Ask<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Ask<T>, Failure> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Ask(query)),
            Err(rejection) => {
                let problem = Problem::new(
                    422,
                    "bad_query",
                    format!("The query cannot be read: {}", rejection.body_text()),
                );
                Err(Failure(problem))
            }
        }
    }
}

pub(crate) async fn body_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let status = rejection.status().as_u16();
        let code = if status == 413 { "too_big" } else { "bad_body" };
        Failure(Problem::new(
            status,
            code,
            "The body of the request cannot be read.",
        ))
    })
}

/// Reads a body. Only JSON is taken: a form of another site can send nothing else without asking first.
pub(crate) fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !bytes.is_empty() && !kind.to_ascii_lowercase().starts_with("application/json") {
        return Err(Problem::new(
            415,
            "not_json",
            "Send JSON with Content-Type: application/json.",
        ));
    }
    // Nothing at all stands for an empty object or null.
    let text = std::str::from_utf8(if bytes.is_empty() { b"null" } else { bytes })
        .map_err(|error| wrong(false, true, ".", &error.to_string()))?;
    // A list would be read as an object's fields by their places, which no client means.
    if text.trim_start().starts_with('[') {
        return Err(Problem::new(422, "bad_body", "The request needs a JSON object."));
    }
    let whole = whole_json(text);
    let mut reader = serde_json::Deserializer::from_str(&whole);
    let value = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => value,
        Err(error) => {
            let path = error.path().to_string();
            let said = error.inner().to_string();
            return Err(wrong(
                bytes.is_empty(),
                error.inner().is_syntax() || error.inner().is_eof(),
                &path,
                &said,
            ));
        }
    };
    reader
        .end()
        .map_err(|error| wrong(false, true, ".", &error.to_string()))?;
    Ok(value)
}

fn wrong(empty: bool, syntax: bool, path: &str, said: &str) -> Problem {
    if empty {
        return Problem::new(422, "bad_body", "The request needs a JSON body.");
    }
    if syntax {
        return Problem::new(400, "bad_json", format!("The body is not JSON: {said}."));
    }
    // A missing field is named in the text, as its path is that of the object around it.
    let missing = said
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    let around = if path == "." { "" } else { path };
    let field = match missing {
        Some(name) if around.is_empty() => name.to_owned(),
        Some(name) => format!("{around}.{name}"),
        None => around.to_owned(),
    };
    let code = if missing.is_some() { "missing" } else { "bad_field" };
    let problem = Problem::new(422, code, format!("{said}."));
    if field.is_empty() {
        problem
    } else {
        problem.with("field", field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        shops: Vec<i64>,
    }

    fn read(text: &str) -> (u16, String, serde_json::Value) {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("application/json; charset=utf-8"),
        );
        let problem = parse::<Sample>(&headers, text.as_bytes()).expect_err("refused");
        (
            problem.status,
            problem.code.to_string(),
            problem.params.get("field").cloned().unwrap_or_default(),
        )
    }

    #[test]
    fn what_does_not_fit_names_its_field() {
        assert_eq!(read(r#"{"shops":[]}"#), (422, "missing".into(), "name".into()));
        assert_eq!(
            read(r#"{"name":"a","shops":[1,"x"]}"#),
            (422, "bad_field".into(), "shops[1]".into())
        );
        assert_eq!(read(r#" ["a",[]]"#).1, "bad_body", "a list is no object");
        assert_eq!(
            read(r#"{"name":"#),
            (400, "bad_json".into(), serde_json::Value::Null)
        );
        assert_eq!(
            read(r#"{"name":"a"} b"#),
            (400, "bad_json".into(), serde_json::Value::Null)
        );
        assert_eq!(read(""), (422, "bad_body".into(), serde_json::Value::Null));
    }

    #[test]
    fn only_json_is_taken() {
        let problem = parse::<Sample>(&HeaderMap::new(), br#"{"name":"a"}"#).expect_err("refused");
        assert_eq!((problem.status, problem.code.as_ref()), (415, "not_json"));
    }
}
