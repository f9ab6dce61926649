//! Curves and reports: the figures in them are those of the other formats, and a report is written as other files are.

use std::fs;

use roxmltree::Document;
use serde_json::Value;

use crate::support::{Folder, command, golden, run, text, volwright};

/// The marks of a picture, each as its title: claim, size and value.
fn marks(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).expect("well-formed");
    let marks = document.descendants().filter(|node| node.attribute("class") == Some("mark"));
    marks
        .filter_map(|mark| mark.children().find(|node| node.has_tag_name("title"))?.text().map(str::to_owned))
        .collect()
}

#[test]
fn the_curves_of_the_documentation_are_current() {
    let args = ["compare", "aws-ebs", "gce-pd", "azure-disk", "--format", "svg"];
    golden("docs/compare.svg", &text(&volwright(&args, "").stdout));
}

#[test]
fn marks_have_the_figures_of_the_table_and_the_price_of_choose() {
    let overlay = "[claims.data]\nsize = \"2000Gi\"\nstorageClass = \"mine\"\naccessModes = [\"ReadWriteOnce\"]\n\
                   [storageClasses.mine.parameters]\ntype = \"gp3\"\niops = \"20000\"\nthroughput = \"700\"\n";
    let folder = Folder::new();
    let overlay = folder.write("overlay.toml", overlay);
    let picture = volwright(&["compare", "aws-ebs", "-f", &overlay, "--format", "svg"], "");
    let picture = text(&picture.stdout);
    let choose = [
        "choose",
        "--size",
        "2000Gi",
        "--exact-size",
        "--iops",
        "20000",
        "--throughput",
        "700",
        "--on",
        "aws-ebs",
    ];
    let choice = volwright(&[&choose[..], &["--format", "json"]].concat(), "");
    let choice: Value = serde_json::from_slice(&choice.stdout).expect("JSON");
    let candidates = choice["clouds"][0]["candidates"].as_array().expect("candidates");
    let gp3 = candidates.iter().find(|candidate| candidate["type"] == "gp3").expect("gp3");
    let monthly = gp3["monthly"].as_f64().expect("a price").round();
    let expected =
        ["20k", "700", &monthly.to_string()].map(|value| format!("claims.data (gp3): 2000 Gi, {value}"));
    assert_eq!(marks(&picture), expected);
    assert!(picture.contains("List price, USD a month, 2026-"), "{picture}");
}

#[test]
fn the_mark_of_a_disk_in_two_zones_has_the_price_of_the_table() {
    let overlay = "name = \"team\"\n[claims.data]\nsize = \"500Gi\"\nstorageClass = \"regional\"\naccessModes = [\"ReadWriteOnce\"]\n\
                   [storageClasses.regional.parameters]\ntype = \"pd-ssd\"\nreplication-type = \"regional-pd\"\n";
    let folder = Folder::new();
    let overlay = folder.write("overlay.toml", overlay);
    let compare = |format: &str| {
        text(&volwright(&["compare", "gce-pd", "-f", &overlay, "--format", format], "").stdout)
    };
    let table: Value = serde_json::from_str(&compare("json")).expect("JSON");
    let volumes = table["volumes"].as_array().expect("volumes");
    let monthly = volumes[0]["on"][0]["monthly"].as_f64().expect("a price").round();
    assert_eq!(marks(&compare("svg"))[2], format!("claims.data (pd-ssd): 500 Gi, {monthly}"));
}

#[test]
fn a_type_without_a_price_is_named_and_has_no_line() {
    let args = ["compare", "aws-ebs", "--size", "1Ti", "--format", "svg", "--region", "aws=nowhere-1"];
    let output = volwright(&args, "");
    let (out, said) = (text(&output.stdout), text(&output.stderr));
    assert!(out.contains("price unknown: gp3"), "{out}{said}");
    assert_eq!(out.matches(">not known<").count(), out.matches("List price, USD a month").count(), "{out}");
}

#[test]
fn a_report_shows_findings_even_if_nothing_else_is_written() {
    let folder = Folder::new();
    folder.write(
        "my.toml",
        "name = \"my\"\nextends = \"aws-ebs\"\n[claims.data]\nsize = \"1Ti\"\nstorageClass = \"fast\"\n\
         accessModes = [\"ReadWriteMany\"]\n",
    );
    let render = |args: &[&str]| {
        let mut command = command(&[&["render", "my.toml", "--report", "report.html"], args].concat());
        command.current_dir(folder.path());
        run(command, "")
    };
    let report = folder.path().join("report.html");
    let output = render(&[]);
    assert_eq!((text(&output.stdout), output.status.code()), (String::new(), Some(1)));
    let page = fs::read_to_string(&report).expect("a report");
    for part in ["error D204", "my.toml:6", "class=\"refused\"", "refused: D204", "<h2>Volumes</h2>"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // What is sound is written to standard output as without a report, and the report is replaced.
    let sound = ["--set", "claims.data.accessModes=[\"ReadWriteOnce\"]"];
    let output = render(&sound);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("kind: PersistentVolumeClaim"));
    let page = fs::read_to_string(&report).expect("a report");
    assert!(page.contains("<h2>Disk types by size</h2>") && !page.contains("D204"), "{page}");
    fs::write(&report, "<!DOCTYPE html>\nmine\n").expect("written");
    let output = render(&sound);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("was not written by volwright"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&report).expect("there"), "<!DOCTYPE html>\nmine\n");
}

#[test]
fn a_report_of_a_thousand_objects_stays_small() {
    let mut profile = String::from("name = \"many\"\nextends = \"aws-ebs\"\n");
    for at in 0..500 {
        profile.push_str(&format!(
            "[claims.c{at}]\nsize = \"{}Gi\"\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]\n[pods.p{at}]\n\
             image = \"example.com/a:1\"\nmounts = [{{ claim = \"c{at}\", mountPath = \"/data\" }}]\n",
            30 + at
        ));
    }
    let folder = Folder::new();
    let profile = folder.write("many.toml", profile);
    let report = folder.path().join("report.html").to_string_lossy().into_owned();
    let output = volwright(&["render", &profile, "--report", &report], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let page = fs::read_to_string(&report).expect("a report");
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert_eq!(page.matches("<th scope=\"row\">claims.c").count(), 500);
}
