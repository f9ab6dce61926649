//! Prices and needs in a comparison.

use crate::compare::{Comparison, Volume};
use crate::output::number::price;

/// Whether a class states a need on any profile.
pub(super) fn has_need(places: &[Option<Volume>]) -> bool {
    places.iter().flatten().any(|volume| volume.need.is_some())
}

/// Which profiles meet the need, and which of them is the cheapest; nothing if no class states one.
pub(super) fn verdict(comparison: &Comparison, places: &[Option<Volume>]) -> Option<String> {
    let (need, _) = places.iter().flatten().find_map(|volume| volume.need.as_ref())?;
    let volumes =
        || comparison.labels().zip(places).filter_map(|(label, place)| Some((label, place.as_ref()?)));
    let meets = |volume: &Volume| volume.need.as_ref().is_some_and(|(_, why)| why.is_none());
    let met: Vec<&str> = volumes().filter(|(_, volume)| meets(volume)).map(|(label, _)| label).collect();
    let mut text = format!(
        "need: {need}; met on {}",
        if met.is_empty() { "no cloud".to_owned() } else { met.join(", ") }
    );
    let priced = volumes().filter(|(_, volume)| meets(volume)).filter_map(|(label, volume)| {
        let monthly = volume.monthly.as_ref()?.as_ref().ok()?;
        Some((label, *monthly))
    });
    if let Some((label, monthly)) = priced.min_by(|one, other| one.1.total_cmp(&other.1)) {
        let currency = comparison.prices.as_ref().map_or("", |source| &source.currency);
        text.push_str(&format!("; the cheapest is {label}: {} {currency} a month", price(monthly)));
    }
    Some(text)
}

/// Where the prices come from, with the region of each profile.
pub(super) fn regions(comparison: &Comparison, about: &str) -> String {
    let mut found: Vec<String> = Vec::new();
    for (_, places) in &comparison.volumes {
        for (label, volume) in comparison.labels().zip(places) {
            let Some(volume) = volume.as_ref().filter(|volume| volume.monthly.is_some()) else { continue };
            let text = volume.region.as_ref().map(|region| format!("{label}: {region}"));
            found.extend(text.filter(|text| !found.contains(text)));
        }
    }
    format!("{about} Regions: {}.", found.join(", "))
}

/// What a volume costs.
pub(super) fn cost(comparison: &Comparison, volume: &Volume) -> String {
    match &volume.monthly {
        None => "-".to_owned(),
        Some(Err(_)) => "unknown".to_owned(),
        Some(Ok(monthly)) => {
            let currency = comparison.prices.as_ref().map_or("", |source| &source.currency);
            format!("{} {currency}", price(*monthly))
        }
    }
}
