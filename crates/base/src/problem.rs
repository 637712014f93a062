use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

/// Something was refused or went wrong: an RFC 9457 problem with a stable `code`.
///
/// The console words the code in the reader's language; `detail` is the English for logs and
/// integrators. Input errors name the field (and file, row, column of an import).
#[derive(Clone, Debug, PartialEq)]
pub struct Problem(Box<Inner>);

/// The parts of a [`Problem`], as they stand on the wire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inner {
    /// HTTP status.
    pub status: u16,
    /// Stable, snake_case.
    pub code: Cow<'static, str>,
    /// One English sentence: what is wrong and how to mend it.
    pub detail: Cow<'static, str>,
    /// The input field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// Further facts by name, e.g. `retry_s`, `row`.
    #[serde(flatten)]
    pub params: Map<String, Value>,
}

/// What was found, or nothing where it is `not_found`; every other problem stays one.
pub fn found<T>(asked: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.status == 404 => Ok(None),
        Err(problem) => Err(problem),
    }
}

impl Problem {
    /// A problem of any status.
    pub fn new(status: u16, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem(Box::new(Inner {
            status,
            code: Cow::Borrowed(code),
            detail: detail.into(),
            field: None,
            params: Map::new(),
        }))
    }

    /// 422: the input field `field` is wrong.
    pub fn input(field: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Problem {
        let mut problem = Problem::new(422, code, detail);
        problem.0.field = Some(Cow::Borrowed(field));
        problem
    }

    /// 404: also for what belongs to another organisation or shop, so that ids cannot be probed.
    pub fn not_found() -> Problem {
        Problem::new(404, "not_found", "There is nothing of that name here.")
    }

    /// 403: the right is missing.
    pub fn forbidden() -> Problem {
        Problem::new(403, "forbidden", "Your role does not allow this.")
    }

    /// 409: the present state does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(409, code, detail)
    }

    /// 500: our fault. The cause goes to the log of the program, never to the caller.
    pub fn internal() -> Problem {
        Problem::new(
            500,
            "internal",
            "Something went wrong on our side; it has been logged.",
        )
    }

    /// 503: the database is away; trying again later may work.
    pub fn unavailable() -> Problem {
        Problem::new(503, "unavailable", "The database does not answer; try again.")
    }

    /// The same problem with a further fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.0.params.insert(name.to_owned(), value.into());
        self
    }
}

impl std::ops::Deref for Problem {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0.field {
            Some(field) => write!(f, "{} ({}): {}", self.0.code, field, self.0.detail),
            None => write!(f, "{}: {}", self.0.code, self.0.detail),
        }
    }
}

impl std::error::Error for Problem {}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
