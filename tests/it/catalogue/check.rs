//! The checks of one driver's rows.

use std::collections::BTreeSet;

use volwright::catalog::driver::{
    ComputedPath, Condition, Driver, JsonShape, Letters, Limit, Metric, MountOptions, Parameter, Parameters,
    Refusal, Shape, SizeRule, Test,
};

/// What is wrong with a driver.
pub(super) fn problems(driver: &Driver) -> Vec<String> {
    let mut check = Check { driver, problems: Vec::new() };
    check.whole();
    check.problems
}

struct Check<'a> {
    driver: &'a Driver,
    problems: Vec<String>,
}

impl Check<'_> {
    fn that(&mut self, holds: bool, says: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(says());
        }
    }

    fn whole(&mut self) {
        let driver = self.driver;
        self.that(!driver.sources.is_empty(), || "there are no sources".to_owned());
        if let Some(keys) = &driver.disk_type {
            self.that(driver.find_type(keys.default).is_some(), || "the default type is none".to_owned());
            self.cites("the disk types' names", keys.source);
            for key in keys.keys {
                self.that(driver.class.find(key).is_some(), || {
                    format!("{key} names the type and is not a parameter")
                });
            }
        }
        if let Some(systems) = &driver.file_systems {
            let default = systems.default.is_empty() || systems.allowed.contains(&systems.default);
            self.that(default, || "the default file system is not allowed".to_owned());
            self.cites("the file systems", systems.source);
        }
        for (metric, name) in [(&driver.iops, "IOPS"), (&driver.throughput, "throughput")] {
            if let Some(metric) = metric {
                self.metric(metric, name);
            }
        }
        self.types();
        self.access();
        self.topology();
        self.in_tree();
        for (what, parameters) in [
            ("class", Some(&driver.class)),
            ("attributes", Some(&driver.attributes)),
            ("snapshot", Some(&driver.snapshot)),
            ("volume", driver.volume.as_ref()),
            ("volume annotations", driver.volume_annotations.as_ref()),
            ("inline", driver.inline.as_ref()),
            ("pod annotations", driver.pod_annotations.as_ref().map(|pod| &pod.annotations)),
        ] {
            if let Some(parameters) = parameters {
                self.parameters(what, parameters);
            }
        }
        for options in driver.mount_options.iter().chain(&driver.inline_options) {
            self.options(options);
        }
        for rule in driver.sizes {
            self.size(rule);
        }
        if let Some(handle) = &driver.handle {
            self.cites("the handle", handle.source);
            self.shape("the handle", &handle.shape, &driver.class);
        }
        if let Some(provisioning) = &driver.provisioning {
            self.cites("provisioning", provisioning.source);
        }
        if let Some(pod) = &driver.pod_annotations {
            self.cites("the annotation of pods", pod.source);
            self.that(pod.annotations.find(pod.required).is_some() && !pod.values.is_empty(), || {
                "the required annotation is none".to_owned()
            });
        }
    }

    fn options(&mut self, options: &MountOptions) {
        self.cites("the mount options", options.source);
        let class = &self.driver.class;
        for (name, row) in &options.list {
            self.parameter(&format!("option {name}"), row, class);
        }
        for refusal in options.refusals {
            self.refusal(refusal, class);
            let at = refusal.at.as_ref().is_none_or(|at| options.find(at).is_some());
            self.that(at, || format!("`{}` is at an option that does not exist", refusal.message));
        }
    }

    fn size(&mut self, rule: &SizeRule) {
        self.cites("a size", rule.source);
        self.that(!rule.why.is_empty(), || "a size says nothing".to_owned());
        rule.when.iter().for_each(|condition| self.condition(&self.driver.class, condition));
        let mut last = 0;
        for band in rule.bands {
            let sound = band.step > 0 && band.from >= last && band.to.is_none_or(|to| to >= band.from);
            self.that(sound, || format!("a band of sizes is empty, or the bands do not rise: {band:?}"));
            last = band.to.unwrap_or(i64::MAX);
        }
    }

    /// A fact is cited by one of the sources that the file lists, `[D]` for one, or by name.
    fn cites(&mut self, what: &str, source: &str) {
        let marks = |text: &str| -> Vec<String> {
            let parts = text.split('[').skip(1).filter_map(|part| part.split_once(']'));
            parts.map(|(mark, _)| mark.to_owned()).filter(|mark| mark.len() == 1).collect()
        };
        self.that(!source.trim().is_empty(), || format!("{what} has no source"));
        let listed: Vec<String> = self.driver.sources.iter().flat_map(|source| marks(source)).collect();
        let cited = marks(source);
        // Seen by running the code, from memory, an issue: marks that stand for no page.
        let known = |mark: &String| listed.contains(mark) || matches!(mark.as_str(), "X" | "M" | "I");
        let named = source.contains("kubernetes-csi/");
        self.that(named || !cited.is_empty() && cited.iter().all(known), || {
            format!("{what} cites no source of the file: {source}")
        });
    }

    fn metric(&mut self, metric: &Metric, name: &str) {
        let class = &self.driver.class;
        for key in std::iter::once(&metric.key).chain(&metric.per_gib_key) {
            self.that(class.list.contains_key(key), || format!("{name}: {key} is not a parameter"));
        }
        if let Some(condition) = &metric.raised_when {
            self.condition(class, condition);
        }
    }

    fn types(&mut self) {
        let driver = self.driver;
        let names: BTreeSet<&str> = driver.types.iter().map(|disk_type| disk_type.name).collect();
        self.that(names.len() == driver.types.len(), || "two disk types have one name".to_owned());
        for disk_type in driver.types {
            let name = &disk_type.name;
            self.cites(name, disk_type.source);
            self.that(!disk_type.about.is_empty(), || format!("{name} says nothing"));
            let sizes = 1 <= disk_type.least_size && disk_type.least_size <= disk_type.most_size;
            self.that(sizes, || format!("{name}: the sizes are no range"));
            for limit in disk_type.iops.iter().chain(&disk_type.throughput) {
                self.limit(name, limit);
            }
            let shares = &disk_type.shares;
            self.that(shares.is_sorted() && shares.iter().all(|(_, nodes)| *nodes > 1), || {
                format!("{name}: the shares do not rise")
            });
            if let Some(tiers) = &disk_type.tiers {
                let rising =
                    driver.tiers.get(tiers).is_some_and(|tiers| tiers.is_sorted_by_key(|tier| tier.up_to));
                self.that(rising, || format!("{name}: there are no tiers `{tiers}`, or they do not rise"));
            }
        }
    }

    fn limit(&mut self, name: &str, limit: &Limit) {
        self.that(0 < limit.least && limit.least <= limit.most, || {
            format!("{name}: the least is above the most")
        });
        let range = limit.least..=limit.most;
        let default = limit.default.is_none_or(|default| limit.required || range.contains(&default));
        self.that(default || limit.sends_default, || format!("{name}: the default is out of range"));
        let clamped = limit.clamped_at.is_none_or(|most| range.contains(&most));
        self.that(clamped, || format!("{name}: it is clamped at what is out of range"));
        for each in [limit.least_per_gib, limit.most_per_gib, limit.most_per_iops, limit.default_per_gib] {
            self.that(each.is_none_or(|each| each > 0.0), || format!("{name}: a ratio is not above zero"));
        }
        let ratios = limit.least_per_gib.zip(limit.most_per_gib).is_none_or(|(least, most)| least <= most);
        self.that(ratios, || format!("{name}: the least for each GiB is above the most"));
    }

    fn access(&mut self) {
        const MODES: [&str; 4] = ["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"];
        let driver = self.driver;
        for row in driver.access {
            for mode in row.modes {
                self.that(MODES.contains(mode), || format!("{mode} is not an access mode"));
            }
            let mode = row.volume_mode;
            self.that(matches!(mode, None | Some("Block" | "Filesystem")), || {
                format!("{mode:?} is not a volume mode")
            });
            self.cites("an access row", row.source);
            for name in row.types {
                self.that(driver.find_type(name).is_some(), || {
                    format!("access for {name}, which is not a type")
                });
            }
            row.when.iter().for_each(|condition| self.condition(&driver.class, condition));
        }
    }

    fn topology(&mut self) {
        let Some(topology) = &self.driver.topology else { return };
        self.that(!topology.keys.is_empty(), || "disks are placed by nothing".to_owned());
        self.that(topology.is_zone(topology.example, |_| true), || "the example is not a zone".to_owned());
        self.cites("the topology", topology.source);
        topology.replicated.iter().for_each(|condition| self.condition(&self.driver.class, condition));
        if let Some(paths) = &topology.zonal_paths {
            let known = self.driver.class.list.contains_key(paths.key);
            self.that(known, || format!("{} names paths and is not a parameter", paths.key));
        }
    }

    fn in_tree(&mut self) {
        let Some(in_tree) = &self.driver.in_tree else { return };
        self.cites("the translation", in_tree.source);
        for (bringer, brought) in &in_tree.brings {
            for key in [bringer, brought.key] {
                let known = self.driver.class.list.contains_key(key);
                self.that(known, || format!("the translation brings {key}, which is not a parameter"));
            }
        }
    }

    fn parameters(&mut self, what: &str, parameters: &Parameters) {
        for (key, parameter) in &parameters.list {
            self.parameter(&format!("{what} {key}"), parameter, parameters);
        }
        for refusal in parameters.refusals {
            self.refusal(refusal, parameters);
            if let Some(at) = &refusal.at {
                let known = parameters.find(at).is_some();
                self.that(known, || format!("`{}` is at {at}, which is not a parameter", refusal.message));
            }
        }
        for path in parameters.paths {
            self.path(path, parameters);
        }
        if let Some(reserved) = &parameters.reserved {
            let names: BTreeSet<&&str> = reserved.names.iter().collect();
            self.that(names.len() == reserved.names.len(), || {
                format!("{what}: two reserved keys are the same")
            });
            self.cites(reserved.prefix, reserved.source);
        }
    }

    fn parameter(&mut self, what: &str, parameter: &Parameter, parameters: &Parameters) {
        self.that(!parameter.about.is_empty(), || format!("{what} says nothing"));
        self.cites(what, parameter.source);
        self.shape(what, &parameter.shape, parameters);
        parameter.when.iter().for_each(|condition| self.condition(parameters, condition));
        for rule in parameter.rules {
            self.cites(what, rule.source);
            self.shape(what, &rule.shape, parameters);
            rule.when.iter().for_each(|condition| self.condition(parameters, condition));
        }
        if let Some(required) = &parameter.required {
            self.that(!required.help.is_empty(), || format!("{what} is required without help"));
            required.when.iter().for_each(|condition| self.condition(parameters, condition));
        }
        if let Some(sets) = &parameter.sets {
            let known = self.driver.class.list.contains_key(sets);
            self.that(known, || format!("{what} sets {sets}, which is not a parameter of a class"));
        }
        if let Some(other) = &parameter.yields_to {
            let known = parameters.list.contains_key(other);
            self.that(known, || format!("{what} yields to {other}, which is not a parameter"));
        }
    }

    fn refusal(&mut self, refusal: &Refusal, parameters: &Parameters) {
        self.cites(refusal.message, refusal.source);
        self.that(!refusal.when.is_empty() && !refusal.help.is_empty(), || {
            format!("`{}` is always refused, or without help", refusal.message)
        });
        self.that(!refusal.message.ends_with('.'), || format!("`{}` ends with a full stop", refusal.message));
        refusal.when.iter().for_each(|condition| self.condition(parameters, condition));
    }

    fn path(&mut self, path: &ComputedPath, parameters: &Parameters) {
        self.cites("a path", path.source);
        self.that(path.level.is_valid() && !path.parts.is_empty(), || "a path is not valid".to_owned());
        for part in path.parts.iter().chain(path.suffixes) {
            let known = part.key.as_ref().is_none_or(|key| parameters.list.contains_key(key));
            self.that(known, || format!("a path has a part {:?}, which is not a parameter", part.key));
            part.when.iter().for_each(|condition| self.condition(parameters, condition));
        }
    }

    fn shape(&mut self, what: &str, shape: &Shape, parameters: &Parameters) {
        let range =
            |least: Option<i64>, most: Option<i64>| least.zip(most).is_none_or(|(least, most)| least <= most);
        let sound = match shape {
            Shape::Integer(integer) => {
                matches!(integer.bits, 32 | 64)
                    && range(integer.least, integer.most)
                    && range(integer.above, integer.most)
            }
            Shape::Pattern { pattern, expected, .. } => pattern.is_valid() && !expected.is_empty(),
            Shape::List { item, .. } => {
                self.shape(what, item, parameters);
                true
            }
            Shape::AnyOf { shapes, .. } => {
                shapes.iter().for_each(|shape| self.shape(what, shape, parameters));
                shapes.len() > 1
            }
            Shape::Json { json, .. } => is_sound_json(json),
            Shape::OneOf { values, .. } => !values.is_empty(),
            Shape::StartsWith { start, path } => path.as_ref().is_none_or(|path| path.starts_with(start)),
            Shape::Path { path, .. } => path.contains('*'),
            Shape::Pairs { key, value, separator_key, cloud_pattern, .. } => {
                key.iter().chain(value).all(is_sound)
                    && cloud_pattern.iter().all(|pattern| pattern.is_valid())
                    && separator_key.as_ref().is_none_or(|key| parameters.list.contains_key(key))
            }
            Shape::Triples { key, value, most } => is_sound(key) && is_sound(value) && *most > 0,
            _ => true,
        };
        self.that(sound, || format!("{what} has a shape that nothing fits: {shape:?}"));
    }

    /// A condition names parameters, values, types and file systems that exist.
    fn condition(&mut self, parameters: &Parameters, condition: &Condition) {
        let driver = self.driver;
        let key = |check: &mut Self, key: &str| {
            let known = parameters.find(key).is_some();
            check.that(known, || format!("a condition is on {key}, which is not a parameter"));
        };
        match condition {
            Condition::Parameter { key: name, tests, .. } => {
                key(self, name);
                for test in *tests {
                    self.test(parameters, name, test);
                }
            }
            Condition::MountOption { option, tests } => {
                let options = driver.mount_options.iter().chain(&driver.inline_options);
                let known = options.clone().any(|options| options.find(option).is_some());
                self.that(known, || format!("a condition is on {option}, which is not a mount option"));
                self.that(!tests.is_empty(), || "a condition tests nothing".to_owned());
            }
            Condition::FilledAbove { keys, .. } | Condition::FilledBelow { keys, .. } => {
                keys.iter().for_each(|name| key(self, name));
            }
            Condition::FromAttributesClass(name)
            | Condition::DiffersFromSource(name)
            | Condition::SizeAboveKey(name) => key(self, name),
            Condition::DiskType(types) | Condition::OtherDiskType(types) => {
                for name in types.list {
                    let known =
                        driver.types.iter().any(|disk_type| disk_type.name.eq_ignore_ascii_case(name));
                    self.that(known, || format!("a condition is on {name}, which is not a type"));
                }
            }
            Condition::FileSystem(systems) => {
                for name in *systems {
                    let known =
                        driver.file_systems.as_ref().is_some_and(|systems| systems.allowed.contains(name));
                    self.that(known, || format!("a condition is on {name}, which is not a file system"));
                }
            }
            Condition::AnyParameter(_)
            | Condition::Field { .. }
            | Condition::Label { .. }
            | Condition::VolumeMode(_)
            | Condition::SizeBelow(_)
            | Condition::SizeFrom(_)
            | Condition::FromSource(_)
            | Condition::FromClone(_)
            | Condition::ReadOnly(_) => {}
        }
    }

    fn test(&mut self, parameters: &Parameters, key: &str, test: &Test) {
        if let Some(other) = test.other_key() {
            let known = parameters.find(other).is_some();
            self.that(known, || format!("a condition is on {other}, which is not a parameter"));
        }
        if let Test::Matches(pattern) | Test::Mismatches(pattern) = test {
            self.that(pattern.is_valid(), || {
                format!("a condition has a pattern that does not compile: {pattern:?}")
            });
        }
        let (Test::Is(words) | Test::Not(words)) = test else { return };
        let shape = parameters.find(key).map(|(_, row)| &row.shape);
        let Some(Shape::OneOf { values, .. }) = shape else { return };
        for word in words.list.iter().filter(|word| !word.is_empty()) {
            let known = values.iter().any(|value| value.eq_ignore_ascii_case(word));
            self.that(known, || format!("a condition is on {word}, which is not a value of the parameter"));
        }
    }
}

fn is_sound_json(shape: &JsonShape) -> bool {
    match shape {
        JsonShape::Boolean => true,
        JsonShape::Integer { bits, least, most, .. } => {
            matches!(bits, 32 | 64) && least.zip(*most).is_none_or(|(least, most)| least <= most)
        }
        JsonShape::String { pattern, .. } => pattern.as_ref().is_none_or(|pattern| pattern.is_valid()),
        JsonShape::List { items, least, most } => {
            is_sound_json(items) && most.is_none_or(|most| *least <= most)
        }
        JsonShape::Object { fields, values, .. } => {
            fields.values().all(|field| is_sound_json(&field.json))
                && values.as_ref().is_none_or(|shape| is_sound_json(shape))
        }
    }
}

fn is_sound(letters: &Letters) -> bool {
    const KINDS: [&str; 3] = ["lower", "lower-or-digit", "alphanumeric"];
    let known = |kind: &&str| KINDS.contains(kind);
    known(&letters.of)
        && letters.first.iter().chain(&letters.last).all(known)
        && letters.least <= letters.most
}
