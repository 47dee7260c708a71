//! The engine that a page carries: it is built from the sources as they are, and answers as they do.
//!
//! `packages/module/build` makes it and notes in `engine.txt` what it was built from. Where node is missing, and where the compiler of
//! the module is (`RECHARGE_WASM`, see that script), a test is counted as ignored.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};
use recharge::explore::{ExploreRequest, ExploreSubject, Explorer, StepsFrom, pack};
use recharge::report::explore::{ENGINE, ENGINE_SCRIPT};
use recharge::report::provenance::hash;
use recharge::{domain, usage};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The module.
fn module() -> Vec<u8> {
    let mut module = Vec::new();
    flate2::read::GzDecoder::new(ENGINE).read_to_end(&mut module).unwrap();
    module
}

/// The rooms that the module is built of: those of the roots it depends on.
fn rooms() -> Vec<String> {
    let roots = ["lib_core", "lib_scenario", "lib_study", "lib_inquiry", "lib_explore"];
    let declared = |name: &&str| {
        let text = read(format!("src/{name}.rs"));
        let rooms =
            text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        rooms.map(str::to_owned).collect::<Vec<String>>()
    };
    roots.iter().flat_map(declared).collect()
}

/// All files in a folder and below, in the order of their paths.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// What of a source file is built: no comment, and nothing from the body of its tests on.
fn built(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines =
        code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// Everything the module is built from, by name: sources, and the versions of the crates it depends on.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let places = rooms().into_iter().flat_map(|room| {
        let folder = root().join("src").join(&room);
        let file = folder.with_extension("rs");
        let inside = if folder.is_dir() { files(&folder) } else { Vec::new() };
        inside.into_iter().chain(file.is_file().then_some(file))
    });
    let module = root().join("packages/module/src/lib.rs");
    for path in places.chain([module]).filter(|path| !is_test(path)) {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        // What is no Rust is data that a source includes.
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        sources.push((name.clone(), if name.ends_with(".rs") { built(&text) } else { text }));
    }
    sources.push(("crates".to_owned(), crates()));
    sources
}

/// The crates that the module depends on, with their versions, as `Cargo.lock` pins them.
fn crates() -> String {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let all = lock["package"].as_array().unwrap();
    let text = |package: &toml::Value, key: &str| package.get(key)?.as_str().map(str::to_owned);
    let mut found = BTreeSet::new();
    let mut next = VecDeque::from(["recharge-module".to_owned()]);
    while let Some(wanted) = next.pop_front() {
        let (name, version) = wanted.split_once(' ').unwrap_or((&wanted, ""));
        let is_meant = |package: &&toml::Value| {
            text(package, "name").as_deref() == Some(name)
                && (version.is_empty() || text(package, "version").as_deref() == Some(version))
        };
        let package = all.iter().find(is_meant).unwrap();
        let line = format!("{name} {}\n", text(package, "version").unwrap());
        if found.insert(line) {
            let depends = package.get("dependencies").and_then(toml::Value::as_array);
            next.extend(depends.into_iter().flatten().map(|one| one.as_str().unwrap().to_owned()));
        }
    }
    found.into_iter().collect()
}

/// What `engine.txt` says of a module.
fn note(sources: &[(String, String)], module: &[u8]) -> String {
    let joined: String = sources.iter().map(|(name, text)| format!("{name}\n{text}\n")).collect();
    format!("sources sha256 {}\nmodule  sha256 {}\n", hash(joined.as_bytes()), hash(module))
}

fn the_module_is_of_these_sources() {
    let found = note(&sources(), &module());
    let place = root().join("packages/module/engine.txt");
    if env::var_os("RECHARGE_MODULE_BUILT").is_some() {
        fs::write(&place, &found).unwrap();
    }
    assert_eq!(
        found,
        fs::read_to_string(&place).unwrap_or_default(),
        "the engine in pages is older than its sources; run packages/module/build"
    );
}

fn a_change_of_a_source_is_noticed_and_one_of_a_comment_or_a_test_is_none() {
    let source = "//! Title.\nuse a::b;\n\nfn f() -> u8 {\n    1 // one\n}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
    let alike = source.replace("Title", "Other").replace("fn g", "fn h").replace("    1", "  1");
    assert_eq!(built(source), built(&alike));
    let changed = source.replace("    1", "    2");
    let noted = |text: &str| note(&[("a.rs".to_owned(), built(text))], &[]);
    assert_ne!(noted(source), noted(&changed));
    let names: Vec<String> = sources().into_iter().map(|(name, _)| name).collect();
    for name in
        ["src/engine/mod.rs", "src/explore/view.rs", "src/series.rs", "packages/module/src/lib.rs"]
    {
        assert!(names.iter().any(|other| other == name), "{name}");
    }
    assert!(!names.iter().any(|name| name.starts_with("src/report") || name.contains("/tests")));
}

