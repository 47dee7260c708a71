//! The sentence about an account that starts without credits.

use crate::engine::Setup;
use crate::payments::Luck;

/// The sentence that an account starts empty, so that the outage of its first hours is one of the
/// scenario and none of the settings; `None` if it has credits at the start, or if its first charge
/// settles at once.
pub fn sentence(setup: &Setup, luck: &Luck) -> Option<String> {
    (setup.starts_empty() && !luck.settles_at_once()).then(|| {
        "The account starts with no credits, so usage is refused until the first recharge settles, and the \
         first cycle counts as one with an outage. If there are credits today, say how many with \
         `opening_balance` or `opening_grants` in [account]."
            .to_owned()
    })
}
