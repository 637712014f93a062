//! Values of spreadsheets as text: what the cell shows, with one difference. A number of sixteen digits and
//! more stands in scientific notation, because a spreadsheet keeps only fifteen: as an order number it is lost
//! (`export-headers`, Q7), and `cell::id` must see that.

use std::fmt::Write;

use calamine::{Data, DataRef, ExcelDateTime};

/// From here on a number of a spreadsheet is no longer exact.
const EXACT: f64 = 1e15;

pub(crate) fn cell(value: &DataRef<'_>, to: &mut String) {
    match value {
        DataRef::Int(number) => put(to, format_args!("{number}")),
        DataRef::Float(number) => float(*number, to),
        DataRef::String(text) => to.push_str(text),
        DataRef::SharedString(text) => to.push_str(text),
        DataRef::Bool(flag) => to.push_str(if *flag { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => date_time(moment, to),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => to.push_str(text),
        DataRef::Error(error) => put(to, format_args!("{error}")),
        DataRef::Empty => {}
    }
}

pub(crate) fn data(value: &Data, to: &mut String) {
    match value {
        Data::Int(number) => put(to, format_args!("{number}")),
        Data::Float(number) => float(*number, to),
        Data::String(text) => to.push_str(text),
        Data::Bool(flag) => to.push_str(if *flag { "TRUE" } else { "FALSE" }),
        Data::DateTime(moment) => date_time(moment, to),
        Data::DateTimeIso(text) | Data::DurationIso(text) => to.push_str(text),
        Data::Error(error) => put(to, format_args!("{error}")),
        Data::Empty => {}
    }
}

fn put(to: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing into a String does not fail.
    let _ = to.write_fmt(what);
}

fn float(number: f64, to: &mut String) {
    if number.abs() >= EXACT {
        let text = format!("{number:E}");
        match text.split_once('E') {
            Some((digits, power)) => put(to, format_args!("{digits}E+{power}")),
            None => to.push_str(&text), // infinite
        }
    } else if number.fract() == 0.0 {
        put(to, format_args!("{number:.0}"));
    } else {
        // Fifteen digits, as the spreadsheet shows it: 0.30000000000000004 is 0.3.
        let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
        put(to, format_args!("{shown}"));
    }
}

fn date_time(moment: &ExcelDateTime, to: &mut String) {
    let serial = moment.as_f64();
    if moment.is_duration() {
        let seconds = (serial * 86_400.0).round();
        let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
        let (minutes, seconds) = ((rest / 60.0).floor(), rest % 60.0);
        put(to, format_args!("{hours}:{minutes:02}:{seconds:02}"));
        return;
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if serial >= 1.0 {
        put(to, format_args!("{year:04}-{month:02}-{day:02}"));
        if serial.fract() == 0.0 {
            return;
        }
        to.push(' ');
    }
    put(to, format_args!("{hour:02}:{minute:02}:{second:02}"));
    if milli > 0 {
        put(to, format_args!(".{milli:03}"));
    }
}

#[cfg(test)]
mod tests {
    use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

    fn shown(value: &DataRef<'_>) -> String {
        let mut text = String::new();
        super::cell(value, &mut text);
        text
    }

    #[test]
    fn numbers_read_as_the_cell_shows_them_and_lost_ids_are_seen() {
        let of = |number: f64| shown(&DataRef::Float(number));
        assert_eq!(of(3.0), "3");
        assert_eq!(of(-1234.5), "-1234.5");
        assert_eq!(of(0.1 + 0.2), "0.3");
        assert_eq!(of(123_456_789_012_345.0), "123456789012345");
        assert_eq!(of(3.51531e16), "3.51531E+16");
        assert_eq!(of(1e-7), "0.0000001");
    }

    #[test]
    fn dates_times_and_durations_have_one_shape_each() {
        let of = |serial: f64, kind| shown(&DataRef::DateTime(ExcelDateTime::new(serial, kind, false)));
        assert_eq!(of(43_882.375, ExcelDateTimeType::DateTime), "2020-02-21 09:00:00");
        assert_eq!(of(43_882.0, ExcelDateTimeType::DateTime), "2020-02-21");
        assert_eq!(of(0.375, ExcelDateTimeType::DateTime), "09:00:00");
        assert_eq!(of(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
    }
}
