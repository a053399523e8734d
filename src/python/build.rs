//! Links the unwinder into the module, so that the wheel needs the C library and nothing else. Without a C compiler that has it as an
//! archive the module takes that of the system, as every Rust library does.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |what: &str, wanted: &str| env::var(what).is_ok_and(|value| value == wanted);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let asked = Command::new(compiler).arg("-print-file-name=libgcc_eh.a").output();
    let Ok(asked) = asked else { return };
    let archive = PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim());
    // A compiler that has none answers with the bare name.
    if let Some(folder) = archive.parent().filter(|folder| folder.is_absolute()) {
        println!("cargo:rustc-link-search=native={}", folder.display());
        println!("cargo:rustc-link-lib=static=gcc_eh");
    }
}
