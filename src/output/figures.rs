//! The curves of a comparison: IOPS, throughput and price by size for the types of each cloud, with the claims marked.

use std::collections::BTreeSet;

use super::picture::{self, open};
use super::plot::{HEIGHT, Mark, Plot, Series, WIDTH, plot};
use super::writer::html::Html;
use crate::catalog::billing;
use crate::catalog::driver::Driver;
use crate::choose::curve::{Curve, Point, curves};
use crate::choose::need::Need;
use crate::choose::prices::Prices;
use crate::compare::{Comparison, Volume};
use crate::nearest::capitalize;
use crate::rules::driver::performance::Performance;

/// The types of one cloud for claims of the same access modes.
#[derive(Debug)]
pub struct Figure {
    /// What it is about.
    title: String,
    plots: [Plot; 3],
    /// The claims that are marked.
    claims: Vec<String>,
    /// The types whose price is not known.
    unknown: Vec<String>,
}

/// Claims that may have the same types.
struct Group<'c> {
    label: &'c str,
    driver: &'static Driver,
    volumes: Vec<(&'c str, &'c Volume)>,
}

/// The figures of a comparison, one for each profile, driver and way to mount.
#[must_use]
pub fn figures(comparison: &Comparison, prices: &Prices) -> Vec<Figure> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (key, places) in &comparison.volumes {
        for (compared, volume) in comparison.profiles.iter().zip(places) {
            let Some(volume) = volume.as_ref().filter(|volume| volume.performance.is_some()) else {
                continue;
            };
            let Some(driver) = volume.driver else { continue };
            let same = groups.iter_mut().find(|group| {
                let other = group.volumes[0].1;
                group.label == compared.label
                    && group.driver.name == driver.name
                    && other.access_modes == volume.access_modes
                    && other.volume_mode == volume.volume_mode
            });
            match same {
                Some(group) => group.volumes.push((key, volume)),
                None => groups.push(Group { label: &compared.label, driver, volumes: vec![(key, volume)] }),
            }
        }
    }
    groups.iter().filter_map(|group| figure(group, prices)).collect()
}

fn figure(group: &Group<'_>, prices: &Prices) -> Option<Figure> {
    let billing = billing::of(group.driver.name)?;
    let (table, region) = (prices.table(), prices.region(billing));
    let (_, first) = group.volumes.first()?;
    let need = Need {
        access_modes: first.access_modes.clone(),
        volume_mode: first.volume_mode.clone(),
        ..Need::default()
    };
    let marked = || {
        let volumes = group.volumes.iter();
        volumes.filter_map(|(key, volume)| Some((*key, *volume, volume.performance.as_ref()?)))
    };
    let name = |key: &str, performance: &Performance| format!("{key} ({})", performance.disk_type.name);
    let count = marked().count();
    let sizes: BTreeSet<i64> = marked().map(|(.., performance)| performance.size).collect();
    let curves = curves(group.driver, billing, table, region, &need, &sizes);
    let lines = |value: &dyn Fn(&Point) -> Option<f64>| -> Vec<Series> {
        let line = |(index, curve): (usize, &Curve)| {
            let points =
                curve.points.iter().filter_map(|point| Some((point.disk.size as f64, value(point)?)));
            let points: Vec<_> = points.collect();
            let name = curve.disk_type.name.to_owned();
            (!points.is_empty()).then_some(Series { name, index, points })
        };
        curves.iter().enumerate().filter_map(line).collect()
    };
    let marks = |value: &dyn Fn(&Volume, &Performance) -> Option<f64>| {
        let mark = |(at, (key, volume, performance)): (usize, (&str, &Volume, &Performance))| {
            Some(Mark {
                name: name(key, performance),
                letter: if count > LETTERS { String::new() } else { letter(at) },
                at: (performance.size as f64, value(volume, performance)?),
            })
        };
        marked().enumerate().filter_map(mark).collect::<Vec<_>>()
    };
    let unit = group.driver.throughput_unit();
    let plots = [
        Plot {
            title: "IOPS".to_owned(),
            series: lines(&|point| Some(point.disk.iops? as f64)),
            marks: marks(&|_, performance| Some(performance.iops?.value as f64)),
        },
        Plot {
            title: format!("Throughput, {unit}"),
            series: lines(&|point| Some(point.disk.throughput? as f64)),
            marks: marks(&|_, performance| Some(performance.throughput?.value as f64)),
        },
        Plot {
            title: format!("{}, {} a month, {}", capitalize(prices.kind()), table.currency, table.as_of),
            series: lines(&|point| point.monthly),
            marks: marks(&|volume, _| volume.monthly.as_ref()?.as_ref().ok().copied()),
        },
    ];
    let priced = |curve: &&Curve| curve.points.iter().all(|point| point.monthly.is_none());
    let modes = first.access_modes.join(" and ");
    let block = if first.volume_mode == "Filesystem" { "" } else { ", Block" };
    Some(Figure {
        title: format!("{}: disk types for {modes}{block}, prices of {region}", group.label),
        plots,
        claims: marked().map(|(key, _, performance)| name(key, performance)).collect(),
        unknown: curves.iter().filter(priced).map(|curve| curve.disk_type.name.to_owned()).collect(),
    })
}

