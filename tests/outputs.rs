//! Files that the command writes: none takes the place of an input or of another, each appears whole,
//! and what stood there before keeps its permissions and its links.

#![cfg(all(unix, feature = "html", feature = "xlsx"))]

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const SCENARIO: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n\
     plans.p.fee = \"10.00\"\nplans.p.allowance = 1000\n\
     packages.a.credits = 100\npackages.a.price = \"1.00\"\n\
     recharge.at_or_below = 50\nrecharge.package = \"a\"\n";
const DRAWN: &str = "usage.generate.every = \"6h\"\nusage.generate.amount = 10\n";
const USAGE: &str = "time,credits\n2026-01-03T00:00:00Z,960\n2026-01-04T00:00:00Z,40\n";

/// A folder with scenarios and usage.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.file("s.toml", SCENARIO);
        place.file("with-usage.toml", format!("{SCENARIO}usage.file = \"own.csv\"\n"));
        place.file("drawn.toml", format!("{SCENARIO}{DRAWN}"));
        place.file("usage.csv", USAGE);
        place.file("own.csv", USAGE);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The command in this folder; words are parted at blanks.
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(words.split_whitespace()).current_dir(&self.0).stdin(Stdio::null());
        command
    }

    /// Runs it: with as few runs as there can be, where it takes their number.
    fn run(&self, words: &str) -> Output {
        let mut command = self.command(words);
        let many = ["study ", "compare ", "plan "].iter().any(|first| words.starts_with(first));
        command.args(if many { &["--replications", "2", "--quiet"][..] } else { &[] });
        command.output().unwrap()
    }

    /// The files of this folder with what is in them; folders end with a slash.
    fn contents(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        let entry = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            match fs::read_to_string(entry.path()) {
                Ok(text) => (name, text),
                Err(_) => (name + "/", String::new()),
            }
        };
        entries.map(entry).collect()
    }
}

