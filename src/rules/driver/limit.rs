//! Sizes, IOPS and throughput against the limits of the disk type.

use super::claim::Claim;
use super::request::Classes;
use super::request::VolumeRequest;
use super::table;
use crate::catalog::driver::{DiskType, Fraction, Limit, Metric, SizeOutcome, SizeRule, Stage};
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix, Intent, Place};
use crate::rule::Rule;
use crate::yaml::path::Path;

pub(super) fn check(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = request.claim else { return };
    // The API server rejects a size that is not above zero.
    if claim.bytes <= 0 || out.is_undecoded(&path.field("resources").field("requests").key("storage")) {
        return;
    }
    let rule = request.size_rule();
    if rule.is_some_and(|rule| !is_possible(rule, &claim, request, classes, path, out)) {
        return;
    }
    // A rule with an upper limit says everything about sizes; the limits of the disk type need not hold for it.
    let complete = rule.is_some_and(|rule| rule.bands.last().is_none_or(|band| band.to.is_some()));
    if let Some(why) = claim.enlarged.filter(|_| complete || request.driver.disk_type.is_none()) {
        report_enlarged(&claim, why, request, classes, path, out);
    }
    // A type that is not text is reported in the class.
    let keys = request.driver.disk_type.as_ref().map(|parameter| parameter.keys).unwrap_or_default();
    if keys.iter().any(|key| classes.set_undecoded(request, key)) {
        return;
    }
    let Some(disk_type) = request.driver.find_type(request.disk_type()) else { return };
    let limits = Limits { request, classes, path, size: claim.size, disk_type };
    if !complete {
        limits.size(claim.size_text, claim.enlarged, out);
    }
    let iops = limits.metric(
        request.driver.iops.as_ref(),
        disk_type.iops.as_ref(),
        &table::IOPS_OUT_OF_RANGE,
        "IOPS",
        None,
        out,
    );
    let throughput = disk_type.throughput.as_ref();
    let unit = request.driver.throughput_unit();
    limits.metric(
        request.driver.throughput.as_ref(),
        throughput,
        &table::THROUGHPUT_OUT_OF_RANGE,
        unit,
        iops,
        out,
    );
    limits.shares(out);
}

/// Whether the driver's rule for sizes allows a claim's; reports it otherwise.
fn is_possible(
    rule: &SizeRule,
    claim: &Claim<'_>,
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) -> bool {
    const GIB: i128 = 1 << 30;
    let at = path.field("resources");
    let at = at.field("requests");
    let at = at.field("storage");
    let place = classes.place(request.disk_type_pair());
    let size = claim.size_by(rule.fraction);
    if rule.fraction == Fraction::Rejected && claim.bytes % GIB != 0 && !rule.bands.is_empty() {
        out.report(
            &table::SIZE_OUT_OF_RANGE,
            &at,
            format!("`{}` is not a whole number of GiB", claim.size_text),
        )
        .help(format!("{}; {}, write `{size}Gi`", Stage::Driver.rejection(), rule.why))
        .fix(Fix::replace(&at, format!("{size}Gi"), Applicability::Safe))
        .related(place, "the class");
        return false;
    }
    let SizeOutcome::Rejected { below, above } = rule.outcome(size) else { return true };
    let options: Vec<String> =
        below.iter().chain(&above).filter(|size| **size > 0).map(|size| format!("`{size}Gi`")).collect();
    let read = if claim.bytes == i128::from(size) * GIB { String::new() } else { format!(" ({size} GiB)") };
    out.report(
        &table::SIZE_OUT_OF_RANGE,
        &at,
        format!("a volume of `{}`{read} does not exist", claim.size_text),
    )
    .help(format!("{}; {}; write {}", rule.stage.rejection(), rule.why, options.join(" or ")))
    .fix(Fix::replace(&at, format!("{}Gi", above.or(below).unwrap_or(size)), Applicability::Unsafe))
    .related(place, "the class");
    false
}

