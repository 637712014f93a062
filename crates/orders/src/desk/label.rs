//! How a label of a courier looks: a file in TOML that says how large it is and what stands where (row 303). The
//! format is ours and told in docs/labels.md; what couriers hand out as pictures or PDF becomes its background.

use std::borrow::Cow;
use std::fmt::Write as _;

use base::Problem;
use serde::Deserialize;

use super::barcode;
use super::label_facts::LabelFacts;
use super::paper;

/// What a field of a label shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shows {
    /// The courier's number as Code 128.
    Barcode,
    /// The courier's number in figures.
    Waybill,
    /// What the courier is called.
    Courier,
    /// Our own number of the parcel, `yymmdd-BBB-NNN`.
    Number,
    /// The numbers of its orders.
    Orders,
    Receiver,
    Phone,
    Address,
    /// The name of the shop.
    Shop,
    /// What is in it, a line each.
    Goods,
    /// How many pieces.
    Pieces,
    /// What was promised and what the buyer wrote.
    Wishes,
    /// Words that stand on every label.
    Text,
    /// Nothing but a frame.
    Frame,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Align {
    #[default]
    Left,
    Center,
    Right,
}

/// One thing on a label, in millimetres from its upper left corner.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelField {
    shows: Shows,
    x_mm: f64,
    y_mm: f64,
    w_mm: f64,
    h_mm: f64,
    #[serde(default = "size")]
    size_pt: f64,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    frame: bool,
    /// Of `text` only.
    #[serde(default)]
    text: String,
}

fn size() -> f64 {
    10.0
}

/// How a courier's label looks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelTemplate {
    width_mm: f64,
    height_mm: f64,
    /// A picture that lies under everything, as `data:image/png;base64,` or `data:image/jpeg;base64,`.
    #[serde(default)]
    background: String,
    #[serde(rename = "field", default)]
    fields: Vec<LabelField>,
}

/// A template file at most, with its picture; and what a picture's text begins with.
pub(crate) const MOST_BYTES: usize = 700_000;
const PICTURES: [&str; 2] = ["data:image/png;base64,iVBORw0KGgo", "data:image/jpeg;base64,/9j/"];
const MOST_FIELDS: usize = 100;
const MOST_TEXT: usize = 300;
/// Without these nobody could carry it there.
const NEEDED: [(Shows, &str); 3] = [
    (Shows::Barcode, "barcode"),
    (Shows::Receiver, "receiver"),
    (Shows::Address, "address"),
];
/// What may be longer than any field: it is cut where the page is full, and says so.
const CUT: [Shows; 4] = [Shows::Address, Shows::Orders, Shows::Goods, Shows::Wishes];
/// A point in millimetres.
const POINT_MM: f64 = 0.352_778;
const LINE: f64 = 1.25;
/// Text that does not fit is set smaller, down to this.
const SMALLEST_PT: f64 = 5.0;

