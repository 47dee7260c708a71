//! Every file that a command reads and writes, with the refusal of outputs that would replace an
//! input or another output.
//!
//! Commands state their files before they compute anything, so that a wrong command line costs
//! nothing. A file that appears between the check and the writing is not seen here.

use std::fmt;
use std::io;
use std::path::Path;

use super::place::{OpenStream, Place, Stands};

/// The files that a command reads and writes.
#[derive(Debug)]
pub struct Manifest {
    inputs: Vec<Named>,
    outputs: Vec<Named>,
    streams: Vec<Named>,
    clashes: Vec<Clash>,
}

/// A place by what it is to the command.
#[derive(Debug)]
struct Named {
    name: String,
    place: Place,
}

impl Named {
    /// A stream, if it leads to a regular file and the system can identify it.
    fn stream(name: &str, stream: &impl OpenStream) -> Option<Named> {
        Some(Named { name: name.to_owned(), place: Place::of_stream(stream)? })
    }
}

/// Reason why an output cannot be written to its path; a sentence with the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash(String);

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shape of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OutputShape {
    File,
    Folder,
}

impl Manifest {
    /// A command with its streams: standard output and standard error are outputs if they lead to a
    /// regular file.
    pub fn new() -> Manifest {
        let streams = [
            Named::stream("standard output", &io::stdout()),
            Named::stream("standard error", &io::stderr()),
        ];
        Manifest {
            inputs: Vec::new(),
            outputs: Vec::new(),
            streams: streams.into_iter().flatten().collect(),
            clashes: Vec::new(),
        }
    }

    /// Adds a file that is read; `what` describes it, such as "the scenario". A missing file is
    /// left to its reader to report.
    pub fn reads(mut self, what: &str, path: &Path) -> Manifest {
        if let Ok(place) = Place::of(path) {
            self.inputs.push(Named { name: format!("{what} {}", path.display()), place });
        }
        self
    }

    /// Adds standard input, for commands that read it.
    pub fn reads_standard_input(mut self) -> Manifest {
        self.inputs.extend(Named::stream("the file on standard input", &io::stdin()));
        self
    }

    /// Adds a file that is written, by the option that names it.
    pub fn writes(self, option: &str, path: &Path) -> Manifest {
        self.with_output(option, path, OutputShape::File)
    }

    /// Adds a folder that is replaced as a whole.
    pub fn writes_folder(self, option: &str, path: &Path) -> Manifest {
        self.with_output(option, path, OutputShape::Folder)
    }

    fn with_output(mut self, option: &str, path: &Path, shape: OutputShape) -> Manifest {
        let name = format!("{option} {}", path.display());
        let place = match Place::of(path) {
            Ok(place) => place,
            // A folder without read permission is left to the operating system to refuse on
            // writing.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return self,
            Err(error) => {
                self.clashes.push(Clash(format!("{name}: cannot be written: {error}")));
                return self;
            }
        };
        match (shape, place.stands) {
            (OutputShape::File, Stands::Folder(_)) => {
                self.clashes.push(Clash(format!("{name}: is a folder; name a file in it")));
            }
            (OutputShape::Folder, Stands::File(_) | Stands::Device) => {
                self.clashes.push(Clash(format!("{name}: is a file; name a folder")));
            }
            _ => self.outputs.push(Named { name, place }),
        }
        self
    }

    /// Refuses every output that would be lost or would overwrite something else.
    pub fn check(mut self) -> Result<(), Vec<Clash>> {
        let mut clashes = std::mem::take(&mut self.clashes);
        for (index, output) in self.outputs.iter().enumerate() {
            clashes.extend(self.inputs.iter().filter_map(|input| over_input(output, input)));
            let others = &self.outputs[..index];
            clashes.extend(others.iter().filter_map(|other| over_output(output, other)));
            clashes.extend(self.streams.iter().filter_map(|other| over_output(output, other)));
        }
        for stream in &self.streams {
            clashes.extend(self.inputs.iter().filter_map(|input| into_input(stream, input)));
        }
        if clashes.is_empty() { Ok(()) } else { Err(clashes) }
    }
}

impl Default for Manifest {
    fn default() -> Manifest {
        Manifest::new()
    }
}

/// Reason why an output cannot be written to its path, given an input.
fn over_input(output: &Named, input: &Named) -> Option<Clash> {
    let (name, read) = (&output.name, &input.name);
    if output.place.is(&input.place) {
        return Some(Clash(format!("{name}: would replace {read}; write to another file")));
    }
    let within = output.place.holds(&input.place);
    within.then(|| {
        Clash(format!("{name}: holds {read}, and is replaced as a whole; name another folder"))
    })
}

/// Reason why two outputs cannot both be written.
fn over_output(output: &Named, other: &Named) -> Option<Clash> {
    let (name, also) = (&output.name, &other.name);
    if output.place.is(&other.place) {
        return Some(Clash(format!("{name}: {also} is the same file; write to another file")));
    }
    if output.place.may_be(&other.place) {
        return Some(Clash(format!(
            "{name}: {also} differs in case alone, which many systems do not tell apart; write to \
             another file"
        )));
    }
    let lies = |inner: &str, outer: &str| {
        Clash(format!(
            "{inner}: lies in {outer}, which is replaced as a whole; write to another folder"
        ))
    };
    if output.place.holds(&other.place) {
        return Some(lies(also, name));
    }
    other.place.holds(&output.place).then(|| lies(name, also))
}

