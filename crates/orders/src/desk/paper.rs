//! What comes out of the printer: pick lists and delivery notes on A4, labels of 100 × 180 mm. Pages of their own,
//! which load nothing from anywhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ask::AskKind;
use super::barcode;
use super::desk_parcel::{DeskParcel, ParcelLine};
use super::label_print::{Agreed, Templates};
use crate::secret::Secret;

/// One parcel as it is printed, with where it goes in full.
pub(crate) struct Sheet {
    /// `yymmdd-BBB-NNN`
    pub(crate) number: String,
    pub(crate) place: i64,
    pub(crate) shop: String,
    pub(crate) to: Secret,
    pub(crate) parcel: DeskParcel,
}

const STYLE: &str = "\
*{box-sizing:border-box;margin:0}body{font-family:'Noto Sans SC','Source Han Sans SC','PingFang SC',\
'Microsoft YaHei','WenQuanYi Zen Hei',sans-serif;color:#000;background:#fff}\
table{width:100%;border-collapse:collapse}th,td{border:.3mm solid #000;padding:1mm 1.5mm;text-align:left;\
vertical-align:middle}th{font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}\
tr{break-inside:avoid}thead{display:table-header-group}h1{font-size:16pt}h2{font-size:12pt;margin:5mm 0 1.5mm}\
.big{font-size:14pt;font-weight:700}.gift{font-size:13pt;font-weight:700}.barcode{display:block;width:100%}\
.head{display:flex;justify-content:space-between;gap:6mm;align-items:flex-start}.small{font-size:8pt}\
.wish{border:.6mm solid #000;padding:1mm 2mm;margin:1mm 0;font-size:13pt;font-weight:700}";
const A4: &str = "@page{size:A4;margin:12mm}body{font-size:10pt}.sheet{break-after:page}.sheet:last-child{break-after:auto}\
.head .barcode{height:14mm;width:70mm}.head .code{font-size:9pt}.facts{display:grid;grid-template-columns:max-content 1fr;\
gap:.8mm 4mm;margin:2mm 0 3mm;line-height:1.4}.facts dt{color:#444}.facts dd{margin:0}\
.sign{display:flex;gap:10mm;margin-top:8mm}.sign span{flex:1;border-bottom:.3mm solid #000;padding-bottom:1mm}";
const LABEL: &str = "@page{size:100mm 180mm;margin:0}body{font-size:9.5pt;line-height:1.35}.sheet{width:100mm;height:180mm;\
padding:4mm;break-after:page;overflow:hidden;display:flex;flex-direction:column;gap:2mm}.sheet:last-child{break-after:auto}\
.sheet>div{border-bottom:.3mm solid #000;padding-bottom:2mm}.sheet>.head{align-items:center}.courier{font-size:22pt;font-weight:800;\
line-height:1.1}.sheet .barcode{height:18mm}.to{font-size:13pt;font-weight:700}.code{text-align:center;letter-spacing:.5mm}\
.sheet>div{flex-shrink:0}.sheet>.more{flex-shrink:1;min-height:0;overflow:hidden}.own{text-align:center;font-weight:700;margin-bottom:1mm}.sheet>.more{border-bottom:0}.more .wish{border-width:.4mm}\
.long .wish{font-size:10pt}.longer .wish{font-size:8pt;font-weight:600;padding:.5mm 1.5mm}.lines{font-size:8.5pt;margin-top:1mm}\
.stub{margin-top:auto;border-bottom:0!important;border-top:.3mm dashed #000;padding-top:2mm}.stub .barcode{height:10mm}";

/// What the wishes of a label may hold together, in characters, before they are set smaller: they must all be read.
const WISHES_LARGE: usize = 72;
const WISHES_MIDDLE: usize = 170;
/// A single wish of a label; the delivery note has it whole.
const WISH_OF_LABEL: usize = 100;
/// What stands at the end of words that are cut.
pub(super) const CUT_MARK: &str = "…（全文见发货单）";
/// Kinds of goods a label lists; the delivery note has them all.
const LINES_OF_LABEL: usize = 6;

/// Text as HTML shows it.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn page(title: &str, layout: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <style>{STYLE}{layout}</style></head><body>{body}</body></html>",
        text(title)
    )
}

fn some(value: &Option<String>) -> String {
    text(value.as_deref().unwrap_or_default())
}

fn buyer(parcel: &DeskParcel) -> String {
    text(
        parcel
            .buyer
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or("—"),
    )
}

fn number(order: &DeskParcel) -> String {
    let numbers: Vec<&str> = order.orders.iter().map(|order| order.number.as_str()).collect();
    text(&numbers.join("、"))
}

/// The flags of the platforms by their number (row 89).
const FLAGS: [&str; 11] = [
    "灰旗",
    "红旗",
    "黄旗",
    "绿旗",
    "蓝旗",
    "紫旗",
    "橙旗",
    "浅蓝旗",
    "浅粉旗",
    "深绿旗",
    "桃红旗",
];

