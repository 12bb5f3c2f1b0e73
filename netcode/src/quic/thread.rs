//! A connection on a thread of its own, for programs that have a frame loop and no tokio runtime.
//!
//! What comes is stamped with the time at which it came, not with the frame in which it is looked at:
//! otherwise a slow frame would look like jitter of the network.

use super::{
    client::{Arrival, ClientEndpoint},
    tls::{Identity, Trust},
};
use crate::{link::Conditions, server::Action};
use std::{
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Mutex, PoisonError, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::mpsc as commands;

/// How often the transport's measurements are reported.
const PATH_INTERVAL: Duration = Duration::from_millis(100);

/// What a connection needs to begin.
pub struct ConnectOptions {
    /// Finds the server's address; may take its time, since it is asked on the network's thread.
    pub server: Box<dyn FnOnce() -> Result<SocketAddr, String> + Send>,
    /// Who we are.
    pub identity: Identity,
    /// Whom we trust.
    pub trust: Trust,
    /// The bad network to go through, with its seed.
    pub link: Option<(Conditions, u64)>,
}

/// A connection that lives on its own thread.
pub struct ThreadedClient {
    /// A receiver is for one thread at a time; the lock is never contended.
    arrivals: Mutex<mpsc::Receiver<(Instant, Arrival)>>,
    actions: Option<commands::UnboundedSender<Action>>,
    thread: Option<JoinHandle<()>>,
}

impl ThreadedClient {
    /// Begins to connect. If that fails, an [`Arrival::Closed`] says why.
    ///
    /// # Errors
    /// When the system has no thread for us.
    pub fn open(options: ConnectOptions) -> io::Result<Self> {
        let (arrived, arrivals) = mpsc::channel();
        let (actions, to_do) = commands::unbounded_channel();
        let thread = std::thread::Builder::new().name("network".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let closed = |reason: String| {
                let _ = arrived.send((Instant::now(), Arrival::Closed(reason)));
            };
            match runtime {
                Ok(runtime) => {
                    if let Err(reason) = runtime.block_on(run(options, &arrived, to_do)) {
                        closed(reason);
                    }
                }
                Err(error) => closed(format!("can't start the network: {error}")),
            }
        })?;
        let arrivals = Mutex::new(arrivals);
        Ok(Self { arrivals, actions: Some(actions), thread: Some(thread) })
    }

    /// The next thing that came, and when.
    pub fn try_recv(&self) -> Option<(Instant, Arrival)> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()
    }

    /// Does what the core asks for.
    pub fn transmit(&self, action: Action) {
        if let Some(actions) = &self.actions {
            let _ = actions.send(action);
        }
    }
}

impl Drop for ThreadedClient {
    /// Tells the server that we leave, and waits until that is on its way.
    fn drop(&mut self) {
        self.transmit(Action::Close("left".to_owned()));
        self.actions = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn run(
    options: ConnectOptions,
    arrived: &mpsc::Sender<(Instant, Arrival)>,
    mut to_do: commands::UnboundedReceiver<Action>,
) -> Result<(), String> {
    let server = (options.server)()?;
    let endpoint = ClientEndpoint::open(server, options.link, false)
        .map_err(|error| format!("can't open a socket: {error}"))?;
    let mut connecting = pin!(endpoint.connect(server, &options.identity, options.trust));
    let mut early = Vec::new();
    let mut client = loop {
        tokio::select! {
            connected = &mut connecting => break connected.map_err(|error| error.to_string())?,
            action = to_do.recv() => match action {
                None | Some(Action::Close(_)) => return Ok(()),
                Some(action) => early.push(action),
            },
        }
    };
    early.into_iter().for_each(|action| client.transmit(action));
    let mut path = tokio::time::interval(PATH_INTERVAL);
    path.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        let arrival = tokio::select! {
            arrival = client.arrival() => arrival,
            action = to_do.recv() => {
                let Some(action) = action else { break };
                let over = matches!(action, Action::Close(_));
                client.transmit(action);
                if over {
                    break;
                }
                continue;
            }
            _ = path.tick() => Arrival::Path(client.path()),
        };
        let over = matches!(arrival, Arrival::Closed(_));
        if arrived.send((Instant::now(), arrival)).is_err() || over {
            break;
        }
    }
    endpoint.wait_closed().await;
    Ok(())
}
