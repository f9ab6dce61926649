//! How the program is linked on Linux: at which address, with which unwinder, and which functions are next to each other.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::Done;

/// The unwinder of GCC, as a static library.
const UNWINDER: &str = "static:-bundle=gcc_eh";

/// Whether the program needs the C library of GNU at run time.
fn is_dynamic() -> bool {
    target("OS") == "linux" && target("ENV") == "gnu" && !target("FEATURE").contains("crt-static")
}

fn is_optimized() -> bool {
    env::var("PROFILE").is_ok_and(|profile| profile == "release")
}

fn target(name: &str) -> String {
    env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default()
}

/// Links the program at a fixed address, as programs written in Go are. At any other address the loader writes 28,000 pointers
/// into tables at every start, which takes a third of the time of a render. The released program is static and is placed by a
/// compiler flag (`.ci/release/build`).
pub(crate) fn at_fixed_address() {
    if is_dynamic() {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}

/// Links the unwinder into an optimized program: loading it as a library takes a twentieth of the time of a render.
pub(crate) fn with_unwinder(out: &Path) -> Done<()> {
    if is_dynamic() && is_optimized() && accepts(&format!("-l{UNWINDER}"), out)? {
        println!("cargo:rustc-link-lib={UNWINDER}");
    }
    Ok(())
}

/// Places the functions of `order` next to each other in an optimized program. They are a quarter of its code; spread over all of
/// it, they take twice as many page faults. A linker that does not know the option is left alone.
pub(crate) fn in_order(order: &Path, out: &Path) -> Done<()> {
    println!("cargo:rerun-if-changed={}", order.display());
    if target("OS") != "linux" || !is_optimized() {
        return Ok(());
    }
    let mut script = String::from("SECTIONS {\n  .text.render : {\n");
    for name in fs::read_to_string(order)?.lines().filter(|line| !line.starts_with('#')) {
        writeln!(script, "    *(.text.{name} .text.unlikely.{name})")?;
    }
    // Everything else is placed as without a script.
    script += "  }\n}\nINSERT BEFORE .text;\n";
    let file = out.join("order.ld");
    fs::write(&file, script)?;
    let option = format!("-T{}", file.display());
    if accepts(&format!("-Clink-arg={option}"), out)? {
        println!("cargo:rustc-link-arg-bins={option}");
    }
    Ok(())
}

/// Whether the linker that cargo is configured to use accepts an option of the compiler: an empty program is linked with it.
fn accepts(option: &str, out: &Path) -> Done<bool> {
    let file = out.join("empty.rs");
    fs::write(&file, "fn main() {}\n")?;
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--target", &env::var("TARGET")?]);
    rustc.args(
        env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().split('\x1f').filter(|flag| !flag.is_empty()),
    );
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    rustc.arg(option).arg(&file).arg("-o").arg(out.join("empty"));
    Ok(rustc.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}
