//! How long renderings take within one process: three profiles, each 1,000 times with an overlay of its own.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs, process};

use volwright::profile;
use volwright::progress::Progress;
use volwright::render::{Request, render_all, stream};
use volwright::source::Sources;
use volwright::template::Templates;

const TIMES: usize = 1000;
const PROFILES: [&str; 3] = ["aws-ebs", "gce-pd", "azure-disk"];

fn main() {
    let folder = env::temp_dir().join(format!("volwright-bench-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let overlays: Vec<PathBuf> = (0..TIMES)
        .map(|number| {
            let path = folder.join(format!("team-{number:03}.toml"));
            let text =
                format!("namespace = \"team-{number:03}\"\n\n[claims.data]\nsize = \"{}Gi\"\n", 100 + number);
            fs::write(&path, text).expect("written");
            path
        })
        .collect();
    let begun = Instant::now();
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built in");
    let mut requests = Vec::new();
    for overlay in &overlays {
        for profile in PROFILES {
            let overlays = std::slice::from_ref(overlay);
            let profile = profile::Request { profile, overlays, ..profile::Request::default() };
            requests.push((&templates, Request { profile, ..Request::default() }));
        }
    }
    let rendered = render_all(&mut sources, &requests, &Progress::default(), |_, one, _| {
        (one.is_sound(), stream(&one.documents).len())
    });
    let rendered = rendered.expect("readable");
    assert!(rendered.iter().all(|(sound, _)| *sound));
    let bytes: usize = rendered.iter().map(|(_, bytes)| bytes).sum();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} renderings, {bytes} bytes, {seconds:.3} s", rendered.len());
    fs::remove_dir_all(&folder).expect("removed");
}