impl LabelTemplate {
    /// Reads a template; a problem names the place in the file: `at` is `width_mm`, or `field 3 x_mm`.
    pub(crate) fn read(text: &str) -> Result<LabelTemplate, Problem> {
        if text.len() > MOST_BYTES {
            let detail = format!("A label is described in {MOST_BYTES} bytes at most, its picture with it.");
            return Err(Problem::input("text", "label_too_large", detail).with("limit", MOST_BYTES));
        }
        let template: LabelTemplate = toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Problem::input(
                "text",
                "label_unreadable",
                format!("Line {line}: {}", error.message()),
            )
            .with("line", line)
            .with("why", error.message())
        })?;
        template.check()?;
        Ok(template)
    }

    fn check(&self) -> Result<(), Problem> {
        between("width_mm", self.width_mm, 20.0, 300.0)?;
        between("height_mm", self.height_mm, 20.0, 400.0)?;
        self.check_background()?;
        if self.fields.len() > MOST_FIELDS {
            let detail = format!("A label has {MOST_FIELDS} fields at most.");
            return Err(Problem::input("text", "label_too_many", detail).with("limit", MOST_FIELDS));
        }
        for (n, field) in self.fields.iter().enumerate() {
            field.check(n + 1, self)?;
        }
        for (shows, name) in NEEDED {
            if !self.fields.iter().any(|field| field.shows == shows) {
                let detail = format!("No field shows {name}.");
                return Err(Problem::input("text", "label_without", detail).with("at", name));
            }
        }
        Ok(())
    }

    fn check_background(&self) -> Result<(), Problem> {
        let picture = &self.background;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        let known = PICTURES.iter().any(|begin| picture.starts_with(begin));
        let body = picture.split_once(',').map_or("", |(_, body)| body);
        if picture.is_empty() || (known && body.bytes().all(plain)) {
            return Ok(());
        }
        let detail = "background is data:image/png;base64,… or data:image/jpeg;base64,….";
        Err(Problem::input("text", "label_picture", detail).with("at", "background"))
    }

    /// Its width and height, in hundredths of a millimetre.
    pub(crate) fn size(&self) -> (i64, i64) {
        let hundredths = |mm: f64| (mm * 100.0).round() as i64;
        (hundredths(self.width_mm), hundredths(self.height_mm))
    }

    /// Whether what was promised stands on it.
    pub(crate) fn bears_wishes(&self) -> bool {
        self.fields.iter().any(|field| field.shows == Shows::Wishes)
    }

    /// A sheet of the same size for what was promised, where it does not stand on the label: ours, without address.
    pub(crate) fn slip(&self) -> LabelTemplate {
        let edge = (self.width_mm.min(self.height_mm) * 0.04).min(4.0);
        let row = (self.height_mm * 0.06).min(8.0);
        let field = |shows, n: f64, rows: f64| LabelField {
            shows,
            x_mm: edge,
            y_mm: edge + n * row,
            w_mm: self.width_mm - 2.0 * edge,
            h_mm: rows * row,
            size_pt: 11.0,
            bold: true,
            align: Align::Left,
            frame: false,
            text: String::new(),
        };
        let rest = (self.height_mm - 2.0 * edge) / row - 3.0;
        LabelTemplate {
            width_mm: self.width_mm,
            height_mm: self.height_mm,
            background: String::new(),
            fields: vec![
                LabelField {
                    text: "内部随单 · 非快递电子面单".to_owned(),
                    ..field(Shows::Text, 0.0, 1.0)
                },
                field(Shows::Number, 1.0, 1.0),
                field(Shows::Orders, 2.0, 1.0),
                LabelField {
                    size_pt: 14.0,
                    ..field(Shows::Wishes, 3.0, rest)
                },
            ],
        }
    }

    /// Adds one label; `page` is the name of its page size.
    pub(crate) fn write(&self, page: &str, facts: &LabelFacts, out: &mut String) {
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "<section class=\"agreed\" style=\"page:{page};width:{:.2}mm;height:{:.2}mm\">",
            self.width_mm, self.height_mm
        );
        if !self.background.is_empty() {
            // Checked when it was kept: nothing in it ends the attribute.
            let _ = write!(out, "<img src=\"{}\" alt=\"\">", self.background);
        }
        for field in &self.fields {
            field.write(facts, out);
        }
        out.push_str("</section>");
    }
}

fn between(at: &str, value: f64, low: f64, high: f64) -> Result<(), Problem> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let detail = format!("{at} is between {low} and {high}.");
    Err(Problem::input("text", "label_range", detail)
        .with("at", at)
        .with("min", low)
        .with("max", high))
}

impl LabelField {
    fn check(&self, n: usize, label: &LabelTemplate) -> Result<(), Problem> {
        let at = |name: &str| format!("field {n} {name}");
        between(&at("x_mm"), self.x_mm, 0.0, label.width_mm)?;
        between(&at("y_mm"), self.y_mm, 0.0, label.height_mm)?;
        between(&at("w_mm"), self.w_mm, 1.0, label.width_mm)?;
        between(&at("h_mm"), self.h_mm, 1.0, label.height_mm)?;
        between(&at("size_pt"), self.size_pt, SMALLEST_PT, 100.0)?;
        for (name, end, edge) in [
            ("w_mm", self.x_mm + self.w_mm, label.width_mm),
            ("h_mm", self.y_mm + self.h_mm, label.height_mm),
        ] {
            if end > edge + 0.001 {
                let detail = format!("Field {n} reaches over the edge: {end:.1} of {edge:.1} mm.");
                return Err(Problem::input("text", "label_off_page", detail)
                    .with("at", at(name))
                    .with("max", edge));
            }
        }
        let wrong = if self.shows == Shows::Text {
            self.text.trim().is_empty() || self.text.chars().count() > MOST_TEXT
        } else {
            !self.text.is_empty()
        };
        if wrong {
            let detail =
                format!("text has 1 to {MOST_TEXT} characters where shows is text, and stands nowhere else.");
            return Err(Problem::input("text", "label_text", detail)
                .with("at", at("text"))
                .with("max", MOST_TEXT));
        }
        Ok(())
    }

