//! Sizes, IOPS and throughput against the limits of the disk type.

use super::given::Classes;
use super::{Given, table};
use crate::catalog::driver::{DiskType, Limit, Metric};
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::path::Path;

pub(super) fn check(given: &Given<'_>, classes: &Classes<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let (Some(claim), Some(disk_type)) = (given.claim, given.driver.find_type(given.disk_type())) else {
        return;
    };
    let judge = Judge { given, classes, path, size: claim.size, disk_type };
    judge.size(claim.size_text, claim.enlarged, out);
    let iops = judge.metric(
        given.driver.iops.as_ref(),
        disk_type.iops.as_ref(),
        &table::IOPS_OUT_OF_RANGE,
        "IOPS",
        None,
        out,
    );
    let throughput = disk_type.throughput.as_ref();
    let unit = given.driver.throughput_unit();
    judge.metric(
        given.driver.throughput.as_ref(),
        throughput,
        &table::THROUGHPUT_OUT_OF_RANGE,
        unit,
        iops,
        out,
    );
    judge.shares(out);
}

struct Judge<'j> {
    given: &'j Given<'j>,
    classes: &'j Classes<'j>,
    path: &'j Path<'j>,
    /// In GiB.
    size: i64,
    disk_type: &'static DiskType,
}

impl Judge<'_> {
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
        let pair = key.and_then(|key| self.given.pair(key));
        let place = pair.or_else(|| self.given.disk_type_pair());
        let text = match place {
            Some(pair) if pair.by_attributes => "the VolumeAttributesClass asks for this",
            _ => "the class asks for this",
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
            .help(format!(
                "the cloud's API refuses it, and the claim stays Pending; ask for {}, or name another class",
                if self.size < least {
                    format!("`{least}Gi` or more")
                } else {
                    format!("`{most}Gi` or less")
                }
            ));
        } else if let Some(why) = enlarged {
            self.report(
                out,
                &table::SIZE_ROUNDED_UP,
                None,
                format!("`{text}` becomes a disk of {} GiB", self.size),
            )
            .help(format!("{why}; write `{}Gi`, which is what is paid for", self.size));
        }
    }

    /// Judges IOPS or throughput; returns what the disk gets, where that is known.
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
        let asked = self.given.did_you_mean(metric);
        let key = metric
            .per_gib_key
            .as_deref()
            .filter(|key| self.given.pair(metric.key.as_str()).is_none() && self.given.pair(key).is_some());
        let key = key.unwrap_or(metric.key.as_str());
        let name = &self.disk_type.name;
        let Some(limit) = limit else {
            let stands =
                asked.is_some() || metric.refused_even_zero && self.given.pair(&metric.key).is_some();
            if stands {
                self.report(out, rule, Some(key), format!("{name} takes no {unit} of its own")).help(
                    format!(
                        "{}; take `{key}` out of the class, or name another type",
                        metric.not_taken_stage.says()
                    ),
                );
            }
            return None;
        };
        let Some(asked) = asked else {
            if limit.required {
                self.report(out, rule, Some(key), format!("{name} needs `{}`", metric.key)).help(format!(
                    "{}; write `{}` in the class: {}",
                    metric.stage.says(),
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
                    format!("{name} with {iops} IOPS gives {most} {unit}, and the driver asks for {default}");
                self.report(out, rule, Some(key), message).help(format!(
                    "{}; write `{}: \"{most}\"` or less",
                    metric.stage.says(),
                    metric.key
                ));
            }
            return limit.default_at(self.size);
        };
        let sent = self.given.sent(metric, limit, asked);
        if sent < asked {
            self.report(
                out,
                &table::CLAMPED_PERFORMANCE,
                Some(key),
                format!("the class asks for {asked} {unit}, and the disk gets {sent}"),
            )
            .help(format!("the driver lowers it silently; write {sent}{}", self.larger(limit, asked)));
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
            .help(format!(
                "{}; write {least} to {most}{}",
                metric.stage.says(),
                self.without_unit(metric, key).unwrap_or_default()
            ));
        }
        Some(sent)
    }

    /// What to say of a number of bytes that stands without a unit, and was meant to have one.
    fn without_unit(&self, metric: &Metric, key: &str) -> Option<String> {
        let value = self.given.value(key).filter(|_| metric.bytes)?;
        let bare = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 7;
        bare.then(|| format!(" MiB/s: without a unit it is bytes; did you mean `{value}Mi`?"))
    }

    /// From which size on a wish is met, for a help.
    fn larger(&self, limit: &Limit, asked: i64) -> String {
        let size = limit.most_per_gib.map(|each| (asked.min(limit.most) as f64 / each).ceil() as i64);
        match size.filter(|size| *size > self.size && *size <= self.disk_type.most_size) {
            Some(size) => format!(
                ", or ask for `{size}Gi` or more: a GiB gives {}",
                limit.most_per_gib.unwrap_or_default()
            ),
            None => String::new(),
        }
    }

    fn range(&self, limit: &Limit, unit: &str) -> String {
        let range = format!(
            "{} to {} {unit} at {} GiB",
            limit.least_at(self.size),
            limit.most_at(self.size),
            self.size
        );
        limit
            .most_per_gib
            .map_or_else(|| range.clone(), |each| format!("{range}, at most {each} for each GiB"))
    }

    fn shares(&self, out: &mut Reporter<'_>) {
        const KEY: &str = "maxShares";
        let Some(asked) = self.given.value(KEY).and_then(|value| value.parse::<i64>().ok()) else { return };
        let Some((_, most)) = self.disk_type.shares.iter().find(|(up_to, _)| self.size <= *up_to) else {
            return;
        };
        if asked > *most {
            self.report(
                out,
                &table::TOO_MANY_SHARES,
                Some(KEY),
                format!("a disk of type {} of {} GiB is shared by at most {most} nodes", self.disk_type.name, self.size),
            )
            .help(format!("the cloud's API refuses {asked}, and the claim stays Pending; ask for a larger disk, or for fewer nodes"));
        }
    }
}
