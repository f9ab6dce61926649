//! What the volumes of manifests cost a month, and what a change of manifests costs.

use std::collections::HashMap;

use super::prices::Prices;
use super::requested::{Requested, requested};
use super::solve::Solution;
use super::total;
use crate::bundle::index::Index;
use crate::catalog::{billing, driver, price};
use crate::document::Document;
use crate::rules::driver::performance::{Performance, performance};
use crate::rules::driver::{Claim, VolumeRequest};
use crate::source::Folders;

/// A price per month in the currency of the table, or why it is not known.
pub type Monthly = Result<f64, String>;

/// The volumes of one claim or template, before or after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Volumes {
    /// What they cost.
    pub monthly: Monthly,
    /// The region of the prices.
    pub region: Option<String>,
    /// The class and the size, by which volumes without a known price are compared.
    pub request: (Option<String>, i64),
    /// Whether they stay when the claim is deleted.
    pub retained: bool,
}

/// The cost of one claim or template, if a change affects it.
#[derive(Clone, Debug)]
pub struct CostChange {
    /// The position of the object's document in the whole input.
    pub document: usize,
    /// The kind of the object.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The environment or the directory, if there are several.
    pub folder: Option<String>,
    /// The template in the object; empty if the object is the claim.
    pub template: String,
    /// Before the change; nothing if there was no such volume.
    pub before: Option<Volumes>,
    /// After the change.
    pub after: Option<Volumes>,
}

impl CostChange {
    /// The difference per month, or why it is not known.
    ///
    /// # Errors
    ///
    /// Why it is not known.
    pub fn difference(&self) -> Monthly {
        let known = |side: &Option<Volumes>| side.as_ref().map_or(Ok(0.0), |volumes| volumes.monthly.clone());
        Ok(known(&self.after)? - known(&self.before)?)
    }

    /// Whether its volumes stay, and are billed, although the claim is removed.
    #[must_use]
    pub fn is_retained(&self) -> bool {
        self.after.is_none() && self.before.as_ref().is_some_and(|volumes| volumes.retained)
    }

    fn is_change(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => match (&before.monthly, &after.monthly) {
                (Ok(before), Ok(after)) => price::cents(*before) != price::cents(*after),
                (Err(_), Err(_)) => before.request != after.request,
                _ => true,
            },
            _ => true,
        }
    }
}

/// What the disk of a request costs a month.
///
/// # Errors
///
/// Why that is not known.
pub fn monthly(request: &VolumeRequest<'_>, performance: &Performance, prices: &Prices) -> Monthly {
    let (driver, disk_type) = (request.driver, performance.disk_type);
    let unknown = || format!("volwright has no prices of {}", driver.provisioner);
    let billing = billing::of(driver.name).ok_or_else(unknown)?;
    let billed = billing.find(disk_type.name).ok_or_else(unknown)?;
    let replicated = billed.replicated.as_ref();
    let variant = replicated.filter(|replicated| replicated.applies(|key| request.value(key)));
    let sku = variant.and_then(|variant| variant.sku.as_deref()).unwrap_or(disk_type.name);
    let region = prices.region(billing);
    let rows = prices.table().sku(&billing.cloud, region, sku);
    let disk = Solution {
        size: performance.size,
        iops: performance.iops.map(|figure| figure.value),
        throughput: performance.throughput.map(|figure| figure.value),
    };
    let total = total(driver, billing, billed, disk_type, &rows, disk);
    total.monthly.map(price::cents).ok_or_else(|| match total.missing.as_slice() {
        [] => format!("{sku} has no monthly price"),
        missing => format!("the table has no price of {sku} per {} in {region}", missing.join(" and ")),
    })
}

