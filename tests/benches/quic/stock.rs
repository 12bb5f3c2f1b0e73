//! The same server on quinn's own endpoint, as ours was before: a `current_thread` runtime, connections that are
//! asked in each tick without waiting, and tasks of quinn's in between.

use crate::{DOWN_BYTES, meter::Meter};
use netcode::quic::{
    config,
    socket::{SERVER_BUFFER_BYTES, bind},
    tls::Identity,
};
use quinn::{Connection, Endpoint, TokioRuntime};
use std::{
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed, mpsc},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};
use tokio::{runtime::Builder, sync::mpsc::unbounded_channel, time::sleep_until};

pub(crate) fn serve(
    identity: &Identity,
    rate: u32,
    meter: &Meter,
    listening: mpsc::Sender<SocketAddr>,
) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("it can be made");
    runtime.block_on(run(identity, rate, meter, listening));
}

async fn run(identity: &Identity, rate: u32, meter: &Meter, listening: mpsc::Sender<SocketAddr>) {
    let any = "127.0.0.1:0".parse().expect("it is an address");
    let socket = bind(any, SERVER_BUFFER_BYTES).expect("there are ports").socket;
    let server = Some(config::server(identity).expect("the identity is good"));
    let runtime = Arc::new(TokioRuntime);
    let endpoint =
        Endpoint::new(config::listening(identity), server, socket, runtime).expect("it is good");
    listening.send(endpoint.local_addr().expect("it is bound")).expect("it is waited for");
    let (arrived, mut arrivals) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            let arrived = arrived.clone();
            tokio::spawn(async move {
                if let Ok(connection) = incoming.await {
                    let _ = arrived.send(connection);
                }
            });
        }
    });
    let mut clients: Vec<Connection> = Vec::new();
    let (mut due, period) = (Instant::now(), Duration::from_secs(1) / rate);
    for turn in 0_u32.. {
        // After a stall there is no point in making up for what is over.
        due = (due + period).max(Instant::now() - period);
        sleep_until(due.into()).await;
        clients.extend(std::iter::from_fn(|| arrivals.try_recv().ok()));
        let mut received = 0;
        for client in &clients {
            while let Some(Ok(_)) = now_or_never(client.read_datagram()) {
                received += 1;
            }
        }
        meter.up_received.fetch_add(received, Relaxed);
        if !meter.plays() {
            continue;
        }
        let begun = Instant::now();
        for client in &clients {
            let _ = client.send_datagram(vec![7; DOWN_BYTES].into());
        }
        // Every connection that was given a datagram is in the queue before us.
        tokio::task::yield_now().await;
        meter.down_sent.fetch_add(clients.len() as u64, Relaxed);
        meter.note_tick(begun.elapsed());
        if turn % rate == 0 || meter.is_over() {
            let packets = clients.iter().map(|client| client.stats().udp_tx.datagrams).sum();
            meter.packets.store(packets, Relaxed);
        }
        if meter.is_over() {
            return;
        }
    }
}

fn now_or_never<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
