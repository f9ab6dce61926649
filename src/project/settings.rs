//! How findings are reported: the table `report`.

use clap::ValueEnum;

use super::texts::texts;
use crate::cli::FailOn;
use crate::finding::Finding;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::registry;
use crate::yaml::node::{Node, Value};

/// How findings are reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Report only these rules.
    pub select: Vec<String>,
    /// Do not report these rules.
    pub ignore: Vec<String>,
    /// Warnings that count as errors.
    pub errors: Vec<String>,
    /// The lowest severity that makes a run fail.
    pub fail_on: Option<FailOn>,
    /// The most findings to list for each rule; 0 lists all.
    pub max_findings: Option<usize>,
}

/// Reads the table.
pub(super) fn of_node(node: &Node<'static>, findings: &mut Vec<Finding>) -> Settings {
    let mut codes = |key: &str| -> Vec<String> {
        let mut list = Vec::new();
        for (code, span) in texts(node, key) {
            let help = match registry::pattern(code) {
                Ok(code) => {
                    list.push(code);
                    continue;
                }
                Err(help) => help,
            };
            let mut finding = Finding::new(&INVALID_PROFILE_VALUE, span, format!("unknown rule `{code}`"));
            finding.help(help);
            findings.push(finding);
        }
        list
    };
    Settings {
        select: codes("select"),
        ignore: codes("ignore"),
        errors: codes("errors"),
        fail_on: node
            .get("failOn")
            .and_then(Node::as_str)
            .and_then(|name| <FailOn as ValueEnum>::from_str(name, false).ok()),
        max_findings: node.get("maxFindings").and_then(|node| match node.value {
            Value::Integer(count) => usize::try_from(count).ok(),
            _ => None,
        }),
    }
}
