//! A pod's DNS policy and configuration.

use k8s_openapi::api::core::v1::PodDNSConfig;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// The policies (validation.go, `validateDNSPolicy`).
const POLICIES: [&str; 4] = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];

/// Limits of a resolver's configuration (validation.go, `MaxDNSNameservers` and below it).
const MOST_NAMESERVERS: usize = 3;
const MOST_SEARCH_PATHS: usize = 32;
const MOST_SEARCH_CHARACTERS: usize = 2048;

/// Checks `dnsPolicy` and `dnsConfig` of a pod: `path` is `spec` (`validatePodDNSConfig`).
pub(in crate::rules::kubernetes) fn check(
    policy: Option<&str>,
    config: Option<&PodDNSConfig>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let policy = policy.unwrap_or_default();
    if !policy.is_empty() {
        report::one_of(out, &path.field("dnsPolicy"), policy, &POLICIES);
    }
    let path = path.field("dnsConfig");
    if policy == "None" {
        let nameservers = config.and_then(|config| config.nameservers.as_deref());
        if config.is_none() {
            report::required(out, &path, "with `dnsPolicy: None` the pod brings its own `dnsConfig`");
            return;
        }
        if nameservers.unwrap_or_default().is_empty() {
            report::required(
                out,
                &path.field("nameservers"),
                "with `dnsPolicy: None` the pod names a name server",
            );
            return;
        }
    }
    if let Some(config) = config {
        self::config(config, &path, context, out);
    }
}

fn config(config: &PodDNSConfig, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let nameservers = config.nameservers.as_deref().unwrap_or_default();
    let list = path.field("nameservers");
    if nameservers.len() > MOST_NAMESERVERS {
        report::too_much(
            out,
            &list,
            format!("{} name servers are more than {MOST_NAMESERVERS}", nameservers.len()),
        );
    }
    for (index, nameserver) in nameservers.iter().enumerate() {
        report::ip(out, &list.index(index), nameserver, context.version);
    }
    let searches = config.searches.as_deref().unwrap_or_default();
    let list = path.field("searches");
    if searches.len() > MOST_SEARCH_PATHS {
        report::too_much(
            out,
            &list,
            format!("{} search paths are more than {MOST_SEARCH_PATHS}", searches.len()),
        );
    }
    // They are joined with spaces.
    let characters = searches.iter().map(String::len).sum::<usize>() + searches.len().saturating_sub(1);
    if characters > MOST_SEARCH_CHARACTERS {
        report::too_much(
            out,
            &list,
            format!("the search paths have more than {MOST_SEARCH_CHARACTERS} characters"),
        );
    }
    for (index, search) in searches.iter().enumerate().filter(|(_, search)| *search != ".") {
        let name = search.strip_suffix('.').unwrap_or(search);
        report::dns_subdomain_with_underscore(out, &list.index(index), name);
    }
    let list = path.field("options");
    for (index, option) in config.options.iter().flatten().enumerate() {
        if option.name.as_deref().unwrap_or_default().is_empty() {
            report::required(out, &list.index(index), "an option needs a `name`");
        }
    }
}
