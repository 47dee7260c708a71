//! Memory for events, allocated so that a shortage is an error: an allocation inside a library
//! would end the process.

use crate::engine::EventColumns;

use super::UsageError;

/// Makes room for `more` events in a list of those of the source `name`.
pub(super) fn reserve<T>(events: &mut Vec<T>, more: usize, name: &str) -> Result<(), UsageError> {
    let held = events.len();
    events.try_reserve(more).map_err(|_| too_little(held, name))
}

/// The same for events in columns.
pub(super) fn reserve_columns(
    events: &mut EventColumns,
    more: usize,
    name: &str,
) -> Result<(), UsageError> {
    let held = events.len();
    events.try_reserve(more).map_err(|_| too_little(held, name))
}

/// Checks that there is room for a copy of `count` of the events in `events`, as sorting and
/// sharing make one.
pub(super) fn check_copy<T>(events: &[T], count: usize, name: &str) -> Result<(), UsageError> {
    let copy = Vec::<T>::new().try_reserve_exact(count);
    copy.map_err(|_| too_little(events.len(), name))
}

fn too_little(held: usize, name: &str) -> UsageError {
    UsageError::TooLittleMemory { name: name.to_owned(), held: held as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_can_be_is_an_error_with_the_way_out() {
        let mut events = vec![1_u64; 3];
        assert!(reserve(&mut events, 1, "u.csv").is_ok());
        for refused in [
            reserve(&mut events, usize::MAX / 16, "u.csv"),
            check_copy(&events, usize::MAX / 16, "u.csv"),
        ] {
            let told = refused.unwrap_err().to_string();
            assert!(told.contains("u.csv: 3 events"), "{told}");
        }
    }
}
