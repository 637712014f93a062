use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use calamine::Xlsx;
use zip::ZipArchive;

use crate::archive;
use crate::decode::{Text, unreadable};
use crate::fault::{Fault, Flaw};
use crate::input::Input;
use crate::limits::SAMPLE;
use crate::markup::MarkupRows;
use crate::row::{Origin, Row};
use crate::sniff::{self, Kind, Plan};
use crate::table::Table;
use crate::text::TextRows;
use crate::xls::{self, XlsRows, XlsSheet};
use crate::xlsx::{self, XlsxRows};

/// What a table is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Delimited text.
    Text {
        /// `UTF-8`, `gb18030`, `UTF-16LE` ..; `ASCII` when nothing beyond it stood in the first megabyte.
        encoding: &'static str,
        /// What parts the cells.
        delimiter: char,
    },
    /// A web page or XML that calls itself xls.
    Markup,
    /// A spreadsheet of the old kind.
    Xls,
    /// A spreadsheet.
    Xlsx,
}

/// One table of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The file's name; in an archive `archive.zip/inner.csv`.
    pub file: Arc<str>,
    /// The sheet's name, in spreadsheets.
    pub name: Option<Arc<str>>,
    /// What it is made of.
    pub form: Form,
}

/// A file with its tables, open for reading.
///
/// What it is, is told by its content, never by its name. A zip gives the tables of all files in it.
pub struct Book {
    sheets: Vec<Sheet>,
    places: Vec<Place>,
    parts: Vec<Part>,
    archive: Option<ZipArchive<Input>>,
    left_out: Vec<Fault>,
}

/// Where a sheet is found: which part, and which of its sheets.
struct Place {
    part: usize,
    sheet: usize,
}

enum Part {
    Text { from: Bytes, plan: Plan, size: u64 },
    Xlsx(Box<Xlsx<Input>>),
    Xls(Vec<XlsSheet>),
}

/// Where the bytes of a text come from.
enum Bytes {
    Whole(Input),
    Entry(usize),
}

impl Book {
    /// Opens the file at `path`; rows are read from the disk as they are asked for.
    pub fn open(path: &Path) -> Result<Book, Fault> {
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Book::open_as(path, &name)
    }

    /// Opens the file at `path`, which is kept there under another name; `name` is what mistakes call it.
    pub fn open_as(path: &Path, name: &str) -> Result<Book, Fault> {
        match Input::disk(path.to_owned()) {
            Ok(input) => Book::of(input, name),
            Err(flaw) => Err(place(name, None).fault(None, None, flaw)),
        }
    }

    /// Opens a file that is in memory; `name` is what mistakes call it.
    pub fn read(bytes: impl Into<Arc<[u8]>>, name: &str) -> Result<Book, Fault> {
        Book::of(Input::memory(bytes), name)
    }

    fn of(input: Input, name: &str) -> Result<Book, Fault> {
        let mut book = Book {
            sheets: Vec::new(),
            places: Vec::new(),
            parts: Vec::new(),
            archive: None,
            left_out: Vec::new(),
        };
        let file: Arc<str> = name.into();
        book.add(input, &file)
            .map_err(|flaw| place(&file, None).fault(None, None, flaw))?;
        if book.archive.is_some() {
            book.unpack(&file)?;
        }
        if book.sheets.is_empty() {
            return Err(place(&file, None).fault(None, None, Flaw::new("file_empty")));
        }
        Ok(book)
    }

    /// Adds the tables of one file. An archive is kept for [`Book::unpack`].
    fn add(&mut self, mut input: Input, file: &Arc<str>) -> Result<(), Flaw> {
        let size = input.len();
        let head = head(&mut input)?;
        match sniff::kind(&head)? {
            Kind::Text(plan) => self.text(file, Bytes::Whole(input), plan, size),
            Kind::Ole => self.xls(file, xls::open(&input)?),
            Kind::Zip => {
                let mut zip = archive::open(input.again()?)?;
                if archive::is_workbook(&zip) {
                    archive::guard(&mut zip)?;
                    drop(zip);
                    self.xlsx(file, xlsx::open(input.again()?)?);
                } else if self.archive.is_none() {
                    self.archive = Some(zip);
                } else {
                    return Err(Flaw::new("file_kind").with("looks", "zip in zip"));
                }
            }
        }
        Ok(())
    }

