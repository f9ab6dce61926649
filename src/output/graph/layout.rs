//! Where the vertices of a graph are drawn: columns from left to right, in each the vertices from top to bottom, next to
//! what they are linked with. Linear in the size of the graph, except for sorting.

use crate::graph::{Column, Graph};

/// Width of a box.
pub(super) const WIDTH: f64 = 222.0;
/// Height of a box.
pub(super) const HEIGHT: f64 = 44.0;
/// The distance from the left edge of a column to that of the next one.
const STEP: f64 = WIDTH + 76.0;
/// The distance from the top of a box to that of the next one in its column.
const ROW: f64 = HEIGHT + 14.0;

/// Where everything is.
pub(super) struct Layout {
    /// The left upper corner of each vertex.
    pub(super) places: Vec<(f64, f64)>,
    /// The columns that have vertices, with their left edges.
    pub(super) columns: Vec<(Column, f64)>,
    /// The size.
    pub(super) size: (f64, f64),
}

/// Places the vertices of a graph.
pub(super) fn layout(graph: &Graph) -> Layout {
    let used = |column: &Column| graph.vertices.iter().any(|vertex| vertex.column == *column);
    let columns: Vec<(Column, f64)> =
        Column::ALL.into_iter().filter(used).zip((0..).map(|at| f64::from(at) * STEP)).collect();
    let mut links: Vec<Vec<usize>> = vec![Vec::new(); graph.vertices.len()];
    for edge in &graph.edges {
        links[edge.from].push(edge.to);
        links[edge.to].push(edge.from);
    }
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); Column::ALL.len()];
    for (at, vertex) in graph.vertices.iter().enumerate() {
        rows[vertex.column as usize].push(at);
    }
    let mut order: Vec<f64> = vec![0.0; graph.vertices.len()];
    for row in &rows {
        number(row, &mut order);
    }
    // Each column is sorted by what its vertices are linked with: forward, then backward, then forward again.
    for sweep in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 1, 2, 3]] {
        for pair in sweep.windows(2) {
            let (fixed, moved) = (pair[0], pair[1]);
            let mut weighted: Vec<(f64, f64, usize)> = rows[moved]
                .iter()
                .map(|at| {
                    let near = |other: &&usize| graph.vertices[**other].column as usize == fixed;
                    let weight = mean(links[*at].iter().filter(near).map(|other| order[*other]));
                    (weight.unwrap_or(order[*at]), order[*at], *at)
                })
                .collect();
            weighted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
            rows[moved] = weighted.into_iter().map(|(.., at)| at).collect();
            number(&rows[moved], &mut order);
        }
    }
    let mut places = vec![(0.0, 0.0); graph.vertices.len()];
    let mut height: f64 = 0.0;
    // The longest column is dense; the others follow their neighbours.
    let longest = rows.iter().map(Vec::len).max().unwrap_or_default() as f64 * ROW;
    for (column, x) in &columns {
        let row = &rows[*column as usize];
        let mut free = 0.0;
        for (index, at) in row.iter().enumerate() {
            let before = |other: &&usize| graph.vertices[**other].column < *column;
            let wanted = mean(links[*at].iter().filter(before).map(|other| places[*other].1));
            // What follows needs its place, too.
            let last = longest - (row.len() - index) as f64 * ROW;
            let y = wanted.unwrap_or(free).min(last).max(free);
            places[*at] = (*x, (y * 10.0).round() / 10.0);
            free = y + ROW;
        }
        height = height.max(free);
    }
    // Classes are drawn next to the middle of their claims.
    let mut free = 0.0;
    let classes = &rows[Column::Class as usize];
    for (index, at) in classes.iter().enumerate() {
        let last = longest - (classes.len() - index) as f64 * ROW;
        let wanted = mean(links[*at].iter().map(|other| places[*other].1));
        let y = wanted.unwrap_or(free).min(last).max(free);
        places[*at].1 = (y * 10.0).round() / 10.0;
        free = y + ROW;
    }
    let width = columns.last().map_or(0.0, |(_, x)| x + WIDTH);
    Layout { places, columns, size: (width, height.max(free) - (ROW - HEIGHT)) }
}

fn number(row: &[usize], order: &mut [f64]) {
    for (index, at) in row.iter().enumerate() {
        // Relative, so that long and short columns compare.
        order[*at] = (index as f64 + 0.5) / row.len() as f64;
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    (count > 0.0).then(|| sum / count)
}
