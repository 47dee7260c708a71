//! The room `explore` for a page: texts in, texts out.
//!
//! The page writes bytes where [`input`] says and calls [`open`] or [`respond`], whose answer lies at [`output`] and has
//! [`length`] bytes. All of it is JSON but the packed usage. One instance explores one subject. Nothing here dereferences an
//! address; only the names of the functions, which the linker must not change, need the word `unsafe`.

#![deny(unsafe_code)]

use std::cell::RefCell;

use recharge_explore::explore::Explorer;

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::NEW) };
}

/// What an instance holds between two calls.
struct State {
    input: Vec<u8>,
    output: String,
    explorer: Option<Explorer>,
}

impl State {
    const NEW: State = State { input: Vec::new(), output: String::new(), explorer: None };

    /// Opens the subject of so many bytes; the rest of the input is its usage.
    fn open(&mut self, length: usize) -> Result<Explorer, String> {
        let (subject, packed) = self.input.split_at_checked(length).ok_or("input is too short")?;
        let subject = str::from_utf8(subject).map_err(|error| error.to_string())?;
        Explorer::open(subject, packed)
    }
}

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

/// Makes room for input of so many bytes and returns its address.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    with(|state| {
        state.input = vec![0; length];
        state.input.as_mut_ptr()
    })
}

/// Opens the subject that the first `length` bytes of the input are, with the usage that the others are. Returns 1, or 0 with the
/// reason as output.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn open(length: usize) -> u32 {
    with(|state| {
        let opened = state.open(length);
        state.input = Vec::new();
        match opened {
            Ok(explorer) => {
                state.explorer = Some(explorer);
                1
            }
            Err(reason) => {
                state.output = reason;
                0
            }
        }
    })
}

/// Answers the request that the input is. Returns 1, or 0 where nothing is open.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn respond() -> u32 {
    with(|state| {
        let State { input, output, explorer } = state;
        let Some(explorer) = explorer else { return 0 };
        *output = explorer.respond(&String::from_utf8_lossy(input));
        1
    })
}

/// The address of the last answer, in UTF-8.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|state| state.output.as_ptr())
}

/// The length of the last answer in bytes.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    with(|state| state.output.len())
}