    /// Adds the tables of all files of the archive.
    fn unpack(&mut self, file: &Arc<str>) -> Result<(), Fault> {
        let Some(zip) = &mut self.archive else {
            return Ok(());
        };
        let entries = archive::entries(zip).map_err(|flaw| place(file, None).fault(None, None, flaw))?;
        for entry in entries {
            let inner: Arc<str> = format!("{file}/{}", entry.name).into();
            if let Err(flaw) = self.entry(&entry, &inner) {
                let no_table = matches!(flaw.code, "file_kind" | "file_empty");
                let fault = place(&inner, None).fault(None, None, flaw);
                if !no_table {
                    return Err(fault);
                }
                self.left_out.push(fault);
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &archive::Entry, file: &Arc<str>) -> Result<(), Flaw> {
        let Some(zip) = &mut self.archive else {
            return Ok(());
        };
        let head = head(archive::stream(zip, entry.index)?)?;
        match sniff::kind(&head)? {
            Kind::Text(plan) => self.text(file, Bytes::Entry(entry.index), plan, entry.size),
            Kind::Ole | Kind::Zip => {
                let bytes = archive::bytes(zip, entry.index)?;
                self.add(Input::memory(bytes), file)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, file: &Arc<str>, from: Bytes, plan: Plan, size: u64) {
        let form = if plan.markup {
            Form::Markup
        } else {
            Form::Text {
                encoding: plan.encoding.map_or("ASCII", encoding_rs::Encoding::name),
                delimiter: char::from(plan.shape.delimiter),
            }
        };
        self.parts.push(Part::Text { from, plan, size });
        self.sheet(file, None, form, 0);
    }

    fn xlsx(&mut self, file: &Arc<str>, book: Xlsx<Input>) {
        let names = xlsx::sheets(&book);
        self.parts.push(Part::Xlsx(Box::new(book)));
        for (index, name) in names.into_iter().enumerate() {
            self.sheet(file, Some(name.into()), Form::Xlsx, index);
        }
    }

    fn xls(&mut self, file: &Arc<str>, sheets: Vec<XlsSheet>) {
        let names: Vec<Arc<str>> = sheets.iter().map(|sheet| Arc::clone(&sheet.name)).collect();
        self.parts.push(Part::Xls(sheets));
        for (index, name) in names.into_iter().enumerate() {
            self.sheet(file, Some(name), Form::Xls, index);
        }
    }

    fn sheet(&mut self, file: &Arc<str>, name: Option<Arc<str>>, form: Form, sheet: usize) {
        self.sheets.push(Sheet {
            file: Arc::clone(file),
            name,
            form,
        });
        self.places.push(Place {
            part: self.parts.len() - 1,
            sheet,
        });
    }

    /// The tables of the file, in its order.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Files of an archive that are no tables (a picture, an empty file), each with why.
    pub fn left_out(&self) -> &[Fault] {
        &self.left_out
    }

    /// All rows of the sheet `index` as they stand, from its beginning; none for a sheet that is not there.
    pub fn rows(&mut self, index: usize) -> Result<Rows<'_>, Fault> {
        let (Some(sheet), Some(at)) = (self.sheets.get(index), self.places.get(index)) else {
            return Ok(Rows {
                kind: Of::Nothing,
                total: 0,
                origin: place("", None),
            });
        };
        let origin = place(&sheet.file, sheet.name.clone());
        let of_rows = Arc::clone(&origin);
        let name = sheet.name.clone().unwrap_or_default();
        let (kind, total) = match &mut self.parts[at.part] {
            Part::Text { from, plan, size } => {
                let kind = texts(from, plan, &mut self.archive, &origin)?;
                (kind, *size)
            }
            Part::Xlsx(book) => (Of::Xlsx(Box::new(XlsxRows::new(book, &name, origin)?)), 0),
            Part::Xls(sheets) => (Of::Xls(XlsRows::new(&sheets[at.sheet], origin)), 0),
        };
        Ok(Rows {
            kind,
            total,
            origin: of_rows,
        })
    }

    /// The text `index` as it stands; none for what is a spreadsheet.
    pub(crate) fn text_of(&mut self, index: usize) -> Result<Option<Text<'_>>, Fault> {
        let Some(at) = self.places.get(index) else {
            return Ok(None);
        };
        let sheet = &self.sheets[index];
        let Part::Text { from, plan, .. } = &self.parts[at.part] else {
            return Ok(None);
        };
        let text = opened(from, plan, &mut self.archive);
        text.map(Some)
            .map_err(|flaw| place(&sheet.file, sheet.name.clone()).fault(None, None, flaw))
    }

    /// The fault of a sheet as a whole.
    pub(crate) fn fault(&self, index: usize, flaw: Flaw) -> Fault {
        let sheet = self.sheets.get(index);
        let file = sheet.map_or("", |sheet| &sheet.file);
        place(file, sheet.and_then(|sheet| sheet.name.clone())).fault(None, None, flaw)
    }

    /// The table of the sheet `index` below its header: the row among the first fifty with the most names
    /// that `known` knows (`export-headers`, Q8). Refuses with `header_missing`, `header_twice` and
    /// `columns_too_many`.
    pub fn table(&mut self, index: usize, known: impl Fn(&str) -> bool) -> Result<Table<'_>, Fault> {
        Table::found(self.rows(index)?, known)
    }

    /// The table below the header that a person has pointed out: the row of that number.
    pub fn table_below(&mut self, index: usize, header: u64) -> Result<Table<'_>, Fault> {
        Table::below(self.rows(index)?, header)
    }
}

