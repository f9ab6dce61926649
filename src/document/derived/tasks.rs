//! Graphs of tasks: whether several steps run at once.

use super::place::select;
use crate::document::Document;
use crate::yaml::node::{Node, Value};

/// Whether several tasks of the graph whose templates are at `tasks` may run at once.
#[must_use]
pub fn has_parallel_tasks(document: &Document<'_>, tasks: &str) -> bool {
    let parent = tasks.rsplit_once('.').map_or("", |(parent, _)| parent);
    let limit = select(&document.root, &format!("{parent}.parallelism"));
    if limit.first().is_some_and(|limit| limit.node.value == Value::Integer(1)) {
        return false;
    }
    select(&document.root, tasks).iter().any(|template| {
        if template.node.get("parallelism").is_some_and(|limit| limit.value == Value::Integer(1)) {
            return false;
        }
        let steps = template.node.get("steps").map(Node::items).unwrap_or_default();
        let dag =
            template.node.get("dag").and_then(|dag| dag.get("tasks")).map(Node::items).unwrap_or_default();
        let is_wide = |group: &Node<'_>| group.items().len() > 1 || group.items().iter().any(is_loop);
        steps.iter().any(is_wide) || dag.iter().any(is_loop) || has_independent_tasks(dag)
    })
}

/// Whether a step is repeated for each of several items.
fn is_loop(step: &Node<'_>) -> bool {
    step.get("withItems").is_some_and(|items| items.items().len() > 1)
        || ["withParam", "withSequence"].iter().any(|key| step.get(key).is_some())
}

/// Whether two tasks of a graph do not wait for each other.
fn has_independent_tasks(tasks: &[Node<'_>]) -> bool {
    /// Larger graphs are taken to have some.
    const MOST: usize = 200;
    if tasks.len() > MOST {
        return true;
    }
    let names: Vec<&str> =
        tasks.iter().map(|task| task.get("name").and_then(Node::as_str).unwrap_or_default()).collect();
    // Which tasks each one waits for, directly or through others.
    let mut waits = vec![vec![false; tasks.len()]; tasks.len()];
    for (at, task) in tasks.iter().enumerate() {
        let listed: Vec<&str> = task
            .get("dependencies")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_str)
            .collect();
        let depends = task.get("depends").and_then(Node::as_str).unwrap_or_default();
        let words: Vec<&str> =
            depends.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '-' | '_')).collect();
        for (other, name) in names.iter().enumerate() {
            waits[at][other] = !name.is_empty() && (listed.contains(name) || words.contains(name));
        }
    }
    for through in 0..tasks.len() {
        let next = waits[through].clone();
        for row in &mut waits {
            if row[through] {
                row.iter_mut().zip(&next).for_each(|(waits, also)| *waits |= *also);
            }
        }
    }
    (0..tasks.len()).any(|one| (0..one).any(|other| !waits[one][other] && !waits[other][one]))
}
