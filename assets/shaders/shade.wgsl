// Darkens the floor that the player's pilot can't see. `depths` is the panorama of the pilot's eye: for each
// of 256 directions to a side, how far along the side's axis the nearest wall is; one side in each channel.

#import bevy_pbr::forward_io::VertexOutput

struct Shade {
    // The eye in the plane, the darkness in full shade, and how far one sees.
    eye: vec4<f32>,
    colour: vec4<f32>,
    depths: array<vec4<f32>, 256>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> shade: Shade;

fn depth_at(side: i32, direction: i32) -> f32 {
    return shade.depths[clamp(direction, 0, 255)][side];
}

@fragment
fn fragment(mesh: VertexOutput) -> @location(0) vec4<f32> {
    // The plane's y is the drawn world's -z.
    let way = vec2<f32>(mesh.world_position.x, -mesh.world_position.z) - shade.eye.xy;
    var side = 0;
    var along = way.x;
    var across = way.y;
    if abs(way.x) >= abs(way.y) {
        if way.x < 0.0 {
            side = 2;
            along = -way.x;
        }
    } else if way.y > 0.0 {
        side = 1;
        along = way.y;
        across = way.x;
    } else {
        side = 3;
        along = -way.y;
        across = way.x;
    }
    let slope = across / max(along, 0.001);
    let at = (slope + 1.0) * 128.0 - 0.5;
    let low = i32(floor(at));
    // A wall's face is where it is even at a slant: the reciprocal of its depth goes evenly between two
    // directions. A quarter of a metre spares the foot of the wall.
    let part = fract(at);
    let one = 1.0 / max(depth_at(side, low), 0.01);
    let other = 1.0 / max(depth_at(side, low + 1), 0.01);
    let depth = 1.0 / max(mix(one, other, part), 0.00001);
    var hidden = smoothstep(depth + 0.05, depth + 0.45, along);
    hidden = max(hidden, smoothstep(shade.eye.w - 2.0, shade.eye.w, length(way)));
    // Fine stripes tell this dark from the shadow of a wall.
    let stripe = fract((mesh.world_position.x + mesh.world_position.z) * 0.5);
    let dark = shade.eye.z * (0.86 + 0.14 * step(0.5, stripe));
    return vec4<f32>(shade.colour.rgb, hidden * dark);
}
