//! The vendors' files, which are part of the program.

use std::sync::LazyLock;

use super::Vendor;

/// Names of vendors, each with the text of its file.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../scenarios/vendors/", $name, ".toml")))),*]
    };
}

/// The files, in the order of their names.
const FILES: &[(&str, &str)] = &files![
    "a2v2",
    "akash",
    "anthropic-console",
    "assemblyai",
    "autumn",
    "bunny",
    "clay",
    "codex",
    "comfy",
    "connector-apps",
    "contextfetch",
    "creem",
    "doubleword",
    "elevenlabs",
    "exa",
    "flexprice",
    "freddy-sessions",
    "goodeye",
    "hyperstack",
    "insightly",
    "lago",
    "landing-ai",
    "leonardo",
    "lit",
    "ltx-video",
    "make",
    "metronome",
    "nanogpt",
    "openai",
    "openrouter",
    "orb",
    "osparc",
    "pretzelai",
    "product-classifier",
    "runcrate",
    "runpod",
    "snov",
    "splacer",
    "stigg",
    "telnyx",
    "tembo",
    "twenty",
    "twilio",
    "x-api",
    "zapier",
    "zapmail",
];

static VENDORS: LazyLock<Vec<Vendor>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| Vendor::parse(name, text);
    let read: Result<Vec<Vendor>, _> = FILES.iter().map(read).collect();
    read.expect("the tests read every vendor's file")
});

/// All vendors, by name.
pub fn all() -> &'static [Vendor] {
    &VENDORS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/vendors");
        let stem = |entry: std::io::Result<std::fs::DirEntry>| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        };
        let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(stem).collect();
        names.sort();
        assert_eq!(FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn every_file_can_be_read() {
        for (name, text) in FILES {
            if let Err(wrong) = Vendor::parse(name, text) {
                panic!("{wrong}");
            }
        }
    }
}
