// What of the own pilot something hides: one flat colour in slanting stripes, so that parts that lie over each other
// look like one.

#import bevy_pbr::forward_io::VertexOutput

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> colour: vec4<f32>;

@fragment
fn fragment(mesh: VertexOutput) -> @location(0) vec4<f32> {
    let stripe = fract((mesh.position.x + mesh.position.y) / 5.0);
    if stripe > 0.62 {
        discard;
    }
    return colour;
}
