//! `volwright render --report`: findings, graph, volumes and curves of a run as one file.

use std::path::Path;

use crate::bundle::Bundle;
use crate::choose::prices::Prices;
use crate::compare::{self, Comparison};
use crate::error::Error;
use crate::finding::Report;
use crate::graph::Named;
use crate::graph::build::graph;
use crate::output::figures::figures;
use crate::output::report_page::{self, Contents};
use crate::render::Rendered;
use crate::source::Sources;
use crate::write::files;

/// What the page shows of one profile.
pub(super) struct Part {
    graph: Named,
    comparison: Comparison,
}

impl Part {
    /// Taken from a profile before its documents are selected and written.
    pub(super) fn new(label: &str, rendered: Rendered, prices: &Prices) -> (Self, Rendered) {
        let bundle = Bundle::new(&rendered.documents, rendered.version, None);
        let graph = (label.to_owned(), graph(&bundle, &rendered.findings).folded());
        let named = [(label.to_owned(), rendered)];
        let comparison = compare::volumes(&named, prices);
        let [(_, rendered)] = named;
        (Self { graph, comparison }, rendered)
    }
}

/// Writes the page.
///
/// # Errors
///
/// If the file is not volwright's, or cannot be written.
pub(super) fn write(
    path: &Path,
    parts: Vec<Part>,
    report: &Report,
    sources: &Sources,
    count: usize,
    prices: &Prices,
) -> Result<(), Error> {
    let mut comparison = Comparison::default();
    let mut graphs = Vec::new();
    for part in parts {
        comparison.append(part.comparison);
        graphs.extend(Some(part.graph).filter(|(_, graph)| !graph.vertices.is_empty()));
    }
    let figures = figures(&comparison, prices);
    let contents = Contents {
        report,
        sources,
        graphs: &graphs,
        comparison: &comparison,
        figures: &figures,
        prices,
        count,
    };
    files::write_one(path, &report_page::report(&contents)).map(|_| ())
}
