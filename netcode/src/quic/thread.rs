//! A connection on a thread of its own, for programs that have a frame loop and no tokio runtime.
//!
//! What comes is stamped with the time at which it came, not with the frame in which it is looked at:
//! otherwise a slow frame would look like jitter of the network. When the program stalls, datagrams that
//! it does not take are dropped, and the stream waits.
//!
//! A connection that breaks is looked for again, for a minute. The program hears [`Arrival::Lost`], has
//! its core introduce itself again, and goes on when the server answers.

use super::{
    client::{Arrival, ClientEndpoint, QuicClient},
    reconnect::{PATIENCE, reconnect},
    tls::{Identity, Trust},
};
use crate::{link::Conditions, server::Action};
use std::{
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// How often the transport's measurements are reported.
const PATH_INTERVAL: Duration = Duration::from_millis(100);

/// How often it is looked whether the program still waits for an address.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
/// Arrivals that wait for the program: some seconds of them.
const ARRIVALS: usize = 512;

/// What comes, and when it came.
type Arrivals = mpsc::Sender<(Instant, Arrival)>;
/// What to do, and on which connection: the first is 0, the one after a loss is 1.
type Orders = mpsc::UnboundedReceiver<(u32, Action)>;

/// What a connection needs to begin.
///
/// ```
/// use netcode::quic::{thread::ConnectOptions, tls::{Identity, pinned}};
/// let host = Identity::generate()?;
/// let options = ConnectOptions {
///     server: Box::new(|| "127.0.0.1:7777".parse().map_err(|_| "no address".to_owned())),
///     identity: Identity::generate()?,
///     trust: pinned(host.fingerprint()),
///     link: None,
/// };
/// assert_eq!((options.server)()?.port(), 7_777);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// # use netcode::quic::tls::{Identity, pinned};
/// use netcode::quic::{client::Arrival, thread::{ConnectOptions, ThreadedClient}};
/// # let identity = Identity::generate()?;
/// # let trust = pinned(identity.fingerprint());
/// let server = Box::new(|| Err("nobody of that name".to_owned()));
/// let network = ThreadedClient::open(ConnectOptions { server, identity, trust, link: None })?;
/// let arrival = loop {
///     if let Some((_when, arrival)) = network.try_recv() {
///         break arrival; // a game looks once a frame
///     }
/// #     std::thread::yield_now();
/// };
/// assert!(matches!(arrival, Arrival::Closed(reason) if reason.contains("nobody of that name")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ThreadedClient {
    /// A receiver is for one thread at a time; the lock is never contended.
    arrivals: Mutex<mpsc::Receiver<(Instant, Arrival)>>,
    /// Only the program fills it, and only while the network's thread empties it: while that waits for
    /// the program to take an arrival, the program does nothing else either.
    actions: Option<mpsc::UnboundedSender<(u32, Action)>>,
    /// Which connection the program knows of.
    connection: AtomicU32,
    thread: Option<JoinHandle<()>>,
}

impl ThreadedClient {
    /// Begins to connect. If that fails, an [`Arrival::Closed`] says why.
    ///
    /// # Errors
    /// When the system has no thread for us.
    pub fn open(options: ConnectOptions) -> io::Result<Self> {
        let (arrived, arrivals) = mpsc::channel(ARRIVALS);
        let (actions, orders) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new().name("network".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let closed = |reason: String| {
                let _ = arrived.blocking_send((Instant::now(), Arrival::Closed(reason)));
            };
            match runtime {
                Ok(runtime) => {
                    if let Err(reason) = runtime.block_on(run(options, &arrived, orders)) {
                        closed(reason);
                    }
                }
                Err(error) => closed(format!("can't start the network: {error}")),
            }
        })?;
        let arrivals = Mutex::new(arrivals);
        let (actions, thread) = (Some(actions), Some(thread));
        Ok(Self { arrivals, actions, connection: AtomicU32::new(0), thread })
    }

    /// The next thing that came, and when.
    pub fn try_recv(&self) -> Option<(Instant, Arrival)> {
        let arrival = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok();
        if matches!(arrival, Some((_, Arrival::Lost(_)))) {
            self.connection.fetch_add(1, Relaxed);
        }
        arrival
    }

    /// Does what the core asks for. What is for a connection that broke is forgotten.
    pub fn transmit(&self, action: Action) {
        if let Some(actions) = &self.actions {
            // When the thread is gone, its last word is among the arrivals.
            let _ = actions.send((self.connection.load(Relaxed), action));
        }
    }
}

