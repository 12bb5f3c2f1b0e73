//! What the rows and fields of the protocol are called on screen: their own names are the program's.

use std::borrow::Cow;

use crate::language::Words;

/// The name in the protocol, and the key of what it is called.
const TERMS: [(&str, &str); 47] = [
    ("pilot", "term-pilot"),
    ("own", "term-own"),
    ("rocket", "term-rocket"),
    ("pickup", "term-pickup"),
    ("noise", "term-noise"),
    ("round", "term-round"),
    ("framing", "term-framing"),
    ("aim", "term-aim"),
    ("aim_degrees", "term-aim"),
    ("alive", "term-alive"),
    ("available", "term-available"),
    ("beat", "term-beat"),
    ("first", "term-steering"),
    ("before", "term-steering"),
    ("steer", "term-steering"),
    ("first_ticks", "term-steering-time"),
    ("before_ticks", "term-steering-time"),
    ("steer_ticks", "term-steering-time"),
    ("dash_cooldown_ticks", "term-dash-wait"),
    ("dash_direction", "term-dash-way"),
    ("dash_ticks", "term-dash"),
    ("ends_high", "term-end"),
    ("ends_low", "term-end"),
    ("fire", "term-fire"),
    ("health", "term-health"),
    ("hits", "term-hits"),
    ("hurt", "term-hurt"),
    ("hurt_from", "term-hurt-from"),
    ("kind", "term-kind"),
    ("number", "term-number"),
    ("owner", "term-owner"),
    ("playing", "term-playing"),
    ("protected", "term-protection"),
    ("protection_ticks", "term-protection"),
    ("reload_ticks", "term-reload"),
    ("respawn_ticks", "term-respawn"),
    ("rifle_cooldown_ticks", "term-rifle-wait"),
    ("rifle_reserve", "term-reserve"),
    ("rifle_rounds", "term-rounds"),
    ("rocket_cooldown_ticks", "term-rocket-wait"),
    ("rockets", "term-rockets"),
    ("shots", "term-shots"),
    ("velocity_x", "term-speed-x"),
    ("velocity_y", "term-speed-y"),
    ("weapons_free", "term-weapons"),
    ("x", "term-place-x"),
    ("y", "term-place-y"),
];

/// A row or field in the player's words; its own name where nobody has given it another.
pub(super) fn term<'a>(name: &'a str, words: &'a Words) -> Cow<'a, str> {
    let known = TERMS.into_iter().find(|(known, _)| *known == name);
    known.map_or(Cow::Borrowed(name), |(_, key)| words.say(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::Tumult;
    use netcode::Protocol;

    #[test]
    fn every_row_and_field_of_the_protocol_has_a_name_for_players() {
        for kind in Tumult::KINDS {
            for name in kind.fields.iter().map(|field| field.name).chain([kind.name]) {
                assert!(TERMS.iter().any(|(known, _)| *known == name), "{name} of {}", kind.name);
            }
        }
    }
}
