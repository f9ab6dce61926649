//! Numbers for people.

/// An amount of money with two decimals.
pub(super) fn price(amount: f64) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), thousands);
    let sign = if amount < 0.0 { "-" } else { "" };
    format!("{sign}{whole}.{cents}")
}

/// A number with commas between its thousands.
pub(super) fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
