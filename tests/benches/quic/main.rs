//! What a pair of datagrams costs a server: 300 bytes to each client and 40 from it, encrypted, at a fixed rate,
//! over loopback. Our own driver against stock quinn, in turns, in one run, with the same configuration and the
//! same clients.
//!
//! `cargo bench -p tumult-tests --bench quic` measures 1,000 clients at 30 Hz and 200 at 60 Hz;
//! `-- 2000x30` measures something else. The server's thread is bound to the first core and counts its own
//! processor time; all clients are on another thread, on the second core. On loopback a sender pays for the
//! receiver's half of the kernel, too. Trust the ratio, not the microseconds: they depend on the machine, and
//! on who else is on it. It is a report and fails never.

#![allow(clippy::print_stdout, reason = "it is a report")]

mod load;
mod meter;
mod ours;
mod stock;

use load::Load;
use meter::{Meter, Reading};
use netcode::quic::tls::Identity;
use std::{
    net::SocketAddr,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

/// Bytes of a datagram to a client.
const DOWN_BYTES: usize = 300;
/// Bytes of a datagram from a client.
const UP_BYTES: usize = 40;
/// Measurements of each server.
const ROUNDS: usize = 3;
/// From the last connection to the first thing that counts.
const WARM_UP: Duration = Duration::from_secs(1);
/// What counts.
const WINDOW: Duration = Duration::from_secs(4);

/// Serves until the meter says so: the address goes out through the channel.
type Server = fn(&Identity, u32, &Meter, mpsc::Sender<SocketAddr>);

fn main() {
    let asked: Vec<(usize, u32)> = std::env::args().filter_map(|text| parse(&text)).collect();
    let cases = if asked.is_empty() { vec![(1_000, 30), (200, 60)] } else { asked };
    for (clients, rate) in cases {
        println!("\n{clients} clients at {rate} Hz, {DOWN_BYTES} bytes down and {UP_BYTES} up");
        println!(
            "server   us/pair (user + system)   lost down, up %   send ms p50, p99   packets/datagram"
        );
        let (mut stock, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            stock.push(measure("stock", stock::serve, clients, rate));
            ours.push(measure("ours", ours::serve, clients, rate));
        }
        let ratios = stock.iter().zip(&ours).map(|(stock, ours)| ours.pair_us() / stock.pair_us());
        let each = |readings: &[Reading]| median(readings.iter().map(Reading::pair_us));
        println!(
            "median   stock {:.1}, ours {:.1}, ratio {:.2} (of the medians {:.2})",
            each(&stock),
            each(&ours),
            median(ratios),
            each(&ours) / each(&stock)
        );
    }
}

fn parse(text: &str) -> Option<(usize, u32)> {
    let (clients, rate) = text.split_once('x')?;
    Some((clients.parse().ok()?, rate.parse().ok()?))
}

/// One measurement of one server.
fn measure(name: &str, serve: Server, clients: usize, rate: u32) -> Reading {
    let identity = Identity::generate().expect("there is randomness");
    let meter = Arc::new(Meter::default());
    let (listening, address) = mpsc::channel();
    let fingerprint = identity.fingerprint();
    let server = {
        let meter = meter.clone();
        // The name is what a profiler shows.
        let thread = thread::Builder::new().name(name.to_owned());
        let serve = move || {
            meter::pin(0);
            serve(&identity, rate, &meter, listening);
        };
        thread.spawn(serve).expect("there are threads")
    };
    let address = address.recv().expect("the server listens");
    let load = {
        let meter = meter.clone();
        thread::spawn(move || {
            meter::pin(1);
            Load::connect(address, fingerprint, clients).play(rate, &meter);
        })
    };
    meter.wait_for_play(|| load.is_finished());
    thread::sleep(WARM_UP);
    let begin = meter.read();
    meter.forget_phases();
    thread::sleep(WINDOW);
    let reading = meter.read().since(&begin);
    meter.stop();
    load.join().expect("the clients ended");
    server.join().expect("the server ended");
    println!(
        "{name:7} {:6.1} ({:.1} + {:.1}) {:14.1}, {:.1} {:14.2}, {:.2} {:14.2}",
        reading.pair_us(),
        reading.user_us as f64 / reading.pairs(),
        reading.system_us as f64 / reading.pairs(),
        reading.lost_down_percent(),
        reading.lost_up_percent(),
        reading.phase_ms.0,
        reading.phase_ms.1,
        reading.packets as f64 / reading.down_sent as f64,
    );
    reading
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
