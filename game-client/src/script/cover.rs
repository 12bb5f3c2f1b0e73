//! Covers words, or all that lies over the fight, for a picture: the first shows whether it can be read without
//! words, the second is what the title stands before.

use std::str::FromStr;

use bevy::camera::visibility::VisibilitySystems;
use bevy::prelude::*;

use crate::measure::own;

/// What is covered from now on.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    Words,
    Display,
}

impl FromStr for Cover {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "words" => Ok(Self::Words),
            "display" => Ok(Self::Display),
            _ => Err("words or display".to_owned()),
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    // After everybody has said what is to be seen, and before that counts.
    app.add_systems(PostUpdate, own(cover).before(VisibilitySystems::VisibilityPropagate));
}

fn cover(
    cover: Option<Res<Cover>>,
    mut words: Query<&mut Visibility, With<Text>>,
    mut roots: Query<&mut Visibility, (With<Node>, Without<ChildOf>, Without<Text>)>,
) {
    let Some(cover) = cover else { return };
    for mut visibility in &mut words {
        visibility.set_if_neq(Visibility::Hidden);
    }
    if *cover == Cover::Display {
        for mut visibility in &mut roots {
            visibility.set_if_neq(Visibility::Hidden);
        }
    }
}