    fn write(&self, facts: &LabelFacts, out: &mut String) {
        let words = match self.shows {
            Shows::Text => &self.text,
            shows => facts.of(shows),
        };
        let align = match self.align {
            Align::Left => "left",
            Align::Center => "center",
            Align::Right => "right",
        };
        let size = self.fitting(words);
        let words = self.cut(words, size);
        let _ = write!(
            out,
            "<div class=\"at{}\" style=\"left:{:.2}mm;top:{:.2}mm;width:{:.2}mm;height:{:.2}mm;font-size:{:.1}pt;\
             font-weight:{};text-align:{align}\">",
            if self.frame || self.shows == Shows::Frame {
                " framed"
            } else {
                ""
            },
            self.x_mm,
            self.y_mm,
            self.w_mm,
            self.h_mm,
            size,
            if self.bold { 700 } else { 400 },
        );
        match self.shows {
            Shows::Barcode => out.push_str(&barcode::svg(&facts.waybill)),
            _ => out.push_str(&paper::text(&words)),
        }
        out.push_str("</div>");
    }

    /// The size at which words fit into the field, as far as that can be told without a printer.
    fn fitting(&self, words: &str) -> f64 {
        let mut size = self.size_pt;
        while size > SMALLEST_PT && !self.fits(words, size) {
            size -= 0.5;
        }
        size.max(SMALLEST_PT)
    }

    /// Words that do not fit even so end where the field does, in what our own label says there.
    fn cut<'w>(&self, words: &'w str, size: f64) -> Cow<'w, str> {
        if !CUT.contains(&self.shows) || self.fits(words, size) {
            return words.into();
        }
        let ends: Vec<usize> = words.char_indices().map(|(at, _)| at).collect();
        let shown = |end: usize| format!("{}{}", words[..end].trim_end(), paper::CUT_MARK);
        let fitting = ends.partition_point(|end| self.fits(&shown(*end), size));
        let end = fitting.checked_sub(1).and_then(|last| ends.get(last)).copied();
        shown(end.unwrap_or_default()).into()
    }

    fn fits(&self, words: &str, size: f64) -> bool {
        let em = size * POINT_MM;
        let wide = |c: char| if c.is_ascii() { em * 0.6 } else { em };
        let rows: f64 = words
            .lines()
            .map(|line| (line.chars().map(wide).sum::<f64>() / self.w_mm).ceil().max(1.0))
            .sum();
        rows * em * LINE <= self.h_mm
    }
}

