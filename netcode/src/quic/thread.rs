//! A connection on a thread of its own, for programs that have a frame loop and no tokio runtime.
//!
//! What comes is stamped with the time at which it came, not with the frame in which it is looked at:
//! otherwise a slow frame would look like jitter of the network. When the program stalls, datagrams that
//! it does not take are dropped, and the stream waits.
//!
//! A connection that breaks is looked for again, for a minute. The program hears [`Arrival::Lost`], has
//! its core introduce itself again, and goes on when the server answers.

use super::{
    client::{Arrival, ClientEndpoint, ConnectError, QuicClient},
    reconnect::{PATIENCE, Reconnect},
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
use tokio::{
    io::Interest,
    net::UdpSocket,
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::sleep_until,
};

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
/// use netcode::server::Action;
/// # let identity = Identity::generate()?;
/// # let trust = pinned(identity.fingerprint());
/// let server = Box::new(|| Err("nobody of that name".to_owned()));
/// let network = ThreadedClient::open(ConnectOptions { server, identity, trust, link: None })?;
/// network.transmit(Action::Datagram(vec![1])); // forgotten: there is nobody to send it to
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
    let ConnectOptions { server, identity, trust, link } = options;
    let Some(server) = look_up(server, &mut orders).await? else { return Ok(()) };
    let no_socket = |error: io::Error| format!("can't open a socket: {error}");
    let endpoint = ClientEndpoint::open(server, link, false).map_err(no_socket)?.moved_by_hand();
    let socket = endpoint.socket().map_err(no_socket)?;
    let socket = UdpSocket::from_std(socket).map_err(no_socket)?;
    let client = endpoint.connect(server, &identity, trust.clone());
    let mut client = client.map_err(|error| error.to_string())?;
    let mut carrier = Carrier { endpoint, socket, arrived, orders, number: 0, waiting: None };
    while let Some(reason) = carrier.serve(&mut client).await {
        if arrived.send((Instant::now(), Arrival::Lost(reason.clone()))).await.is_err() {
            break;
        }
        carrier.number += 1;
        drop(client);
        let (endpoint, trust) = (&carrier.endpoint, trust.clone());
        let search = Reconnect::new(endpoint, server, &identity, trust, PATIENCE, seed());
        let search = search.map_err(|error| error.to_string())?;
        match carrier.find(search).await {
            Some(Ok(found)) => client = found,
            Some(Err(error)) => return Err(format!("{reason}, and then: {error}")),
            None => return Ok(()),
        }
    }
    carrier.endpoint.wait_closed();
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

/// Carries between the program and its connection.
struct Carrier<'a> {
    endpoint: ClientEndpoint,
    /// The endpoint's socket once more, which tells when something comes.
    socket: UdpSocket,
    arrived: &'a Arrivals,
    orders: Orders,
    /// Which connection it is, counted from 0.
    number: u32,
    /// What the program must get and has no room for. The stream waits for it.
    waiting: Option<(Instant, Arrival)>,
}

impl Carrier<'_> {
    /// Carries a connection until it is over. Returns why it broke, if it did.
    async fn serve(&mut self, client: &mut QuicClient) -> Option<String> {
        let mut measured = Instant::now();
        loop {
            match self.pause(measured + PATH_INTERVAL).await {
                Some(Action::Close(reason)) => {
                    client.close(&reason);
                    return None;
                }
                Some(action) => client.queue(action),
                None if self.orders.is_closed() || self.arrived.is_closed() => {
                    client.close("left");
                    return None;
                }
                None => {}
            }
            self.endpoint.receive();
            self.endpoint.send();
            let now = Instant::now();
            if now >= measured + PATH_INTERVAL {
                measured = now;
                if client.is_connected() {
                    self.offer(now, Arrival::Path(client.path()));
                }
            }
            while self.waiting.is_none()
                && let Some(arrival) = client.next_of_stream()
            {
                self.offer(now, arrival);
            }
            while let Some(arrival) = client.next_datagram() {
                self.offer(now, arrival);
            }
            let end = client.next_end();
            if end.is_some() {
                // The last words first, all of them: a program that stalls has not taken the others yet.
                let _ = self.deliver().await;
                while let Some(words) = client.next_of_stream() {
                    let _ = self.arrived.send((now, words)).await;
                }
            }
            match end {
                Some(Arrival::Lost(reason)) => return Some(reason),
                Some(arrival) => {
                    let _ = self.arrived.send((now, arrival)).await;
                    return None;
                }
                None => {}
            }
        }
    }

    /// Looks for the server again. `None` when the program gives up.
    async fn find(&mut self, mut search: Reconnect) -> Option<Result<QuicClient, ConnectError>> {
        let mut introduction = Vec::new();
        loop {
            match self.pause(search.next_due()).await {
                Some(Action::Close(_)) => return None,
                Some(action) => introduction.push(action),
                None if self.orders.is_closed() || self.arrived.is_closed() => return None,
                None => {}
            }
            self.endpoint.receive();
            self.endpoint.send();
            if let Some(outcome) = search.poll() {
                return Some(outcome.map(|mut client| {
                    introduction.into_iter().for_each(|action| client.queue(action));
                    client
                }));
            }
        }
    }

    /// Waits until there is something to do, or until then. Returns what the program wants on this
    /// connection; what it wanted on an earlier one is forgotten.
    async fn pause(&mut self, until: Instant) -> Option<Action> {
        let due = self.endpoint.next_due().map_or(until, |due| due.min(until));
        let room = async {
            match self.waiting {
                Some(_) => self.arrived.reserve().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            order = self.orders.recv() => {
                let (number, action) = order?;
                let is_for_this = number == self.number || matches!(action, Action::Close(_));
                return is_for_this.then_some(action);
            }
            _ = self.socket.readable() => {
                // All of it is received next; what comes after that is readable anew.
                let forget = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
                let _ = self.socket.try_io(Interest::READABLE, forget);
            }
            room = room => if let (Ok(room), Some(arrival)) = (room, self.waiting.take()) {
                room.send(arrival);
            },
            () = sleep_until(due.into()) => {}
        }
        None
    }

    /// Gives the program what came, if it has room.
    fn offer(&mut self, when: Instant, arrival: Arrival) {
        match self.arrived.try_send((when, arrival)) {
            // The next one says more than a datagram or a measurement that nobody took.
            Err(TrySendError::Full((_, Arrival::Datagram(_) | Arrival::Path(_)))) => {}
            Err(TrySendError::Full(arrival)) => self.waiting = Some(arrival),
            Ok(()) | Err(TrySendError::Closed(_)) => {}
        }
    }

    /// Waits until the program has taken what waits for it.
    async fn deliver(&mut self) -> Result<(), ()> {
        match self.waiting.take() {
            Some(arrival) => self.arrived.send(arrival).await.map_err(|_| ()),
            None => Ok(()),
        }
    }
}

/// A number that differs between processes and times.
fn seed() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    since.as_nanos() as u64 ^ u64::from(std::process::id()) << 32
}
