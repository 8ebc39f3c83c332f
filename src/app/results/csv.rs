//! The table as a file: numbers in full, shares as shares, and for each where it stands in the manifest.

use super::measured::{Made, Unit};
use super::rows::{Outcome, Row};

const HEAD: &str = "part,quantity,place in the article,article,here,label,unit,outcome,seed,date,device,duration in seconds,command,place in the manifest\n";

/// One line for every number; of a series one for each of its values.
pub fn csv(rows: &[Row]) -> String {
    let mut out = HEAD.to_owned();
    for row in rows {
        let Some(result) = &row.measured else {
            line(&mut out, row, "", "", "");
            continue;
        };
        match result.made {
            Made::Read => {
                for source in &result.sources {
                    line(&mut out, row, &source.value.to_string(), &source.label, &source.path);
                }
            }
            Made::Difference | Made::Ratio => {
                let sign = if result.made == Made::Ratio { " / " } else { " - " };
                let paths: Vec<&str> = result.sources.iter().map(|source| source.path.as_str()).collect();
                line(&mut out, row, &result.value().to_string(), "", &paths.join(sign));
            }
        }
    }
    out
}

fn line(out: &mut String, row: &Row, here: &str, label: &str, path: &str) {
    let claim = row.claim;
    let article = claim.map(|claim| claim.says.value().map_or_else(|| row.article_text(), |value| value.to_string()));
    let provenance = row.measured.as_ref().map(|result| result.provenance.clone()).unwrap_or_default();
    let unit = row.measured.as_ref().map(|result| result.unit).or(claim.map(|claim| claim.unit)).map_or("", unit);
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let cells = [
        row.group().title().to_owned(),
        row.name().to_owned(),
        claim.map(|claim| claim.place.to_owned()).unwrap_or_default(),
        article.unwrap_or_default(),
        here.to_owned(),
        label.to_owned(),
        unit.to_owned(),
        row.outcome().map_or("", Outcome::word).to_owned(),
        number(provenance.seed),
        provenance.date.unwrap_or_default(),
        provenance.device.unwrap_or_default(),
        number(provenance.duration_secs),
        provenance.command.unwrap_or_default(),
        path.to_owned(),
    ];
    out.push_str(&cells.map(|cell| quoted(&cell)).join(","));
    out.push('\n');
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share",
        Unit::Points => "difference of shares",
        Unit::Count => "count",
        Unit::Bytes => "bytes",
        Unit::Seconds => "seconds",
        Unit::Times => "ratio",
        Unit::Number => "number",
    }
}

/// As a cell: quoted where it needs to be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
