//! What a process that ends at once takes with it: temporary files and folders, and nothing else. Alone
//! in its file, as it speaks for the whole process.

use std::fs;

use recharge::files::{Contents, Folder, Output, discard_unfinished};

static CONTENTS: Contents = Contents { page: "index.html", mark: "", has: |_| true };

#[test]
fn what_is_unfinished_is_removed_and_what_stood_there_stays() {
    let place = tempfile::tempdir().unwrap();
    let (folder, file) = (place.path().join("report"), place.path().join("book.xlsx"));
    fs::write(&file, "earlier").unwrap();
    let started = Folder::start(&folder, &CONTENTS).unwrap();
    started.write("index.html", b"half").unwrap();
    let output = Output::create(&file).unwrap();
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
    drop(discard_unfinished());
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), "earlier");
    drop((started, output));
}
