//! Schedules of a `CronJob` (robfig/cron v3, `ParseStandard`), without the time zone that it takes and the API does not.

/// A field of a schedule: its name, its least and greatest value, and names for its values.
struct Field {
    name: &'static str,
    least: u64,
    most: u64,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field {
        name: "day of the week",
        least: 0,
        most: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

/// Schedules that have a name.
const NAMED: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// The units of a duration, longest first where one begins another (Go, `time.ParseDuration`).
const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];

/// What is wrong with a schedule, if anything.
pub(in crate::rules::kubernetes) fn wrong(schedule: &str) -> Option<String> {
    if schedule.starts_with('@') {
        return descriptor(schedule);
    }
    let given: Vec<&str> = schedule.split_whitespace().collect();
    if given.len() != FIELDS.len() {
        return Some(format!(
            "`{schedule}` has {} fields, and a schedule has 5: minute, hour, day of the month, month, day of the week",
            given.len()
        ));
    }
    given.iter().zip(&FIELDS).find_map(|(given, field)| {
        // Empty items between commas count for nothing.
        let mut items = given.split(',').filter(|item| !item.is_empty());
        items.find_map(|item| field.wrong(item)).map(|wrong| format!("{} `{given}`: {wrong}", field.name))
    })
}

fn descriptor(schedule: &str) -> Option<String> {
    match schedule.strip_prefix("@every ") {
        Some(duration) => {
            (!is_duration(duration)).then(|| format!("`{duration}` is not a duration such as `1h30m`"))
        }
        None if NAMED.contains(&schedule) => None,
        None => Some(format!(
            "`{schedule}` is not a valid schedule; use {} or `@every <duration>`",
            NAMED.join(", ")
        )),
    }
}

impl Field {
    /// What is wrong with one item: a value, a range or all, and maybe a step.
    fn wrong(&self, item: &str) -> Option<String> {
        let mut parts = item.split('/');
        let range = parts.next().unwrap_or_default();
        let step = parts.next();
        if parts.next().is_some() {
            return Some("more than one `/`".to_owned());
        }
        let mut ends = range.split('-');
        let low = ends.next().unwrap_or_default();
        let high = ends.next();
        let (start, mut end) = if matches!(low, "*" | "?") {
            (self.least, self.most)
        } else {
            let Some(start) = self.number(low) else { return Some(self.no_value(low)) };
            match high {
                None => (start, start),
                Some(_) if ends.next().is_some() => return Some("more than one `-`".to_owned()),
                Some(high) => match self.number(high) {
                    Some(end) => (start, end),
                    None => return Some(self.no_value(high)),
                },
            }
        };
        if let Some(step) = step {
            match number(step) {
                None => return Some(format!("`{step}` is not a valid step")),
                Some(0) => return Some("a step of 0 never moves".to_owned()),
                Some(_) if high.is_none() => end = self.most,
                Some(_) => {}
            }
        }
        if start < self.least || end > self.most {
            return Some(format!("values go from {} to {}", self.least, self.most));
        }
        (start > end).then(|| "the range ends before it begins".to_owned())
    }

    fn number(&self, text: &str) -> Option<u64> {
        let named = self.names.iter().zip(self.least..).find(|(name, _)| name.eq_ignore_ascii_case(text));
        named.map(|(_, value)| value).or_else(|| number(text))
    }

    fn no_value(&self, text: &str) -> String {
        let names = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!(", or {first} to {last}"),
            _ => String::new(),
        };
        format!("`{text}` is not a valid value; the range is {} to {}{names}", self.least, self.most)
    }
}

/// A whole number that is not below zero, as Go's `strconv.Atoi` reads one.
fn number(text: &str) -> Option<u64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let value =
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok()).flatten()?;
    // Minus zero is zero.
    (value == 0 || !text.starts_with('-')).then(|| u64::try_from(value).ok()).flatten()
}

/// Whether Go's `time.ParseDuration` takes a text; its greatest duration of 292 years is not looked at.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let whole = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let part = whole.strip_prefix('.').map(|part| part.trim_start_matches(|l: char| l.is_ascii_digit()));
        let unit = part.unwrap_or(whole);
        let digits = rest.len() - unit.len() - usize::from(part.is_some());
        if digits == 0 {
            return false;
        }
        let end = unit.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(unit.len());
        let (unit, next) = unit.split_at(end);
        if !UNITS.contains(&unit) {
            return false;
        }
        rest = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn schedules_are_read_as_the_server_reads_them() {
        for sound in [
            "*/5 * * * *",
            "0 0 31 2 *",
            "0-59/15 1,2,,3 ? JAN-dec Sun",
            "5/15 * * * *",
            ", * * * *",
            "+5 * * * *",
            "* \t * * * 6",
            "*-x * * * *",
            "@hourly",
            "@every 1h30m",
            "@every 1.5s",
            "@every -.5h",
        ] {
            assert_eq!(wrong(sound), None, "{sound}");
        }
        for broken in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "1/2/3 * * * *",
            "1-2-3 * * * *",
            "x * * * *",
            "* * jan * *",
            "@Hourly",
            "@every",
            "@every x",
            "@every 1",
            "@every 5y",
            "-1 * * * *",
            "*/-1 * * * *",
        ] {
            assert!(wrong(broken).is_some(), "{broken}");
        }
    }
}
