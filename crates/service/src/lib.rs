//! HTTP API, processor, sweeper, sentinel loop
