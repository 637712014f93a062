//! A table of the desk as a file to take along.

use base::Problem;
use jiff::tz::TimeZone;
use sheet::{Column, Value, Writer};

use crate::export::ExportFormat;

/// Rows under these names, as csv or xlsx.
pub(crate) fn table<'a, const N: usize>(
    format: ExportFormat,
    title: &str,
    names: [&str; N],
    rows: impl IntoIterator<Item = [Value<'a>; N]>,
) -> Result<Vec<u8>, Problem> {
    let columns = names.map(Column::new);
    let unwritable = |_| Problem::internal();
    let mut writer = match format {
        ExportFormat::Xlsx => Writer::xlsx(Vec::new(), title, TimeZone::UTC, &columns),
        ExportFormat::Csv => Writer::csv(Vec::new(), TimeZone::UTC, &columns),
    }
    .map_err(unwritable)?;
    for row in rows {
        writer.row(row).map_err(unwritable)?;
    }
    writer.finish().map_err(unwritable)
}
