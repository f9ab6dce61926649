//! Runs that are met in the middle of writing: interrupted, killed, doubled, or with their folder taken away.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command};

use super::{PROFILE, below, failed, render};
use crate::support::{Folder, command, files, text};

/// How many claims there are, so that a run is met before it ends.
const MANY: usize = 200;

/// A profile of many claims of this size.
fn many(folder: &Folder, size: usize) -> String {
    let claims: String = (0..MANY)
        .map(|index| {
            format!(
                "[claims.c{index}]\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]\nsize = \"{size}Gi\"\n"
            )
        })
        .collect();
    folder.write(format!("p{size}.toml"), format!("{PROFILE}{claims}"))
}

/// What two profiles of many claims render, their folder holding the first.
struct Two {
    folder: Folder,
    profiles: [String; 2],
    sets: [Vec<(String, String)>; 2],
}

impl Two {
    fn new() -> Self {
        let folder = Folder::new();
        let profiles = [many(&folder, 1), many(&folder, 2)];
        let sets = profiles.clone().map(|profile| {
            // Whichever profile it is from, a file's first line is the same.
            let link = folder.path().join("p.toml");
            let _ = fs::remove_file(&link);
            symlink(&profile, &link).expect("a link");
            let output = render(&[link.to_str().expect("plain"), "--out-dir", &below(&folder, "set")]);
            assert!(output.status.success(), "{}", text(&output.stderr));
            let set = files(&folder.path().join("set"));
            assert_eq!(set.len(), MANY + 2);
            set
        });
        Self { folder, profiles, sets }
    }

    fn begin(&self, profile: usize) -> Child {
        // Both by one name, for the first line's sake.
        let own = self.folder.path().join(format!("{profile}"));
        fs::create_dir_all(&own).expect("a folder");
        let link = own.join("p.toml");
        let _ = symlink(&self.profiles[profile], &link);
        let out = below(&self.folder, "out");
        command(&["render", link.to_str().expect("plain"), "--out-dir", &out]).spawn().expect("it runs")
    }

    #[track_caller]
    fn written(&self, profile: usize) {
        let output = self.begin(profile).wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(files(&self.out()) == self.sets[profile], "the files are not those of profile {profile}");
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Waits until a run has begun to write; false where it has ended before that was seen.
    fn in_the_middle(&self, child: &mut Child) -> bool {
        loop {
            let names = fs::read_dir(self.out()).into_iter().flatten().flatten();
            if names.filter(|entry| entry.file_name().as_bytes().starts_with(b".")).count() > 8 {
                return true;
            }
            if child.try_wait().expect("a child").is_some() {
                return false;
            }
        }
    }
}

#[test]
fn ctrl_c_takes_back_what_was_begun() {
    let two = Two::new();
    two.written(0);
    let mut met = 0;
    for round in 0..20 {
        let signal = ["INT", "TERM"][round % 2];
        let mut child = two.begin(1);
        if !two.in_the_middle(&mut child) {
            continue;
        }
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let output = child.wait_with_output().expect("it ends");
        let now = files(&two.out());
        if output.status.success() {
            assert!(now == two.sets[1], "{signal}: not all files are new");
            two.written(0);
            continue;
        }
        // As the signal would have ended it.
        assert_eq!(output.status.signal(), Some(if signal == "INT" { 2 } else { 15 }));
        assert_eq!(text(&output.stderr), "error: interrupted: nothing is written\n");
        assert!(now == two.sets[0], "{signal}: not all files are old, or there are others");
        met += 1;
        if met == 2 {
            return;
        }
    }
    assert!(met > 0, "no run was met in the middle");
}

#[test]
fn a_killed_run_leaves_whole_files_and_nothing_that_hinders_the_next() {
    let two = Two::new();
    two.written(0);
    let mut met = 0;
    for round in 0..4 {
        let next = 1 - round % 2;
        let mut child = two.begin(next);
        met += usize::from(two.in_the_middle(&mut child));
        let _ = child.kill();
        let _ = child.wait();
        for (name, text) in files(&two.out()) {
            let whole = two.sets.iter().any(|set| set.contains(&(name.clone(), text.clone())));
            assert!(whole || name.starts_with(".volwright-"), "{name} is half written");
        }
        // The next run also takes away what the killed one left.
        two.written(next);
    }
    assert!(met > 0, "no run was met in the middle");
}

#[test]
fn two_runs_into_one_folder_come_one_after_the_other() {
    let two = Two::new();
    let runs = [0, 1, 0, 1].map(|profile| two.begin(profile));
    for run in runs {
        let output = run.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(two.sets.contains(&files(&two.out())), "the files are of both runs, or there are others");

    // This test is the other run.
    two.written(0);
    let held = fs::File::open(two.out()).expect("a folder");
    held.lock().expect("a lock");
    let mut run = two.begin(1);
    let mut said = BufReader::new(run.stderr.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("text");
    assert!(
        line.starts_with("waiting for another run that writes to ") && line.ends_with("/out\n"),
        "{line}"
    );
    assert!(files(&two.out()) == two.sets[0]);
    drop(held);
    assert!(run.wait().expect("it ends").success());
    assert!(files(&two.out()) == two.sets[1]);
}

#[test]
fn a_folder_that_vanishes_is_a_message() {
    let two = Two::new();
    let mut met = 0;
    for _ in 0..20 {
        two.written(0);
        let mut child = two.begin(1);
        if !two.in_the_middle(&mut child) {
            continue;
        }
        // New files may come while it is removed.
        while two.out().exists() {
            let _ = fs::remove_dir_all(two.out());
        }
        let output = child.wait_with_output().expect("it ends");
        if output.status.success() {
            continue;
        }
        failed(&output, "cannot write");
        assert!(!two.out().exists());
        met += 1;
        if met == 2 {
            return;
        }
    }
    assert!(met > 0, "no run was met in the middle");
}
