//! How packets are given to the system, and how a thread waits: one call for many packets on Linux
//! (`batch/linux`), one for each elsewhere (`batch/portable`). Both do the same.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;

#[cfg(target_os = "linux")]
pub(super) use linux::{send, wait};
#[cfg(not(target_os = "linux"))]
pub(super) use portable::{send, wait};

#[cfg(test)]
mod tests {
    use super::{super::outbox::Packet, *};
    use quinn_udp::{UdpSockRef, UdpSocketState};
    use std::{
        io,
        net::{IpAddr, Ipv4Addr, UdpSocket},
        time::{Duration, Instant},
    };

    type Send = fn(&UdpSocket, &UdpSocketState, &[Packet]) -> io::Result<usize>;

    /// Sends 150 packets to three places and checks what comes where.
    fn check(send: Send, from: Option<IpAddr>) {
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        let state = UdpSocketState::new(UdpSockRef::from(&socket)).unwrap();
        let places = [0; 3].map(|_| UdpSocket::bind("127.0.0.1:0").unwrap());
        let packet = |number: usize| Packet {
            bytes: vec![number as u8; number + 1],
            to: places[number % 3].local_addr().unwrap(),
            // Now the one, now the other.
            from: from.filter(|_| number % 50 < 25),
        };
        let packets: Vec<Packet> = (0..150).map(packet).collect();
        let mut sent = 0;
        while sent < packets.len() {
            sent += send(&socket, &state, &packets[sent..]).unwrap();
        }
        for (place, receiver) in places.iter().enumerate() {
            receiver.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            for number in (place..150).step_by(3) {
                let mut bytes = [0; 200];
                let (length, sender) = receiver.recv_from(&mut bytes).unwrap();
                assert_eq!(bytes[..length], vec![number as u8; number + 1]);
                let known = from.filter(|_| number % 50 < 25).unwrap_or(Ipv4Addr::LOCALHOST.into());
                assert_eq!(sender.ip(), known);
            }
        }
    }

    #[test]
    fn every_packet_arrives_where_it_should_and_from_where_it_should() {
        for from in [None, Some(IpAddr::from([127, 0, 0, 9]))] {
            check(send, from);
            check(portable::send, from);
        }
    }

    #[test]
    fn waiting_ends_when_something_comes_or_time_is_over() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let begun = Instant::now();
        wait(&socket, false, begun + Duration::from_millis(20));
        assert!(begun.elapsed() >= Duration::from_millis(20));
        socket.send_to(&[1], socket.local_addr().unwrap()).unwrap();
        let begun = Instant::now();
        wait(&socket, false, begun + Duration::from_secs(20));
        assert!(begun.elapsed() < Duration::from_secs(10));
        let begun = Instant::now();
        portable::wait(&socket, false, begun + Duration::from_secs(20));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
