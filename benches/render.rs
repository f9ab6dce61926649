//! How long a rendering takes within one process: three profiles, each 1,000 times, with the templates read once.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use volwright::profile;
use volwright::render::{Request, render, stream};
use volwright::source::Sources;
use volwright::template::Templates;

const TIMES: usize = 1000;
const PROFILES: [&str; 3] = ["aws-ebs", "gce-pd", "azure-disk"];

fn main() {
    let mut bytes = 0;
    let start = Instant::now();
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built in");
    for profile in PROFILES {
        let begun = Instant::now();
        for _ in 0..TIMES {
            let mut sources = sources.clone();
            let request = Request {
                profile: profile::Request { profile, ..profile::Request::default() },
                ..Request::default()
            };
            let rendered = render(&mut sources, &templates, &request).expect("built in");
            assert!(rendered.is_sound());
            bytes += stream(&rendered.documents).len();
        }
        println!("{profile}: {:.0} µs each", begun.elapsed().as_secs_f64() * 1e6 / TIMES as f64);
    }
    println!("{} renderings, {bytes} bytes, {:.3} s", PROFILES.len() * TIMES, start.elapsed().as_secs_f64());
}
