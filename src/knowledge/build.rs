//! Build script: makes of the knowledge what the program reads, if the program is to have it.

#[cfg(feature = "diagnose")]
mod embed;

fn main() {
    #[cfg(feature = "diagnose")]
    embed::embed();
}