/// Reports that a volume is larger than its claim.
fn report_enlarged(
    claim: &Claim<'_>,
    why: &str,
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let at = path.field("resources");
    let at = at.field("requests");
    let message = format!("`{}` becomes a volume of {} GiB", claim.size_text, claim.size);
    // A claim may grow; the template of a StatefulSet and the volume of a pod may not be changed.
    let applicability = match out.kind() {
        "PersistentVolumeClaim" => Applicability::Safe,
        _ => Applicability::Unsafe,
    };
    out.report(&table::SIZE_ROUNDED_UP, &at.field("storage"), message)
        .fix(Fix::replace(&at.field("storage"), format!("{}Gi", claim.size), applicability))
        .help(format!("{why}; write `{}Gi`, which is what is created and billed", claim.size))
        .related(classes.place(request.disk_type_pair()), "the class");
}

/// `3000 to 5000`, or one number.
fn range(least: i64, most: i64) -> String {
    if least >= most { least.to_string() } else { format!("{least} to {most}") }
}

struct Limits<'j> {
    request: &'j VolumeRequest<'j>,
    classes: &'j Classes<'j>,
    path: &'j Path<'j>,
    /// In GiB.
    size: i64,
    disk_type: &'static DiskType,
}

impl Limits<'_> {
    /// A finding at the claim's size, with the class's parameter beside it.
    fn report<'o>(
        &self,
        out: &'o mut Reporter<'_>,
        rule: &'static Rule,
        key: Option<&str>,
        message: String,
    ) -> &'o mut Finding {
        let resources = self.path.field("resources");
        let requests = resources.field("requests");
        let pair = key.and_then(|key| self.request.pair(key));
        let place = pair.or_else(|| self.request.disk_type_pair());
        let text = match place {
            Some(pair) if pair.from_attributes_class => "the VolumeAttributesClass requests this",
            _ => "the class requests this",
        };
        let finding = out.report(rule, &requests.field("storage"), message);
        finding.related(self.classes.place(place), text);
        finding
    }

    fn size(&self, text: &str, enlarged: Option<&str>, out: &mut Reporter<'_>) {
        let (least, most) = (self.disk_type.least_size, self.disk_type.most_size);
        if !(least..=most).contains(&self.size) {
            self.report(
                out,
                &table::SIZE_OUT_OF_RANGE,
                None,
                format!("`{text}` is not a size of {}: {least} to {most} GiB", self.disk_type.name),
            )
            .fix(Fix::replace(
                &self.path.field("resources").field("requests").field("storage"),
                format!("{}Gi", self.size.clamp(least, most)),
                Applicability::Unsafe,
            ))
            .help(format!(
                "the cloud's API refuses it, and the claim stays Pending; request {}, or name another class",
                if self.size < least {
                    format!("`{least}Gi` or more")
                } else {
                    format!("`{most}Gi` or less")
                }
            ));
        } else if let (Some(why), Some(claim)) = (enlarged, self.request.claim) {
            report_enlarged(&claim, why, self.request, self.classes, self.path, out);
        }
    }

    /// Checks IOPS or throughput; returns what the disk gets, if known.
    fn metric(
        &self,
        metric: Option<&Metric>,
        limit: Option<&Limit>,
        rule: &'static Rule,
        unit: &str,
        iops: Option<i64>,
        out: &mut Reporter<'_>,
    ) -> Option<i64> {
        let metric = metric?;
        let requested = self.request.requested(metric);
        let key = metric
            .per_gib_key
            .filter(|key| self.request.pair(metric.key).is_none() && self.request.pair(key).is_some());
        let key = key.unwrap_or(metric.key);
        let name = &self.disk_type.name;
        let Some(limit) = limit else {
            let holds =
                requested.is_some() || metric.refused_even_zero && self.request.pair(metric.key).is_some();
            if holds {
                self.report(out, rule, Some(key), format!("{name} takes no {unit} of its own"))
                    .help(format!(
                        "{}; remove `{key}` from the class, or name another type",
                        metric.not_taken_stage.rejection()
                    ))
                    .with_fix(self.parameter(key, Intent::Remove));
            }
            return None;
        };
        let Some(requested) = requested else {
            if self.is_unreadable(metric) {
                return None;
            }
            if limit.required {
                self.report(out, rule, Some(key), format!("{name} needs `{}`", metric.key)).help(format!(
                    "{}; write `{}` in the class: {}",
                    metric.stage.rejection(),
                    metric.key,
                    self.range(limit, unit)
                ));
            }
            let allowed =
                limit.most_per_iops.zip(iops).map(|(each, iops)| ((each * iops as f64) as i64, iops));
            if let (true, Some(default), Some((most, iops))) = (limit.sends_default, limit.default, allowed)
                && default > most
            {
                let message =
                    format!("{name} with {iops} IOPS gives {most} {unit}, but the driver requests {default}");
                self.report(out, rule, Some(key), message).help(format!(
                    "{}; write `{}: \"{most}\"` or less",
                    metric.stage.rejection(),
                    metric.key
                ));
            }
            return limit.default_at(self.size);
        };
        let sent = self.request.sent(metric, limit, requested);
        if sent < requested {
            self.report(
                out,
                &table::CLAMPED_PERFORMANCE,
                Some(key),
                format!("the class requests {requested} {unit}, but the disk gets {sent}"),
            )
            .help(format!(
                "the driver lowers it silently; write {}{}",
                self.in_unit_of(key, metric, sent, sent).unwrap_or_else(|| sent.to_string()),
                self.larger(limit, requested)
            ))
            .with_fix(
                self.parameter(key, Intent::Replace(sent.to_string().into())).filter(|_| key == metric.key),
            );
        }
        let (least, mut most) = (limit.least_at(self.size), limit.most_at(self.size));
        let ratio = limit.most_per_iops.zip(iops).map(|(each, iops)| (each * iops as f64) as i64);
        if let Some(ratio) = ratio {
            most = most.min(ratio.max(least));
        }
        if !(least..=most).contains(&sent) {
            let because = match (ratio, iops) {
                (Some(ratio), Some(iops)) if sent > ratio => format!(" with {iops} IOPS"),
                _ => format!(" of {} GiB", self.size),
            };
            self.report(
                out,
                rule,
                Some(key),
                format!("{sent} {unit} is not for a disk of type {name}{because}"),
            )
            .with_fix(
                self.parameter(key, Intent::Replace(sent.clamp(least, most.max(least)).to_string().into()))
                    .filter(|_| !metric.bytes && key == metric.key),
            )
            .help(format!(
                "{}; write {}{}{}",
                metric.stage.rejection(),
                self.in_unit_of(key, metric, least, most).unwrap_or_else(|| range(least, most)),
                self.without_unit(metric, key).unwrap_or_default(),
                self.raised(key, metric, least, sent)
            ));
            // What it allows of the other is unknown.
            return None;
        }
        Some(sent)
    }

    /// Whether a class sets the metric to a value that is not a number, which is reported there.
    fn is_unreadable(&self, metric: &Metric) -> bool {
        [Some(&metric.key), metric.per_gib_key.as_ref()].into_iter().flatten().any(|key| {
            self.request.value(key).is_some_and(|text| metric.number(text).is_none())
                || self.classes.set_undecoded(self.request, key)
        })
    }

    /// Changes a parameter of the class, which an existing class does not allow.
    fn parameter(&self, key: &str, intent: Intent) -> Option<Box<Fix>> {
        let pair = self.request.pair(key)?;
        let of = match self.classes.attributes {
            Some(attributes) if pair.from_attributes_class => attributes,
            _ => self.classes.class,
        };
        let parameters = of.root.get("parameters")?;
        let entry = parameters.entry(pair.key)?;
        let siblings = parameters.entries().iter().map(|entry| (entry.key.span, entry.value.span)).collect();
        let place =
            Place { key: Some(entry.key.span), value: Some(entry.value.span), siblings, ..Place::default() };
        let title = match &intent {
            Intent::Remove => format!("remove `{}` of `{}`", pair.key, of.name),
            _ => format!("change `{}` of `{}`", pair.key, of.name),
        };
        (intent != Intent::Remove || parameters.entries().len() > 1)
            .then(|| Box::new(Fix::new(title, Applicability::Unsafe).at(place, intent)))
    }

    /// What to say about a number of bytes without a unit that was meant to have one.
    fn without_unit(&self, metric: &Metric, key: &str) -> Option<String> {
        let value = self.request.value(key).filter(|_| metric.bytes)?;
        let bare = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 7;
        bare.then(|| format!(" MiB/s: without a unit it is bytes; did you mean `{value}Mi`?"))
    }

    /// The values of a parameter for each GiB that give `least` to `most` at this size.
    fn in_unit_of(&self, key: &str, metric: &Metric, least: i64, most: i64) -> Option<String> {
        (metric.per_gib_key == Some(key) && self.size > 0).then_some(())?;
        let most = most / self.size;
        let least = (least + self.size - 1) / self.size;
        (most > 0).then(|| format!("{} as `{key}`", range(least.min(most), most)))
    }

    /// How else too low a value for each GiB becomes enough.
    fn raised(&self, key: &str, metric: &Metric, least: i64, sent: i64) -> String {
        if metric.per_gib_key != Some(key) || sent >= least || sent <= 0 {
            return String::new();
        }
        let by = metric.raised_by.map_or(String::new(), |by| format!(", or `{by}`"));
        let each =
            self.request.value(key).and_then(|value| value.parse::<i64>().ok()).filter(|each| *each > 0);
        let size =
            each.map(|each| (least + each - 1) / each).filter(|size| *size <= self.disk_type.most_size);
        let size = size.map_or(String::new(), |size| format!(", or request `{size}Gi` or more"));
        format!("{by}{size}")
    }

    /// From which size on a request is met, as the end of a help.
    fn larger(&self, limit: &Limit, requested: i64) -> String {
        let size = limit.most_per_gib.map(|each| (requested.min(limit.most) as f64 / each).ceil() as i64);
        match size.filter(|size| *size > self.size && *size <= self.disk_type.most_size) {
            Some(size) => format!(
                ", or request `{size}Gi` or more: a GiB gives {}",
                limit.most_per_gib.unwrap_or_default()
            ),
            None => String::new(),
        }
    }

    fn range(&self, limit: &Limit, unit: &str) -> String {
        let range = range(limit.least_at(self.size), limit.most_at(self.size));
        let range = format!("{range} {unit} at {} GiB", self.size);
        limit
            .most_per_gib
            .map_or_else(|| range.clone(), |each| format!("{range}, at most {each} for each GiB"))
    }

    fn shares(&self, out: &mut Reporter<'_>) {
        const KEY: &str = "maxShares";
        let Some(requested) = self.request.value(KEY).and_then(|value| value.parse::<i64>().ok()) else {
            return;
        };
        let Some((_, most)) = self.disk_type.shares.iter().find(|(up_to, _)| self.size <= *up_to) else {
            return;
        };
        if requested > *most {
            self.report(
                out,
                &table::TOO_MANY_SHARES,
                Some(KEY),
                format!("a disk of type {} of {} GiB is shared by at most {most} nodes", self.disk_type.name, self.size),
            )
            .help(format!("the cloud's API refuses {requested}, and the claim stays Pending; ask for a larger disk, or for fewer nodes"))
            .with_fix(self.parameter(KEY, Intent::Replace(most.to_string().into())));
        }
    }
}
