//! Validates manifests, compares them, and passes them through.

use std::path::Path;

use volwright::app::krm;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::catalog::pod_security::PodSecurityLevel;
use volwright::choose::cost;
use volwright::choose::prices::Prices;
use volwright::cli::ValidationArgs;
use volwright::diff::{Outliner, Outlines, changes, needed, sort};
use volwright::document::load::load;
use volwright::finding::{Report, Selection};
use volwright::output;
use volwright::output::cost::Costs;
use volwright::output::repo_root::Base;
use volwright::rules::update::Update;
use volwright::schema::definitions::Definitions;
use volwright::source::Folders;
use volwright::source::{SourceKind, Sources};
use volwright::stream::{self, Input, ValidateOptions};
use volwright::suppression::is_in;

use super::{parts, sound};

/// Any text can be validated: every finding lies in it and belongs to one of its documents, every format reports it, and the
/// findings are the same when the text is validated in small parts that are read again.
pub(crate) fn validate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parts = ValidateOptions { batch: 64, kept: 0, ..options() };
    for (whole, parts) in told(text, &options()).iter().zip(&told(text, &parts)) {
        let (whole, parts) = first_difference(whole, parts);
        assert_eq!(whole, parts);
    }
}

/// What two texts have from shortly before their first difference.
fn first_difference<'t>(one: &'t str, other: &'t str) -> (&'t str, &'t str) {
    const SHOWN: usize = 400;
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let (start, end) = (same.saturating_sub(SHOWN), same + SHOWN);
    let boundary =
        |text: &str, at: usize| (0..=at.min(text.len())).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let near = |text: &'t str| &text[boundary(text, start)..boundary(text, end)];
    (near(one), near(other))
}

fn options() -> ValidateOptions {
    ValidateOptions {
        pod_security: Some(PodSecurityLevel::Restricted),
        names: true,
        ..ValidateOptions::default()
    }
}

/// The reports of one text that do not show it, once every report was made.
fn told(text: &str, options: &ValidateOptions) -> [String; 4] {
    let mut validation =
        stream::validate(vec![Input::Text(text.to_owned())], options).expect("a text can be read");
    let findings = std::mem::take(&mut validation.findings);
    let (sources, count) = (&validation.sources, validation.count);
    sound(&findings, sources);
    for finding in &findings {
        assert!(finding.document.is_some_and(|index| index < count), "{finding:?}");
    }
    let report = Report::new(findings, &Selection::default());
    let base = Base::new(Path::new("/a"), Path::new("/a"));
    let human = output::text::report(&report, sources, false);
    // Whatever the manifests hold, a terminal is not steered by it.
    assert!(human.chars().all(|char| char == '\n' || !char.is_control()), "{human:?}");
    // The list of all rules in it takes most of the time, so that few texts get one.
    let sarif = match text.len() % 8 {
        0 => output::sarif::log(&report, sources, &base),
        _ => String::new(),
    };
    if !sarif.is_empty() {
        let object: Result<serde_json::Value, _> = serde_json::from_str(&sarif);
        let results = object.as_ref().map(|log| log["runs"][0]["results"].as_array().map(Vec::len));
        assert_eq!(results.ok().flatten(), Some(report.findings.len()));
    }
    let github = output::github::annotations(&report, sources, &base);
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    let object = output::json::Object { report: &report, listing: &validation, sources, more: &[] };
    let mut cases = Vec::new();
    output::junit::write(&report, &validation, sources, &mut cases).expect("written into memory");
    [
        output::writer::json::compact(&object),
        github,
        String::from_utf8(cases).expect("text"),
        output::markdown::report(&report, sources),
    ]
}

/// Two texts, one beside the other: nothing has changed between a text and itself, what was added one way was removed
/// the other way, and every form of the answer can be made.
pub(crate) fn diff(data: &[u8]) {
    let Some((old, new)) = parts(data) else { return };
    let version = KubernetesVersion::default();
    let mut sources = Sources::new();
    let ids = [old, new].map(|text| sources.add("-", text, SourceKind::Manifest));
    let [old, new] = ids.map(|id| load(&sources, &[id], version).documents);
    for side in [&old, &new] {
        let folders = Folders::new();
        let update = Update::new(side, side, version, &folders, Definitions::none());
        assert_eq!(changes(&update).len(), 0, "a text differs from itself");
    }
    let folders = Folders::new();
    let there = Update::new(&old, &new, version, &folders, Definitions::none());
    let back = Update::new(&new, &old, version, &folders, Definitions::none()).with_unbound_claims();
    let (there, back) = (changes(&there), changes(&back));
    assert_eq!(there.len(), back.len());
    for change in &there {
        sound(&change.findings, &sources);
    }
    assert_eq!(output::changes::json(&there).as_array().map(Vec::len), Some(there.len()));
    let _ = output::changes::text(&there);
    let shape = Report::new(Vec::new(), &Selection::default());
    let prices = Prices::default();
    let mut costs = Costs::new(&prices);
    costs.add(cost::changes(&old, &new, &folders, &prices), None);
    let _ = (costs.text(), costs.json());
    let _ = output::review_markdown::comment(Some(&there), &shape, &sources, &costs);
    let _ = output::review_html::review(Some(&there), &shape, &sources, &costs);
    let _ = output::changes::summary(&there);
    // The objects that outlines select are enough for the same answer.
    let outliner = Outliner::default();
    let outlines = [&old, &new].map(|side| {
        let mut outlines = Outlines::default();
        side.iter().for_each(|document| outlines.add(document, is_in(document), &outliner));
        outlines
    });
    let outlines = [&outlines[0], &outlines[1]];
    // Together and, as far as they do not depend on each other, one by one.
    for most in [usize::MAX, 1] {
        let (mut few, mut few_costs) = (Vec::new(), Vec::new());
        for group in needed(outlines, &folders).groups(outlines, most) {
            let [old, new] = [0, 1].map(|at| {
                let mut places = 0..;
                let mut documents = load(&sources, &[ids[at]], version).documents;
                documents.retain(|_| places.next().is_some_and(|place| group.objects[at].contains(&place)));
                documents
            });
            let update = Update::new(&old, &new, version, &folders, Definitions::none());
            few.extend(changes(&update).into_iter().filter(|change| group.owns(change.document)));
            let costs = cost::changes(&old, &new, &folders, &prices);
            few_costs.extend(costs.into_iter().filter(|change| group.owns(change.document)));
        }
        sort(&mut few);
        cost::sort(&mut few_costs);
        assert_eq!(output::changes::text(&few), output::changes::text(&there));
        assert_eq!(output::changes::json(&few), output::changes::json(&there));
        let mut all = Costs::new(&prices);
        all.add(few_costs, None);
        assert_eq!(all.json(), costs.json());
    }
}

/// Any text on the function's standard input is refused, or answered with a list that is YAML.
pub(crate) fn function(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::new();
    let id = sources.add("-", text, SourceKind::Manifest);
    let Ok(answer) = krm::answer(&mut sources, id, &ValidationArgs::default(), Definitions::none()) else {
        return;
    };
    sound(&answer.report.findings, &sources);
    let id = sources.add("-", answer.list.as_str(), SourceKind::Manifest);
    let readings = volwright::yaml::read::read(id, &answer.list);
    assert_eq!(readings.len(), 1, "{}", answer.list);
    assert!(readings[0].root.is_some() && readings[0].findings.is_empty(), "{}", answer.list);
}
