//! Pages in Markdown as plain text, for a terminal.

use std::fmt::Write;

/// The widest column of a table that is aligned, in characters: a longer cell pushes the next one to the right.
const WIDEST: usize = 44;

/// The page without markup: headings in capitals, tables with aligned columns.
#[must_use]
pub fn text(page: &str) -> String {
    let mut out = String::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    for line in page.lines().chain([""]) {
        if let Some(row) = line.strip_prefix('|') {
            let is_rule = row.chars().all(|letter| matches!(letter, '-' | '|' | ':' | ' '));
            if !is_rule {
                table.push(cells(row));
            }
            continue;
        }
        write_table(&mut out, &std::mem::take(&mut table));
        match line.trim_start_matches('#') {
            heading if heading.len() < line.len() => {
                let _ = writeln!(out, "{}", heading.trim().to_uppercase());
            }
            line => {
                let _ = writeln!(out, "{}", line.replace('`', ""));
            }
        }
    }
    format!("{}\n", out.trim_end())
}

/// The cells of a row, in which `\|` is a bar.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{0}");
    let row = row.trim_end().trim_end_matches('|');
    row.split('|').map(|cell| cell.trim().replace('\u{0}', "|").replace('`', "")).collect()
}

fn write_table(out: &mut String, table: &[Vec<String>]) {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let length = |cell: &String| cell.chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|at| {
            table.iter().filter_map(|row| row.get(at)).map(length).filter(|length| *length <= WIDEST).max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    for row in table {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "  {cell:<width$}");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_aligned_and_markup_is_gone() {
        let page =
            "# A driver\n\nWrite `a`.\n\n| key | what |\n|---|---|\n| `iops` | 1 \\| 2 |\n| `x` | text |\n";
        assert_eq!(super::text(page), "A DRIVER\n\nWrite a.\n\n  key   what\n  iops  1 | 2\n  x     text\n");
    }
}
