//! What was measured, beside what it should be and what it is compared with.

use serde_json::json;

/// One measurement.
pub(crate) struct Measure {
    /// What was measured.
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) target: Option<Target>,
    /// Something else in the same run: its name and its value.
    pub(crate) beside: Option<(String, f64)>,
    /// Further figures.
    pub(crate) more: String,
}

/// What the value should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// All of them, said as they come and as a table at the end.
#[derive(Default)]
pub(crate) struct Report(Vec<Measure>);

fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 => {
            let whole = (value.round() as i64).to_string();
            let split = whole.len() - 3;
            format!("{},{}", &whole[..split], &whole[split..])
        }
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

impl Measure {
    pub(crate) fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Measure {
        Measure {
            what: what.into(),
            value,
            unit,
            target: None,
            beside: None,
            more: String::new(),
        }
    }

    pub(crate) fn target(mut self, target: Target) -> Measure {
        self.target = Some(target);
        self
    }

    pub(crate) fn beside(mut self, name: impl Into<String>, value: f64) -> Measure {
        self.beside = Some((name.into(), value));
        self
    }

    pub(crate) fn more(mut self, more: impl Into<String>) -> Measure {
        self.more = more.into();
        self
    }

    fn is_met(&self) -> Option<bool> {
        self.target.map(|target| match target {
            Target::AtLeast(least) => self.value >= least,
            Target::AtMost(most) => self.value <= most,
        })
    }

    /// How many times better than the other one: more a second, or less of time and memory.
    fn ratio(&self) -> Option<f64> {
        let (_, other) = self.beside.as_ref()?;
        Some(match self.unit {
            "/s" => self.value / other,
            _ => other / self.value,
        })
    }
}

impl Report {
    /// Keeps one, and says it as a line of JSON.
    pub(crate) fn add(&mut self, measure: Measure) {
        let target = measure.target.map(|target| match target {
            Target::AtLeast(least) => json!({"at_least": least}),
            Target::AtMost(most) => json!({"at_most": most}),
        });
        println!(
            "{}",
            json!({
                "what": measure.what, "value": measure.value, "unit": measure.unit, "target": target,
                "met": measure.is_met(), "beside": measure.beside, "ratio": measure.ratio(), "more": measure.more,
            })
        );
        self.0.push(measure);
    }

    /// The table for the README.
    pub(crate) fn print(&self) {
        println!("\n| what | measured | asked for | beside, in the same run |\n|:--|:--|:--|:--|");
        for m in &self.0 {
            let asked = match m.target {
                Some(Target::AtLeast(least)) => format!("≥ {} {}", short(least), m.unit),
                Some(Target::AtMost(most)) => format!("≤ {} {}", short(most), m.unit),
                None => String::new(),
            };
            let mark = if m.is_met() == Some(false) {
                " (missed)"
            } else {
                ""
            };
            let beside = m.beside.as_ref().zip(m.ratio()).map(|((name, other), ratio)| {
                format!("{name}: {} {} ({} times)", short(*other), m.unit, short(ratio))
            });
            let more = if m.more.is_empty() {
                String::new()
            } else {
                format!("; {}", m.more)
            };
            println!(
                "| {} | {} {}{mark}{more} | {asked} | {} |",
                m.what,
                short(m.value),
                m.unit,
                beside.unwrap_or_default()
            );
        }
    }
}

/// The value below which this share of all lie; sorts them.
pub(crate) fn rank(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share).ceil() as usize).saturating_sub(1);
    values.get(place).copied().unwrap_or(f64::NAN)
}