/// How many marks have a letter.
const LETTERS: usize = 8;

/// The letter of a mark.
fn letter(at: usize) -> String {
    let letters = "ABCDEFGH".chars().take(LETTERS);
    letters.skip(at).take(1).collect()
}

impl Figure {
    /// The marked claims.
    fn legend(&self) -> String {
        let mut text = "Lines: what each type delivers with the least that can be provisioned".to_owned();
        if self.claims.len() > LETTERS {
            text.push_str(&format!("; dots: {} claims", self.claims.len()));
        } else {
            for (at, claim) in self.claims.iter().enumerate() {
                text.push_str(&format!("; {}: {claim}", letter(at)));
            }
        }
        if !self.unknown.is_empty() {
            text.push_str(&format!("; price unknown: {}", self.unknown.join(", ")));
        }
        text
    }
}

/// The figures as one picture.
#[must_use]
pub fn svg(figures: &[Figure], prices: &Prices) -> String {
    const MARGIN: f64 = 16.0;
    const HEAD: f64 = 48.0;
    let width = 3.0 * WIDTH + 2.0 * MARGIN;
    let height = figures.len() as f64 * (HEAD + HEIGHT) + 40.0 + MARGIN;
    let mut html = open(width, height, "IOPS, throughput and price by size", true);
    let mut top = MARGIN;
    for figure in figures {
        picture::text(&mut html, "strong", Some("start"), MARGIN, top + 12.0, &figure.title);
        picture::text(
            &mut html,
            "about",
            Some("start"),
            MARGIN,
            top + 30.0,
            &picture::short(&figure.legend(), 190),
        );
        top += HEAD;
        for (at, one) in figure.plots.iter().enumerate() {
            plot(&mut html, one, MARGIN + at as f64 * WIDTH, top);
        }
        top += HEIGHT;
    }
    picture::text(&mut html, "about", Some("start"), MARGIN, top + 14.0, &prices.table().about());
    html.literal("</svg>\n");
    html.finish()
}

/// The figures as part of a page.
#[must_use]
pub fn html(figures: &[Figure], prices: &Prices) -> Html {
    let mut html = Html::default();
    for figure in figures {
        html.literal("<h3>").text(&figure.title).literal("</h3>\n<div class=\"plots\">\n");
        for one in &figure.plots {
            html.append(open(WIDTH, HEIGHT, &one.title, false));
            plot(&mut html, one, 0.0, 0.0);
            html.literal("</svg>\n");
        }
        html.literal("</div>\n<p class=\"quiet\">").text(&figure.legend()).literal("</p>\n");
    }
    if !figures.is_empty() {
        html.literal("<p class=\"quiet\">").text(&prices.table().about()).literal("</p>\n");
    }
    html
}
