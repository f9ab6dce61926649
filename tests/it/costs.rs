//! Prices in `compare` and `diff`: of each volume, of a change, and those that are missing.

use serde_json::Value;

use crate::support::{Folder, text, volwright};

const OLD: &str = "\
extends = \"aws-ebs\"
name = \"vision\"

[claims.data]
size = \"100Gi\"

[claims.gone]
storageClass = \"fast\"
accessModes = [\"ReadWriteOnce\"]
size = \"50Gi\"

[statefulSets.db]
image = \"registry.example.com/db:1\"
serviceName = \"db\"
replicas = 3
mounts = [{ volumeClaimTemplate = \"d\", mountPath = \"/d\" }]

[statefulSets.db.volumeClaimTemplates.d]
storageClass = \"standard\"
accessModes = [\"ReadWriteOnce\"]
size = \"10Gi\"
";

const FURTHER: &str = "
[claims.shared]
storageClass = { existing = \"shared\" }
accessModes = [\"ReadWriteMany\"]
size = \"1Ti\"
";

fn json(args: &[&str]) -> Value {
    let output = volwright(&[args, &["--format", "json"]].concat(), "");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

#[test]
fn a_change_costs_what_its_volumes_cost() {
    let folder = Folder::new();
    let old = folder.write("old.toml", OLD);
    let (kept, rest) = OLD.split_once("[claims.gone]").expect("the claim");
    let (_, rest) = rest.split_once("[statefulSets.db]").expect("the set");
    let new = format!("{kept}[statefulSets.db]{rest}{FURTHER}").replace("100Gi", "2Ti").replace("= 3", "= 5");
    let new = folder.write("new.toml", new);
    let cost = json(&["diff", &old, &new])["cost"].clone();
    let difference = |name: &str| {
        let mut objects = cost["objects"].as_array().expect("objects").iter();
        objects.find(|object| object["name"] == name).unwrap_or_else(|| panic!("{name}: {cost}")).clone()
    };
    // 0.08 USD a GiB; `fast` has 7,000 IOPS and 375 MiB/s more than what is included.
    assert_eq!(difference("vision-data")["difference"], 155.84);
    assert_eq!(difference("vision-db")["difference"], 1.6);
    assert_eq!(difference("vision-gone")["difference"], -54.0);
    assert_eq!(difference("vision-gone")["retained"], true);
    let shared = difference("vision-shared");
    assert_eq!((&shared["difference"], &shared["after"]), (&Value::Null, &Value::Null));
    assert_eq!((&cost["monthly"], &cost["unknown"]), (&Value::from(103.44), &Value::from(1)));
    for format in ["text", "markdown"] {
        let said = text(&volwright(&["diff", &old, &new, "--format", format], "").stdout);
        for words in [
            "+ 103.44 USD a month (list prices of 20",
            "us-east-1",
            "1 price unknown",
            "its class is not in the input",
        ] {
            assert!(said.contains(words), "{format}: `{words}`: {said}");
        }
    }
    assert_eq!(json(&["diff", &old, &old])["cost"], Value::Null);
}

#[test]
fn a_missing_price_is_named_and_never_zero() {
    let folder = Folder::new();
    let old = folder.write("old.toml", OLD);
    let new = folder.write("new.toml", OLD.replace("100Gi", "2Ti"));
    let region = "--region=aws=mars-1";
    let cost = json(&["diff", &old, &new, region])["cost"].clone();
    assert_eq!((&cost["monthly"], &cost["unknown"]), (&Value::Null, &Value::from(1)), "{cost}");
    let said = text(&volwright(&["compare", &old, region], "").stdout);
    assert!(
        said.contains("unknown") && said.contains("price of gp3 per") && !said.contains("0.00"),
        "{said}"
    );
    let compared = json(&["compare", &old, region]);
    let on = &compared["volumes"][0]["on"][0];
    assert_eq!(on["monthly"], Value::Null);
    assert!(on["priceUnknown"].as_str().is_some_and(|why| why.contains("mars-1")), "{on}");
    assert_eq!(compared["prices"], Value::Null);
}

#[test]
fn a_need_has_a_verdict_on_each_cloud() {
    let folder = Folder::new();
    let overlay = folder.write(
        "train.toml",
        "name = \"vision\"\n[claims.data]\nneeds = { iops = 20000, throughput = \"700Mi\" }\nsize = \"2Ti\"\n",
    );
    let args = ["compare", "aws-ebs", "gce-pd", "azure-disk", "-f", &overlay];
    let compared = json(&args);
    let on = compared["volumes"][0]["on"].as_array().expect("profiles").clone();
    assert_eq!(on.len(), 3, "{compared}");
    for volume in &on {
        assert_eq!(volume["meetsNeed"], true, "{volume}");
        assert!(volume["monthly"].as_f64().is_some_and(|monthly| monthly > 100.0), "{volume}");
    }
    let said = text(&volwright(&args, "").stdout);
    assert!(said.contains("meets the need") && said.contains("met on aws-ebs, gce-pd, azure-disk"), "{said}");
    assert!(said.contains("List prices in USD as of 20"), "{said}");
}
