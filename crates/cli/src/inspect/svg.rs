//! An index as a diagram: the parts of its bytes, and how evenly its leaves are filled compared
//! with random tags. One self-contained SVG file, light or dark as the reader's screen.

use crate::output::count;
use exposure_index::{Bar, Distribution, Index, Inspection};
use std::f64::consts::TAU;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const MARGIN: f64 = 40.0;
/// Top of the histogram.
const CHART_TOP: f64 = 190.0;
const CHART_HEIGHT: f64 = 200.0;

/// Maximum points at which the expected count of a bar is computed.
const SAMPLES: u64 = 10_000;

const STYLE: &str = "\
    svg{--ink:#1d2733;--soft:#5b6b7b;--a:#2f6f9f;--b:#6aa5c9;--c:#a9cde3;--d:#d9a441;--e:#8a8f98;--paper:#fff;font:14px system-ui,sans-serif}\
    @media(prefers-color-scheme:dark){svg{--ink:#e6ebf0;--soft:#9aa8b5;--a:#7db7de;--b:#4d88ad;--c:#2f5b78;--d:#d9a441;--e:#777e88;--paper:#14191f}}\
    text{fill:var(--ink)}.soft{fill:var(--soft)}.expected{fill:none;stroke:var(--d);stroke-width:2}";

/// The diagram, as SVG.
pub(super) fn picture(index: &Index, inspection: &Inspection) -> String {
    let mut svg = String::new();
    draw(&mut svg, index, inspection).expect("writing to a string never fails");
    svg
}

fn draw(svg: &mut String, index: &Index, inspection: &Inspection) -> std::fmt::Result {
    let height = CHART_TOP + CHART_HEIGHT + 60.0;
    writeln!(svg, r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">"#)?;
    writeln!(svg, "<title>Index {}</title>\n<style>{STYLE}</style>", index.id())?;
    writeln!(svg, r#"<rect width="{WIDTH}" height="{height}" fill="var(--paper)"/>"#)?;
    let records = index.header().records;
    text(svg, MARGIN, 36.0, "", &format!("{} entries in {} bytes", count(records), count(index.bytes() as u64)))?;
    if let Some((bits, limit)) = inspection.tag_bits.zip(inspection.limit_bits) {
        let sentence = format!("{bits:.2} bits per tag; the minimum is {limit:.2}: {:.3} times that", bits / limit);
        text(svg, MARGIN, 58.0, "soft", &sentence)?;
    }
    sizes(svg, inspection)?;
    text(svg, MARGIN, CHART_TOP - 16.0, "", "Leaves by number of entries; the line is expected of random tags")?;
    histogram(svg, &inspection.leaves)?;
    writeln!(svg, "</svg>")
}

/// One bar, divided by the sections of the file.
fn sizes(svg: &mut String, inspection: &Inspection) -> std::fmt::Result {
    let leaves = &inspection.leaf_bytes;
    let section = |wanted: &str| {
        inspection.sections.iter().filter(|(name, _)| *name == wanted).map(|(_, bytes)| *bytes).sum::<u64>()
    };
    let around = ["header", "sources", "versions", "footer"].map(section).iter().sum::<u64>() + leaves.heads;
    let parts = [
        ("low bits", leaves.low, "a"),
        ("high bits", leaves.high, "b"),
        ("directory", section("directory"), "c"),
        ("seals", leaves.seals, "d"),
        ("other", around, "e"),
    ];
    let total = parts.iter().map(|(_, bytes, _)| *bytes).sum::<u64>().max(1) as f64;
    let (mut x, mut label_x) = (MARGIN, MARGIN);
    for (name, bytes, colour) in parts.into_iter().filter(|(_, bytes, _)| *bytes > 0) {
        let share = bytes as f64 / total;
        let width = share * (WIDTH - 2.0 * MARGIN);
        writeln!(svg, r#"<rect x="{x:.1}" y="78" width="{width:.1}" height="26" fill="var(--{colour})"/>"#)?;
        writeln!(svg, r#"<rect x="{label_x:.1}" y="116" width="10" height="10" fill="var(--{colour})"/>"#)?;
        text(svg, label_x + 16.0, 126.0, "soft", &format!("{name} {:.1} %", share * 100.0))?;
        x += width;
        label_x += 128.0;
    }
    Ok(())
}

fn histogram(svg: &mut String, leaves: &Distribution) -> std::fmt::Result {
    let expected: Vec<f64> = leaves.bars.iter().map(|bar| expected(bar, leaves)).collect();
    let counted = leaves.bars.iter().map(|bar| bar.count as f64);
    let highest = counted.chain(expected.iter().copied()).fold(1.0, f64::max);
    let step = (WIDTH - 2.0 * MARGIN) / leaves.bars.len().max(1) as f64;
    let bottom = CHART_TOP + CHART_HEIGHT;
    let mut line = String::new();
    for ((bar, expected), place) in leaves.bars.iter().zip(&expected).zip(0_u32..) {
        let x = MARGIN + f64::from(place) * step;
        let height = bar.count as f64 / highest * CHART_HEIGHT;
        let (top, width) = (bottom - height, step - 3.0);
        writeln!(svg, r#"<rect x="{x:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="var(--a)">"#)?;
        writeln!(svg, "<title>{}–{}: {} leaves</title></rect>", bar.from, bar.to, count(bar.count))?;
        write!(line, "{:.1},{:.1} ", x + width / 2.0, bottom - expected / highest * CHART_HEIGHT)?;
    }
    writeln!(svg, r#"<polyline class="expected" points="{}"/>"#, line.trim_end())?;
    text(svg, MARGIN, bottom + 24.0, "soft", &count(leaves.min))?;
    writeln!(
        svg,
        r#"<text class="soft" x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
        WIDTH - MARGIN,
        bottom + 24.0,
        count(leaves.max)
    )
}

/// How many leaves a bar would count for random tags: a Poisson distribution, approximated by a
/// normal one with the mean as its variance.
fn expected(bar: &Bar, leaves: &Distribution) -> f64 {
    let variance = leaves.mean.max(f64::MIN_POSITIVE);
    let density = |entries: u64| {
        let off = entries as f64 - leaves.mean;
        (-off * off / (2.0 * variance)).exp() / (TAU * variance).sqrt()
    };
    // Wide bars, which a hostile index may have, are sampled: the work is bounded.
    let stride = ((bar.to - bar.from) / SAMPLES + 1) as usize;
    (bar.from..=bar.to).step_by(stride).map(density).sum::<f64>() * stride as f64 * leaves.count as f64
}

fn text(svg: &mut String, x: f64, y: f64, class: &str, text: &str) -> std::fmt::Result {
    writeln!(svg, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{text}</text>"#)
}
