//! The nearest needs that can be met, for a need that cannot.

use super::choosing::Choosing;
use super::statement::Statement;
use crate::choose::need::Need;
use crate::choose::{Candidate, Choice};

/// What to write instead of a need that no type meets: what is next to it, and works.
pub(super) fn nearest(statement: &Statement, choosing: &Choosing, choice: &Choice) -> String {
    let need = &statement.need;
    let best = |need: &Need| choosing.choose(statement, need).candidates.into_iter().next();
    let offer = |candidate: &Candidate| {
        format!("{} for {}", candidate.disk_type.name, choosing.price(candidate, statement.billing))
    };
    let mut offers = Vec::new();
    if let Some(larger) = best(&Need { exact_size: false, ..need.clone() }) {
        offers.push(format!("a claim of {}Gi gets {}", larger.size, offer(&larger)));
    }
    let mut weaker: Vec<(&str, Need)> = Vec::new();
    if need.firm {
        weaker.push(("firm", Need { firm: false, ..need.clone() }));
    }
    if need.replicated {
        weaker.push(("replicated", Need { replicated: false, ..need.clone() }));
    }
    if need.ssd {
        weaker.push(("ssd", Need { ssd: false, ..need.clone() }));
    }
    if !need.without.is_empty() {
        weaker.push(("without", Need { without: Vec::new(), ..need.clone() }));
    }
    for (key, weaker) in weaker {
        offers.extend(
            best(&weaker).map(|candidate| format!("without the key `{key}` it gets {}", offer(&candidate))),
        );
    }
    let iops = most(need.iops, |iops| best(&Need { iops, ..need.clone() }));
    offers.extend(iops.map(|(iops, found)| format!("`iops = {iops}` gets {}", offer(&found))));
    let throughput = most(need.throughput, |throughput| best(&Need { throughput, ..need.clone() }));
    offers.extend(
        throughput.map(|(amount, found)| format!("`throughput = \"{amount}Mi\"` gets {}", offer(&found))),
    );
    if offers.is_empty() {
        let limits: Vec<String> = choice.unfit.iter().map(|(name, why)| format!("{name}: {why}")).collect();
        return format!("no weaker need of the same claim can be met ({})", limits.join("; "));
    }
    format!("what works: {}. `volwright choose` lists the limit of each type", offers.join("; "))
}

/// The greatest amount below `wanted` that can be provided, given that less is always easier; nothing if none can.
fn most(wanted: i64, best: impl Fn(i64) -> Option<Candidate>) -> Option<(i64, Candidate)> {
    let (mut low, mut high) = (0, wanted);
    let mut found = None;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        match best(middle) {
            Some(candidate) => {
                found = Some((middle, candidate));
                low = middle;
            }
            None => high = middle,
        }
    }
    found
}
