//! Build script: makes of the knowledge what the program reads, if the program is to have it.

#[cfg(feature = "diagnose")]
mod content_hash;
#[cfg(feature = "diagnose")]
mod embed;
#[cfg(feature = "diagnose")]
mod embed_pieces;
#[cfg(feature = "diagnose")]
mod embed_sentences;
#[cfg(feature = "diagnose")]
#[path = "../model/letter_pieces.rs"]
mod letter_pieces;
#[cfg(feature = "diagnose")]
#[path = "../model/parlance_words.rs"]
mod parlance_words;
#[cfg(feature = "diagnose")]
#[path = "../model/sentence_words.rs"]
mod sentence_words;

fn main() {
    #[cfg(feature = "diagnose")]
    embed::embed();
}
