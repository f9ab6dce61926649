//! A large graph made readable: objects with the same links become one.

use std::collections::{BTreeMap, HashMap};

use super::{Column, Edge, Graph, Vertex};

/// The most objects that are drawn one by one.
const MOST: usize = 100;

impl Graph {
    /// The graph itself if it is small enough to read. Otherwise one in which the claims of one class are one vertex, and
    /// then the workloads with the same claims; what is refused stays as it is.
    #[must_use]
    pub fn folded(self) -> Self {
        if self.vertices.len() <= MOST {
            return self;
        }
        self.fold(Column::Claim).fold(Column::Workload)
    }

    /// Joins the objects of a column that the same objects lead to.
    fn fold(self, column: Column) -> Self {
        let mut from: Vec<Vec<usize>> = vec![Vec::new(); self.vertices.len()];
        let mut is_refused: Vec<bool> =
            self.vertices.iter().map(|vertex| !vertex.refused.is_empty()).collect();
        for edge in &self.edges {
            from[edge.to].push(edge.from);
            if !edge.refused.is_empty() {
                is_refused[edge.from] = true;
                is_refused[edge.to] = true;
            }
        }
        let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (at, vertex) in self.vertices.iter().enumerate() {
            if vertex.column == column && !is_refused[at] {
                let mut from = std::mem::take(&mut from[at]);
                from.sort_unstable();
                from.dedup();
                groups.entry(from).or_default().push(at);
            }
        }
        // The first of each group represents it.
        let mut first: Vec<usize> = (0..self.vertices.len()).collect();
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        for group in groups.into_values().filter(|group| group.len() > 1) {
            sizes.insert(group[0], group.len());
            for at in &group {
                first[*at] = group[0];
            }
        }
        let mut places = vec![0; self.vertices.len()];
        let mut folded = Self::default();
        for (at, vertex) in self.vertices.into_iter().enumerate() {
            if first[at] != at {
                continue;
            }
            places[at] = folded.vertices.len();
            folded.vertices.push(match sizes.get(&at) {
                Some(size) => Vertex {
                    about: format!("{}, and {} more", vertex.name, size - 1),
                    name: format!("{size} {}", column.title()),
                    ..vertex
                },
                None => vertex,
            });
        }
        let mut known = HashMap::new();
        for edge in self.edges {
            let (from, to) = (places[first[edge.from]], places[first[edge.to]]);
            let at = *known.entry((from, to)).or_insert(folded.edges.len());
            match folded.edges.get_mut(at) {
                Some(same) => same.refused.extend(edge.refused),
                None => folded.edges.push(Edge { from, to, ..edge }),
            }
        }
        folded
    }
}
