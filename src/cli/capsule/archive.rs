//! A capsule as a file: a zip archive of a few members, the same bytes for the same contents.
//!
//! An archive may come from anybody. So only members that a capsule has are read, none of them to a path, and none for
//! longer than it may be. Deliberately absent: what the members mean.

use std::io::{Cursor, Read, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::report::json::capsule::{CapsuleJson, MemberJson, SCHEMA};
use crate::report::provenance::hash;

/// The member in which a capsule says what it is.
pub const ABOUT: &str = "capsule.json";
/// The scenario.
pub const SCENARIO: &str = "scenario.toml";
/// The results, in the order in which they are compared: what happens first in a run comes first.
pub const RESULTS: [&str; 5] =
    ["journal.csv", "samples.csv", "result.json", "gates.json", "messages.txt"];
/// The beginning of the name of a usage file.
const USAGE: &str = "usage.";

/// The most members of an archive.
const MOST_MEMBERS: usize = 2 + 1 + RESULTS.len();
/// The most bytes of a scenario, and of what a capsule says of itself.
const MOST_OF_TEXT: u64 = 1 << 20;
/// The most bytes of usage, and of each result.
pub const MOST_OF_DATA: u64 = 1 << 29;

/// A file in a capsule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// A capsule: what it says of itself, and its members in the order in which it names them.
#[derive(Clone, Debug, PartialEq)]
pub struct Capsule {
    /// What it says.
    pub about: CapsuleJson,
    /// The scenario, the usage if it has any, and the results.
    pub members: Vec<Member>,
}

impl Capsule {
    /// The contents of a member.
    pub fn member(&self, name: &str) -> Option<&[u8]> {
        let member = self.members.iter().find(|member| member.name == name);
        member.map(|member| member.bytes.as_slice())
    }

    /// The name of the usage file in it, if it holds one.
    pub fn usage(&self) -> Option<&str> {
        let mut named = self.members.iter().map(|member| member.name.as_str());
        named.find(|name| name.starts_with(USAGE))
    }

    /// The bytes of the archive.
    pub fn bytes(&self, about: &str) -> Result<Vec<u8>, String> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let about = (ABOUT, about.as_bytes());
        let members = self.members.iter().map(|member| (&*member.name, &*member.bytes));
        for (name, bytes) in [about].into_iter().chain(members) {
            archive.start_file(name, options).map_err(|error| error.to_string())?;
            archive.write_all(bytes).map_err(|error| error.to_string())?;
        }
        archive.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
    }

    /// Reads an archive. The error says what about it is no capsule.
    pub fn read(archive: impl Read + Seek) -> Result<Capsule, String> {
        let unreadable = |error| {
            format!(
                "is no zip archive that can be read, and so no capsule that `--capture` wrote: {error}"
            )
        };
        let mut archive = ZipArchive::new(archive).map_err(unreadable)?;
        if archive.len() > MOST_MEMBERS {
            return Err(format!(
                "has {} members; a capsule has at most {MOST_MEMBERS}",
                archive.len()
            ));
        }
        let mut found: Vec<Member> = Vec::new();
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).map_err(unreadable)?;
            let name = file.name().map_err(unreadable)?.into_owned();
            let most = most_of(&name)
                .ok_or_else(|| format!("holds {name:?}, which is no member of a capsule"))?;
            if found.iter().any(|member| member.name == name) {
                return Err(format!("holds {name} twice"));
            }
            let mut bytes = Vec::new();
            let read = file.by_ref().take(most + 1).read_to_end(&mut bytes);
            read.map_err(|error| format!("{name} cannot be unpacked: {error}"))?;
            if bytes.len() as u64 > most {
                return Err(format!("{name} is larger than {} MiB", most >> 20));
            }
            found.push(Member { name, bytes });
        }
        assembled(found)
    }
}

/// The most bytes of a member of this name; `None` if a capsule has no such member.
fn most_of(name: &str) -> Option<u64> {
    let is_usage = name.strip_prefix(USAGE).is_some_and(|rest| {
        (1..=16).contains(&rest.len())
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
    });
    match name {
        ABOUT | SCENARIO => Some(MOST_OF_TEXT),
        _ if is_usage || RESULTS.contains(&name) => Some(MOST_OF_DATA),
        _ => None,
    }
}

/// The name of a usage file in a capsule: its own ending, so that people can open it.
pub fn usage_name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = name.split_once('.').map_or("csv", |(_, ending)| ending).to_lowercase();
    let named = format!("{USAGE}{ending}");
    if most_of(&named).is_some() { named } else { format!("{USAGE}csv") }
}