impl Drop for ThreadedClient {
    /// Says goodbye and waits, for a bounded time, until that is on its way.
    fn drop(&mut self) {
        self.transmit(Action::Close("left".to_owned()));
        self.actions = None;
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn run(
    options: ConnectOptions,
    arrived: &Arrivals,
    mut orders: Orders,
) -> Result<(), String> {
    let Some(server) = look_up(options.server, &mut orders).await? else { return Ok(()) };
    let endpoint = ClientEndpoint::open(server, options.link, false)
        .map_err(|error| format!("can't open a socket: {error}"))?;
    let mut connecting = pin!(endpoint.connect(server, &options.identity, options.trust.clone()));
    let first = meanwhile(0, &mut orders, &mut connecting).await;
    let Some((connected, mut early)) = first else { return Ok(()) };
    let mut client = connected.map_err(|error| error.to_string())?;
    for number in 0.. {
        early.drain(..).for_each(|action| client.transmit(action));
        let Some(reason) = serve(&mut client, number, arrived, &mut orders).await else { break };
        if arrived.send((Instant::now(), Arrival::Lost(reason.clone()))).await.is_err() {
            break;
        }
        let (identity, trust) = (&options.identity, options.trust.clone());
        let mut again = pin!(reconnect(&endpoint, server, identity, trust, PATIENCE, seed()));
        match meanwhile(number + 1, &mut orders, &mut again).await {
            Some((Ok(found), introduction)) => (client, early) = (found, introduction),
            Some((Err(error), _)) => return Err(format!("{reason}, and then: {error}")),
            None => break,
        }
    }
    drop(client);
    endpoint.wait_closed().await;
    Ok(())
}

/// Finds the server's address on a thread of its own, which nobody waits for when the program gives up.
async fn look_up(
    find: Box<dyn FnOnce() -> Result<SocketAddr, String> + Send>,
    orders: &mut Orders,
) -> Result<Option<SocketAddr>, String> {
    let (found, finding) = oneshot::channel();
    let lookup = move || drop(found.send(find()));
    std::thread::Builder::new()
        .name("lookup".to_owned())
        .spawn(lookup)
        .map_err(|error| format!("can't look for the server: {error}"))?;
    let mut finding = pin!(finding);
    // What the core has to say already waits in the queue; only the end of it counts here.
    let mut patience = tokio::time::interval(LOOK_INTERVAL);
    loop {
        tokio::select! {
            place = &mut finding => {
                return place.map_err(|_| "nobody looked for the server".to_owned())?.map(Some);
            }
            _ = patience.tick() => if orders.is_closed() { return Ok(None) },
        }
    }
}

/// Waits for a connection and collects what is to be said on it. `None` when the program gives up.
async fn meanwhile<T>(
    connection: u32,
    orders: &mut Orders,
    connecting: &mut (impl Future<Output = T> + Unpin),
) -> Option<(T, Vec<Action>)> {
    let mut early = Vec::new();
    loop {
        tokio::select! {
            connected = &mut *connecting => return Some((connected, early)),
            order = orders.recv() => match order? {
                (_, Action::Close(_)) => return None,
                (number, action) if number == connection => early.push(action),
                _ => {}
            },
        }
    }
}

/// Carries a connection until it is over. Returns why it broke, if it did.
async fn serve(
    client: &mut QuicClient,
    connection: u32,
    arrived: &Arrivals,
    orders: &mut Orders,
) -> Option<String> {
    let mut path = tokio::time::interval(PATH_INTERVAL);
    path.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        let arrival = tokio::select! {
            arrival = client.arrival() => arrival,
            order = orders.recv() => {
                let (number, action) = order?;
                let over = matches!(action, Action::Close(_));
                if over || number == connection {
                    client.transmit(action);
                }
                if over {
                    return None;
                }
                continue;
            }
            _ = path.tick() => Arrival::Path(client.path()),
        };
        let over = matches!(arrival, Arrival::Closed(_));
        match arrival {
            Arrival::Lost(reason) => return Some(reason),
            // The next one says more than a datagram or a measurement that nobody took.
            Arrival::Datagram(_) | Arrival::Path(_) => {
                let _ = arrived.try_send((Instant::now(), arrival));
            }
            _ => {
                let taken = arrived.send((Instant::now(), arrival)).await;
                if taken.is_err() {
                    client.close("left");
                    return None;
                }
            }
        }
        if over {
            return None;
        }
    }
}

/// A number that differs between processes and times.
fn seed() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    since.as_nanos() as u64 ^ u64::from(std::process::id()) << 32
}
