//! The addresses of a platform's listeners. The APIs of both Regions share one port on different loopback addresses, so
//! that the public name works as it does on AWS.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// The addresses of one platform. All ports are counted from a base port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    base: u16,
}

/// The number of ports that a platform uses, starting at its base port.
const PORTS: u16 = 12;

fn loopback(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, last)
}

impl Addresses {
    /// The highest base port at which all ports of a platform exist.
    pub(crate) const HIGHEST: u16 = u16::MAX - PORTS;

    pub fn at(base: u16) -> Addresses {
        Addresses { base }
    }

    /// Returns addresses whose ports are all free at the moment, or `None` if the search fails.
    pub fn free() -> Option<Addresses> {
        let start = fastrand::u16(20_000..40_000);
        (0..200u16)
            .map(|i| Addresses::at(start + i * PORTS))
            .find(|candidate| candidate.taken().is_empty())
    }

    /// Returns the addresses of this platform that are in use.
    pub fn taken(&self) -> Vec<SocketAddr> {
        let mut all = vec![self.admin(), self.dns()];
        all.extend((0..4).map(|place| self.cloud(place)));
        all.extend([0, 1].map(|region| self.api(region)));
        all.extend([0, 1].map(|region| self.database(region)));
        all.extend([0, 1].map(|region| self.follows(region)));
        for from in 0..3 {
            all.extend((0..2).map(|to| self.link(from, to)));
        }
        all.retain(|address| TcpListener::bind(address).is_err());
        all
    }

    /// Returns the address of a Region's API. Index 0 is the primary, 1 the secondary.
    pub fn api(&self, region: usize) -> SocketAddr {
        (loopback(11 + region as u8), self.base).into()
    }

    /// Returns the cloud's address for callers in a Region (`place` 0 to 2) or on the internet (`place` 3).
    pub fn cloud(&self, place: usize) -> SocketAddr {
        let host = if place == 3 { loopback(1) } else { loopback(21 + place as u8) };
        (host, self.base + 1).into()
    }

    pub fn admin(&self) -> SocketAddr {
        (loopback(1), self.base + 2).into()
    }

    pub fn dns(&self) -> SocketAddr {
        (loopback(1), self.base + 3).into()
    }

    /// Returns the address at which Region `from` reaches the API of Region `to`.
    pub fn link(&self, from: usize, to: usize) -> SocketAddr {
        (loopback(31 + from as u8), self.base + 4 + to as u16).into()
    }

    /// Returns the address of a Region's own database server, if it has one.
    pub(crate) fn database(&self, region: usize) -> SocketAddr {
        (loopback(11 + region as u8), self.base + 6).into()
    }

    /// Returns the address at which a Region's database reaches the other Region's database, which it follows.
    pub(crate) fn follows(&self, region: usize) -> SocketAddr {
        (loopback(31 + region as u8), self.base + 7).into()
    }
}
