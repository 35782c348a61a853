//! Rate laws as text, for messages.

use model::{RateLaw, Reaction};

/// The rate of a reaction as its rule wrote it.
pub(crate) fn rate_text(reaction: &Reaction) -> String {
    match &reaction.rate {
        RateLaw::Elementary(k) => format!("rate law {k} times the reactants"),
        RateLaw::Total(k) => format!("total rate {k}"),
        RateLaw::Saturation { k, half_saturation } => {
            let constants: Vec<String> = half_saturation.iter().map(ToString::to_string).collect();
            format!("Sat({k},{})", constants.join(","))
        }
        RateLaw::MichaelisMenten { kcat, km } => format!("MM({kcat},{km})"),
        RateLaw::Hill { vmax, k, n } => format!("Hill({vmax},{k},{n})"),
    }
}
