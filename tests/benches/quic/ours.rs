//! A server on our own driver, as the arena's thread uses it: it looks at the socket several times a tick.

use crate::{DOWN_BYTES, meter::Meter};
use netcode::quic::{driver::Driver, tls::Identity};
use std::{
    net::SocketAddr,
    sync::{atomic::Ordering::Relaxed, mpsc},
    thread,
    time::{Duration, Instant},
};

/// How often a second the socket is looked at.
const DRAINS: u32 = 480;

pub(crate) fn serve(
    identity: &Identity,
    rate: u32,
    meter: &Meter,
    listening: mpsc::Sender<SocketAddr>,
) {
    let any = "127.0.0.1:0".parse().expect("it is an address");
    let mut driver = Driver::listen(any, identity).expect("there are ports");
    listening.send(driver.local_address().expect("it is bound")).expect("it is waited for");
    let (mut due, pause) = (Instant::now(), Duration::from_secs(1) / DRAINS);
    let (mut news, mut clients, mut known) = (Vec::new(), Vec::new(), vec![false; 65_536]);
    for turn in 0_u32.. {
        // After a stall there is no point in making up for what is over.
        due = (due + pause).max(Instant::now() - pause);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let (now, mut received) = (Instant::now(), 0);
        driver.receive(now);
        driver.take_news(&mut news);
        for index in news.drain(..) {
            let Some(connection) = driver.connection(index) else { continue };
            received += std::iter::from_fn(|| connection.take_datagram()).count() as u64;
            if !known[index] && connection.is_connected() {
                known[index] = true;
                clients.push(index);
                driver.admit(index);
            }
        }
        meter.up_received.fetch_add(received, Relaxed);
        if turn % (DRAINS / rate) == 0 && (meter.plays() || meter.is_over()) {
            let begun = Instant::now();
            driver.begin_sending();
            for index in &clients {
                driver.send_datagram(begun, *index, &[7; DOWN_BYTES]);
            }
            driver.send(begun);
            meter.down_sent.fetch_add(clients.len() as u64, Relaxed);
            meter.note_tick(begun.elapsed());
            if turn % DRAINS == 0 || meter.is_over() {
                meter.packets.store(driver.totals().packets_sent, Relaxed);
            }
            if meter.is_over() {
                return;
            }
        }
    }
}