/// Has ended well.
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Refused as a wrong command line, with these words.
fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(2), "{words}:\n{}", err(output));
    assert!(err(output).contains(words), "{words}:\n{}", err(output));
    assert!(output.stdout.is_empty());
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let place = Place::new();
    symlink("usage.csv", place.path("soft.csv")).unwrap();
    fs::hard_link(place.path("usage.csv"), place.path("hard.csv")).unwrap();
    let before = place.contents();
    for words in [
        "run with-usage.toml --journal own.csv",
        "run with-usage.toml --usage usage.csv --journal own.csv",
        "run s.toml --usage usage.csv --xlsx usage.csv",
        "run s.toml --usage hard.csv --journal soft.csv",
        "plan drawn.toml --levels 1000 --csv drawn.toml",
        "plan drawn.toml --levels 1000 --usage usage.csv --csv usage.csv",
        "plan drawn.toml --levels 1000 --usage soft.csv --samples hard.csv",
        "study drawn.toml --csv drawn.toml",
        "study drawn.toml --usage usage.csv --samples ./usage.csv",
        "compare drawn.toml s.toml --samples drawn.toml",
        "compare drawn.toml s.toml --csv s.toml",
        "compare drawn.toml with-usage.toml --csv own.csv",
        "compare drawn.toml s.toml --usage usage.csv --xlsx hard.csv",
        "generate drawn.toml --out drawn.toml",
    ] {
        refused(&place.run(words), "write to another file");
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn no_output_takes_the_place_of_another() {
    let place = Place::new();
    fs::create_dir(place.path("report")).unwrap();
    symlink("new.csv", place.path("link.csv")).unwrap();
    let before = place.contents();
    for (words, told) in [
        ("run drawn.toml --journal same --xlsx same", "is the same file"),
        ("run drawn.toml --journal link.csv --xlsx new.csv", "is the same file"),
        ("run drawn.toml --report same --journal same", "is the same file"),
        ("run drawn.toml --journal report/j.csv --report report", "replaced as a whole"),
        ("study drawn.toml --csv same --samples same", "is the same file"),
        ("study drawn.toml --csv rows.csv --samples ROWS.csv", "in case alone"),
        ("study drawn.toml --csv report/rows.csv --report report", "replaced as a whole"),
        ("compare drawn.toml s.toml --csv same --xlsx ./same", "is the same file"),
        ("plan drawn.toml --levels 1000 --csv same --samples same", "is the same file"),
        ("plan drawn.toml --levels 1000 --csv report/a --report report", "replaced as a whole"),
    ] {
        refused(&place.run(words), told);
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn a_dash_is_standard_output_for_rows_and_refused_where_that_holds_the_report() {
    let place = Place::new();
    let before = place.contents();
    for words in [
        "run drawn.toml --journal -",
        "run drawn.toml --xlsx -",
        "study drawn.toml --samples -",
        "compare drawn.toml s.toml --csv - --samples -",
        "generate drawn.toml --out -",
    ] {
        refused(&place.run(words), "-: standard output holds what is printed; name a file");
        assert_eq!(place.contents(), before, "{words}");
    }
    done(&place.run("study drawn.toml --csv -"));
    assert_eq!(place.contents(), before);
}

#[test]
fn a_stream_into_a_file_counts_as_an_output_and_from_a_file_as_an_input() {
    let place = Place::new();
    let append = |name: &str| File::options().append(true).open(place.path(name)).unwrap();
    place.file("log.txt", "");
    let before = place.contents();
    for (words, name) in [
        ("run drawn.toml", "drawn.toml"),
        ("check s.toml drawn.toml", "drawn.toml"),
        ("generate drawn.toml", "drawn.toml"),
        ("run s.toml --usage usage.csv", "usage.csv"),
        ("run drawn.toml --journal log.txt", "log.txt"),
    ] {
        let output = place.command(words).stdout(append(name)).output().unwrap();
        refused(&output, "standard output");
        assert_eq!(place.contents(), before, "{words}");
    }
    let usage = File::open(place.path("usage.csv")).unwrap();
    let words = "run s.toml --usage - --journal usage.csv";
    refused(&place.command(words).stdin(usage).output().unwrap(), "standard input");
    let both = append("log.txt");
    let again = both.try_clone().unwrap();
    let output = place.command("check s.toml").stdout(both).stderr(again).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "one log may take both streams");
}

#[test]
fn where_nothing_can_be_written_the_command_line_is_wrong_and_nothing_is_computed() {
    let place = Place::new();
    symlink("no/where.csv", place.path("lost.csv")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    let before = place.contents();
    for (words, told) in [
        ("run drawn.toml --journal no/journal.csv", "no does not exist"),
        ("run drawn.toml --journal lost.csv", "no does not exist"),
        ("run drawn.toml --journal folder", "is a folder"),
        ("run drawn.toml --journal usage.csv/journal.csv", "usage.csv/journal.csv"),
        ("run drawn.toml --report no/report", "no does not exist"),
        ("run drawn.toml --report usage.csv", "is a file"),
        ("study drawn.toml --csv no/rows.csv --samples folder", "is a folder"),
        ("plan drawn.toml --levels 1000 --xlsx no/book.xlsx", "no does not exist"),
        ("generate drawn.toml --out no/usage.csv", "no does not exist"),
        ("init no/scenario", "no does not exist"),
    ] {
        let output = place.run(words);
        refused(&output, told);
        assert!(!err(&output).contains(".part"), "{}", err(&output));
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn init_follows_no_link_to_where_nothing_stands() {
    let place = Place::new();
    symlink("elsewhere.toml", place.path("new.toml")).unwrap();
    refused(&place.run("init new"), "exists already");
    assert!(!place.path("elsewhere.toml").exists());
}

impl Place {
    fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }

    /// Permissions, group.
    fn access(&self, name: &str) -> (u32, u32) {
        let about = fs::metadata(self.path(name)).unwrap();
        (about.mode() & 0o7777, about.gid())
    }

    /// Gives a file a group other than that of new files, if this user may.
    fn set_other_group(&self, name: &str) {
        let group = self.access(name).1 + 1;
        let _ = chown(self.path(name), None, Some(group));
    }
}

const REPORT: &str = "run drawn.toml --report rep";

#[test]
fn what_is_replaced_keeps_its_permissions_and_its_group() {
    let place = Place::new();
    let files = ["journal", "book", "rows", "samples"];
    for name in files {
        place.file(name, "earlier");
        place.set_other_group(name);
        place.set_mode(name, 0o600);
    }
    done(&place.run(REPORT));
    place.set_other_group("rep");
    place.set_mode("rep", 0o2775);
    place.set_mode("rep/index.html", 0o640);
    fs::remove_file(place.path("rep/balance.svg")).unwrap();
    let named = || ["rep", "rep/index.html"].into_iter().chain(files);
    let before: Vec<_> = named().map(|name| (name, place.access(name))).collect();
    done(&place.run(&format!("{REPORT} --journal journal --xlsx book")));
    done(&place.run("study drawn.toml --csv rows --samples samples"));
    let after: Vec<_> = named().map(|name| (name, place.access(name))).collect();
    assert_eq!(after, before);
    for name in files {
        assert_ne!(fs::read(place.path(name)).unwrap(), b"earlier", "{name}");
    }
    let chart = place.access("rep/balance.svg");
    assert_eq!(chart.1, place.access("rep").1, "a folder gives its group to new files");
}

#[test]
fn a_new_file_gets_the_permissions_of_new_files() {
    let place = Place::new();
    let program = env!("CARGO_BIN_EXE_recharge");
    let line = format!("umask 027; {program} {REPORT} --journal journal");
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).current_dir(&place.0).stdout(Stdio::null());
    assert!(shell.status().unwrap().success());
    for (name, mode) in [("journal", 0o640), ("rep", 0o750), ("rep/index.html", 0o640)] {
        assert_eq!(place.access(name).0, mode, "{name}");
    }
}

#[test]
fn links_are_followed_and_stay_and_other_names_of_a_file_keep_the_earlier_one() {
    let place = Place::new();
    place.file("target", "earlier");
    symlink("target", place.path("link")).unwrap();
    symlink("free", place.path("dangling")).unwrap();
    place.file("hard", "earlier");
    fs::hard_link(place.path("hard"), place.path("other-name")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    symlink("folder", place.path("rep")).unwrap();
    for journal in ["link", "dangling", "hard"] {
        done(&place.run(&format!("run drawn.toml --journal {journal}")));
    }
    done(&place.run(REPORT));
    let text = |name: &str| fs::read_to_string(place.path(name)).unwrap();
    for name in ["target", "free", "hard"] {
        assert!(text(name).starts_with("instant,"), "{name}");
    }
    for link in ["link", "dangling", "rep"] {
        assert!(fs::symlink_metadata(place.path(link)).unwrap().is_symlink(), "{link}");
    }
    assert_eq!(text("other-name"), "earlier");
    assert!(place.path("folder/index.html").exists());
}

#[test]
fn a_report_takes_nothing_of_the_users_with_it() {
    let place = Place::new();
    done(&place.run(REPORT));
    let chart = place.path("rep/balance.svg");
    fs::remove_file(&chart).unwrap();
    fs::create_dir(&chart).unwrap();
    fs::write(chart.join("keep.txt"), "the user's").unwrap();
    refused(&place.run(REPORT), "a folder");
    assert_eq!(fs::read_to_string(chart.join("keep.txt")).unwrap(), "the user's");
    fs::remove_dir_all(&chart).unwrap();
    symlink("../usage.csv", &chart).unwrap();
    refused(&place.run(REPORT), "a link");
    fs::remove_file(&chart).unwrap();
    place.file("rep/notes.txt", "the user's");
    refused(&place.run(REPORT), "notes.txt");
}

#[test]
fn what_file_managers_leave_in_a_report_is_in_nobodys_way() {
    let place = Place::new();
    fs::create_dir(place.path("rep")).unwrap();
    place.file("rep/.DS_Store", "");
    for _ in 0..2 {
        done(&place.run(REPORT));
        for name in [".DS_Store", "Thumbs.db", "desktop.ini"] {
            place.file(&format!("rep/{name}"), "");
        }
    }
}

#[test]
fn the_current_folder_is_no_place_for_a_report() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    symlink("empty", place.path("link")).unwrap();
    for report in [".", "../empty", "../link"] {
        let words = format!("run ../drawn.toml --report {report}");
        let mut command = place.command(&words);
        refused(&command.current_dir(place.path("empty")).output().unwrap(), "the current folder");
    }
    assert_eq!(fs::read_dir(place.path("empty")).unwrap().count(), 0);
}

#[test]
fn leftovers_of_dead_processes_go_and_those_of_living_ones_stay() {
    let place = Place::new();
    place.file(".recharge-aaaaaa.part", "dead");
    for folder in [".recharge-bbbbbbbb.part", ".recharge-cccccccc.part", ".recharge-dddddddd.part"]
    {
        fs::create_dir(place.path(folder)).unwrap();
        place.file(&format!("{folder}/index.html"), "dead");
    }
    fs::create_dir(place.path(".recharge-dddddddd.part/earlier")).unwrap();
    place.file(".recharge-eeeeeeee.part", "alive");
    let alive = [".recharge-cccccccc.part", ".recharge-eeeeeeee.part"];
    let locks = alive.map(|name| {
        let file = File::open(place.path(name)).unwrap();
        file.try_lock().unwrap();
        file
    });
    done(&place.run(&format!("{REPORT} --journal journal")));
    let left: Vec<String> =
        place.contents().into_keys().filter(|name| name.contains("part")).collect();
    let expected =
        [".recharge-cccccccc.part/", ".recharge-dddddddd.part/", ".recharge-eeeeeeee.part"];
    assert_eq!(left, expected, "that with a folder in it is none of a run");
    drop(locks);
    done(&place.run(REPORT));
    let left: Vec<String> =
        place.contents().into_keys().filter(|name| name.contains("part")).collect();
    assert_eq!(left, [".recharge-dddddddd.part/"]);
}

#[test]
fn an_earlier_report_that_a_dead_process_left_aside_goes_back_to_its_place() {
    let place = Place::new();
    done(&place.run(REPORT));
    let page = fs::read(place.path("rep/index.html")).unwrap();
    fs::rename(place.path("rep"), place.path(".recharge-aaaaaaaa.rep.earlier")).unwrap();
    // Any report in this folder puts it back.
    done(&place.run("run drawn.toml --report other"));
    assert_eq!(fs::read(place.path("rep/index.html")).unwrap(), page);
    // And one that was replaced goes.
    fs::rename(place.path("other"), place.path(".recharge-bbbbbbbb.rep.earlier")).unwrap();
    done(&place.run(REPORT));
    assert!(place.contents().keys().all(|name| !name.contains("earlier")));
}

/// A run that reads until its input ends or it must stop, and what feeds it.
fn endless(place: &Place, words: &str) -> (Child, thread::JoinHandle<u64>) {
    let mut command = place.command(words);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeding = thread::spawn(move || {
        let _ = stdin.write_all(b"time,credits\n");
        let rows = "2026-01-03T00:00:00Z,1\n".repeat(10_000);
        let started = Instant::now();
        let mut fed = 0;
        while started.elapsed() < Duration::from_secs(20)
            && stdin.write_all(rows.as_bytes()).is_ok()
        {
            fed += 10_000;
        }
        fed
    });
    (child, feeding)
}

#[cfg(target_os = "linux")]
#[test]
fn a_journal_that_cannot_be_written_ends_the_run_at_once() {
    let place = Place::new();
    let often = format!("{SCENARIO}account.opening_balance = 100000\n");
    place.file("often.toml", often.replace("credits = 100\n", "credits = 51\n"));
    let words = "run often.toml --usage - --journal /dev/full";
    let started = Instant::now();
    let (child, feeding) = endless(&place, words);
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("/dev/full: cannot be written"), "{}", err(&output));
    assert!(started.elapsed() < Duration::from_secs(15), "it went on to the end of the usage");
}

#[test]
fn a_journal_whose_reader_has_gone_is_a_failure_and_standard_output_is_not() {
    let place = Place::new();
    let pipe = place.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = thread::spawn(move || drop(File::open(pipe).unwrap()));
    let rows: String = (0..60_000).map(|at| format!("{},960\n", 1_767_400_000 + at)).collect();
    place.file("many.csv", format!("time,credits\n{rows}"));
    let output = place.run("run s.toml --usage many.csv --journal pipe");
    reader.join().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("its reader has closed it"), "{}", err(&output));
}

impl Place {
    /// Runs with `--open` where the one program to be found is this script, if any.
    fn opened_by(&self, script: Option<&str>) -> Output {
        fs::create_dir_all(self.path("bin")).unwrap();
        for name in ["xdg-open", "open"] {
            let _ = fs::remove_file(self.path("bin").join(name));
            if let Some(script) = script {
                self.file(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
                self.set_mode(&format!("bin/{name}"), 0o755);
            }
        }
        self.command(&format!("{REPORT} --open")).env("PATH", self.path("bin")).output().unwrap()
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_that_cannot_be_opened_is_no_failure_and_it_is_said_why() {
    let place = Place::new();
    for (script, told) in [
        (None, "xdg-open is not installed"),
        (Some("exit 3"), "found no program that shows pages"),
        (Some("exit 4"), "which failed"),
        (Some("exit 7"), "exit code 7"),
        (Some("kill -9 $$"), "was killed"),
    ] {
        let output = place.opened_by(script);
        done(&output);
        assert!(err(&output).contains("rep/index.html: cannot be opened"), "{}", err(&output));
        assert!(err(&output).contains(told), "{}", err(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_is_opened_and_a_browser_that_stays_is_not_waited_for() {
    let place = Place::new();
    let script = format!("echo \"$1\" > {}", place.path("opened").display());
    for script in [script.clone(), format!("{script}\nexec /bin/sleep 30")] {
        let _ = fs::remove_file(place.path("opened"));
        let started = Instant::now();
        let output = place.opened_by(Some(&script));
        done(&output);
        assert!(!err(&output).contains("cannot be opened"), "{}", err(&output));
        assert_eq!(fs::read_to_string(place.path("opened")).unwrap().trim(), "rep/index.html");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

/// A study that writes everything it can, with few runs.
const EVERYTHING: &str = "study drawn.toml --vary recharge.at_or_below=0,50,100 --replications 40 \
     --threads 2 --quiet --report rep --csv rows.csv --samples samples.csv --xlsx book.xlsx";

/// Sends a signal.
fn signal(child: &Child, name: &str) {
    // The process may have ended.
    let kill =
        Command::new("kill").args([name, &child.id().to_string()]).stderr(Stdio::null()).status();
    kill.unwrap();
}

/// Ends a study `times` times at instants spread over its length, by these signals with a pause between
/// them, and holds what is left each time.
fn ended_at_every_instant(
    times: u32,
    signals: &[&str],
    pause: Duration,
    holds: impl Fn(&Place, u32),
) {
    let place = Place::new();
    let started = Instant::now();
    done(&place.command(EVERYTHING).output().unwrap());
    let length = started.elapsed();
    for time in 0..times {
        let mut command = place.command(EVERYTHING);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(length * time / times);
        for (index, name) in signals.iter().enumerate() {
            // The later ones come a little later each time.
            let later = pause * time / times;
            thread::sleep(if index == 0 { Duration::ZERO } else { later });
            signal(&child, name);
        }
        child.wait().unwrap();
        holds(&place, time);
    }
}

/// Holds that the outputs of the study are whole.
fn are_whole(place: &Place, time: u32) {
    let page = fs::read_to_string(place.path("rep/index.html")).unwrap_or_default();
    assert!(page.ends_with("</html>"), "end {time}: {:?}", place.contents().keys());
    for entry in fs::read_dir(place.path("rep")).unwrap() {
        let path = entry.unwrap().path();
        let end = if path.ends_with("index.html") { "</html>" } else { "</svg>" };
        assert!(
            fs::read_to_string(&path).unwrap().trim_end().ends_with(end),
            "end {time}: {path:?}"
        );
    }
    for rows in ["rows.csv", "samples.csv"] {
        let text = fs::read_to_string(place.path(rows)).unwrap();
        let columns = |line: &str| line.split(',').count();
        let widths: Vec<usize> = text.lines().map(columns).collect();
        assert!(text.ends_with('\n') && widths.iter().all(|&width| width == widths[0]), "{rows}");
    }
    assert!(fs::read(place.path("book.xlsx")).unwrap().starts_with(b"PK"));
}

fn second_interrupts(times: u32) {
    let pause = Duration::from_millis(150);
    ended_at_every_instant(times, &["-INT", "-INT"], pause, |place, time| {
        are_whole(place, time);
        let left: Vec<_> =
            place.contents().into_keys().filter(|name| name.starts_with(".recharge")).collect();
        assert!(left.is_empty(), "end {time}: {left:?}");
    });
}

fn kills(times: u32) {
    ended_at_every_instant(times, &["-KILL"], Duration::ZERO, |place, time| {
        are_whole(place, time);
        if time % 10 == 9 {
            done(&place.command(EVERYTHING).output().unwrap());
            assert!(place.contents().keys().all(|name| !name.starts_with(".recharge")));
        }
    });
}

#[test]
fn two_interrupts_at_any_instant_leave_whole_outputs_and_nothing_else() {
    second_interrupts(40);
}

#[test]
fn a_kill_at_any_instant_leaves_whole_outputs_and_the_next_run_removes_the_rest() {
    kills(20);
}

#[test]
#[ignore = "takes minutes; docs/trust.md says when it was run"]
fn many_interrupts_and_kills_leave_whole_outputs() {
    second_interrupts(500);
    kills(500);
}
