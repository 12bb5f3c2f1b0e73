//! The graphics driver stays loaded until the process has ended.
//!
//! The renderer may let go of the last of the driver on a thread of its own, while the main thread already
//! runs what libraries asked for at the end of a process. Mesa's drivers ask for some of that; when they
//! are unloaded in the middle of it, the process dies of a segmentation fault, after all was well.

use bevy::{prelude::*, render::renderer::RenderDevice};

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, keep);
}

/// Leaks one handle to the device, which holds the driver. There is none where nothing is rendered.
fn keep(device: Option<Res<RenderDevice>>) {
    if let Some(device) = device {
        Box::leak(Box::new(device.clone()));
    }
}