fn place(file: &str, sheet: Option<Arc<str>>) -> Arc<Origin> {
    Arc::new(Origin {
        file: file.into(),
        sheet,
        headers: Vec::new(),
    })
}

fn head(input: impl Read) -> Result<Vec<u8>, Flaw> {
    let mut head = Vec::new();
    input
        .take(SAMPLE as u64)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    Ok(head)
}

fn texts<'a>(
    from: &'a Bytes,
    plan: &Plan,
    archive: &'a mut Option<ZipArchive<Input>>,
    origin: &Arc<Origin>,
) -> Result<Of<'a>, Fault> {
    let text = opened(from, plan, archive).map_err(|flaw| origin.fault(None, None, flaw))?;
    Ok(if plan.markup {
        Of::Markup(MarkupRows::new(text, Arc::clone(origin)))
    } else {
        Of::Text(TextRows::new(text, plan, Arc::clone(origin))?)
    })
}

fn opened<'a>(
    from: &'a Bytes,
    plan: &Plan,
    archive: &'a mut Option<ZipArchive<Input>>,
) -> Result<Text<'a>, Flaw> {
    let input: Box<dyn Read + 'a> = match (from, archive) {
        (Bytes::Entry(index), Some(zip)) => Box::new(archive::stream(zip, *index)?),
        (Bytes::Entry(_), None) => return Err(Flaw::new("file_unreadable")),
        (Bytes::Whole(input), _) => Box::new(input.again()?),
    };
    Text::new(input, plan.encoding, plan.mark)
}

/// How far reading has come, in bytes or rows; only the share is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Read so far.
    pub done: u64,
    /// To be read altogether.
    pub total: u64,
}

/// Rows of one sheet, read as they are asked for.
///
/// An `Err` is a mistake of one row, and the next call reads on; after a fatal one ([`Fault::fatal`]) comes
/// nothing more.
pub struct Rows<'a> {
    kind: Of<'a>,
    total: u64,
    origin: Arc<Origin>,
}

enum Of<'a> {
    Text(TextRows<'a>),
    Markup(MarkupRows<'a>),
    Xlsx(Box<XlsxRows<'a>>),
    Xls(XlsRows<'a>),
    Nothing,
}

impl Rows<'_> {
    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        let (done, total) = match &self.kind {
            Of::Text(rows) => (rows.read(), self.total),
            Of::Markup(rows) => (rows.read(), self.total),
            Of::Xlsx(rows) => rows.progress(),
            Of::Xls(rows) => rows.progress(),
            Of::Nothing => (0, 0),
        };
        Progress { done, total }
    }

    /// The file and sheet they are of.
    pub(crate) fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Whether a cell beyond the header has moved there by mistake: in text, where only commas part cells.
    pub(crate) fn may_shift(&self) -> bool {
        matches!(self.kind, Of::Text(_))
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.kind {
            Of::Text(rows) => rows.next(),
            Of::Markup(rows) => rows.next(),
            Of::Xlsx(rows) => rows.next(),
            Of::Xls(rows) => rows.next(),
            Of::Nothing => None,
        }
    }
}
