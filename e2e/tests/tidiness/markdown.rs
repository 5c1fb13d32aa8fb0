//! As much of Markdown as the rules need.

/// The rows of the table whose first column has this heading, each as its cells.
pub(crate) fn table(text: &str, first_heading: &str) -> Vec<Vec<String>> {
    let mut lines = text
        .lines()
        .skip_while(|line| cells(line).first().is_none_or(|cell| cell != first_heading));
    let heading = lines.next().map(cells).unwrap_or_default();
    let rows = lines
        .skip(1)
        .map_while(|line| line.starts_with('|').then(|| cells(line)));
    let rows: Vec<_> = rows.collect();
    assert!(
        rows.iter().all(|row| row.len() == heading.len()),
        "a row of the table {first_heading} lacks a cell"
    );
    rows
}

fn cells(line: &str) -> Vec<String> {
    let inner = line
        .strip_prefix('|')
        .and_then(|rest| rest.trim_end().strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| {
        inner.split('|').map(|cell| cell.trim().to_owned()).collect()
    })
}

/// What stands between single backticks, outside of fenced blocks.
pub(crate) fn code_spans(text: &str) -> Vec<String> {
    let prose = without_fences(text);
    prose
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// What stands in fenced blocks, line by line.
pub(crate) fn fenced_lines(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            found.push(line.to_owned());
        }
    }
    found
}

/// The targets of links, outside of fenced blocks.
pub(crate) fn link_targets(text: &str) -> Vec<String> {
    let prose = without_fences(text);
    let after = prose.split("](").skip(1);
    after
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

/// The anchors of the headings, as pages of repositories have them.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let prose = without_fences(text);
    prose
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| {
        if letter == ' ' {
            '-'
        } else {
            letter.to_ascii_lowercase()
        }
    })
    .collect()
}

fn without_fences(text: &str) -> String {
    let mut inside = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

#[test]
fn a_table_is_read_by_the_heading_of_its_first_column() {
    let text = "intro\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | |\n\nend";
    assert_eq!(table(text, "a"), [["1", "2"], ["3", ""]]);
    assert!(table(text, "b").is_empty());
}

#[test]
fn spans_links_and_anchors_are_found_outside_of_fences() {
    let text = "# One Two\nsee `a/b.rs` and [there](c.md#x)\n```\nmake `no` [no](no)\n```\n";
    assert_eq!(code_spans(text), ["a/b.rs"]);
    assert_eq!(link_targets(text), ["c.md#x"]);
    assert_eq!(anchors(text), ["one-two"]);
    assert_eq!(fenced_lines(text), ["make `no` [no](no)"]);
}
