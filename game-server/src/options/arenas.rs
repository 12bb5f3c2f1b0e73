//! Several arenas in one process: the tables `[[arena]]` of the file, each made into options of its own.
//!
//! What a table says holds for its arena, whatever flags and environment say; what it does not say is as
//! for a server of one arena. What two arenas can't share, such as a port or a report, is refused here,
//! before any of them begins.

use super::{Flags, Options, OptionsError};
use clap::Parser;
use figment::{
    Figment,
    providers::Serialized,
    value::{Dict, Value},
};

/// From the port of one arena to that of the next: the beacon of each is in between.
const PORTS_EACH: u16 = 2;

impl Options {
    /// The options of all arenas: one for each table `[[arena]]` of the file, or of the one arena that
    /// there is without. From the command line, the environment and the file; prints help and exits when
    /// asked to.
    ///
    /// # Errors
    /// When something can't be read, is out of range, or is the same for two arenas that can't share it.
    pub fn of_all_arenas() -> Result<Vec<Self>, OptionsError> {
        split(Self::figment(&Flags::parse())?)
    }

    /// As [`Options::of_all_arenas`], from given flags; the first is the program's name.
    ///
    /// # Errors
    /// As [`Options::of_all_arenas`]; clap's own errors come as text.
    pub fn all_from_arguments(arguments: &[&str]) -> Result<Vec<Self>, String> {
        let flags = Flags::try_parse_from(arguments).map_err(|error| error.to_string())?;
        Self::figment(&flags).and_then(split).map_err(|error| error.to_string())
    }
}

fn split(figment: Figment) -> Result<Vec<Options>, OptionsError> {
    // A flag or a variable with the name of an arena comes after the file, and then there is but that one.
    let Ok(Value::Array(_, tables)) = figment.find_value("arena") else {
        return Ok(vec![Options::extract(&figment)?]);
    };
    let figment = figment.merge(("arena", Options::default().arena));
    let mut all = Vec::new();
    for (table, number) in tables.into_iter().zip(0..) {
        let options = one(&figment, table, number);
        let of = usize::from(number) + 1;
        all.push(options.map_err(|error| OptionsError::Arena { of, error: Box::new(error) })?);
    }
    check_shared(&all)?;
    Ok(all)
}

/// The options of one table.
fn one(figment: &Figment, table: Value, number: u16) -> Result<Options, OptionsError> {
    let mut table: Dict = table.into_dict().unwrap_or_default();
    // Within its table an arena would be called `arena` twice.
    if let Some(map) = table.remove("map") {
        table.insert("arena".to_owned(), map);
    }
    let has_place = table.contains_key("bind");
    let mut options = Options::extract(&figment.clone().merge(Serialized::globals(table)))?;
    if !has_place && options.bind.port() != 0 {
        let port = options.bind.port().saturating_add(number.saturating_mul(PORTS_EACH));
        options.bind.set_port(port);
    }
    Ok(options)
}

/// What each arena needs for itself.
fn check_shared(all: &[Options]) -> Result<(), OptionsError> {
    if all.is_empty() {
        let expected = "a name, or at least one table";
        return Err(OptionsError::OutOfRange { name: "arena", value: "[]".to_owned(), expected });
    }
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|it| it.display().to_string());
    type Of<'a> = &'a dyn Fn(&Options) -> Option<String>;
    let own: [(&'static str, Of<'_>); 4] = [
        ("bind", &|it| Some(it.bind).filter(|at| at.port() != 0).map(|at| at.to_string())),
        ("beacon_port", &|it| it.beacon().map(|at| at.to_string())),
        ("stats_json", &|it| path(&it.stats_json)),
        ("shot_audit", &|it| path(&it.shot_audit)),
    ];
    for (name, of) in own {
        let mut values: Vec<String> = all.iter().filter_map(of).collect();
        values.sort();
        if let Some(pair) = values.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(OptionsError::Shared { name, value: pair[0].clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The options that a file makes, or what is wrong with it.
    fn options_of(text: &str, flags: &[&str]) -> Result<Vec<Options>, String> {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("tumult-arenas-{}-{number}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        let all = [&["game-server", "--config", path.to_str().unwrap()], flags].concat();
        let options = Options::all_from_arguments(&all);
        std::fs::remove_file(&path).unwrap();
        options
    }

    const TWO: &str = "max_players = 9\n[rules]\nscore_limit = 7\n\
        [[arena]]\nmap = \"expanse\"\ntick_rate = 120\nbots = { fill = 4 }\n\
        [[arena]]\nbind = \"127.0.0.1:9000\"\nmax_players = 12\n[arena.rules]\nhealth = 50\n";

    #[test]
    fn each_table_is_an_arena_and_the_rest_holds_for_all() {
        let all = options_of(TWO, &[]).unwrap();
        let of = |it: &Options| (it.arena.clone(), it.tick_rate, it.max_players, it.bots.fill);
        assert_eq!(of(&all[0]), ("expanse".to_owned(), 120, 9, 4));
        assert_eq!(of(&all[1]), ("yard".to_owned(), 60, 12, 0));
        assert_eq!(all[0].bind.port(), 4_455);
        assert_eq!(all[1].bind.to_string(), "127.0.0.1:9000");
        let rules = |it: &Options| (it.rules.score_limit, it.rules.health);
        assert_eq!((rules(&all[0]), rules(&all[1])), ((7, 100), (7, 50)));
        // A flag stands for what no table says, and a flag's arena for all of them.
        let all = options_of(TWO, &["--max-players", "20", "--seed", "5"]).unwrap();
        assert_eq!((all[0].max_players, all[1].max_players, all[1].seed), (20, 12, 5));
        let all = options_of(TWO, &["--arena", "yard"]).unwrap();
        assert_eq!((all.len(), all[0].arena.as_str()), (1, "yard"));
    }

    #[test]
    fn arenas_without_a_place_of_their_own_follow_one_another() {
        let all =
            options_of("[[arena]]\n[[arena]]\n[[arena]]\n", &["--bind", "127.0.0.1:7000"]).unwrap();
        let ports: Vec<u16> = all.iter().map(|it| it.bind.port()).collect();
        assert_eq!(ports, [7_000, 7_002, 7_004]);
        let beacons: Vec<u16> = all.iter().map(|it| it.beacon().unwrap().port()).collect();
        assert_eq!(beacons, [7_001, 7_003, 7_005]);
    }

    #[test]
    fn what_two_arenas_cannot_share_and_what_is_wrong_in_one_is_named() {
        for (text, words) in [
            ("[[arena]]\nbind = \"0.0.0.0:5000\"\n[[arena]]\nbind = \"0.0.0.0:5000\"\n", "bind"),
            ("stats_json = \"a.json\"\n[[arena]]\n[[arena]]\n", "the same stats_json, a.json"),
            ("beacon_port = 99\n[[arena]]\n[[arena]]\n", "beacon_port"),
            ("[[arena]]\n[[arena]]\ntick_rate = 5\n", "arena 2: tick_rate is 5"),
            ("[[arena]]\nmaps = \"yard\"\n", "maps"),
            ("arena = []\n", "at least one"),
        ] {
            let said = options_of(text, &[]).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
