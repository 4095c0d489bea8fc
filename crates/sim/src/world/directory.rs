//! The names in a world: its Regions, its accounts, and the orders that probers send.

use leeward_cloud::RegionIx;
use leeward_model::{
    AccountId, ContentHash, Decimal, Order, OrderType, Payload, Region, Side, Symbol, TimeInForce,
};
use std::ops::{Index, IndexMut};

/// One value for each Region of a world.
#[derive(Debug, Clone, Default)]
pub(crate) struct PerRegion<T>(pub(crate) [T; 3]);

impl<T> Index<RegionIx> for PerRegion<T> {
    type Output = T;

    fn index(&self, region: RegionIx) -> &T {
        &self.0[usize::from(region.0)]
    }
}

impl<T> IndexMut<RegionIx> for PerRegion<T> {
    fn index_mut(&mut self, region: RegionIx) -> &mut T {
        &mut self.0[usize::from(region.0)]
    }
}

/// Maps the numbers that the cloud model uses for Regions and accounts to the product's names and back.
pub(crate) struct Directory {
    regions: PerRegion<Region>,
    /// The customers' accounts, followed by one canary account for each prober and Region (R20).
    accounts: Vec<AccountId>,
    customers: u16,
    canaries: Vec<Canaries>,
}

impl Directory {
    pub(super) fn new(customers: u32) -> Directory {
        let regions = Directory::region_names();
        let account = |name: String| AccountId::new(&name).expect("a plain name");
        let mut accounts: Vec<AccountId> =
            (0..customers).map(|n| account(format!("acct-{n}"))).collect();
        let mut canaries = Vec::new();
        let [primary, secondary, _] = &regions.0;
        for prober in &regions.0 {
            for region in [primary, secondary] {
                let account = account(format!("canary:{prober}:{region}"));
                canaries.push(Canaries::for_account(&account));
                accounts.push(account);
            }
        }
        Directory { regions, accounts, customers: customers as u16, canaries }
    }

    pub(super) fn region_names() -> PerRegion<Region> {
        PerRegion(
            ["primary", "secondary", "witness"]
                .map(|name| Region::new(name).expect("a plain name")),
        )
    }

    pub(crate) fn name(&self, region: RegionIx) -> &Region {
        &self.regions[region]
    }

    pub(crate) fn regions(&self) -> &[Region; 3] {
        &self.regions.0
    }

    pub(crate) fn region_of(&self, name: &Region) -> RegionIx {
        let at = self.regions.0.iter().position(|n| n == name).expect("a Region of the platform");
        RegionIx(at as u8)
    }

    pub(crate) fn account(&self, number: u16) -> &AccountId {
        &self.accounts[usize::from(number)]
    }

    /// Returns the account with this name. The name may come from an item of a table.
    pub(crate) fn account_named(&self, name: &str) -> Option<&AccountId> {
        self.accounts.iter().find(|account| account.as_str() == name)
    }

    pub(crate) fn account_number(&self, name: &str) -> Option<u16> {
        self.accounts.iter().position(|account| account.as_str() == name).map(|n| n as u16)
    }

    /// Returns the account that the prober in Region `prober` uses for Region `to`, and the n-th order of that account.
    pub(crate) fn canary(
        &self,
        prober: RegionIx,
        to: RegionIx,
        n: u64,
    ) -> (u16, &(Payload, ContentHash)) {
        let number = u16::from(prober.0) * 2 + u16::from(to.0);
        (self.customers + number, self.canaries[usize::from(number)].order(n))
    }
}

/// The two orders that a prober sends to a Region in turn, with their hashes.
struct Canaries([(Payload, ContentHash); 2]);

impl Canaries {
    fn for_account(account: &AccountId) -> Canaries {
        Canaries([Side::Buy, Side::Sell].map(|side| {
            let payload = Payload::Order(Order {
                symbol: Symbol::new("CANARY").expect("a plain name"),
                side,
                order_type: OrderType::Market,
                quantity: Decimal::from_units(100_000_000),
                limit_price: None,
                time_in_force: TimeInForce::Day,
            });
            let hash = ContentHash::of(account, &payload);
            (payload, hash)
        }))
    }

    /// Returns the prober's n-th order.
    fn order(&self, n: u64) -> &(Payload, ContentHash) {
        &self.0[usize::from(!n.is_multiple_of(2))]
    }
}