impl LabelFacts {
    fn of(&self, shows: Shows) -> &str {
        match shows {
            Shows::Barcode | Shows::Waybill => &self.waybill,
            Shows::Courier => &self.courier,
            Shows::Number => &self.number,
            Shows::Orders => &self.orders,
            Shows::Receiver => &self.receiver,
            Shows::Phone => &self.phone,
            Shows::Address => &self.address,
            Shows::Shop => &self.shop,
            Shows::Goods => &self.goods,
            Shows::Pieces => &self.pieces,
            Shows::Wishes => &self.wishes,
            Shows::Text | Shows::Frame => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that docs/labels.md shows.
    const EXAMPLE: &str = include_str!("../../data/label-example.toml");

    fn refused(text: &str) -> (String, Option<String>) {
        let problem = LabelTemplate::read(text).expect_err("refused");
        let at = problem
            .params
            .get("at")
            .and_then(|at| at.as_str())
            .map(str::to_owned);
        (problem.code.to_string(), at)
    }

    #[test]
    fn the_example_that_ships_is_read() {
        let label = LabelTemplate::read(EXAMPLE).expect("read");
        assert_eq!((label.width_mm, label.height_mm), (100.0, 150.0));
        let mut out = String::new();
        label.write(
            "t0",
            &LabelFacts::invented("栖<竹>".into(), "圆通".into()),
            &mut out,
        );
        assert!(
            out.contains("栖&lt;竹&gt;") && out.contains("<svg class=\"barcode\""),
            "{out}"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let with = |from: &str, to: &str| {
            assert!(EXAMPLE.contains(from), "{from}");
            refused(&EXAMPLE.replacen(from, to, 1))
        };
        let told = |code: &str, at: &str| (code.to_owned(), Some(at.to_owned()));
        assert_eq!(
            with("width_mm = 100", "width_mm = 9"),
            told("label_range", "width_mm")
        );
        assert_eq!(
            with("width_mm = 100", "width_mm = nan"),
            told("label_range", "width_mm")
        );
        assert_eq!(
            with("x_mm = 4", "x_mm = 90"),
            told("label_off_page", "field 1 w_mm")
        );
        assert_eq!(
            with("size_pt = 20", "size_pt = 400"),
            told("label_range", "field 1 size_pt")
        );
        assert_eq!(
            with("\"receiver\"", "\"phone\""),
            told("label_without", "receiver")
        );
        assert_eq!(with("text = \"收\"", "text = \"\"").0, "label_text");
        let unknown =
            LabelTemplate::read(&EXAMPLE.replacen("height_mm", "hight_mm", 1)).expect_err("refused");
        assert_eq!(unknown.code, "label_unreadable");
        assert!(
            unknown.params["why"]
                .as_str()
                .is_some_and(|why| why.contains("hight_mm")),
            "{unknown:?}"
        );
        for picture in [
            "https://x.example/a.png",
            "data:image/svg+xml;base64,AA",
            "data:image/png;base64,iVBORw0KGgo\\\" onload",
        ] {
            let text = format!("background = \"{picture}\"\n{EXAMPLE}");
            assert_eq!(refused(&text), told("label_picture", "background"), "{picture}");
        }
        assert_eq!(refused(&"#".repeat(MOST_BYTES + 1)).0, "label_too_large");
    }

    #[test]
    fn words_that_are_too_long_are_set_smaller() {
        let label = LabelTemplate::read(EXAMPLE).expect("read");
        let address = label
            .fields
            .iter()
            .find(|field| field.shows == Shows::Address)
            .expect("there");
        let short = address.fitting("杭州市");
        let long = address.fitting(&"浙江省杭州市西湖区文三路".repeat(12));
        assert_eq!(address.cut("杭州市", short), "杭州市");
        assert!(
            short > long && long >= SMALLEST_PT && address.fits(&"浙江省杭州市西湖区文三路".repeat(12), long),
            "{long}"
        );
    }

    #[test]
    fn words_that_fit_at_no_size_end_in_the_mark_of_our_own_label() {
        let label = LabelTemplate::read(EXAMPLE).expect("read");
        let wishes = label
            .fields
            .iter()
            .find(|field| field.shows == Shows::Wishes)
            .expect("there");
        let long = "务必放在三楼东侧快递柜并拍照，".repeat(80);
        let size = wishes.fitting(&long);
        let cut = wishes.cut(&long, size);
        assert!(size <= SMALLEST_PT, "{size}");
        assert!(
            cut.ends_with("…（全文见发货单）") && cut.starts_with("务必") && wishes.fits(&cut, size),
            "{cut}"
        );
        // One character more would not fit.
        let shown = cut.trim_end_matches(paper::CUT_MARK).chars().count();
        let more: String = long.chars().take(shown + 1).collect();
        assert!(!wishes.fits(&format!("{more}{}", paper::CUT_MARK), size));
        // The numbers a courier needs are never cut.
        let number = LabelField {
            shows: Shows::Waybill,
            w_mm: 2.0,
            h_mm: 2.0,
            ..wishes.clone()
        };
        assert_eq!(number.cut("1101234567890", SMALLEST_PT), "1101234567890");
    }

    #[test]
    fn a_slip_stays_on_its_paper_whatever_its_size() {
        for (width, height) in [
            (20.0, 20.0),
            (76.0, 130.0),
            (100.0, 180.0),
            (300.0, 400.0),
            (300.0, 20.0),
        ] {
            let label = LabelTemplate {
                width_mm: width,
                height_mm: height,
                background: String::new(),
                fields: Vec::new(),
            };
            let slip = label.slip();
            for (n, field) in slip.fields.iter().enumerate() {
                field.check(n + 1, &slip).expect("on the paper");
            }
            assert!(slip.bears_wishes() && !label.bears_wishes());
        }
    }
}