/// What was promised and what the buyer wrote, by name, as somebody must read it (rows 154 and 232).
pub(super) fn wishes(parcel: &DeskParcel) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let mut add = |name, words: &str| out.push((name, words.trim().to_owned()));
    if let Some(flag) = parcel
        .flag
        .and_then(|flag| FLAGS.get(usize::try_from(flag).ok()?))
    {
        add("旗标", flag);
    }
    for ask in &parcel.asks {
        let courier = || match &ask.courier {
            code if *code == parcel.courier => parcel.courier_name.as_deref(),
            code => code.as_deref(),
        };
        match ask.kind {
            AskKind::Remark => add("备注", &ask.text),
            AskKind::Special => add("特殊要求", &ask.text),
            AskKind::Gift if ask.sku.is_none() => {
                add("赠品", &format!("{} ×{}", ask.text, ask.quantity.unwrap_or(1)));
            }
            AskKind::Courier if ask.hard => add("务必发", courier().unwrap_or_default()),
            AskKind::Courier => add("希望发", courier().unwrap_or_default()),
            AskKind::Urgent => add("加急", &ask.text),
            // The flag stands for the whole parcel, also when a rule set it.
            AskKind::Gift | AskKind::Flag | AskKind::Address | AskKind::Price | AskKind::Wait => {}
        }
    }
    for order in &parcel.orders {
        let notes = [
            ("买家留言", &order.buyer_note),
            ("卖家备注", &order.seller_remark),
        ];
        for (name, note) in notes {
            if let Some(note) = note.as_deref().filter(|note| !note.trim().is_empty()) {
                add(name, note);
            }
        }
    }
    out
}

fn wish(name: &str, words: &str) -> String {
    let parted = if words.is_empty() { "" } else { "：" };
    format!("<div class=\"wish\">{name}{parted}{}</div>", text(words))
}

/// Wishes as large as they go.
fn large(parcel: &DeskParcel) -> String {
    wishes(parcel)
        .iter()
        .map(|(name, words)| wish(name, words))
        .collect()
}

/// Wishes as a label has room for them, with the class of their size.
fn on_label(parcel: &DeskParcel) -> (&'static str, String) {
    let all = wishes(parcel);
    let cut: Vec<(&str, String)> = all
        .into_iter()
        .map(|(name, words)| match words.char_indices().nth(WISH_OF_LABEL) {
            Some((end, _)) => (name, format!("{}{CUT_MARK}", &words[..end])),
            None => (name, words),
        })
        .collect();
    // A wish takes a line of its own: that is worth some characters too.
    let wide: usize = cut.iter().map(|(_, words)| words.chars().count() + 12).sum();
    let class = if wide <= WISHES_LARGE {
        "more"
    } else if wide <= WISHES_MIDDLE {
        "more long"
    } else {
        "more longer"
    };
    (class, cut.iter().map(|(name, words)| wish(name, words)).collect())
}

/// The goods as a label has room for them.
fn goods(parcel: &DeskParcel) -> String {
    let mut items: Vec<String> = parcel
        .lines
        .iter()
        .take(LINES_OF_LABEL)
        .map(|line| {
            let gift = if line.gift { "<b>赠品</b> " } else { "" };
            let named = if line.code.is_empty() {
                &line.title
            } else {
                &line.code
            };
            format!("{gift}{} {} ×{}", text(named), text(&line.spec), line.quantity)
        })
        .collect();
    if parcel.lines.len() > LINES_OF_LABEL {
        items.push(format!("共 {} 件，其余见发货单", parcel.pieces));
    }
    items.join("<br>")
}

fn title(line: &ParcelLine) -> String {
    let name = text(&line.title);
    match (line.gift, &line.bundle) {
        (true, _) => format!("<span class=\"gift\">赠品 {name}</span>"),
        (_, Some(bundle)) => format!("{name} <span class=\"small\">（组合 {}）</span>", text(bundle)),
        _ => name,
    }
}

