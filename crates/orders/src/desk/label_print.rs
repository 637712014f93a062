//! Labels as couriers agreed them, among our own or one alone.

use std::collections::HashMap;

use base::Id;

use super::label::LabelTemplate;
use super::label_facts::LabelFacts;
use super::paper::{self, Sheet};

/// What couriers agreed with shops, by shop and courier.
pub(crate) type Templates = HashMap<(Id, String), LabelTemplate>;

const STYLE: &str = "\
.agreed{position:relative;overflow:hidden;break-after:page}.agreed:last-child{break-after:auto}\
.agreed>img{position:absolute;inset:0;width:100%;height:100%}.agreed>.at{position:absolute;overflow:hidden;\
line-height:1.25;overflow-wrap:anywhere}.agreed>.framed{border:.3mm solid #000}.agreed .barcode{height:100%}";

/// The labels of one page that are couriers', and the sizes of paper they need.
pub(super) struct Agreed<'t> {
    templates: &'t Templates,
    /// Width and height, in hundredths of a millimetre.
    sizes: Vec<(i64, i64)>,
}

impl<'t> Agreed<'t> {
    pub(super) fn new(templates: &'t Templates) -> Agreed<'t> {
        Agreed {
            templates,
            sizes: Vec::new(),
        }
    }

    /// Adds the label of a parcel, where it has the courier's number and the courier's label is kept; behind it a sheet
    /// with what was promised, where that has no place on the label.
    pub(super) fn write(&mut self, sheet: &Sheet, body: &mut String) -> bool {
        let parcel = &sheet.parcel;
        let (Some(waybill), Some(courier)) = (&parcel.waybill, &parcel.courier) else {
            return false;
        };
        let Some(template) = self.templates.get(&(parcel.shop, courier.clone())) else {
            return false;
        };
        let page = self.page(template);
        let facts = LabelFacts::of_sheet(sheet, waybill);
        template.write(&page, &facts, body);
        if !template.bears_wishes() && !facts.wishes.is_empty() {
            template.slip().write(&page, &facts, body);
        }
        true
    }

    /// The name of a size of paper: one for all labels of it.
    fn page(&mut self, template: &LabelTemplate) -> String {
        let size = template.size();
        let known = self.sizes.iter().position(|known| *known == size);
        let no = known.unwrap_or_else(|| {
            self.sizes.push(size);
            self.sizes.len() - 1
        });
        format!("t{no}")
    }

    /// What these labels need of the page.
    pub(super) fn style(&self) -> String {
        if self.sizes.is_empty() {
            return String::new();
        }
        let sizes = self.sizes.iter().enumerate();
        let pages = sizes.map(|(no, (width, height))| {
            let mm = |size: i64| format!("{}.{:02}mm", size / 100, size % 100);
            format!("@page t{no}{{size:{} {};margin:0}}", mm(*width), mm(*height))
        });
        STYLE.to_owned() + &pages.collect::<String>()
    }
}

/// One label as a courier agreed it.
pub(super) fn one_label(template: &LabelTemplate, facts: &LabelFacts) -> String {
    let none = Templates::new();
    let mut agreed = Agreed::new(&none);
    let mut body = String::new();
    let page = agreed.page(template);
    template.write(&page, facts, &mut body);
    if !template.bears_wishes() {
        template.slip().write(&page, facts, &mut body);
    }
    paper::page("面单", &agreed.style(), &body)
}
