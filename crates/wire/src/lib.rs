//! AWS protocols and a DNS server over the cloud model
