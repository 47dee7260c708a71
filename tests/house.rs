//! The house as described at the top of `src/lib.rs`, held against the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the table in `src/lib.rs`.
fn rooms() -> Vec<String> {
    let page = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let row = |line: &str| Some(line.strip_prefix("//! | [`")?.split('`').next()?.to_owned());
    page.lines().filter_map(row).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The roots of the libraries and of the program, which are no rooms.
const ROOTS: [&str; 8] = [
    "lib",
    "lib_core",
    "lib_scenario",
    "lib_study",
    "lib_inquiry",
    "lib_explore",
    "lib_report",
    "main",
];

/// The room a source file is in.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that `text` names as `crate::room`.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for part in line.split("crate::").skip(1) {
            let name: String =
                part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

/// What breaks the order of rooms in one file.
fn breaches(rooms: &[String], room: &str, text: &str) -> Vec<String> {
    let place = |name: &str| rooms.iter().position(|other| other == name);
    let above = |name: &str| place(name).is_some_and(|there| Some(there) <= place(room));
    let wrong = imports(text).into_iter().filter(|name| place(name).is_some() && !above(name));
    wrong.map(|name| format!("{room} imports {name}, a room below it")).collect()
}

#[test]
fn every_room_is_in_the_table_and_every_row_is_a_room() {
    let mut listed = rooms();
    let mut built: Vec<String> =
        sources(&root().join("src")).iter().map(|path| room(path)).collect();
    built.retain(|name| !ROOTS.contains(&name.as_str()));
    built.sort();
    built.dedup();
    listed.sort();
    assert_eq!(listed, built);
}

#[test]
fn a_room_imports_only_from_rooms_above_it() {
    let rooms = rooms();
    for path in sources(&root().join("src")) {
        let name = room(&path);
        if ROOTS.contains(&name.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(breaches(&rooms, &name, &text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn an_import_from_below_is_noticed() {
    let rooms = rooms();
    let text = "use crate::report::json;\nuse crate::domain::Credits;\n";
    assert_eq!(breaches(&rooms, "engine", text), ["engine imports report, a room below it"]);
    assert!(breaches(&rooms, "cli", text).is_empty());
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let folders = ["src", "tests", "benches"];
    for path in folders
        .iter()
        .map(|folder| root().join(folder))
        .filter(|path| path.exists())
        .flat_map(|path| sources(&path))
    {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not open with //!", path.display());
    }
}

/// The names of the types that a file declares outside functions and implementations.
fn types(text: &str) -> Vec<&str> {
    let declared = |line: &'_ str| -> Option<usize> {
        let start = ["struct ", "enum ", "trait ", "type "].iter().find_map(|keyword| {
            let at = line.find(keyword)?;
            let before = line[..at].trim_end();
            (before.is_empty() || before.starts_with("pub") && !before.contains(' '))
                .then_some(at + keyword.len())
        })?;
        line[start..].starts_with(|c: char| c.is_ascii_uppercase()).then_some(start)
    };
    let name = |line: &'_ str, start: usize| {
        line[start..].find(|c: char| !c.is_alphanumeric()).map_or(line.len(), |end| start + end)
    };
    let at_the_margin = text.lines().filter(|line| !line.starts_with(' '));
    at_the_margin
        .filter_map(|line| declared(line).map(|start| &line[start..name(line, start)]))
        .collect()
}

/// The types that are declared more than once in `files`, each with where.
fn shared_names(files: &[(String, String)]) -> Vec<String> {
    let mut places = BTreeMap::<&str, Vec<&str>>::new();
    for (path, text) in files {
        for name in types(text) {
            places.entry(name).or_default().push(path);
        }
    }
    places.retain(|_, paths| paths.len() > 1);
    places.iter().map(|(name, paths)| format!("{name}: {}", paths.join(", "))).collect()
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let read = |path: PathBuf| {
        (path.display().to_string(), fs::read_to_string(&path).expect("a source file is text"))
    };
    let files: Vec<_> = sources(&root().join("src")).into_iter().map(read).collect();
    assert_eq!(shared_names(&files), Vec::<String>::new());
}

#[test]
fn a_name_that_two_types_share_is_noticed() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let one = file("one.rs", "pub struct Key<'a> {\n}\nimpl Err {\n    type Output = u8;\n}\n");
    let two = file("two.rs", "pub(super) enum Key {\n}\ntype Other = u8;\n");
    let three = file("three.rs", "// type Other is elsewhere\nstruct Output;\n");
    assert_eq!(shared_names(&[one, two, three]), ["Key: one.rs, two.rs"]);
}

#[test]
fn no_room_is_called_after_nothing() {
    for path in sources(&root().join("src")) {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let empty = ["utils", "util", "common", "types", "helpers", "misc"];
        assert!(!empty.contains(&stem.as_str()), "{} says nothing of its idea", path.display());
    }
}

#[test]
fn every_licence_that_the_manifest_names_lies_beside_it_and_so_does_the_font_s() {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["workspace"]["package"]["license"].as_str(), Some("MIT OR Apache-2.0"));
    for (name, words) in [
        (
            "LICENSE-MIT",
            &["Copyright (c) 2026 The recharge authors", "without limitation the rights"][..],
        ),
        ("LICENSE-APACHE", &["Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"]),
        (
            "LICENSE-FONT",
            &["Bitstream Vera Fonts Copyright", "DejaVu changes are in public domain"],
        ),
    ] {
        let text = read(name).split_whitespace().collect::<Vec<_>>().join(" ");
        for words in words {
            assert!(text.contains(words), "{name} does not say: {words}");
        }
        assert!(read("README.md").contains(&format!("({name})")), "the README links to {name}");
    }
}

/// The part of a source file that is built into the program: what stands before the body of its tests.
fn program(text: &str) -> &str {
    let tests = ["mod tests {", "pub(super) mod tests {", "pub(crate) mod tests {"];
    let bodies = tests.iter().filter_map(|head| text.find(&format!("#[cfg(test)]\n{head}")));
    bodies.min().map_or(text, |from| &text[..from])
}

/// Elementary functions that the standard library takes from the platform, each with its own last bits.
const PLATFORM: [&str; 28] = [
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp",
    "exp2", "exp_m1", "gamma", "hypot", "ln", "ln_1p", "ln_gamma", "log", "log10", "log2", "powf",
    "powi", "sin", "sin_cos", "sinh", "tan", "tanh",
];

/// The calls of platform mathematics in a text.
fn platform_calls(text: &str) -> Vec<String> {
    let code = program(text).lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for name in PLATFORM {
            let calls = [format!(".{name}("), format!("f64::{name}"), format!("f32::{name}")];
            if calls.iter().any(|call| line.contains(call.as_str())) {
                found.push(line.trim().to_owned());
            }
        }
    }
    found
}

#[test]
fn no_result_depends_on_the_mathematics_of_the_platform() {
    for path in sources(&root().join("src")) {
        let tests = path.file_stem().is_some_and(|stem| stem == "tests")
            || path.components().any(|part| part.as_os_str() == "tests");
        let text = fs::read_to_string(&path).unwrap();
        if !tests {
            assert_eq!(platform_calls(&text), Vec::<String>::new(), "{}", path.display());
        }
    }
}

#[test]
fn a_call_of_platform_mathematics_is_noticed_and_libm_is_none() {
    let text = "let a = x.ln();\nlet b = f64::exp(x);\nlet c = libm::exp(x) + x.sqrt();\n\
                // x.sin()\n#[cfg(test)]\nmod tests;\nlet d = x.tan();\n\
                #[cfg(test)]\nmod tests { x.cos() }\n";
    assert_eq!(
        platform_calls(text),
        ["let a = x.ln();", "let b = f64::exp(x);", "let d = x.tan();"]
    );
}

#[test]
fn draws_are_made_by_no_crate_that_calls_the_platform() {
    let manifests = ["Cargo.toml", "packages/core/Cargo.toml", "packages/study/Cargo.toml"];
    for place in manifests {
        let cargo = fs::read_to_string(root().join(place)).unwrap();
        let (_, rest) = cargo.split_once("\n[dependencies]\n").unwrap();
        let dependencies = rest.split("\n[").next().unwrap();
        for named in ["rand_distr", "statrs"] {
            let depends = dependencies.lines().any(|line| line.starts_with(named));
            assert!(!depends, "{named} is for tests: it takes its logarithms from the platform");
        }
        let tested = rest.split_once("[dev-dependencies]").unwrap().1;
        assert!(tested.contains("\nrand_distr = "), "the draws are compared with it");
    }
}

/// The rooms that the root of a library declares.
fn declared(root: &str) -> Vec<&str> {
    let name = |line: &'_ str| -> Option<usize> { line.strip_suffix(';')?.find("pub mod ") };
    let lines = root.lines().filter(|line| name(line) == Some(0));
    lines.map(|line| line["pub mod ".len()..].trim_end_matches(';')).collect()
}

#[test]
fn each_package_holds_the_rooms_that_follow_each_other_in_the_table() {
    let rooms = rooms();
    let mut rest = rooms.iter().map(String::as_str).collect::<Vec<_>>();
    for name in ROOTS[1..7].iter().chain(&ROOTS[..1]) {
        let text = fs::read_to_string(root().join("src").join(name).with_extension("rs")).unwrap();
        let mut held = declared(&text);
        let mut next: Vec<&str> = rest.drain(..held.len()).collect();
        held.sort_unstable();
        next.sort_unstable();
        assert_eq!(held, next, "src/{name}.rs");
    }
    assert_eq!(rest, Vec::<&str>::new());
}
