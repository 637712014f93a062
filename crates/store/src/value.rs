use base::{Fen, Id, Ms, Problem};

/// One argument of a statement. It carries its type, so that PostgreSQL prepares the statement with
/// types and `$1 IS NULL` or `$1 + 1` mean the same on both engines.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// BIGINT.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<&'a str>),
    /// BLOB or BYTEA.
    Blob(Option<&'a [u8]>),
}

macro_rules! arg_from {
    ($($type:ty => |$v:ident| $make:expr;)*) => {
        $(impl<'a> From<$type> for Arg<'a> { fn from($v: $type) -> Arg<'a> { $make } })*
    };
}

arg_from! {
    i64 => |v| Arg::Int(Some(v));
    i32 => |v| Arg::Int(Some(v.into()));
    u32 => |v| Arg::Int(Some(v.into()));
    usize => |v| Arg::Int(Some(v as i64));
    bool => |v| Arg::Int(Some(v.into()));
    Id => |v| Arg::Int(Some(v.0));
    Ms => |v| Arg::Int(Some(v.0));
    Fen => |v| Arg::Int(Some(v.0));
    f64 => |v| Arg::Real(Some(v));
    Option<i64> => |v| Arg::Int(v);
    Option<bool> => |v| Arg::Int(v.map(i64::from));
    Option<Id> => |v| Arg::Int(v.map(|v| v.0));
    Option<Ms> => |v| Arg::Int(v.map(|v| v.0));
    Option<Fen> => |v| Arg::Int(v.map(|v| v.0));
    Option<f64> => |v| Arg::Real(v);
    &'a str => |v| Arg::Text(Some(v));
    &'a String => |v| Arg::Text(Some(v));
    Option<&'a str> => |v| Arg::Text(v);
    &'a Option<String> => |v| Arg::Text(v.as_deref());
    &'a [u8] => |v| Arg::Blob(Some(v));
    &'a Vec<u8> => |v| Arg::Blob(Some(v));
    Option<&'a [u8]> => |v| Arg::Blob(v);
}

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match *self {
            Arg::Int(v) => v.map_or(ValueRef::Null, ValueRef::Integer),
            Arg::Real(v) => v.map_or(ValueRef::Null, ValueRef::Real),
            Arg::Text(v) => v.map_or(ValueRef::Null, |v| ValueRef::Text(v.as_bytes())),
            Arg::Blob(v) => v.map_or(ValueRef::Null, ValueRef::Blob),
        }))
    }
}

impl Arg<'_> {
    pub(crate) fn pg_type(&self) -> postgres::types::Type {
        use postgres::types::Type;
        match self {
            Arg::Int(_) => Type::INT8,
            Arg::Real(_) => Type::FLOAT8,
            Arg::Text(_) => Type::TEXT,
            Arg::Blob(_) => Type::BYTEA,
        }
    }
}

impl postgres::types::ToSql for Arg<'_> {
    fn to_sql(
        &self,
        ty: &postgres::types::Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Arg::Int(v) => v.to_sql(ty, out),
            Arg::Real(v) => v.to_sql(ty, out),
            Arg::Text(v) => v.to_sql(ty, out),
            Arg::Blob(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &postgres::types::Type) -> bool {
        // The statement was prepared with this argument's own type.
        true
    }

    postgres::types::to_sql_checked!();
}

/// A row of either engine.
pub enum Row<'a> {
    #[doc(hidden)]
    Sqlite(&'a rusqlite::Row<'a>),
    #[doc(hidden)]
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value of column `index` (from 0). A wrong type is a mistake of ours: `internal`.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, Problem> {
        T::from_column(self, index)
    }
}

/// What can stand in a column.
pub trait FromColumn: Sized {
    /// Reads column `index` (from 0).
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Problem>;
}

fn unreadable(cause: &dyn std::fmt::Display, index: usize) -> Problem {
    tracing::error!(%cause, index, "a column could not be read");
    Problem::internal()
}

macro_rules! plain_column {
    ($($type:ty),*) => {
        $(impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Problem> {
                match row {
                    Row::Sqlite(row) => row.get(index).map_err(|e| unreadable(&e, index)),
                    Row::Postgres(row) => row.try_get(index).map_err(|e| unreadable(&e, index)),
                }
            }
        })*
    };
}

plain_column!(
    i64,
    f64,
    String,
    Vec<u8>,
    Option<i64>,
    Option<f64>,
    Option<String>,
    Option<Vec<u8>>
);

macro_rules! int_column {
    ($($type:ty => |$v:ident| $make:expr;)*) => {
        $(
            impl FromColumn for $type {
                fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Problem> {
                    row.get(index).map(|$v: i64| $make)
                }
            }
            impl FromColumn for Option<$type> {
                fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Problem> {
                    row.get(index).map(|v: Option<i64>| v.map(|$v| $make))
                }
            }
        )*
    };
}

int_column! {
    Id => |v| Id(v);
    Ms => |v| Ms(v);
    Fen => |v| Fen(v);
    bool => |v| v != 0;
}

/// An enum that stands in a TEXT column and on the wire under the same short names.
///
/// `text_enum! { /// Doc. pub enum Stage { /// Before the sale. Pre = "pre", ... } }`
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $key:tt),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $key)] $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The name in the database and on the wire.
            pub fn key(self) -> &'static str { match self { $($name::$variant => $key),* } }
        }

        impl $crate::FromColumn for $name {
            fn from_column(row: &$crate::Row<'_>, index: usize) -> Result<Self, base::Problem> {
                match row.get::<String>(index)?.as_str() {
                    $($key => Ok($name::$variant),)*
                    _ => Err(base::Problem::internal()),
                }
            }
        }

        impl<'a> From<$name> for $crate::Arg<'a> {
            fn from(value: $name) -> Self { $crate::Arg::Text(Some(value.key())) }
        }
    };
}
