//! Completions and manual pages: each command and option stands in them, and bash takes the script. And the name under
//! which kubectl runs volwright.

use clap::{Command, CommandFactory};
use volwright::cli::Cli;

use crate::support::{command, run, text, volwright};

fn commands() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

fn options(command: &Command) -> Vec<&str> {
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    shown.filter_map(|argument| argument.get_long()).collect()
}

#[test]
fn every_shell_completes_every_command_and_option() {
    let all = commands();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = volwright(&["completions", shell], "");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{shell}");
        let script = text(&output.stdout);
        for command in all.get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            for option in options(command) {
                assert!(script.contains(option), "{shell}: {} --{option}", command.get_name());
            }
        }
    }
}

#[test]
fn bash_completes_with_the_script() {
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "-s"]).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut script = text(&volwright(&["completions", "bash"], "").stdout);
    script.push_str("COMP_WORDS=(volwright val) COMP_CWORD=1\n_volwright volwright val volwright\n");
    script.push_str("echo \"${COMPREPLY[@]}\"\n");
    let output = run(bash, script);
    assert_eq!(text(&output.stdout), "validate\n", "{}", text(&output.stderr));
}

#[test]
fn every_command_has_a_manual_page_with_its_options() {
    let all = commands();
    let page = text(&volwright(&["man"], "").stdout);
    for command in all.get_subcommands() {
        let name = command.get_name();
        if name == "help" || command.is_hide_set() {
            continue;
        }
        assert!(page.contains(&format!("volwright\\-{name}(1)")), "{name}:\n{page}");
        let output = volwright(&["man", name], "");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{name}");
        let page = text(&output.stdout);
        assert!(page.contains(&format!(".TH volwright-{name} 1")), "{name}:\n{page}");
        for option in options(command) {
            assert!(page.contains(&option.replace('-', "\\-")), "{name} --{option}:\n{page}");
        }
    }
}

#[test]
fn the_page_of_no_command_is_refused_with_the_nearest() {
    let output = volwright(&["man", "rendre"], "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = text(&output.stderr);
    assert!(said.contains("unknown command `rendre`") && said.contains("did you mean `render`?"), "{said}");
}

#[cfg(unix)]
#[test]
fn as_a_plugin_of_kubectl_it_says_what_to_type() {
    use std::os::unix::process::CommandExt;
    for (args, said) in [
        (&["--help"][..], "Usage: kubectl volwright <COMMAND>"),
        (&["render", "-h"], "\n  kubectl volwright render aws-ebs | kubectl apply -f -"),
        (&["validate", "--hlp"], "Usage: kubectl volwright validate "),
        (&["drivers", "nobody"], "help: `kubectl volwright drivers` lists them"),
    ] {
        let mut plugin = command(args);
        plugin.arg0("/somewhere/kubectl-volwright");
        let output = run(plugin, "");
        let plain = volwright(args, "");
        let both = text(&output.stdout) + &text(&output.stderr);
        assert!(both.contains(said), "{args:?}: {both}");
        assert_eq!(
            both.replace("kubectl volwright", "volwright"),
            text(&plain.stdout) + &text(&plain.stderr)
        );
        assert_eq!(output.status.code(), plain.status.code());
    }
}

#[test]
fn kinds_are_listed_with_their_versions_and_depth() {
    let list = |args: &[&str]| text(&volwright(args, "").stdout);
    let all = list(&["kinds"]);
    for (depth, kind, version) in [
        ("full", "Pod", "v1"),
        ("rules", "HorizontalPodAutoscaler", "autoscaling/v2, autoscaling/v1"),
        ("rules", "ResourceClaim", "resource.k8s.io/v1 (from 1.34)"),
        ("removed", "PodSecurityPolicy", "policy/v1beta1 (removed)"),
        ("definition", "VolumeSnapshot", "snapshot.storage.k8s.io/v1"),
        ("pods", "PyTorchJob", "kubeflow.org"),
    ] {
        let is_row = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.len() > 2 && words[0] == depth && words[1] == kind && line.contains(version)
        };
        assert_eq!(all.lines().filter(is_row).count(), 1, "{kind}: {all}");
    }
    let one: serde_json::Value =
        serde_json::from_str(&list(&["kinds", "hpa", "--format", "json"])).expect("JSON");
    assert_eq!(one[0]["kind"], "HorizontalPodAutoscaler");
    let unknown = volwright(&["kinds", "podz"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean"), "{}", text(&unknown.stderr));
}