/// The questions that both are asked, on a scenario each.
fn asked() -> Vec<(ExploreSubject, Vec<u8>, Vec<ExploreRequest>)> {
    let subject = |file: &str, usage: Option<&str>| ExploreSubject {
        file: file.to_owned(),
        text: read(file),
        set: Vec::new(),
        given: usage.is_some(),
        usage: usage.map(str::to_owned),
    };
    let set = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<String>>();
    let view = |texts: &[&str]| ExploreRequest::View { set: set(texts) };
    let drawn = vec![
        view(&[]),
        view(&["recharge.packs=3", "usage.scale=1.25"]),
        view(&["payment.latency=20min", "usage.growth_per_month=10%"]),
        view(&["recharge.packs=none"]),
        ExploreRequest::Scenario { set: set(&["recharge.packs=3"]) },
        ExploreRequest::Steps { set: Vec::new(), from: StepsFrom::Number(3), count: 40 },
        ExploreRequest::Steps { set: set(&["recharge.packs=3"]), from: StepsFrom::At(0), count: 9 },
    ];
    let studied = vec![
        view(&["recharge.package=9000"]),
        ExploreRequest::Futures { set: set(&["recharge.package=9000"]), replications: 3 },
        ExploreRequest::Futures { set: set(&["plan=pro"]), replications: 5 },
        ExploreRequest::Fan { set: set(&["plan=pro"]), replications: 5 },
    ];
    let zone = domain::Zone::from_name("America/New_York").unwrap();
    let hour = 3_600_000;
    let start = zone.instant("2026-01-01T00:00:00".parse().unwrap()).unwrap().millis();
    let rows: Vec<(domain::Instant, domain::Credits)> = (0..24 * 60)
        .map(|row| {
            let amount = domain::Credits::from_micro((row * 7_919 % 23) * 1_250_000);
            (domain::Instant::from_millis(start + row * hour), amount)
        })
        .collect();
    assert_eq!(usage::History::of(rows.clone(), "rows", zone).rows(), rows);
    let given = vec![
        view(&[]),
        view(&["recharge.at_or_below=500", "payment.card.decline_rate_per_month=30%"]),
        ExploreRequest::Futures { set: set(&["recharge.at_or_below=500"]), replications: 4 },
    ];
    vec![
        (subject("scenarios/connector-apps-burst.toml", None), Vec::new(), drawn),
        (subject("scenarios/product-classifier-study.toml", None), Vec::new(), studied),
        (subject("scenarios/product-classifier-study.toml", Some("rows.csv")), pack(&rows), given),
    ]
}

fn node() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|place| place.join("node")).find(|program| program.is_file())
}

/// Reads questions from the file that is named and prints an answer a line.
const ASKING: &str = "
const fs = require('fs');
const [, folder] = process.argv;
(async () => {
  const module = fs.readFileSync(folder + '/engine.wasm');
  for (const { subject, usage, asked } of JSON.parse(fs.readFileSync(folder + '/asked.json'))) {
    const ask = await engine(module, JSON.stringify(subject), Uint8Array.from(usage));
    for (const one of asked) console.log(ask(one));
  }
})().catch((error) => { console.log('stopped: ' + error.stack); });
";

fn the_module_answers_as_its_sources_do_to_the_last_byte(node: &Path) {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("engine.wasm"), module()).unwrap();
    let questions: Vec<serde_json::Value> = asked()
        .iter()
        .map(|(subject, usage, asked)| serde_json::json!({ "subject": subject, "usage": usage, "asked": asked }))
        .collect();
    fs::write(place.path().join("asked.json"), serde_json::to_string(&questions).unwrap()).unwrap();
    let ran = Command::new(node)
        .args(["-e", &format!("{ENGINE_SCRIPT}{ASKING}")])
        .arg(place.path())
        .output();
    let ran = ran.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let found = String::from_utf8(ran.stdout).unwrap();
    let mut found = found.lines();
    for (subject, usage, asked) in asked() {
        let subject = serde_json::to_string(&subject).unwrap();
        let mut explorer = Explorer::open(&subject, &usage).unwrap();
        for one in asked {
            let ours = explorer.respond(&serde_json::to_string(&one).unwrap());
            assert_eq!(found.next(), Some(ours.as_str()), "{one:?}");
        }
    }
    assert_eq!(found.next(), None);
}

/// The folder of the module's compiler.
fn compiler() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("RECHARGE_WASM")?);
    folder.join("root/usr/bin/rustc").is_file().then_some(folder)
}

fn the_module_is_built_again_to_the_same_bytes(compiler: &Path) {
    let script = root().join("packages/module/build");
    let ran = Command::new(script).arg("--only").arg(compiler).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let built = fs::read(String::from_utf8(ran.stdout).unwrap().trim()).unwrap();
    assert_eq!(hash(&built), hash(&module()));
}

/// A test that needs a program, ignored where there is none.
fn trial(name: &str, found: Option<PathBuf>, lacking: &'static str, test: fn(&Path)) -> Trial {
    let is_ignored = found.is_none();
    let run = move || {
        test(&found.ok_or_else(|| Failed::from(lacking))?);
        Ok(())
    };
    Trial::test(name, run).with_ignored_flag(is_ignored)
}

fn plain(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

fn main() -> ExitCode {
    const NODE: &str = "node is not installed: the module is not run";
    const COMPILER: &str = "RECHARGE_WASM names no compiler of the module: it is not built again";
    for (found, lacking) in [(node(), NODE), (compiler(), COMPILER)] {
        if found.is_none() {
            eprintln!("{lacking}");
        }
    }
    let trials = vec![
        plain("the_module_is_of_these_sources", the_module_is_of_these_sources),
        plain(
            "a_change_of_a_source_is_noticed_and_one_of_a_comment_or_a_test_is_none",
            a_change_of_a_source_is_noticed_and_one_of_a_comment_or_a_test_is_none,
        ),
        trial(
            "the_module_answers_as_its_sources_do_to_the_last_byte",
            node(),
            NODE,
            the_module_answers_as_its_sources_do_to_the_last_byte,
        ),
        trial(
            "the_module_is_built_again_to_the_same_bytes",
            compiler(),
            COMPILER,
            the_module_is_built_again_to_the_same_bytes,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
