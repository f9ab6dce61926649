//! The objects of an input as a graph: class, claim, workload, nodes; with the links that are refused.

pub mod build;
mod fold;

use crate::rule::Severity;

/// The objects of one input that storage links.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The objects, those of one input in its order.
    pub vertices: Vec<Vertex>,
    /// The links between them.
    pub edges: Vec<Edge>,
}

/// A graph and its input, as the user named it.
pub type Named = (String, Graph);

/// The columns of a graph; links lead from an earlier one to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// StorageClasses, VolumeAttributesClasses, and volumes that a claim names.
    Class,
    /// Claims and templates of claims.
    Claim,
    /// Pods and what creates them.
    Workload,
    /// Nodes that a pod selects.
    Nodes,
}

impl Column {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Class, Self::Claim, Self::Workload, Self::Nodes];

    /// What its objects are called, in the plural.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Class => "classes",
            Self::Claim => "claims",
            Self::Workload => "workloads",
            Self::Nodes => "nodes",
        }
    }
}

/// An object of a graph.
#[derive(Clone, Debug)]
pub struct Vertex {
    /// Where it is.
    pub column: Column,
    /// Its name; for several objects their number and kind.
    pub name: String,
    /// Its kind, with the most important values.
    pub about: String,
    /// Whether the input has it; otherwise the cluster must.
    pub is_known: bool,
    /// Errors of the object itself.
    pub refused: Vec<Refusal>,
}

/// A link: what is at `to` uses what is at `from`.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The position of a vertex.
    pub from: usize,
    /// The position of a vertex of a later column.
    pub to: usize,
    /// Errors of the link.
    pub refused: Vec<Refusal>,
}

/// An error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the rule.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl Refusal {
    fn of(finding: &crate::finding::Finding) -> Option<Self> {
        let is_error = finding.severity == Severity::Error;
        is_error.then(|| Self { code: finding.rule.code, message: finding.message.clone() })
    }
}

/// The codes of some errors, each once.
#[must_use]
pub fn codes(refused: &[Refusal]) -> String {
    let mut codes: Vec<&str> = refused.iter().map(|refusal| refusal.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.join(", ")
}