/// What the volumes of a claim cost; nothing if none is created. The first index that has a class counts.
fn volumes(
    document: &Document<'_>,
    claim: &Requested<'_>,
    indexes: [&Index<'_>; 2],
    prices: &Prices,
) -> Option<Volumes> {
    let (count, claim) = (claim.count, Claim::new(claim.spec));
    if claim.is_static || claim.class == Some("") {
        return None;
    }
    let class = match claim.class {
        Some(name) => indexes.iter().find_map(|index| index.class(document, name)),
        None => indexes.iter().find_map(|index| index.only_default_class()),
    };
    let mut volumes = Volumes {
        monthly: Err("its class is not in the input".to_owned()),
        region: None,
        request: (claim.class.map(str::to_owned), claim.size),
        retained: false,
    };
    let Some((_, class)) = class else { return Some(volumes) };
    volumes.retained = class.reclaim_policy.as_deref() == Some("Retain");
    let Some(driver) = driver::find(&class.provisioner) else {
        volumes.monthly = Err(format!("volwright has no prices of {}", class.provisioner));
        return Some(volumes);
    };
    volumes.region = billing::of(driver.name).map(|billing| prices.region(billing).to_owned());
    let attributes = claim
        .attributes_class
        .and_then(|name| indexes.iter().find_map(|index| index.attributes_class(document, name)));
    let request = VolumeRequest::of_class(driver, class);
    let request = match attributes {
        Some((_, attributes)) => request.with_attributes(attributes),
        None => request,
    };
    let request = request.with_claim(claim);
    volumes.monthly = match (performance(&request), count) {
        (None, _) => Err(format!("volwright has no prices of {}", driver.provisioner)),
        (Some(_), None) => Err("the number of its pods is not known".to_owned()),
        (Some(performance), Some(count)) => {
            monthly(&request, &performance, prices).map(|monthly| monthly * count as f64)
        }
    };
    Some(volumes)
}

/// The claims and templates whose cost changes between two inputs, in the order of the new one; removed ones follow.
#[must_use]
pub fn changes<'a>(
    old: &'a [Document<'a>],
    new: &'a [Document<'a>],
    folders: &Folders,
    prices: &Prices,
) -> Vec<CostChange> {
    let (before, after) = (side(old, folders, prices), side(new, folders, prices));
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, one) in before.iter().enumerate().rev() {
        places.entry(identity(one)).or_default().push(at);
    }
    let mut taken = vec![false; before.len()];
    let mut found = Vec::new();
    for one in &after {
        let known = places.get_mut(&identity(one)).and_then(|places| {
            // Directories may be for several clusters, so that the same directory comes first.
            let same = places.iter().rposition(|at| before[*at].folder == one.folder);
            let at = same.unwrap_or(places.len().checked_sub(1)?);
            Some(places.remove(at))
        });
        let earlier = known.and_then(|at| {
            taken[at] = true;
            before[at].after.clone()
        });
        found.push(CostChange { before: earlier, ..one.clone() });
    }
    let removed = before.into_iter().zip(taken).filter(|(_, taken)| !taken);
    found.extend(removed.map(|(one, _)| CostChange { before: one.after.clone(), after: None, ..one }));
    found.retain(CostChange::is_change);
    found
}

/// Puts the changes of several groups of objects in the order of one comparison.
pub fn sort(changes: &mut [CostChange]) {
    changes.sort_by_key(|change| (change.after.is_none(), change.document));
}

type Identity<'a> = (&'a str, Option<&'a str>, &'a str, &'a str);

fn identity(one: &CostChange) -> Identity<'_> {
    (&one.kind, one.namespace.as_deref(), &one.name, &one.template)
}

/// The claims and templates of one input, as if all were new.
fn side<'a>(documents: &'a [Document<'a>], folders: &Folders, prices: &Prices) -> Vec<CostChange> {
    let claims = documents.iter().map(|document| (document, requested(document)));
    let claims: Vec<_> = claims.filter(|(_, claims)| !claims.is_empty()).collect();
    if claims.is_empty() {
        return Vec::new();
    }
    // Directories may be for several clusters, whose classes have the same names.
    let mut indexes: HashMap<&str, Index<'_>> = HashMap::new();
    for document in documents {
        let folder = folders.get(&document.source).map_or("", String::as_str);
        indexes.entry(folder).or_default().add(document, &mut |_| true);
    }
    let whole = Index::new(documents);
    let mut found = Vec::new();
    for (document, claims) in &claims {
        let folder = folders.get(&document.source).map_or("", String::as_str);
        let own = indexes.get(folder).unwrap_or(&whole);
        for claim in claims {
            let Some(volumes) = volumes(document, claim, [own, &whole], prices) else { continue };
            found.push(CostChange {
                document: document.index,
                kind: document.kind.to_string(),
                namespace: document.namespace.as_deref().map(str::to_owned),
                name: document.name.to_string(),
                folder: folders.get(&document.source).cloned().filter(|folder| !folder.is_empty()),
                template: claim.key.trim_start_matches('.').to_owned(),
                before: None,
                after: Some(volumes),
            });
        }
    }
    found
}
