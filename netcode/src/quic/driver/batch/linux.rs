//! Linux: `sendmmsg` takes a group of packets, `ppoll` waits to the microsecond.

use super::super::outbox::{GROUP, Packet};
use nix::{
    cmsg_space, libc,
    poll::{PollFd, PollFlags, ppoll},
    sys::{
        socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg},
        time::TimeSpec,
    },
};
use quinn_udp::UdpSocketState;
use std::{
    array,
    cell::RefCell,
    io::{self, IoSlice},
    net::{IpAddr, UdpSocket},
    os::fd::{AsFd, AsRawFd},
    time::Instant,
};

/// What the system call is written into, once for each thread: it holds pointers and can't move between
/// threads, and making it anew would allocate in each tick.
struct Headers {
    plain: MultiHeaders<SockaddrStorage>,
    from_v4: MultiHeaders<SockaddrStorage>,
    from_v6: MultiHeaders<SockaddrStorage>,
}

thread_local! {
    static HEADERS: RefCell<Headers> = RefCell::new(Headers {
        plain: MultiHeaders::preallocate(GROUP, None),
        from_v4: MultiHeaders::preallocate(GROUP, Some(cmsg_space!(libc::in_pktinfo))),
        from_v6: MultiHeaders::preallocate(GROUP, Some(cmsg_space!(libc::in6_pktinfo))),
    });
}

/// Gives the first of these packets to the system and says how many it took: at most a group, and all
/// from the same of our addresses, because the call has room for one.
pub(in super::super) fn send(
    socket: &UdpSocket,
    _: &UdpSocketState,
    packets: &[Packet],
) -> io::Result<usize> {
    let Some(first) = packets.first() else { return Ok(0) };
    let same = |packet: &&Packet| packet.from == first.from;
    let length = packets.iter().take(GROUP).take_while(same).count();
    let contents: [[IoSlice<'_>; 1]; GROUP] = array::from_fn(|index| {
        let packet = packets.get(index).filter(|_| index < length);
        [IoSlice::new(packet.map_or(&[], |packet| &packet.bytes))]
    });
    let to: [Option<SockaddrStorage>; GROUP] = array::from_fn(|index| {
        let packet = packets.get(index).filter(|_| index < length);
        packet.map(|packet| packet.to.into())
    });
    let (contents, to) = (contents.iter().take(length), &to[..length]);
    let (socket, flags) = (socket.as_raw_fd(), MsgFlags::empty());
    HEADERS.with_borrow_mut(|headers| {
        let taken = match first.from {
            None => sendmmsg(socket, &mut headers.plain, contents, to, [], flags)?.count(),
            Some(IpAddr::V4(from)) => {
                let from = libc::in_addr { s_addr: u32::from_ne_bytes(from.octets()) };
                let none = libc::in_addr { s_addr: 0 };
                let info = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: from, ipi_addr: none };
                let control = [ControlMessage::Ipv4PacketInfo(&info)];
                sendmmsg(socket, &mut headers.from_v4, contents, to, control, flags)?.count()
            }
            Some(IpAddr::V6(from)) => {
                let from = libc::in6_addr { s6_addr: from.octets() };
                let info = libc::in6_pktinfo { ipi6_addr: from, ipi6_ifindex: 0 };
                let control = [ControlMessage::Ipv6PacketInfo(&info)];
                sendmmsg(socket, &mut headers.from_v6, contents, to, control, flags)?.count()
            }
        };
        Ok(taken)
    })
}

/// Waits until something is to be received, or the system takes packets again if it did not, or until
/// then; a signal ends it as well.
pub(in super::super) fn wait(socket: &UdpSocket, is_blocked: bool, until: Instant) {
    let left = until.saturating_duration_since(Instant::now());
    let mut awaited = PollFlags::POLLIN;
    if is_blocked {
        awaited |= PollFlags::POLLOUT;
    }
    let mut sockets = [PollFd::new(socket.as_fd(), awaited)];
    // An interrupted call is a short wait.
    let _ = ppoll(&mut sockets, Some(TimeSpec::from_duration(left)), None);
}