/// The capsule of members that say what they are; each must be what `capsule.json` has of it.
fn assembled(mut found: Vec<Member>) -> Result<Capsule, String> {
    let place = found.iter().position(|member| member.name == ABOUT);
    let place = place.ok_or_else(|| format!("lacks {ABOUT}; capsules are written by --capture"))?;
    let about = found.remove(place).bytes;
    let about: CapsuleJson = serde_json::from_slice(&about)
        .map_err(|error| format!("{ABOUT} is not what a capsule says: {error}"))?;
    if about.schema != SCHEMA {
        return Err(format!("is a {}, and a {SCHEMA} is needed", about.schema));
    }
    let mut members = Vec::with_capacity(found.len());
    for MemberJson { name, sha256 } in &about.members {
        let place = found.iter().position(|member| member.name == *name);
        let place = place.ok_or_else(|| format!("lacks {name}, which {ABOUT} names"))?;
        let member = found.remove(place);
        if hash(&member.bytes) != *sha256 {
            return Err(format!("{name} is not what was captured: its SHA-256 is another"));
        }
        members.push(member);
    }
    if let Some(member) = found.first() {
        return Err(format!("holds {}, which {ABOUT} does not name", member.name));
    }
    let capsule = Capsule { about, members };
    match capsule.member(SCENARIO) {
        Some(_) => Ok(capsule),
        None => Err(format!("lacks {SCENARIO}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json::capsule::CapturedUsage;

    fn member(name: &str, text: &str) -> Member {
        Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn about(members: &[Member]) -> CapsuleJson {
        let named = members
            .iter()
            .map(|member| MemberJson { name: member.name.clone(), sha256: hash(&member.bytes) });
        CapsuleJson {
            schema: SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            seed: Some(7),
            command: vec!["run".to_owned(), SCENARIO.to_owned()],
            usage: CapturedUsage::None,
            exit_code: 0,
            members: named.collect(),
        }
    }

    fn usual() -> Vec<Member> {
        vec![member(SCENARIO, "name = \"a\"\n"), member("result.json", "{}\n")]
    }

    /// An archive of these members as they are.
    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn said(members: &[(&str, &[u8])]) -> String {
        Capsule::read(Cursor::new(archive(members))).unwrap_err()
    }

    #[test]
    fn a_capsule_is_read_as_it_was_written_and_written_as_the_same_bytes() {
        let capsule = Capsule { about: about(&usual()), members: usual() };
        let text = serde_json::to_string(&capsule.about).unwrap();
        let bytes = capsule.bytes(&text).unwrap();
        assert_eq!(bytes, capsule.bytes(&text).unwrap());
        assert_eq!(Capsule::read(Cursor::new(bytes)).unwrap(), capsule);
    }

    #[test]
    fn what_is_no_capsule_is_refused_with_what_is_wrong() {
        let told = serde_json::to_string(&about(&usual())).unwrap();
        let (about, scenario) = ((ABOUT, told.as_bytes()), (SCENARIO, &b"name = \"a\"\n"[..]));
        let result = ("result.json", &b"{}\n"[..]);
        for (members, why) in [
            (vec![scenario], "lacks capsule.json"),
            (vec![about, scenario], "lacks result.json, which capsule.json names"),
            (
                vec![about, scenario, ("result.json", b"{ }\n")],
                "result.json is not what was captured",
            ),
            (
                vec![about, scenario, result, ("gates.json", b"{}")],
                "which capsule.json does not name",
            ),
            (
                vec![about, scenario, result, ("../x.toml", b"")],
                "\"../x.toml\", which is no member",
            ),
            (vec![about, scenario, result, ("/etc/passwd", b"")], "which is no member"),
            (vec![about, scenario, result, ("usage./x", b"")], "which is no member"),
            (vec![about, scenario, result, ("usage.", b"")], "which is no member"),
            (vec![(ABOUT, b"{}"), scenario], "is not what a capsule says"),
        ] {
            let said = said(&members);
            assert!(said.contains(why), "{said}");
        }
        let no_zip = Capsule::read(Cursor::new(b"PK\x03\x04 and so on".to_vec())).unwrap_err();
        assert!(no_zip.contains("is no zip archive"), "{no_zip}");
        let cut = archive(&[about, scenario, result]);
        assert!(Capsule::read(Cursor::new(cut[..cut.len() / 2].to_vec())).is_err());
        let other = told.replace(SCHEMA, "recharge.capsule/2");
        assert!(said(&[(ABOUT, other.as_bytes()), scenario, result]).contains("is needed"));
    }

    #[test]
    fn a_small_archive_that_unpacks_to_very_much_is_refused() {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(SCENARIO, options).unwrap();
        archive.write_all(&vec![b' '; MOST_OF_TEXT as usize + 1]).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 10_000, "{}", bytes.len());
        let said = Capsule::read(Cursor::new(bytes)).unwrap_err();
        assert!(said.contains("scenario.toml is larger than 1 MiB"), "{said}");
        let names: Vec<String> = (0..9).map(|number| format!("usage.{number}")).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
        assert!(self::said(&many).contains("has 9 members"));
    }

    #[test]
    fn usage_keeps_the_ending_that_people_open_it_by() {
        for (file, name) in [
            ("exports/a b.CSV", "usage.csv"),
            ("usage.csv.gz", "usage.csv.gz"),
            ("book.xlsx", "usage.xlsx"),
            ("usage", "usage.csv"),
            ("a.very long ending", "usage.csv"),
            ("a.b/usage.json", "usage.json"),
        ] {
            assert_eq!(usage_name(file), name, "{file}");
        }
    }
}