/// 拣货单: what is to be fetched in all, in the order of the shelves; then parcel by parcel in the order of the
/// waybills, by 旺旺名, 收件人, 颜色, 尺码 and 数量 (row 151).
pub(crate) fn pick_list(batch: &str, sheets: &[Sheet]) -> String {
    let mut sums = BTreeMap::<(&str, &str, &str, &str), (i64, Vec<i64>)>::new();
    for sheet in sheets {
        for line in &sheet.parcel.lines {
            let key = (
                line.bin.as_str(),
                line.code.as_str(),
                line.title.as_str(),
                line.spec.as_str(),
            );
            let sum = sums.entry(key).or_default();
            sum.0 += line.quantity;
            sum.1.push(sheet.place);
        }
    }
    let mut body = String::new();
    let pieces: i64 = sums.values().map(|(quantity, _)| quantity).sum();
    let _ = write!(
        body,
        "<div class=\"head\"><div><h1>拣货单 {}</h1><p>包裹 {} 个，共 {pieces} 件</p></div>{}</div>\
         <h2>汇总</h2><table><thead><tr><th>货位</th><th>编码</th><th>商品</th><th>规格</th><th class=\"n\">数量</th>\
         <th>包裹</th></tr></thead><tbody>",
        text(batch),
        sheets.len(),
        barcode::svg(batch)
    );
    for ((bin, code, name, spec), (quantity, places)) in &sums {
        let places: Vec<String> = places.iter().map(|place| format!("{place:03}")).collect();
        let _ = write!(
            body,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"big\">{}</td><td class=\"n big\">{quantity}</td>\
             <td class=\"small\">{}</td></tr>",
            text(bin),
            text(code),
            text(name),
            text(spec),
            places.join(" ")
        );
    }
    body.push_str(
        "</tbody></table><h2>按面单顺序</h2><table><thead><tr><th>序号</th><th>旺旺名</th><th>收件人</th>\
         <th>商品</th><th>颜色尺码</th><th class=\"n\">数量</th></tr></thead><tbody>",
    );
    for sheet in sheets {
        let lines = &sheet.parcel.lines;
        for (i, line) in lines.iter().enumerate() {
            body.push_str("<tr>");
            if i == 0 {
                let _ = write!(
                    body,
                    "<td rowspan=\"{0}\" class=\"big\">{1:03}</td><td rowspan=\"{0}\">{2}</td><td rowspan=\"{0}\">{3}</td>",
                    lines.len(),
                    sheet.place,
                    buyer(&sheet.parcel),
                    some(&sheet.to.receiver)
                );
            }
            let _ = write!(
                body,
                "<td>{} <span class=\"small\">{}</span></td><td class=\"big\">{}</td><td class=\"n big\">{}</td></tr>",
                title(line),
                text(&line.code),
                text(&line.spec),
                line.quantity
            );
        }
        let wishes = large(&sheet.parcel);
        if !wishes.is_empty() {
            let _ = write!(body, "<tr><td colspan=\"6\">{wishes}</td></tr>");
        }
    }
    body.push_str("</tbody></table>");
    page(&format!("拣货单 {batch}"), A4, &body)
}

/// 发货单: one page a parcel.
pub(crate) fn delivery_notes(sheets: &[Sheet]) -> String {
    let mut body = String::new();
    for sheet in sheets {
        let parcel = &sheet.parcel;
        let _ = write!(
            body,
            "<section class=\"sheet\"><div class=\"head\"><h1>发货单</h1><div>{}<p class=\"code\">{}</p></div></div>\
             <dl class=\"facts\"><dt>店铺</dt><dd>{}</dd><dt>订单</dt><dd>{}</dd><dt>旺旺名</dt><dd>{}</dd>\
             <dt>收件人</dt><dd>{}　{}</dd><dt>地址</dt><dd>{}</dd><dt>快递</dt><dd>{}</dd></dl>{}\
             <h2>商品</h2><table><thead><tr><th>编码</th><th>商品</th><th>颜色尺码</th><th class=\"n\">数量</th>\
             <th>包装</th></tr></thead><tbody>",
            barcode::svg(&sheet.number),
            text(&sheet.number),
            text(&sheet.shop),
            number(parcel),
            buyer(parcel),
            some(&sheet.to.receiver),
            some(&sheet.to.phone),
            some(&sheet.to.address),
            some(&parcel.courier_name),
            large(parcel)
        );
        for line in &parcel.lines {
            let _ = write!(
                body,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"small\">{}</td></tr>",
                text(&line.code),
                title(line),
                text(&line.spec),
                line.quantity,
                text(&line.packing)
            );
        }
        let _ = write!(
            body,
            "<tr><th colspan=\"3\">合计</th><th class=\"n\">{}</th><td></td></tr></tbody></table>\
             <p class=\"sign\"><span>质检</span><span>打包</span><span>复核</span></p></section>",
            parcel.pieces
        );
    }
    page("发货单", A4, &body)
}

/// 面单: one label a parcel. With the courier's number it is what the courier agreed with the shop, where that is kept.
/// Any other is our own and says so, also where it bears the courier's number: the courier's label comes from the
/// courier (row 303).
pub(crate) fn labels(sheets: &[Sheet], templates: &Templates) -> String {
    let mut body = String::new();
    let mut agreed = Agreed::new(templates);
    for sheet in sheets {
        if agreed.write(sheet, &mut body) {
            continue;
        }
        let parcel = &sheet.parcel;
        let code = parcel.waybill.as_deref().unwrap_or(&sheet.number);
        let (size, wishes) = on_label(parcel);
        let _ = write!(
            body,
            "<section class=\"sheet\"><div class=\"head\"><span class=\"courier\">{}</span><span>{}</span></div>\
             <div><p class=\"own\">内部面单 · 非快递电子面单</p>{}<p class=\"code\">{}</p></div>\
             <div class=\"to\">收 {} {}<br>{}</div><div>寄 {}</div><div class=\"{size}\">{wishes}<p class=\"lines\">{}</p></div>\
             <div class=\"stub\">{}<p class=\"code small\">{}　底单</p></div></section>",
            some(&parcel.courier_name),
            text(&sheet.number),
            barcode::svg(code),
            text(code),
            some(&sheet.to.receiver),
            some(&sheet.to.phone),
            some(&sheet.to.address),
            text(&sheet.shop),
            goods(parcel),
            barcode::svg(code),
            text(code)
        );
    }
    page("面单", &format!("{LABEL}{}", agreed.style()), &body)
}
