//! How large a file may be before it is refused, so that no file can take the memory or the time of all.

/// Columns with something in them.
pub const COLUMNS: usize = 300;

/// Characters of one cell: what a cell of a spreadsheet holds.
pub const CELL_CHARS: usize = 32_767;

/// Rows among which the header is looked for (`export-headers`, Q8).
pub const HEADER_ROWS: usize = 50;

/// Bytes of text by which encoding and delimiter are told.
pub(crate) const SAMPLE: usize = 1 << 20;

/// Bytes read at once.
pub(crate) const CHUNK: usize = 256 << 10;

/// Bytes of one record of text that are kept while its end is looked for; what is longer is skipped to its end.
pub(crate) const RECORD: usize = 4 << 20;

/// Bytes all entries of an archive may have together, unpacked.
pub(crate) const UNPACKED: u64 = 4 << 30;

/// Bytes of an entry that is held in memory: shared strings, a workbook in an archive.
pub(crate) const HELD: u64 = 128 << 20;

/// How often an entry may be larger than it is packed, beyond the first [`UNPACKED_FREE`] bytes. Real sheets
/// reach some thirty.
pub(crate) const RATIO: u64 = 150;

/// Unpacked bytes of an entry that are looked at without asking for the ratio.
pub(crate) const UNPACKED_FREE: u64 = 32 << 20;

/// Bytes between two tags of a sheet's XML: a cell of 5 MB is still read, and named with row and column.
pub(crate) const XML_RUN: usize = 8 << 20;

/// Entries of an archive.
pub(crate) const ENTRIES: usize = 10_000;

/// Cells of all sheets of an xls together, counted as the rectangle each sheet spans.
pub(crate) const XLS_CELLS: u64 = 4_000_000;

/// Sheets of an xls.
pub(crate) const XLS_SHEETS: usize = 256;
