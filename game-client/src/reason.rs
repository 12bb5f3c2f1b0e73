//! Why a connection is over, in the player's language.
//!
//! netcode and the server say it in English sentences. The known ones are recognised and said anew;
//! what is not known is quoted as it came, since the player must not be left without a reason.

use crate::chat::clean;
use crate::language::Words;
use crate::servers::short;

/// What a sentence begins with, and the key that says the same of what follows. These come first: what follows was
/// written by whoever runs a server, and may hold any other mark.
const REASONED: [(&str, &str); 5] = [
    ("you are banned from this server: ", "lost-banned"),
    ("the name can't be used: ", "lost-name"),
    ("can't start the network: ", "lost-here"),
    ("can't open a socket: ", "lost-here"),
    ("can't look for the server: ", "lost-here"),
];

/// What a sentence has in it, often behind what a library says of its own, and the key that says the same.
const KNOWN: [(&str, &str); 21] = [
    ("the server is full", "lost-full"),
    ("the versions don't fit", "lost-version"),
    ("your game files differ", "lost-assets"),
    ("does not answer", "lost-silent"),
    ("can't connect to", "lost-silent"),
    ("no answer any more", "lost-silent"),
    ("there is no server called", "lost-unknown"),
    ("the server is shutting down", "lost-stopped"),
    ("this is another server", "lost-other-server"),
    ("which this build lacks", "lost-arena"),
    ("lost the server", "lost-gone"),
    ("the other side closed", "lost-gone"),
    ("the other side was restarted", "lost-restarted"),
    ("the same player connected again", "lost-elsewhere"),
    ("too slow: messages piled up", "lost-slow"),
    ("no hello came in time", "lost-slow"),
    ("the handshake took too long", "lost-slow"),
    ("the stream is unreadable", "lost-unreadable"),
    ("too many malformed datagrams", "lost-unreadable"),
    ("can't keep the certificate in ", "lost-key"),
    ("holds no certificate with its key", "lost-key"),
];

/// Which rule a name breaks, as the server says it (`game-sim/src/name.rs`, `game-server/src/names.rs`), and the key.
const NAME_RULES: [(&str, &str); 8] = [
    ("it is empty", "name-empty"),
    ("it is longer than 16 characters", "name-long"),
    ("it holds a control character", "name-control"),
    ("it holds an invisible character", "name-invisible"),
    ("it holds an unknown character", "name-unknown"),
    ("it holds a letter with more than two marks", "name-marks"),
    ("it looks like the name of somebody who is here", "name-alike"),
    ("too many of this name are here", "name-many"),
];

/// The key of a reason that nothing but the player can change: trying again by itself is no use.
const FINAL: [&str; 8] = [
    "lost-version",
    "lost-assets",
    "lost-banned",
    "lost-name",
    "lost-other-server",
    "lost-arena",
    // Two programs with one key would send each other away for ever.
    "lost-elsewhere",
    "lost-key",
];

/// The key of a sentence, and what follows where that is a reason.
fn key(said: &str) -> Option<(&'static str, &str)> {
    let reasoned =
        || REASONED.into_iter().find_map(|(mark, key)| Some((key, said.strip_prefix(mark)?)));
    let known =
        || KNOWN.into_iter().find(|(mark, _)| said.contains(mark)).map(|(_, key)| (key, ""));
    reasoned().or_else(known)
}

/// Whether to try again by itself makes sense after this.
pub fn may_pass(said: &str) -> bool {
    key(said).is_none_or(|(key, _)| !FINAL.contains(&key))
}

/// Whether every place is taken: then one may still look on.
pub fn is_full(said: &str) -> bool {
    key(said).is_some_and(|(key, _)| key == "lost-full")
}

/// Whether the name is why: then another one helps.
pub fn is_of_the_name(said: &str) -> bool {
    key(said).is_some_and(|(key, _)| key == "lost-name")
}

/// The reason in the player's words.
pub fn reason(words: &Words, said: &str, address: &str) -> String {
    let Some((key, rest)) = key(said) else {
        return words.say_with("lost-said", &[("reason", clean(said).into())]);
    };
    let rule = NAME_RULES.into_iter().find(|(rule, _)| key == "lost-name" && rest == *rule);
    let rest = rule.map_or_else(|| clean(rest), |(_, rule)| words.say(rule).into_owned());
    words.say_with(key, &[("reason", rest.into()), ("server", short(address).into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use netcode::wire::message::Refusal;

    #[test]
    fn every_refusal_of_netcode_is_known_in_both_languages() {
        let refusals = [
            Refusal::Full { players: 1, places: 1 },
            Refusal::WrongVersion { server: "2".to_owned(), client: "1".to_owned() },
            Refusal::WrongAssets { server: 1, client: 2 },
            Refusal::Banned { reason: "cheats".to_owned() },
            Refusal::BadName { reason: "it is empty".to_owned() },
        ];
        for language in [Language::English, Language::Spanish] {
            let words = Words::of(language);
            for refusal in &refusals {
                assert_ne!(reason(&words, &refusal.to_string(), "a"), refusal.to_string());
            }
            let banned = reason(&words, &refusals[3].to_string(), "a:1");
            assert!(banned.ends_with(": cheats"), "{banned}");
        }
    }

    #[test]
    fn who_is_banned_is_not_sent_back_again_and_again() {
        assert!(!may_pass("you are banned from this server: cheats"));
        assert!(may_pass("127.0.0.1:9 does not answer") && may_pass("something else"));
        assert!(may_pass("the server is full: 8 of 8 places are taken"));
    }

    #[test]
    fn what_an_operator_writes_is_a_reason_and_never_another_sentence() {
        let words = Words::of(Language::English);
        for said in [
            "you are banned from this server: the server is full",
            "you are banned from this server: it does not answer for what it said",
            "you are banned from this server: can't start the network: x",
        ] {
            assert!(!may_pass(said) && !is_full(said) && !is_of_the_name(said), "{said}");
            let (_, why) = said.split_once(": ").unwrap();
            assert!(reason(&words, said, "a").ends_with(why), "{said}");
        }
        let said = "you are banned from this server: \u{202e}no\u{200b}\n";
        assert!(reason(&words, said, "a").ends_with(": no"), "and it plays no tricks");
    }

    #[test]
    fn what_is_not_known_is_quoted_as_it_came() {
        let said = reason(&Words::of(Language::Spanish), "the moon fell", "a");
        assert!(said.starts_with("El servidor dice") && said.contains("the moon fell"), "{said}");
    }

    #[test]
    fn the_rule_that_a_name_breaks_is_told_in_the_players_language() {
        let said = Refusal::BadName { reason: "it is empty".to_owned() }.to_string();
        let told = reason(&Words::of(Language::Spanish), &said, "a");
        assert!(told.ends_with("está vacío"), "{told}");
    }
}