/// Reason why a stream cannot lead into a file, given an input.
fn into_input(stream: &Named, input: &Named) -> Option<Clash> {
    let same = stream.place.is(&input.place);
    same.then(|| {
        Clash(format!("{}: leads into {}; send it to another file", stream.name, input.name))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// A folder with an input, its links, and a report.
    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("in.csv"), "").unwrap();
        fs::write(at("out.csv"), "").unwrap();
        fs::hard_link(at("in.csv"), at("hard.csv")).unwrap();
        symlink("in.csv", at("soft.csv")).unwrap();
        symlink("new.csv", at("dangling.csv")).unwrap();
        symlink(".", at("here")).unwrap();
        fs::create_dir(at("report")).unwrap();
        fs::write(at("report/index.html"), "").unwrap();
        folder
    }

    /// The clashes of files by names in `folder`; a name that ends with a slash is a folder.
    fn clashes(folder: &TempDir, reads: &[&str], writes: &[&str]) -> String {
        let at = |name: &str| folder.path().join(name);
        let mut manifest = Manifest::new();
        for name in reads {
            manifest = manifest.reads("the usage", &at(name));
        }
        for (index, name) in writes.iter().enumerate() {
            let option = format!("--out{index}");
            manifest = match name.strip_suffix('/') {
                Some(name) => manifest.writes_folder(&option, &at(name)),
                None => manifest.writes(&option, &at(name)),
            };
        }
        let message = manifest.check().map_err(|clashes| {
            let lines: Vec<String> = clashes.iter().map(ToString::to_string).collect();
            lines.join("\n")
        });
        message.err().unwrap_or_default()
    }

    #[test]
    fn an_output_in_the_place_of_an_input_is_refused_by_path_link_and_hard_link() {
        let folder = folder();
        let reads = [&["in.csv"][..], &["soft.csv"], &["hard.csv"]];
        for (reads, output) in reads.into_iter().flat_map(|reads| {
            let outputs = ["in.csv", "soft.csv", "hard.csv", "here/in.csv", "report/../in.csv"];
            outputs.map(|output| (reads, output))
        }) {
            let message = clashes(&folder, reads, &[output]);
            assert!(message.contains("would replace the usage"), "{reads:?} {output}: {message}");
        }
        for output in ["out.csv", "new.csv", "dangling.csv", "report/new.csv"] {
            assert_eq!(clashes(&folder, &["in.csv"], &[output]), "");
        }
    }

    #[test]
    fn two_outputs_in_one_place_are_refused_whether_it_is_taken_or_not() {
        let folder = folder();
        for pair in [
            ["out.csv", "out.csv"],
            ["new.csv", "new.csv"],
            ["new.csv", "here/new.csv"],
            ["new.csv", "dangling.csv"],
            ["hard.csv", "soft.csv"],
            ["new", "new/"],
        ] {
            let message = clashes(&folder, &[], &pair);
            assert!(message.contains("is the same file"), "{pair:?}: {message}");
        }
        assert!(clashes(&folder, &[], &["new.csv", "New.csv"]).contains("in case alone"));
        assert_eq!(clashes(&folder, &[], &["new.csv", "other.csv"]), "");
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole_so_nothing_else_of_the_command_lies_in_it() {
        let folder = folder();
        for pair in [["report/", "report/rows.csv"], ["here/report/rows.csv", "report/"]] {
            let message = clashes(&folder, &[], &pair);
            assert!(message.contains("replaced as a whole"), "{pair:?}: {message}");
        }
        let message = clashes(&folder, &["report/index.html"], &["report/"]);
        assert!(message.contains("holds the usage"), "{message}");
        assert!(clashes(&folder, &[], &["new/", "new/rows.csv"]).contains("does not exist"));
        assert_eq!(clashes(&folder, &["in.csv"], &["report/", "rows.csv"]), "");
    }

    #[test]
    fn what_cannot_be_written_is_told_before_anything_is_computed_and_all_at_once() {
        let folder = folder();
        let message =
            clashes(&folder, &[], &["no/such.csv", "report", "in.csv/", "in.csv/rows.csv"]);
        let expected = ["no does not exist", "is a folder", "is a file", "in.csv/rows.csv"];
        assert_eq!(message.lines().count(), expected.len(), "{message}");
        for (line, expected) in message.lines().zip(expected) {
            assert!(line.contains(expected), "{line}");
        }
    }

    #[test]
    fn devices_take_any_number_of_outputs() {
        let null = Path::new("/dev/null");
        let manifest = Manifest::new().reads("the usage", null);
        let manifest = manifest.writes("--csv", null).writes("--samples", null);
        assert_eq!(manifest.check(), Ok(()));
    }
}
