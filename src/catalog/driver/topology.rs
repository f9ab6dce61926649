//! Node labels that disks are placed by, and how zones are named.

use super::condition::Condition;

/// Node labels that disks are placed by.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Labels that the driver reads in `allowedTopologies`, the one to write first.
    pub keys: &'static [&'static str],
    /// Whether a term without any of them is refused; otherwise it is ignored.
    pub required: bool,
    /// How zones are named, as an example.
    pub example: &'static str,
    /// The formats of zone names; any name if empty.
    pub zones: &'static [ZoneForm],
    /// Disks for which any of these holds are replicated over two zones of one region.
    pub replicated: &'static [Condition],
    /// Disks for which any of these holds can be attached in every zone of their region.
    pub every_zone: &'static [Condition],
    /// A parameter that names something in each zone: the paths' zones must cover the topology's.
    pub zonal_paths: Option<ZonalPaths>,
    /// Where the facts are from.
    pub source: &'static str,
}

/// One form of zones' names.
#[derive(Clone, Debug)]
pub struct ZoneForm {
    /// What it begins with.
    pub start: &'static str,
    /// The least and the greatest number of parts between dashes.
    pub parts: [usize; 2],
    /// The last part: a letter matches itself and every letter before it, a digit any number; any if empty.
    pub end: &'static str,
    /// Only where one of these holds; everywhere if empty.
    pub when: &'static [Condition],
}

/// A parameter that names something in each zone.
#[derive(Clone, Debug)]
pub struct ZonalPaths {
    /// The parameter.
    pub key: &'static str,
    /// Which part of each path, from 0, is the zone.
    pub zone_part: usize,
}

impl Topology {
    /// Whether the zone of a requested volume could have this name.
    #[must_use]
    pub fn is_zone(&self, name: &str, holds: impl Fn(&Condition) -> bool) -> bool {
        let mut forms =
            self.zones.iter().filter(|form| form.when.is_empty() || form.when.iter().any(&holds)).peekable();
        forms.peek().is_none() || forms.any(|form| form.fits(name))
    }
}

impl ZoneForm {
    fn fits(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split('-').collect();
        let [least, most] = self.parts;
        name.starts_with(self.start)
            && (least..=most).contains(&parts.len())
            && parts
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            && parts.last().is_some_and(|last| self.end.is_empty() || ends_as(last, self.end))
    }
}

/// Whether a part has the form of `picture`.
fn ends_as(part: &str, picture: &str) -> bool {
    let mut rest = part;
    for sign in picture.chars() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let taken = match rest.chars().next() {
            _ if sign.is_ascii_digit() => digits,
            Some(letter) if letter.is_ascii_lowercase() && letter <= sign => 1,
            _ => 0,
        };
        if taken == 0 {
            return false;
        }
        rest = &rest[taken..];
    }
    rest.is_empty()
}
